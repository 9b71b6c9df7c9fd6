import { tabulate } from "../../../math/lists.js";
import { createMatrix, type Matrix, rowOf } from "../../../math/matrix.js";

// Wrong orders in which items of an array are read.

/** A function that returns whose place is read in place of each one, among `count` items. */
export type Order = (place: number, count: number) => number;

export const reversed: Order = (place, count) => count - 1 - place;

/** Returns the order in which each place has the item `by` places on, around the end. */
export const turnedBy =
  (by: number): Order =>
  (place, count) =>
    (place + by + count) % count;

/** Returns the order of an array that is read column by column. Its columns have `rows` items. */
export const transposed =
  (rows: number): Order =>
  (place, count) =>
    (place % rows) * (count / rows) + Math.floor(place / rows);

/** Returns the order in which one binary digit of each place is another one. */
export const flipped =
  (bit: number): Order =>
  (place, count) =>
    (place ^ bit) < count ? place ^ bit : place;

/** Returns a matrix with its rows in another order. A place outside the matrix has zeros. */
export function rowsFrom(matrix: Matrix, order: Order): Matrix {
  const { rows, cols } = matrix;
  const made = createMatrix(rows, cols);
  for (let row = 0; row < rows; row++) {
    const from = order(row, rows);
    if (from >= 0 && from < rows) made.data.set(rowOf(matrix, from), row * cols);
  }
  return made;
}

/** Returns a matrix with its columns in another order. */
export function columnsFrom({ rows, cols, data }: Matrix, order: Order): Matrix {
  const from = tabulate(cols, (col) => order(col, cols));
  return createMatrix(rows, cols, (row, col) => data[row * cols + from[col]]);
}
