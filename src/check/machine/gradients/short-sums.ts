import { createMatrix, type Matrix } from "../../../math/matrix.js";
import { type FloatType, roundTo } from "../float-types.js";

// Sums over tiles that are kept in a short type: rounded after every tile, from the first to the last.

/** What sums are kept in, and how many of their terms a tile has. */
export interface ShortTiles {
  readonly type: FloatType;
  readonly tile: number;
}

/** A sum A·B over tiles of B's rows, rounded after each; with the errors of A·B also what they may make of the roundings. */
export interface SummedShort {
  readonly sums: Matrix;
  /** The mean square error of each cell by sums that lie near the middle of two short numbers, which may be rounded either way. */
  readonly doubts: Float64Array | undefined;
}

/** A sum is in doubt where it lies nearer to the middle of two short numbers than so many standard deviations. */
const NEAR = 8;

/** A: n×m, B: m×d → n×d. `errors`: the mean square errors of the whole sum, n·d. */
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

/** The square of the step between short numbers, where a sum may be rounded either way; else 0. */
function doubtOf({ unit }: FloatType, sum: number, rounded: number, error: number): number {
  if (sum === 0 || !Number.isFinite(rounded)) return 0;
  const step = 2 * unit * 2 ** Math.floor(Math.log2(Math.abs(sum)));
  return step / 2 - Math.abs(sum - rounded) < NEAR * Math.sqrt(error) ? step ** 2 : 0;
}
