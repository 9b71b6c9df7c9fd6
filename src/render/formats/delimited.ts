import { tabulate } from "../../math/lists.js";
import type { Axis } from "../../trace/trace.js";
import type { Chunk, MatrixFormat, NamedMatrix, WriteView } from "./format.js";
import { writeMatrix } from "./grid.js";

/**
 * Words that C's strtod, Python's float(), NumPy, pandas, R and Octave read. Octave's csvread silently reads -Infinity
 * as 0.
 */
const WORDS = { nan: "NaN", infinity: "inf", minusInfinity: "-inf" };

/** Comma-separated values: one row per line, decimal points, LF. */
export const csv = delimited([".csv"], ",");

/** Tab-separated values, which a spreadsheet accepts from the clipboard. */
export const tsv = delimited([".tsv", ".tab"], "\t");

function delimited(endings: readonly string[], delimiter: string): MatrixFormat {
  return { endings, holds: "matrix", write: (named, view) => writeDelimited(named, view, delimiter) };
}

/**
 * Writes one row per line. Plain numbers are what NumPy, Octave and a spreadsheet expect. With labels there is a row of
 * column names above, and a column of row names in front, as pandas writes an index.
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

/**
 * Writes a name as a cell, in quotes if it could be read as something else (RFC 4180). An apostrophe is added if a
 * spreadsheet would compute it as a formula.
 */
function labelCell({ labels }: Axis, position: number): string {
  const name = labels?.[position] ?? String(position);
  const label = /^[=+@]/.test(name) ? `'${name}` : name;
  // Semicolons and tabs separate cells in other dialects, and a reader may expect them.
  const isPlain = label === label.trim() && !/^$|^#|[",;\t\r\n]/.test(label);
  return isPlain ? label : quoted(label);
}

/** Writes rows of texts, a line each (RFC 4180). A spreadsheet would compute a text that begins like a formula. */
export const delimitedRows = (
  rows: readonly (readonly string[])[],
  delimiter: "," | "\t",
): readonly string[] =>
  rows.map((cells) => {
    const written = cells.map((text) => {
      const plain = /^[=+@-]/.test(text) ? `'${text}` : text;
      return /[",;\t\r\n]/.test(plain) ? quoted(plain) : plain;
    });
    return `${written.join(delimiter)}\n`;
  });

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
