import { refuseLine } from "../forms/lines.js";
import type { Source } from "../source.js";
import { isMark, isNumberCell } from "./cells.js";
import { splitGrid } from "./grid.js";
import { tablesInLines } from "./layouts/layouts.js";
import { type Block, enterScope, FORM, openBlock, type State, startOf, takeForm } from "./open-blocks.js";
import { findPrinted, SCOPE } from "./printed-run.js";
import { holdsNumbers, isFrame, isRemark, isSentence } from "./remarks.js";
import type { SheetLine } from "./sheet-lines.js";
import { headInLine, isStepName, takeTitle } from "./take-title.js";
import { titleIn } from "./title.js";
import type { StepTitles } from "./titled-step.js";

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
  const lines = tablesInLines(source, {
    isStep: (text) => isStepName(text, titles),
    isHead: (text) => headInLine(titleIn(text).text, titles) !== undefined,
  });
  const printed = findPrinted(lines);
  const state = startOf(titles);
  const stray: SheetLine[] = [];
  if (title !== undefined) openBlock(state, { source, text: title, number: 1, start: 0 }, title);
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
  return {
    blocks: inOrder(state.blocks),
    aside: [...new Set(state.aside)].sort((a, b) => a.number - b.number),
  };
}

/**
 * Where a layer has two steps of one name, such as its residual sums, and the sheet has that title as often, they are meant
 * in their order.
 */
function inOrder(blocks: readonly Block[]): readonly Block[] {
  const keysOf = ({ steps }: Block) => steps.map(({ key }) => key).join("\n");
  return blocks.map((block) => {
    const { steps } = block;
    const alike = blocks.filter((other) => keysOf(other) === keysOf(block));
    const isCounted = steps.every(({ key }) => /-\d$/.test(key)) && alike.length === steps.length;
    return steps.length > 1 && isCounted ? { ...block, steps: [steps[alike.indexOf(block)]] } : block;
  });
}

/** Names of columns: nothing but tokens of the problem, and one at least that is no number. */
function isNames(text: string, { labels }: StepTitles): boolean {
  const words = text.split(/[\s|,;]+/).filter((word) => word !== "");
  return words.length > 1 && words.every((word) => labels.has(word)) && !words.every(isNumberCell);
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
  const { block, texts, titles } = state;
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
      refuseUnknown(last, text, near);
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

/** Numbers below words that name no step. Throws UNKNOWN_STEP. */
function refuseUnknown(line: SheetLine, text: string, near: string | undefined): never {
  const hint =
    near === undefined
      ? "Write the name of the step, as the run prints it; a note may begin with //."
      : `Did you mean "${near}"? A note may begin with //.`;
  const message = `numbers stand below "${text}", which names no step.`;
  return refuseLine(line, "UNKNOWN_STEP", message, hint);
}

/** A row below a text that stands between it and the rows of a step. Throws AMBIGUOUS. */
function refuseUnderText({ titles, block }: State, line: SheetLine, last: SheetLine): never {
  const { text } = titleIn(last.text);
  const near = titles.near(text);
  const message = `this row may belong to ${block?.title}, or to what "${text}" says above it.`;
  const hint =
    near === undefined
      ? "Write the rows of a step together, under its name."
      : `Did you mean "${near}"? Otherwise write the rows of a step together, under its name.`;
  return refuseLine(line, "AMBIGUOUS", message, hint);
}

/** Numbers that answer nothing. Throws SYNTAX. */
function refuseStray({ block }: State, line: SheetLine): never {
  const message =
    block?.isClosed === true
      ? `numbers stand here behind the answer to ${block.title}.`
      : "numbers stand in this line, which is no row of a step, no title, name or date.";
  const hint = "Write the rows of a step under its name, and // before a note.";
  return refuseLine(line, "SYNTAX", message, hint);
}
