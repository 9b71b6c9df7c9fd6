import { tabulate } from "../../math/lists.js";
import type { Axis } from "../../trace/trace.js";
import type { Chunk, MatrixFormat, NamedMatrix, WriteView } from "./format.js";
import { writeMatrix } from "./grid.js";

/** What C's strtod, Python's float(), NumPy, pandas, R and Octave read: its csvread takes -Infinity for 0 without a word. */
const WORDS = { nan: "NaN", infinity: "inf", minusInfinity: "-inf" };

/** Comma-separated values: one row a line, decimal points, LF. */
export const csv = delimited([".csv"], ",");

/** Tab-separated values: what a spreadsheet takes from the clipboard. */
export const tsv = delimited([".tsv", ".tab"], "\t");

function delimited(endings: readonly string[], delimiter: string): MatrixFormat {
  return { endings, holds: "matrix", write: (named, view) => writeDelimited(named, view, delimiter) };
}

/**
 * One row a line. Plain numbers, which is what NumPy, Octave and a spreadsheet expect; with labels a row of column
 * names above and a column of row names before them, as pandas writes an index.
 */
function writeDelimited(
  { matrix, axes }: NamedMatrix,
  { precision, labels }: WriteView,
  delimiter: string,
): Iterable<Chunk> {
  const marks = { betweenCells: delimiter, betweenRows: "\n", after: "\n" };
  if (!labels) return writeMatrix(matrix, precision, WORDS, marks);
  const [rowAxis, colAxis] = axes;
  const header = tabulate(matrix.cols, (col) => labelCell(colAxis, col));
  return writeMatrix(matrix, precision, WORDS, {
    ...marks,
    before: `${["", ...header].join(delimiter)}\n`,
    rowName: (row) => labelCell(rowAxis, row) + delimiter,
  });
}

/** A name as a cell, in quotes where it could be taken for something else (RFC 4180); a spreadsheet would work out one that begins like a formula. */
function labelCell({ labels }: Axis, position: number): string {
  const name = labels?.[position] ?? String(position);
  const label = /^[=+@]/.test(name) ? `'${name}` : name;
  // Semicolons and tabs separate cells in other dialects, and a reader may be looking for them.
  const isPlain = label === label.trim() && !/^$|^#|[",;\t\r\n]/.test(label);
  return isPlain ? label : `"${label.replaceAll('"', '""')}"`;
}
