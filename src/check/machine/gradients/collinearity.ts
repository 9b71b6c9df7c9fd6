import { sumOver, upTo } from "../../../math/lists.js";
import { addTo, createMatrix, type Matrix, mapCells, rowOf, rowsOf } from "../../../math/matrix.js";
import { dotRows } from "../../../math/product.js";

// Equal numbers are rounded equally, so equal rows have equal errors. If the rows of a matrix are along one line, a
// rounded row of another matrix changes its products with all of them together. This file counts equal rows and finds
// that line (λ and ς). "Errors that rows share" in docs/precision.md uses both.

/** Counts for each row how many rows are equal to it in all the matrices, itself included. Each n×d_i → n numbers. */
export function copiesOf(...matrices: readonly Matrix[]): Float64Array {
  // In this encoding each byte has a character of its own.
  const decoder = new TextDecoder("latin1");
  const keys = upTo(matrices[0].rows).map((row) =>
    matrices.map((matrix) => decoder.decode(rowOf(matrix, row))).join(),
  );
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return Float64Array.from(keys, (key) => counts.get(key) ?? 0);
}

/** Counts the rows that are different from each other: Σ 1 / copies. */
export const countDistinct = (copies: Float64Array): number => sumOver(copies, (count) => 1 / count);

/**
 * Computes λ = ‖XᵀX‖²_F / tr(XᵀX)²: 1 if all rows of X are on one line through 0, 1/d if they have no preferred
 * direction. X: n×d.
 */
export function collinearityOf({ rows, cols, data }: Matrix): number {
  const products = new Float64Array(cols * cols);
  for (let row = 0; row < rows; row++) {
    for (let a = 0; a < cols; a++) {
      const own = data[row * cols + a];
      for (let b = a; b < cols; b++) products[a * cols + b] += own * data[row * cols + b];
    }
  }
  let [squares, trace] = [0, 0];
  for (let a = 0; a < cols; a++) {
    trace += products[a * cols + a];
    for (let b = a; b < cols; b++) squares += (b === a ? 1 : 2) * products[a * cols + b] ** 2;
  }
  return trace > 0 ? squares / trace ** 2 : 0;
}

/** The number of steps of the power method. It finds the longest direction well enough in 4. */
const STEPS = 4;

/** Computes ς: on which side of the longest direction of X each row is: −1, 0 or 1. X: n×d → n numbers. */
export function signsAlong(matrix: Matrix): Float64Array {
  let direction = longestRow(matrix);
  for (let step = 0; step < STEPS; step++) {
    const next = createMatrix(1, matrix.cols);
    for (let row = 0; row < matrix.rows; row++)
      addTo(next, { data: rowOf(matrix, row) }, dotRows(matrix, row, direction, 0));
    const length = Math.sqrt(dotRows(next, 0, next, 0)) || 1;
    direction = mapCells(next, (value) => value / length);
  }
  return Float64Array.from({ length: matrix.rows }, (_, row) =>
    Math.sign(dotRows(matrix, row, direction, 0)),
  );
}

function longestRow(matrix: Matrix): Matrix {
  let [longest, most] = [0, -1];
  for (let row = 0; row < matrix.rows; row++) {
    const square = dotRows(matrix, row, matrix, row);
    if (square > most) [longest, most] = [row, square];
  }
  return rowsOf(matrix, { first: longest, count: 1 });
}
