import type { Matrix } from "./matrix.js";

/** Returns the largest number of each row: NaN if the row contains NaN, −∞ if it is empty. */
export function rowMaxima({ rows, cols, data }: Matrix): Float64Array {
  const maxima = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
  for (let row = 0; row < rows; row++) {
    for (let k = row * cols; k < (row + 1) * cols; k++) maxima[row] = Math.max(maxima[row], data[k]);
  }
  return maxima;
}

/**
 * Returns the smallest and the largest number; ∞ and −∞ for no numbers. Math.min and Math.max take only about 10⁵
 * arguments.
 */
export function extremesOf(values: Iterable<number>): readonly [smallest: number, largest: number] {
  let [smallest, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    smallest = Math.min(smallest, value);
    largest = Math.max(largest, value);
  }
  return [smallest, largest];
}

/** Returns the largest finite magnitude, or 0 if there is none. */
export function largestMagnitude(values: Iterable<number>): number {
  let largest = 0;
  for (const value of values) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  return largest;
}

/** Returns the sum of each row, n×m → n×1. */
export function rowSums(matrix: Matrix): Matrix {
  const data = new Float64Array(matrix.rows);
  for (let row = 0; row < matrix.rows; row++) {
    for (let k = row * matrix.cols; k < (row + 1) * matrix.cols; k++) data[row] += matrix.data[k];
  }
  return { rows: matrix.rows, cols: 1, data };
}

/** Returns the sum of each column, n×m → 1×m. */
export function columnSums(matrix: Matrix): Matrix {
  const data = new Float64Array(matrix.cols);
  for (let row = 0; row < matrix.rows; row++) {
    for (let col = 0; col < matrix.cols; col++) data[col] += matrix.data[row * matrix.cols + col];
  }
  return { rows: 1, cols: matrix.cols, data };
}
