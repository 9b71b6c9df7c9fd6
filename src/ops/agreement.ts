import { type BooleanMatrix, cellOf, createMatrix, isTrue, type Matrix } from "../math/matrix.js";
import { dotRows } from "../math/product.js";
import {
  call,
  constant,
  type Expression,
  negative,
  product,
  quotient,
  sum,
  sumOver,
} from "../trace/expression.js";
import { cell, cellsOfRow, type Op, shapeOfFirst } from "../trace/op.js";

// How far several distributions over the same places agree.

/**
 * The rank of each number in its row, less the mean rank: ½ Σ_k sign(x_j − x_k), 0 in the middle. Equal numbers share
 * a rank. Blocked cells take no part and are 0. n×m → n×m.
 */
export const centredRanks: Op<{ readonly blocked?: BooleanMatrix | undefined }> = {
  name: "centred-ranks",
  shape: shapeOfFirst,
  compute([matrix], { blocked }) {
    const ranks = createMatrix(matrix.rows, matrix.cols);
    for (let row = 0; row < matrix.rows; row++) rankRow(matrix, row, blocked, ranks);
    return ranks;
  },
  explainCell(inputs, { blocked }, row, col) {
    if (blocked && isTrue(blocked, row, col)) return constant(0, "0, because the cell is masked");
    const own = cell(inputs, 0, row, col);
    const others = cellsOfRow(inputs, row).filter(
      (_, k) => k !== col && !(blocked && isTrue(blocked, row, k)),
    );
    const signs = others.map((other) => call("sign", sum([own, negative(other)])));
    return quotient(sum(signs), constant(2));
  },
};

/** Sorted once, not compared pair by pair: a row may have a thousand places. */
function rankRow(matrix: Matrix, row: number, blocked: BooleanMatrix | undefined, ranks: Matrix): void {
  const valueAt = (col: number) => cellOf(matrix, row, col);
  const places = Array.from({ length: matrix.cols }, (_, col) => col)
    .filter((col) => !(blocked && isTrue(blocked, row, col)))
    .sort((a, b) => valueAt(a) - valueAt(b));
  const hasNaN = places.some((col) => Number.isNaN(valueAt(col)));
  for (let first = 0; first < places.length; ) {
    let end = first + 1;
    while (end < places.length && valueAt(places[end]) === valueAt(places[first])) end++;
    for (const col of places.slice(first, end)) {
      ranks.data[row * matrix.cols + col] = hasNaN ? Number.NaN : (first + end - places.length) / 2;
    }
    first = end;
  }
}

/**
 * Spearman's rank correlation of inputs a and b, row by row and then averaged; a row in which one of them has all
 * ranks equal has none and is left out (NaN when there is no other). H centred ranks n×m → H×H.
 */
export const rankCorrelation: Op = {
  name: "rank-correlation",
  shape: ({ length }) => ({ rows: length, cols: length }),
  compute: (inputs) =>
    createMatrix(inputs.length, inputs.length, (a, b) => {
      const rows = comparableRows(inputs, a, b);
      let total = 0;
      for (const row of rows) {
        const size = dotOfRows(inputs, a, a, row) * dotOfRows(inputs, b, b, row);
        total += dotOfRows(inputs, a, b, row) / Math.sqrt(size);
      }
      return total / rows.length;
    }),
  explainCell(inputs, _, a, b) {
    const rows = comparableRows(inputs, a, b);
    if (rows.length === 0) return constant(Number.NaN, "NaN, because no row ranks its keys");
    const dot = (x: number, y: number, row: number) =>
      sumOver(inputs[x].cols, (col) => product(cell(inputs, x, row, col), cell(inputs, y, row, col)));
    const correlations = rows.map((row) =>
      quotient(dot(a, b, row), call("sqrt", product(dot(a, a, row), dot(b, b, row)))),
    );
    return quotient(sum(correlations), constant(rows.length));
  },
};

/** Rows in which neither of the two has all ranks equal. */
function comparableRows(inputs: readonly Matrix[], a: number, b: number): number[] {
  return Array.from({ length: inputs[a].rows }, (_, row) => row).filter(
    (row) => dotOfRows(inputs, a, a, row) !== 0 && dotOfRows(inputs, b, b, row) !== 0,
  );
}

function dotOfRows(inputs: readonly Matrix[], a: number, b: number, row: number): number {
  return dotRows(inputs[a], row, inputs[b], row);
}

/** ½ Σ_j |a_ij − b_ij|, the total variation between inputs a and b, averaged over the rows. H inputs n×m → H×H. */
export const totalVariation: Op = {
  name: "total-variation",
  shape: ({ length }) => ({ rows: length, cols: length }),
  compute: (inputs) =>
    createMatrix(inputs.length, inputs.length, (a, b) => {
      let total = 0;
      for (let k = 0; k < inputs[a].data.length; k++) {
        total += Math.abs(inputs[a].data[k] - inputs[b].data[k]);
      }
      return total / (2 * inputs[a].rows);
    }),
  explainCell(inputs, _, a, b) {
    const { rows, cols } = inputs[a];
    const differences = Array.from({ length: rows * cols }, (_cell, k): Expression => {
      const [row, col] = [Math.floor(k / cols), k % cols];
      return call("abs", sum([cell(inputs, a, row, col), negative(cell(inputs, b, row, col))]));
    });
    return quotient(sum(differences), constant(2 * rows));
  },
};
