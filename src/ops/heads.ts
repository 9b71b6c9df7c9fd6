import { sumOver, tabulate } from "../math/lists.js";
import { cellOf, createBooleanMatrix, createMatrix, type Matrix, type Shape } from "../math/matrix.js";
import {
  add,
  columnNumbers,
  divide,
  equal,
  exactly,
  flags,
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
import { fuseCells } from "./fused-attention.js";

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
const nanBecause = (reason: string): Term =>
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

/** A set of cells of a matrix: for each row, the columns in the set. A row without columns is left out. */
export interface CellSet {
  readonly name: string;
  readonly columns: readonly (readonly number[])[];
}

/**
 * For each input (a head's weights, n×m) and each set of cells: the share of a row's weight in the set, averaged over
 * the rows that have such cells. NaN if no row has. H inputs → H×places.
 */
export const shares = define<{ readonly places: readonly CellSet[] }>({
  name: "shares",
  definition(inputs, { places }) {
    const rows = inputs.map((input) =>
      joinColumns(
        places.map(({ name, columns }) => {
          const count = columns.filter(({ length }) => length > 0).length;
          if (count === 0) return nanBecause(`no row has ${name}`);
          const { rows, cols } = input;
          const cells = createBooleanMatrix(rows, cols, (row, col) => columns[row]?.includes(col) === true);
          return divide(total(where(flags(name, cells), input, 0)), count);
        }),
      ),
    );
    return joinRows(rows);
  },
  kernel: (inputs, { places }) =>
    sharesOf(
      inputs.map((weights) => (row, col) => cellOf(weights, row, col)),
      places,
    ),
  // Only a few weights are needed. If the weights are not kept, only these are computed.
  fused({ inputs, params: { places } }, numbers) {
    const cells = inputs.flatMap((weights) => fuseCells(weights, numbers) ?? []);
    return cells.length === inputs.length ? sharesOf(cells, places) : undefined;
  },
});

type CellsOfWeights = (row: number, col: number) => number;

const sharesOf = (heads: readonly CellsOfWeights[], places: readonly CellSet[]): Matrix =>
  createMatrix(heads.length, places.length, (head, at) => shareOf(heads[head], places[at]));

function shareOf(weightOf: CellsOfWeights, { columns }: CellSet): number {
  let total = 0;
  let rows = 0;
  for (const [row, cols] of columns.entries()) {
    if (cols.length > 0) rows++;
    for (const col of cols) total += weightOf(row, col);
  }
  return total / rows;
}
