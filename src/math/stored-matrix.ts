import type { Matrix, RowRange, Shape } from "./matrix.js";

/** A matrix whose numbers are fetched when they are asked for, or some of its rows alone. */
export interface StoredMatrix extends Matrix {
  readRows(range: RowRange): Matrix;
  /** Fills bytes with some rows as float32 of this machine: there where the file holds such, so that nothing need be converted. */
  readonly readSingles?: ((range: RowRange, into: Uint8Array) => void) | undefined;
}

/** The matrix behind `read`, which gives the same numbers each time; `readRows` gives some of them without the others. */
export function storedMatrix(
  { rows, cols }: Shape,
  read: () => Float64Array,
  readRows: StoredMatrix["readRows"],
  readSingles?: StoredMatrix["readSingles"],
): StoredMatrix {
  return {
    rows,
    cols,
    get data() {
      return read();
    },
    ...{ readRows, readSingles },
  };
}

/** Whether some rows of a matrix can be had without the others. */
export const isStored = (matrix: Matrix): matrix is StoredMatrix => "readRows" in matrix;
