import type { Matrix } from "./matrix.js";

/** The largest number of each row; NaN when the row holds NaN, −Infinity when it is empty. */
export function rowMaxima({ rows, cols, data }: Matrix): Float64Array {
  const maxima = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
  for (let row = 0; row < rows; row++) {
    for (let k = row * cols; k < (row + 1) * cols; k++) maxima[row] = Math.max(maxima[row], data[k]);
  }
  return maxima;
}

/** The smallest and the largest of any number of numbers, as Math.min and Math.max, which take about 10⁵; ∞ and −∞ of none. */
export function extremesOf(values: Iterable<number>): readonly [smallest: number, largest: number] {
  let [smallest, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    smallest = Math.min(smallest, value);
    largest = Math.max(largest, value);
  }
  return [smallest, largest];
}

/** The largest magnitude that is finite; 0 when there is none. */
export function largestMagnitude(values: Iterable<number>): number {
  let largest = 0;
  for (const value of values) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  return largest;
}

/** Σ of each row, n×m → n×1. */
export function rowSums(matrix: Matrix): Matrix {
  const data = new Float64Array(matrix.rows);
  for (let row = 0; row < matrix.rows; row++) {
    for (let k = row * matrix.cols; k < (row + 1) * matrix.cols; k++) data[row] += matrix.data[k];
  }
  return { rows: matrix.rows, cols: 1, data };
}

/** Σ of each column, n×m → 1×m. */
export function columnSums(matrix: Matrix): Matrix {
  const data = new Float64Array(matrix.cols);
  for (let row = 0; row < matrix.rows; row++) {
    for (let col = 0; col < matrix.cols; col++) data[col] += matrix.data[row * matrix.cols + col];
  }
  return { rows: 1, cols: matrix.cols, data };
}
