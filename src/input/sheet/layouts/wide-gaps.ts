import { isMark, isNumberCell } from "../cells.js";
import type { SheetLine } from "../sheet-lines.js";
import type { TitleWords } from "../titled-step.js";

/**
 * The first lines of a text when they hold tables beside each other with wide gaps between them: a line of titles, and rows
 * in which as many gaps are wider than all others. How many lines these are; undefined for anything else.
 */
export function linesBetweenGaps(
  [first, ...lines]: readonly SheetLine[],
  { isStep, isHead }: TitleWords,
): { readonly lines: readonly SheetLine[]; readonly count: number } | undefined {
  const titles = first.text.trim().split(/\s{3,}/);
  // Heads alone stand beside each other in what qkv prints.
  if (titles.length < 2 || !titles.every(isStep)) return undefined;
  const end = lines.findIndex(({ text }) => !/\d/.test(text) || isStep(text) || isHead(text));
  const rows = lines.slice(0, end < 0 ? lines.length : end);
  const parts = rows.map(({ text }) => partsOf(text, titles.length));
  const widths = parts.map((row) => row?.map((part) => part.split(/\s+/).length).join());
  if (rows.length === 0 || widths[0] === undefined || widths.some((own) => own !== widths[0]))
    return undefined;
  return {
    count: rows.length + 1,
    lines: titles.flatMap((title, at) => [
      { ...first, text: title },
      ...rows.map((line, row) => ({ ...line, text: parts[row]?.[at] ?? "" })),
      { ...first, text: "" },
    ]),
  };
}

/** The parts of a row of numbers between its widest gaps; undefined where these are no wider than others. */
function partsOf(text: string, count: number): readonly string[] | undefined {
  const row = text.trim();
  const gaps = row.match(/\s+/g)?.map((gap) => gap.length) ?? [];
  const widest = [...gaps].sort((a, b) => b - a);
  const least = widest[count - 2];
  if (least === undefined || least === (widest[count - 1] ?? 0)) return undefined;
  if (!row.split(/\s+/).every((word) => isNumberCell(word) || isMark(word))) return undefined;
  return row.split(new RegExp(`\\s{${least},}`));
}
