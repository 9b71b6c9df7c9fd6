import { headAlone, headWithin } from "../../attention/names.js";
import { openBlock, type State } from "./open-blocks.js";
import type { RowText } from "./pieces.js";
import { holdsNumbers, isRemark } from "./remarks.js";
import type { SheetLine } from "./sheet-lines.js";
import { inlineTitles, rowOfTitle, saysNothing, titleIn, withoutAsides } from "./title.js";
import type { StepTitles } from "./titled-step.js";

/** Whether a cell is the name of a step, perhaps with its head before it. */
export function isStepName(text: string, { find, heads }: StepTitles): boolean {
  const title = titleIn(text).text;
  const name = heads > 0 ? headWithin(title).title : title;
  const scope = name === title ? "" : "head 0";
  return name !== "" && !holdsNumbers(withoutOwnNumber(name, scope, find)) && find(name, scope).length > 0;
}

/** A title without the number that is part of the name of a step: `Residual 1`, `norm-2 (after the sum)`. */
function withoutOwnNumber(title: string, scope: string, find: StepTitles["find"]): string {
  const rest = title.replace(/(?<=\p{L})[\s_-]?[12](?![\d.,])/u, " ");
  return rest !== title && find(title, scope).some(({ key }) => /-[12](?:\/|$)/.test(key)) ? rest : title;
}

/** The number of a head that stands alone, as it is counted on the sheet. */
export function headInLine(text: string, { heads }: StepTitles): number | undefined {
  return heads === 0 ? undefined : headAlone(text);
}

/** Enters the part of a head; a title right above it is that of every head: `Weights`, and below it `Head 0` and `Head 1`. */
function enterHead(state: State, line: SheetLine, head: number): void {
  const { block } = state;
  const isTitleOver =
    block?.head === undefined && block?.rows.length === 0 && !block.isClosed && state.texts.length === 0;
  const over = isTitleOver ? block.title : state.over;
  state.head = head;
  state.block = undefined;
  if (over === undefined) return;
  openBlock(state, line, over);
  state.over = over;
}

/** Whether a line is a title, perhaps with the answer behind it. */
export function takeTitle(state: State, line: SheetLine): boolean {
  const { titles, block } = state;
  const { text } = titleIn(line.text);
  const head = headInLine(text, titles);
  if (head !== undefined) {
    enterHead(state, line, head);
    return true;
  }
  // The number of a head or of a step is none of the answer.
  const words = withoutOwnNumber(headWithin(text).title, state.scope ?? "", titles.find);
  // A call that goes on in the next lines is the answer.
  if (!holdsNumbers(words) && !/\(\s*$/.test(text)) {
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
  if (!named || !isOneRow(state, row, named.label, name)) return false;
  const { block, texts } = state;
  const isNext = block?.title === named.title && block.rows.every(({ label }) => label !== undefined);
  const opened = isNext && texts.length === 0 ? block : openBlock(state, row.line, named.title);
  opened?.rows.push({ ...row, label: named.label });
  return opened !== undefined;
}

/** Where a number says which row it is, one row stands there, and the number is none of the name of a step. */
function isOneRow({ titles }: State, { line, from }: RowText, label: string, name: string): boolean {
  if (titles.labels.has(label)) return true;
  const rest = line.text.slice(from);
  const isStep = !/[)\]]$/.test(name) && titles.find(name, "").length > 0;
  return !isStep && !/[;\n]|\]\s*,?\s*\[|\s\/\s/.test(rest);
}

/** A title behind which words say that there is no answer: `Weights: not done`. */
function openUnanswered(state: State, line: SheetLine): boolean {
  const [, title = "", rest = ""] = /^(.*?\S)\s*[:=–—-]\s+(.+)$/.exec(line.text) ?? [];
  if (title === "" || !saysNothing(rest)) return false;
  const block = openBlock(state, line, titleIn(title).text);
  if (block) block.isClosed = true;
  return block !== undefined;
}
