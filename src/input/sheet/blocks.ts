import type { Source } from "../source.js";
import { isMark, isNumberCell } from "./cells.js";
import { splitGrid } from "./grid.js";
import { tablesInLines } from "./layouts/layouts.js";
import type { RowText } from "./pieces.js";
import { findPrinted, type PrintedTable, SCOPE } from "./printed-run.js";
import { refuseStray, refuseUnderText, refuseUnknown } from "./refusals.js";
import { holdsNumbers, isFrame, isRemark, isSentence } from "./remarks.js";
import type { SheetLine } from "./sheet-lines.js";
import { inlineTitles, rowOfTitle, saysNothing, titleIn, withoutAsides } from "./title.js";
import type { StepTitles, TitledStep } from "./titled-step.js";

/** A title, and what stands under it. */
export interface Block {
  readonly line: SheetLine;
  readonly title: string;
  /** The head whose part it stands in, as it is counted on the sheet. */
  readonly head: number | undefined;
  /** The scope that a printed run says. */
  readonly scope: string | undefined;
  readonly steps: readonly TitledStep[];
  readonly rows: RowText[];
  /** What may be names of columns. */
  above: SheetLine | undefined;
  /** Text that another form reads, such as a matrix of LaTeX. */
  form: { readonly first: RowText; readonly lines: readonly SheetLine[] } | undefined;
  readonly printed: PrintedTable | undefined;
  /** It is said that nothing is answered, or a table stands here: no rows may follow. */
  isClosed: boolean;
}

/** The blocks of a sheet, and the lines that answer nothing. */
export interface Blocks {
  readonly blocks: readonly Block[];
  readonly aside: readonly SheetLine[];
}

/**
 * Takes a sheet apart into titles and what stands under them. Undefined when no line is the title of a step. Throws SYNTAX,
 * AMBIGUOUS or UNKNOWN_STEP at a line with numbers of which it is not certain what they answer.
 */
export function findBlocks(source: Source, titles: StepTitles, title?: string): Blocks | undefined {
  const lines = tablesInLines(source, (text) => isStepName(text, titles));
  const printed = findPrinted(lines);
  const state: State = {
    source,
    titles,
    blocks: [],
    aside: [],
    head: undefined,
    scope: undefined,
    block: undefined,
    texts: [],
  };
  const stray: SheetLine[] = [];
  if (title !== undefined) openBlock(state, { text: title, number: 1, start: 0 }, title);
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index];
    const table = printed.tables.get(line);
    if (printed.aside.has(line)) state.aside.push(line);
    else if (SCOPE.test(line.text)) enterScope(state, SCOPE.exec(line.text)?.[1] ?? "");
    else if (table?.tables.every((one) => openBlock(state, line, one.title, { printed: one })))
      index += table.count - 1;
    else if (isFrame(line.text)) continue;
    else if (takeTitle(state, line)) index += takeForm(state, lines, index);
    else if (isNames(line.text, titles)) takeText(state, line);
    else if (takesRow(state, line)) {
      if (state.block) index += addRow(state, lines, index);
      else stray.push(line);
    } else if (isRemark(line.text)) takeText(state, line);
    else if (state.block || holdsNumbers(line.text)) stray.push(line);
    if (stray.length > 0 && state.blocks.length > 0) break;
  }
  if (state.blocks.length === 0) return undefined;
  if (stray.length > 0) refuseStray(state, stray[0]);
  return { blocks: state.blocks, aside: [...new Set(state.aside)].sort((a, b) => a.number - b.number) };
}

/** Whether a cell is the name of a step, perhaps with its head before it. */
function isStepName(text: string, { find, heads }: StepTitles): boolean {
  const title = titleIn(text).text;
  const name = heads > 0 ? title.replace(HEAD, " ").trim() : title;
  const scope = name === title ? "" : "head 0";
  return name !== "" && !holdsNumbers(name) && find(name, scope).length > 0;
}

/** Names of columns: nothing but tokens of the problem, and one at least that is no number. */
function isNames(text: string, { labels }: StepTitles): boolean {
  const words = text.split(/[\s|,;]+/).filter((word) => word !== "");
  return words.length > 1 && words.every((word) => labels.has(word)) && !words.every(isNumberCell);
}

interface State {
  readonly source: Source;
  readonly titles: StepTitles;
  readonly blocks: Block[];
  readonly aside: SheetLine[];
  head: number | undefined;
  scope: string | undefined;
  block: Block | undefined;
  /** Lines of text since the title or the last row. */
  texts: SheetLine[];
}

const HEAD = /(?:^|[\s,(/–-])\(?(?:attention\s+)?head\s*#?\s*(\d{1,3})\b\)?\s*[:/.–-]*\s*/i;

/** Opens a block where a title names a step. */
function openBlock(
  state: State,
  line: SheetLine,
  title: string,
  { printed }: { readonly printed?: PrintedTable } = {},
): Block | undefined {
  const [said, number] = HEAD.exec(title) ?? [];
  const head = number === undefined ? state.head : Number(number);
  const name = said === undefined ? title : title.replace(said, " ").trim();
  if (name === "") return undefined;
  const scope = printed?.scope ?? state.scope;
  const steps = state.titles.find(
    name,
    scope ?? (head === undefined || state.titles.heads === 0 ? "" : "head 0"),
    printed?.formula,
  );
  if (steps.length === 0) return undefined;
  const block: Block = {
    ...{
      line,
      title: name,
      head: scope === undefined ? head : undefined,
      scope,
      steps,
      rows: [],
      above: undefined,
      form: undefined,
      printed,
    },
    isClosed: printed !== undefined,
  };
  state.blocks.push(block);
  state.block = block;
  state.aside.push(...state.texts);
  state.texts = [];
  return block;
}

function enterScope(state: State, scope: string): void {
  state.scope = scope;
  state.block = undefined;
}

/** Whether a line is a title, perhaps with the answer behind it. */
function takeTitle(state: State, line: SheetLine): boolean {
  const { titles, block } = state;
  const { text } = titleIn(line.text);
  const [, head] = /^(?:attention\s+)?head\s*#?\s*(\d{1,3})$/i.exec(text.trim()) ?? [];
  if (head !== undefined && titles.heads > 0) {
    state.head = Number(head);
    state.block = undefined;
    return true;
  }
  // The number of a head is none of the answer.
  // A call that goes on in the next lines is the answer.
  if (!holdsNumbers(text.replace(HEAD, " ")) && !/\(\s*$/.test(text)) {
    if (/\p{L}|Σ|α/u.test(text) && openBlock(state, line, text)) return true;
  }
  if (holdsNumbers(text) && isRemark(withoutAsides(text)) && openBlock(state, line, text)) return true;
  for (const { title, from, isCell } of inlineTitles(line, titles.labels)) {
    const name = titleIn(title).text;
    if (takeRowOfTitle(state, { line, from }, name)) return true;
    // A row whose label is a name of a step, too.
    if (block && titles.labels.has(name) && !block.isClosed) return false;
    const rest = line.text.slice(from);
    const own = block && isCell && block.title === name && state.texts.length === 0 && block.rows.length > 0;
    const opened = own ? block : openBlock(state, line, name);
    if (!opened) continue;
    if (saysNothing(rest)) opened.isClosed = true;
    else opened.rows.push({ line, from });
    return true;
  }
  return openUnanswered(state, line);
}

/** Whether a title says of which row its answer is: `Weights for man = …` goes on with the rows of the weights. */
function takeRowOfTitle(state: State, row: RowText, name: string): boolean {
  const named = rowOfTitle(name, state.titles.labels);
  if (!named) return false;
  const { block, texts } = state;
  const isNext = block?.title === named.title && block.rows.every(({ label }) => label !== undefined);
  const opened = isNext && texts.length === 0 ? block : openBlock(state, row.line, named.title);
  opened?.rows.push({ ...row, label: named.label });
  return opened !== undefined;
}

/** A title behind which words say that there is no answer: `Weights: not done`. */
function openUnanswered(state: State, line: SheetLine): boolean {
  const [, title = "", rest = ""] = /^(.*?\S)\s*[:=–—-]\s+(.+)$/.exec(line.text) ?? [];
  if (title === "" || !saysNothing(rest)) return false;
  const block = openBlock(state, line, titleIn(title).text);
  if (block) block.isClosed = true;
  return block !== undefined;
}

const FORM = /\\begin\{\w*(?:matrix|array|tabular)|^\s*[A-Za-z_][\w.]*\(\s*[[({]|^\s*tf\.Tensor\(\s*$/;

/** Takes the lines of a matrix that another form reads; how many there are beyond the first. */
function takeForm({ block }: State, lines: readonly SheetLine[], index: number): number {
  const row = block?.rows[block.rows.length - 1];
  if (!block || !row || row.line !== lines[index]) return 0;
  const text = row.line.text.slice(row.from);
  if (!FORM.test(text)) return 0;
  const end = lines.findIndex((_, at) => at >= index && isComplete(lines.slice(index, at + 1), row.from));
  const last = end < 0 ? index : end;
  block.rows.pop();
  block.form = { first: row, lines: lines.slice(index, last + 1) };
  block.isClosed = true;
  return last - index;
}

function isComplete(lines: readonly SheetLine[], from: number): boolean {
  const text = lines.map((line, index) => (index === 0 ? line.text.slice(from) : line.text)).join("\n");
  if (text.includes("\\begin")) return /\\end\{\w+\*?\}/.test(text);
  return (
    [...text].reduce(
      (depth, sign) => depth + ("([{".includes(sign) ? 1 : ")]}".includes(sign) ? -1 : 0),
      0,
    ) <= 0
  );
}

/** Whether a line is a row of numbers, perhaps with a name before it. */
function takesRow({ block, titles }: State, line: SheetLine): boolean {
  if (FORM.test(line.text)) return block !== undefined;
  const grids = splitGrid({ lines: [{ line, from: 0 }], above: undefined }, titles.labels);
  const row = grids.find(
    ({ cells }) =>
      cells.length > 0 &&
      cells.every((own) => own.every(({ text }) => isNumberCell(text) || isMark(text) || text === "")),
  );
  if (!row?.cells.some((own) => own.some(({ text }) => isNumberCell(text) || isMark(text)))) return false;
  const [label = ""] = row.rowLabels ?? [];
  if (titles.labels.has(label)) return true;
  if (label.split(/\s+/).length > 3) return false;
  const isColumn = block?.steps.some(({ shape }) => shape?.cols === 1);
  if (label === "" || !/\p{L}/u.test(line.text) || !isRemark(line.text)) return true;
  // `class 1` may be one of them where every row has one number.
  return isColumn === true && label.split(/\s+/).length === 1;
}

/** Adds a row to the block that is open; how many lines it takes beyond its own. */
function addRow(state: State, lines: readonly SheetLine[], index: number): number {
  const { block, texts, source, titles } = state;
  const line = lines[index];
  if (!block) return 0;
  if (block.isClosed) refuseStray(state, line);
  const last = texts[texts.length - 1];
  if (last !== undefined && block.rows.length > 0) {
    // Names of columns are not what is wrong there.
    refuseUnderText(state, line, texts.find(({ text }) => !isNames(text, titles)) ?? last);
  }
  if (last !== undefined) {
    const { isMarked, text } = titleIn(last.text);
    const isHeader =
      lines.slice(lines.indexOf(last) + 1, index).every((one) => isFrame(one.text)) && !isSentence(last.text);
    const near = titles.near(text);
    const known = text.split(/[\s|,;]+/).every((word) => word === "" || titles.labels.has(word));
    if (
      (isMarked && !isHeader) ||
      (near !== undefined && !known && !isSentence(last.text)) ||
      /[:=]\s*$/.test(last.text)
    )
      refuseUnknown(source, last, text, near);
    if (isHeader) {
      block.above = last;
      texts.pop();
    }
    state.aside.push(...texts);
    state.texts = [];
  }
  block.rows.push({ line, from: 0 });
  return takeForm(state, lines, index);
}

function takeText(state: State, line: SheetLine): void {
  state.texts.push(line);
  if (!state.block || state.block.rows.length > 0 || state.block.isClosed) state.aside.push(line);
}
