import { createMatrix, type Matrix } from "../math/matrix.js";
import { callOnAll, constant, type Expression, quotient, sum } from "../trace/expression.js";
import { cell, type Op, oneColumn } from "../trace/op.js";

// What is said of several heads at once: one row a head.

/** How many columns each of some matrices gives to one head. */
export interface Split {
  readonly parts: readonly { readonly columns: number; readonly headSize: number }[];
}

/** Which head each column goes to: row r of the result is for the r-th matrix, which may have fewer columns. */
export const headOfColumn: Op<Split> = {
  name: "head-of-column",
  shape: (_, { parts }) => ({
    rows: parts.length,
    cols: Math.max(...parts.map(({ columns }) => columns)),
  }),
  compute: (_, { parts }) =>
    createMatrix(parts.length, Math.max(...parts.map(({ columns }) => columns)), (row, col) =>
      headAt(parts[row], col),
    ),
  explainCell: (_, { parts }, row, col) =>
    constant(headAt(parts[row], col), `⌊${col} / ${parts[row].headSize}⌋`),
};

function headAt({ columns, headSize }: Split["parts"][number], col: number): number {
  return col < columns ? Math.floor(col / headSize) : 0;
}

/** Which cells of each row of weights are averaged: a column, or the place of the query among the keys. */
export type Cells = { readonly column: number } | { readonly diagonal: number };

/** For each input (a head's weights or a measure of its rows) the mean over its rows of one cell a row. H inputs → H×1. */
export const meanOfRows: Op<Cells> = {
  name: "mean-of-rows",
  shape: ({ length }) => ({ rows: length, cols: 1 }),
  compute: (inputs, cells) =>
    createMatrix(inputs.length, 1, (head) => {
      const values = placesOf(inputs[head], cells).map(
        ([row, col]) => inputs[head].data[row * inputs[head].cols + col],
      );
      return values.reduce((total, value) => total + value, 0) / values.length;
    }),
  explainCell(inputs, cells, head): Expression {
    const places = placesOf(inputs[head], cells);
    return quotient(sum(places.map(([row, col]) => cell(inputs, head, row, col))), constant(places.length));
  },
};

/** One cell a row; a diagonal leaves out rows whose place is not among the columns. */
function placesOf({ rows, cols }: Matrix, cells: Cells): (readonly [row: number, col: number])[] {
  const places = Array.from(
    { length: rows },
    (_, row) => [row, "column" in cells ? cells.column : row + cells.diagonal] as const,
  );
  return places.filter(([, col]) => col >= 0 && col < cols);
}

/** For each input (1×m) the place of its largest number, the first if several. H inputs → H×1. */
export const argmaxOfEach: Op = {
  name: "argmax-of-each",
  shape: ({ length }) => ({ rows: length, cols: 1 }),
  compute: (inputs) => createMatrix(inputs.length, 1, (head) => argmax(inputs[head])),
  explainCell: (inputs, _, head) =>
    Number.isNaN(argmax(inputs[head]))
      ? constant(Number.NaN, "NaN, because no key stands out")
      : callOnAll(
          "argmax",
          Array.from(inputs[head].data, (_value, col) => cell(inputs, head, 0, col)),
        ),
};

function argmax({ data }: Matrix): number {
  const largest = data.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return largest > 0 ? data.indexOf(largest) : Number.NaN;
}

/** How many different numbers stand in the same row of the inputs (places that heads look at). H inputs n×1 → n×1. */
export const distinctPlaces: Op = {
  name: "distinct-places",
  rows: "all",
  shape: oneColumn,
  compute: (inputs) =>
    createMatrix(inputs[0].rows, 1, (row) => new Set(inputs.map(({ data }) => data[row])).size),
  explainCell: (inputs, _, row) =>
    callOnAll(
      "distinct",
      inputs.map((_matrix, head) => cell(inputs, head, row, 0)),
    ),
};
