import { sumOver, tabulate } from "../math/lists.js";
import { createMatrix, type Shape } from "../math/matrix.js";
import {
  add,
  columnNumbers,
  divide,
  equal,
  exactly,
  floor,
  insertAxis,
  joinColumns,
  joinRows,
  less,
  rowNumbers,
  slice,
  strongest,
  sum,
  sumAway,
  type Term,
  total,
  where,
  zeros,
} from "../trace/arrays.js";
import { callOnAll, constant } from "../trace/expression.js";
import { define } from "./define.js";

// Measures of several heads at once: one row per head.

/** For each of several matrices, how many columns belong to one head. */
export interface Split {
  readonly parts: readonly { readonly columns: number; readonly headSize: number }[];
}

/** The head of each column. Row r of the result is for matrix r; it ends with 0s if that matrix has fewer columns. */
export const headOfColumn = define<Split>({
  name: "head-of-column",
  definition(_, { parts }) {
    const cols = Math.max(...parts.map(({ columns }) => columns));
    const numbers = columnNumbers(cols);
    const rows = parts.map(({ columns, headSize }) => {
      const head = floor(divide(numbers, headSize));
      return columns === cols ? head : where(less(numbers, columns), head, 0);
    });
    return joinRows(rows);
  },
});

/** Returns NaN with a reason, 1×1. */
export const nanBecause = (reason: string): Term =>
  exactly(add(zeros({ rows: 1, cols: 1 }), Number.NaN), constant(Number.NaN, `NaN, because ${reason}`));

/** Which cell of each row of weights is averaged: a fixed column, or the query's own position plus `diagonal`. */
export type CellPerRow = { readonly column: number } | { readonly diagonal: number };

/**
 * For each input (a head's weights, or a measure of its rows): the mean over its rows of one cell per row. H inputs →
 * H×1.
 */
export const meanOfRows = define<CellPerRow>({
  name: "mean-of-rows",
  definition(inputs, cells) {
    const means = inputs.map((input) => {
      const { rows, cols } = input;
      if ("column" in cells) {
        const column = slice(input, {}, { from: cells.column, to: cells.column + 1 });
        return divide(sum(column, 0), rows);
      }
      const count = placesOf(input, cells).length;
      if (count === 0) return nanBecause("no row has such a place");
      const isThere = equal(add(rowNumbers(rows), cells.diagonal), columnNumbers(cols));
      return divide(total(where(isThere, input, 0)), count);
    });
    return joinRows(means);
  },
  kernel: (inputs, cells) =>
    createMatrix(inputs.length, 1, (head) => {
      const values = placesOf(inputs[head], cells).map(
        ([row, col]) => inputs[head].data[row * inputs[head].cols + col],
      );
      return sumOver(values) / values.length;
    }),
});

/** Returns one cell per row. For a diagonal, rows whose cell is outside the matrix are left out. */
function placesOf({ rows, cols }: Shape, cells: CellPerRow): (readonly [row: number, col: number])[] {
  const places = tabulate(
    rows,
    (row) => [row, "column" in cells ? cells.column : row + cells.diagonal] as const,
  );
  return places.filter(([, col]) => col >= 0 && col < cols);
}

/** For each input (1×m): the index of its largest number, the first in a tie. H inputs → H×1. */
export const argmaxOfEach = define({
  name: "argmax-of-each",
  definition: (inputs) => joinRows(inputs.map(strongest)),
});

/**
 * How many different numbers the inputs have in the same row (positions that the heads look at). H inputs n×1 → n×1.
 */
export const distinctPlaces = define({
  name: "distinct-places",
  rowwise: "all",
  definition(inputs) {
    const all = joinColumns(inputs);
    // NaN means that no key stands out. All NaNs count as one more position.
    const places = where(equal(all, all), all, -1);
    const same = equal(insertAxis(places, 2), insertAxis(places, 1));
    const count = sum(divide(1, sumAway(where(same, 1, 0), [2])), 1);
    return exactly(count, (_row, _col, _own, places) => callOnAll("distinct", places), inputs);
  },
});
