import { createMatrix, type Matrix } from "../../../math/matrix.js";
import { type FloatType, roundTo } from "../float-types.js";

// Replays sums over tiles whose accumulator is a short type: the sum is rounded after every tile, from the first to the
// last. If a sum is so near to the middle of two short numbers that it may be rounded either way, one step of the type
// joins σ² ("Causes" in docs/precision.md).

/** The type of the accumulator, and the number of terms per tile. */
export interface ShortTiles {
  readonly type: FloatType;
  readonly tile: number;
}

/** A·B, summed over tiles of B's rows and rounded after each tile. */
export interface SummedShort {
  readonly sums: Matrix;
  /**
   * The mean square error of each cell, from sums that may be rounded either way. Undefined if no errors of A·B were
   * given.
   */
  readonly doubts: Float64Array | undefined;
}

/**
 * A sum may be rounded either way if it is nearer to the middle of two short numbers than this many standard
 * deviations.
 */
const MAX_SIGMAS_TO_TIE = 8;

/**
 * Computes A·B with an accumulator in a short type. A: n×m, B: m×d → n×d. `errors`: the mean square errors of the whole
 * sums, n·d numbers.
 */
export function sumShort(
  a: Matrix,
  b: Matrix,
  { type, tile }: ShortTiles,
  errors?: Float64Array,
): SummedShort {
  const sums = createMatrix(a.rows, b.cols);
  const doubts = errors && new Float64Array(sums.data.length);
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
      for (let c = 0; c < own.length; c++) {
        const rounded = roundTo(type, own[c]);
        if (errors && doubts) doubts[start + c] += doubtOf(type, own[c], rounded, errors[start + c]);
        own[c] = rounded;
      }
    }
  }
  return { sums, doubts };
}

/** Returns the square of the step between short numbers if a sum may be rounded either way, else 0. */
function doubtOf({ unit }: FloatType, sum: number, rounded: number, error: number): number {
  if (sum === 0 || !Number.isFinite(rounded)) return 0;
  const step = 2 * unit * 2 ** Math.floor(Math.log2(Math.abs(sum)));
  return step / 2 - Math.abs(sum - rounded) < MAX_SIGMAS_TO_TIE * Math.sqrt(error) ? step ** 2 : 0;
}
