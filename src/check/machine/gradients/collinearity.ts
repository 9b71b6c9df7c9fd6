import { sumOver } from "../../../math/lists.js";
import { addTo, createMatrix, type Matrix, mapCells, rowOf, rowsOf } from "../../../math/matrix.js";
import { dotRows } from "../../../math/product.js";

// Equal numbers are rounded equally, so equal rows have equal errors. If the rows of a matrix are along one line, a
// rounded row of another matrix changes its products with all of them together. This file counts equal rows and finds
// that line (λ and ς). "Errors that rows share" in docs/precision.md uses both.

/** Counts for each row how many rows are equal to it in all the matrices, itself included. Each n×d_i → n numbers. */
export function copiesOf(...matrices: readonly Matrix[]): Float64Array {
  const { rows } = matrices[0];
  // Rows with the same bits have the same checksum. Only rows with the same checksum are compared by their numbers.
  const bySum = new Map<number, number[]>();
  const firsts = new Int32Array(rows);
  const counts = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const sum = sumOfBits(matrices, row);
    const known = bySum.get(sum) ?? [];
    const same = known.find((other) => matrices.every((matrix) => areSame(matrix, row, other)));
    firsts[row] = same ?? row;
    if (same === undefined) bySum.set(sum, [...known, row]);
    counts[firsts[row]]++;
  }
  return Float64Array.from(firsts, (first) => counts[first]);
}

function sumOfBits(matrices: readonly Matrix[], row: number): number {
  let sum = 0;
  for (const { cols, data } of matrices) {
    const bits = new Uint32Array(data.buffer, data.byteOffset + 8 * row * cols, 2 * cols);
    for (let at = 0; at < bits.length; at++) sum = (Math.imul(sum, 31) + bits[at]) | 0;
  }
  return sum;
}

const areSame = ({ cols, data }: Matrix, row: number, other: number): boolean => {
  for (let c = 0; c < cols; c++) if (data[row * cols + c] !== data[other * cols + c]) return false;
  return true;
};

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
