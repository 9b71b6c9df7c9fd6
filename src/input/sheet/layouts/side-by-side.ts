import type { SheetLine } from "../sheet-lines.js";
import { cellsBetween, signIn } from "./separated.js";

/** A row of a spreadsheet. */
interface Row {
  readonly line: SheetLine;
  readonly cells: readonly string[];
}

/**
 * The lines of a spreadsheet with tables beside each other, each table on its own under its title: a line with several
 * titles in cells begins such a group, and a line without numbers and names ends it. Other lines stay as they are.
 */
export function linesBelowEachOther(
  lines: readonly SheetLine[],
  isTitle: (cell: string) => boolean,
): readonly SheetLine[] {
  const result: SheetLine[] = [];
  for (let index = 0; index < lines.length; index++) {
    const starts = titlesIn(lines[index], isTitle);
    if (starts.length < 2) {
      result.push(lines[index]);
      continue;
    }
    const sign = signIn(lines[index].text) ?? "\t";
    const rows: Row[] = [];
    for (const line of lines.slice(index)) {
      const cells = cellsBetween(line.text, sign);
      const isNext = rows.length > 0 && cells.some(isTitle);
      if (isNext || cells.every((cell) => cell === "")) break;
      rows.push({ line, cells });
    }
    result.push(...apart(rows, starts, sign));
    index += rows.length - 1;
  }
  return result;
}

/** Where the titles begin in a line of nothing but titles. */
function titlesIn({ text }: SheetLine, isTitle: (cell: string) => boolean): readonly number[] {
  const sign = signIn(text);
  if (sign === undefined) return [];
  const cells = cellsBetween(text, sign);
  const filled = [...cells.keys()].filter((at) => cells[at] !== "");
  return filled.length > 1 && filled.every((at) => isTitle(cells[at])) ? filled : [];
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
