import type { ErrorCode } from "../../errors.js";
import { isSign, shorten, startsLikeNumber } from "../cell.js";
import { cellProblem } from "../cell-problem.js";
import type { FormOptions } from "./form.js";
import type { Delimiter } from "./form-names.js";
import type { Layout } from "./layout.js";
import { type Line, pieceOf, refuseCell } from "./lines.js";

/** A table in lines, split into cells. */
interface Rows {
  readonly lines: readonly Line[];
  /** Whether blank lines precede each row. */
  readonly gaps: readonly boolean[];
  readonly cells: readonly (readonly string[])[];
  readonly layout: Layout;
  readonly delimiter: Delimiter;
  readonly isQuoted: boolean;
}

export const GAP = "there is a blank line before this row: this is one matrix with a gap, or two";

/** Throws a UserError if the lines may be something other than a table, or contain a typing error. */
export function checkTable(rows: Rows, options: FormOptions): void {
  const { lines, gaps, cells, layout, delimiter, isQuoted } = rows;
  const { headerRows, labels = [] } = layout;
  const refuse = (row: number, code: ErrorCode, what: string, hint: string): never =>
    refuseCell(pieceOf(lines[row]), options, what, hint, code);
  // Blank lines between all rows are one matrix; between some rows they are ambiguous.
  if (gaps.includes(true) && gaps.filter(Boolean).length < gaps.length - 1) {
    const hint = "Remove the blank line, or put each matrix in its own file.";
    refuse(gaps.indexOf(true), "AMBIGUOUS", GAP, hint);
  }
  if (mayBeTitle(rows)) {
    const what = `"${cells[0][0]}" may be the name of this matrix, or of a column beside an index`;
    refuse(0, "AMBIGUOUS", what, "Remove this line; or, for the column, the index as well.");
  }
  const last = (headerRows === 1 && cells[0].at(-1)) || "";
  // `double q[2][4] =` above numbers is the rest of a declaration.
  if (/.=$/.test(last)) {
    const what = `${JSON.stringify(shorten(last, 60))} assigns something, so it is not the name of a column`;
    refuse(0, "SYNTAX", what, "Write the brackets around the matrix, or remove this line.");
  }
  // With spaces as delimiter, a sign among row numbers belongs to the number after it. In a table with commas it may be
  // a word.
  const maySign = delimiter === " " && labels.some(startsLikeNumber);
  for (const [at, label] of labels.entries()) {
    const row = at + headerRows;
    if (maySign && isSign(label)) {
      const { message, hint } = cellProblem(label);
      refuse(row, "NOT_A_NUMBER", message, hint);
    }
    // `w0,2;537.1`, split at its semicolon, has a number before the comma; `double q[4][2] =, 19` was a declaration.
    if (isQuoted || !/(?:[,;=]\s*|\s\s)[-+]?\.?\d|(?:.=|[\])}][-+√])$/.test(label)) continue;
    const shown = JSON.stringify(shorten(lines[row].text, 60));
    const end = label.slice(-1);
    const what = "-+√=".includes(end)
      ? `the label of the row ${shown} ends in "${end}"`
      : `there is a number in the label of the row ${shown}`;
    refuse(row, "SYNTAX", what, "Write the same mark between all cells of all rows.");
  }
}

/**
 * Whether a single name above rows of two numbers may be the matrix's title: `Q` above `1 2`. pandas and R would indent
 * or quote the name of a column beside an index.
 */
function mayBeTitle({ lines, gaps, cells: [names, ...rows], layout }: Rows): boolean {
  const { headerRows, indexCols, labels } = layout;
  if (headerRows !== 1 || indexCols !== 1 || labels || names.length !== 1 || rows[0].length !== 2)
    return false;
  const first = Number(rows[0][0]);
  const counts = first <= 1 && rows.every((cells, index) => Number(cells[0]) === first + index);
  return !counts || gaps[1] || !/^\s|^"/.test(lines[0].text);
}
