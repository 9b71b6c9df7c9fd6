import { createMatrix, type Matrix } from "../../../math/matrix.js";
import { type FloatType, roundTo } from "../float-types.js";

// Replays sums over tiles whose accumulator is a short type: the sum is rounded after every tile, from the first to the
// last.

/** The type of the accumulator, and the number of terms per tile. */
export interface ShortTiles {
  readonly type: FloatType;
  readonly tile: number;
}

/** Computes A·B with an accumulator in a short type. A: n×m, B: m×d → n×d. */
export function sumShort(a: Matrix, b: Matrix, { type, tile }: ShortTiles): Matrix {
  const sums = createMatrix(a.rows, b.cols);
  for (let first = 0; first < b.rows; first += tile) {
    const end = Math.min(b.rows, first + tile);
    for (let row = 0; row < a.rows; row++) {
      const start = row * b.cols;
      const own = sums.data.subarray(start, start + b.cols);
      for (let j = first; j < end; j++) {
        const factor = a.data[row * a.cols + j];
        if (factor === 0) continue;
        for (let c = 0; c < own.length; c++) own[c] += factor * b.data[j * b.cols + c];
      }
      for (let c = 0; c < own.length; c++) own[c] = roundTo(type, own[c]);
    }
  }
  return sums;
}
