import type { ErrorCode } from "../../errors.js";
import { isSign, shorten, startsLikeNumber } from "../cell.js";
import { cellProblem } from "../cell-problem.js";
import type { FormOptions } from "./form.js";
import type { Delimiter } from "./form-names.js";
import type { Layout } from "./layout.js";
import { type Line, pieceOf, refuseCell } from "./lines.js";

/** A table in lines, taken apart. */
interface Rows {
  readonly lines: readonly Line[];
  /** Whether blank lines stand before a row. */
  readonly gaps: readonly boolean[];
  readonly cells: readonly (readonly string[])[];
  readonly layout: Layout;
  readonly delimiter: Delimiter;
  readonly isQuoted: boolean;
}

/** What lines of cells may be besides a table, or what a slip left in them. */
interface Slip {
  readonly code: ErrorCode;
  /** The row at fault; -1 for none. */
  find(rows: Rows): number;
  what(rows: Rows, row: number): string;
  hint(rows: Rows, row: number): string;
}

export const GAP = "a blank line stands before this row: it is one matrix with a gap, or two";

const labelsOf = ({ layout }: Rows) => layout.labels ?? [];
const labelOf = (rows: Rows, row: number) => labelsOf(rows)[row - rows.layout.headerRows] ?? "";
const findLabel = (rows: Rows, isOdd: (label: string) => boolean): number => {
  const odd = labelsOf(rows).findIndex(isOdd);
  return odd < 0 ? -1 : odd + rows.layout.headerRows;
};

const SLIPS: readonly Slip[] = [
  {
    // Only when every line is set apart they are one matrix.
    code: "AMBIGUOUS",
    find: ({ gaps }) => (gaps.filter(Boolean).length === gaps.length - 1 ? -1 : gaps.indexOf(true)),
    what: () => GAP,
    hint: () => "Remove the blank line, or put each matrix in a file of its own.",
  },
  {
    // `Q` above rows of two numbers; pandas and R set the name of a column beside an index off, or quote it.
    code: "AMBIGUOUS",
    find({ lines, gaps, cells: [names, ...rows], layout: { headerRows, indexCols, labels } }) {
      if (headerRows !== 1 || indexCols !== 1 || labels || names.length !== 1 || rows[0].length !== 2)
        return -1;
      const first = Number(rows[0][0]);
      const counts = first <= 1 && rows.every((cells, index) => Number(cells[0]) === first + index);
      return counts && !gaps[1] && /^\s|^"/.test(lines[0].text) ? -1 : 0;
    },
    what: ({ cells }) => `"${cells[0][0]}" may be the name of this matrix, or of a column beside an index`,
    hint: () => "Remove this line; or, for the column, the index as well.",
  },
  {
    // `double q[2][4] =` above numbers is what was left of a declaration.
    code: "SYNTAX",
    find: ({ cells, layout }) => (layout.headerRows === 1 && /.=$/.test(cells[0].at(-1) ?? "") ? 0 : -1),
    what: ({ cells }) =>
      `${JSON.stringify(shorten(cells[0].at(-1) ?? "", 60))} assigns something, and is no name of a column`,
    hint: () => "Write the brackets around the matrix, or remove this line.",
  },
  {
    // Between spaces a sign among numbers of rows is that of the number behind it; in a table with commas it may be a word.
    code: "NOT_A_NUMBER",
    find: (rows) =>
      rows.delimiter === " " && labelsOf(rows).some(startsLikeNumber) ? findLabel(rows, isSign) : -1,
    what: (rows, row) => cellProblem(labelOf(rows, row)).message,
    hint: (rows, row) => cellProblem(labelOf(rows, row)).hint,
  },
  {
    // `w0,2;537.1`, cut at its semicolon, has a number before the comma; `double q[4][2] =, 19` was a declaration.
    code: "SYNTAX",
    find: (rows) =>
      rows.isQuoted
        ? -1
        : findLabel(rows, (label) => /(?:[,;=]\s*|\s\s)[-+]?\.?\d|(?:.=|[\])}][-+√])$/.test(label)),
    what: (rows, row) => {
      const label = labelOf(rows, row);
      const shown = JSON.stringify(shorten(rows.lines[row].text, 60));
      return /[-+√=]$/.test(label)
        ? `the label of the row ${shown} ends in "${label.at(-1)}"`
        : `a number stands in the label of the row ${shown}`;
    },
    hint: () => "Write the same mark between all cells of all rows.",
  },
];

/** Throws a UserError for the first slip of a table in lines. */
export function checkSlips(rows: Rows, options: FormOptions): void {
  for (const { code, find, what, hint } of SLIPS) {
    const row = find(rows);
    if (row >= 0) refuseCell(pieceOf(rows.lines[row]), options, what(rows, row), hint(rows, row), code);
  }
}
