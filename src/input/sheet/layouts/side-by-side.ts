import type { SheetLine } from "../sheet-lines.js";
import type { TitleWords } from "../titled-step.js";
import { cellsBetween, signIn } from "./separated.js";
import { linesBetweenGaps } from "./wide-gaps.js";

/** A row of a spreadsheet. */
interface Row {
  readonly line: SheetLine;
  readonly cells: readonly string[];
}

/**
 * The lines of a spreadsheet with tables beside each other, each table on its own under its title: a line with several
 * titles in cells begins such a group, and a line without numbers and names ends it. Under heads beside each other may stand
 * several steps. Other lines stay as they are.
 */
export function linesBelowEachOther(lines: readonly SheetLine[], words: TitleWords): readonly SheetLine[] {
  const result: SheetLine[] = [];
  for (let index = 0; index < lines.length; index++) {
    const rest = lines.slice(index);
    const sign = signIn(lines[index].text);
    if (sign === undefined) {
      const group = linesBetweenGaps(rest, words);
      result.push(...(group?.lines ?? [lines[index]]));
      index += (group?.count ?? 1) - 1;
      continue;
    }
    const titles = cellsBetween(lines[index].text, sign);
    const isGroup = [words.isStep, words.isHead].some((isTitle) => startsOf(titles, isTitle).length > 1);
    const rows = isGroup ? groupOf(rest, sign, words) : [];
    result.push(...(isGroup ? apart(rows, filledIn(titles), sign) : [lines[index]]));
    index += Math.max(1, rows.length) - 1;
  }
  return result;
}

const filledIn = (cells: readonly string[]) => [...cells.keys()].filter((at) => cells[at] !== "");

/** Where the titles begin in a line of nothing but such titles. */
function startsOf(cells: readonly string[], isTitle: (cell: string) => boolean): readonly number[] {
  const filled = filledIn(cells);
  return filled.every((at) => isTitle(cells[at])) ? filled : [];
}

/** The rows that belong to the titles in the first of these lines. */
function groupOf(
  [first, ...lines]: readonly SheetLine[],
  sign: string,
  { isStep, isHead }: TitleWords,
): readonly Row[] {
  const rowOf = (line: SheetLine): Row => ({ line, cells: cellsBetween(line.text, sign) });
  const rows = [rowOf(first)];
  const hasHeads = startsOf(rows[0].cells, isHead).length > 1;
  const isEmpty = (cells: readonly string[]) => cells.every((cell) => cell === "");
  for (const row of lines.map(rowOf)) {
    // Under heads a title may stand in every part, or the next steps behind a line without anything.
    const isNext = row.cells.some((cell) => isHead(cell) || (isStep(cell) && !hasHeads));
    const isBelow = hasHeads && filledIn(row.cells).length === 1 && row.cells.some(isStep);
    if (isNext || isBelow || (isEmpty(row.cells) && !hasHeads)) break;
    rows.push(row);
  }
  while (rows.length > 1 && isEmpty(rows[rows.length - 1].cells)) rows.pop();
  return rows;
}

function apart([titles, ...body]: readonly Row[], starts: readonly number[], sign: string): SheetLine[] {
  const isGap = (col: number) => body.every(({ cells }) => (cells[col] ?? "") === "");
  const width = Math.max(...body.map(({ cells }) => cells.length), titles.cells.length);
  const edges = starts.map((start, at) => {
    if (at === 0) return 0;
    // A title may stand over the numbers, with the names of the rows before it: the table begins behind the empty column.
    let edge = start;
    while (edge > starts[at - 1] + 1 && !isGap(edge - 1)) edge--;
    return edge > starts[at - 1] + 1 ? edge : start;
  });
  return edges.flatMap((from, at) => {
    const to = edges[at + 1] ?? width;
    return [
      { ...titles.line, text: titles.cells[starts[at]] },
      ...body.map(({ line, cells }) => ({ ...line, text: cells.slice(from, to).join(sign) })),
      { ...titles.line, text: "" },
    ];
  });
}
