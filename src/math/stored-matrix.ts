import type { Matrix, RowRange, Shape } from "./matrix.js";

/** A matrix whose numbers are fetched when they are asked for, or some of its rows alone. */
export interface StoredMatrix extends Matrix {
  readRows(range: RowRange): Matrix;
}

/** The matrix behind `read`, which gives the same numbers each time; `readRows` gives some of them without the others. */
export function storedMatrix(
  { rows, cols }: Shape,
  read: () => Float64Array,
  readRows: StoredMatrix["readRows"],
): StoredMatrix {
  return {
    rows,
    cols,
    get data() {
      return read();
    },
    readRows,
  };
}

/** Whether some rows of a matrix can be had without the others. */
export const isStored = (matrix: Matrix): matrix is StoredMatrix => "readRows" in matrix;
