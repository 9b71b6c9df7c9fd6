import type { Attention } from "../attention.js";
import { type Moments, overRows } from "../moments.js";
import type { Kernels } from "./instance.js";

// The matrix that squared weights are multiplied with: v², v and ‖k‖² of each key, in float32. Float32 holds nothing
// above 10^38 and little below 10^−38.

/** A range of rows. */
interface Range {
  readonly first: number;
  readonly end: number;
}

/** A matrix in the memory of the kernels, whose rows begin `stride` numbers apart. */
interface Place {
  readonly at: number;
  readonly stride: number;
  readonly cols: number;
}

/** What is summed over some rows of a matrix. */
export interface Survey {
  readonly moments: Moments;
  /** Σ x² and the largest |x| of each row. */
  readonly norms: Float64Array;
  readonly sizes: Float64Array;
}

/** Surveys some rows of a matrix. `scratch` is room for two numbers of each row and of each column. */
export function surveyIn(
  { exports, memory }: Kernels,
  { at, stride, cols }: Place,
  { first, end }: Range,
  scratch: number,
): Survey {
  const rows = end - first;
  exports.survey(at + 8 * first * stride, stride, rows, cols, scratch, scratch + 16 * cols);
  const numbers = (from: number, count: number) =>
    new Float64Array(memory.buffer, scratch + 8 * from, count).slice();
  return {
    moments: overRows({ means: numbers(0, cols), squares: numbers(cols, cols) }, rows),
    norms: numbers(2 * cols, rows),
    sizes: numbers(2 * cols + rows, rows),
  };
}

/** Factors for values and ‖k‖², so that their squares are at most 1. */
export interface Scales {
  readonly value: number;
  readonly norm: number;
}

/** Returns the scales, or undefined if sizes differ too much for float32. */
export function scalesOf(keys: Survey, values: Survey): Scales | undefined {
  const [length, value] = [largestOf(keys.norms.map(Math.sqrt)), largestOf(values.sizes)];
  return length === undefined || value === undefined
    ? undefined
    : { value: 1 / value, norm: 1 / length ** 2 };
}

/** If sizes differ by a larger factor, float32 loses the smaller squares. */
const WIDEST_RANGE = 2 ** 40;

/**
 * Returns the largest size, or 1 if all are 0. Returns undefined if float32 cannot hold the squares of all. NaN and ∞ are
 * left out: they reach the results at any scale.
 */
function largestOf(sizes: Float64Array): number | undefined {
  let [most, least] = [0, Number.POSITIVE_INFINITY];
  for (const size of sizes) {
    if (size === 0 || !Number.isFinite(size)) continue;
    most = Math.max(most, size);
    least = Math.min(least, size);
  }
  most ||= 1;
  const scale = 1 / most ** 2;
  return most <= WIDEST_RANGE * least && scale > 0 && scale < Number.POSITIVE_INFINITY ? most : undefined;
}

/** Returns the range of keys that some query may attend to. Keys outside it may contain anything. */
export function attendedKeys({ low, high }: Pick<Attention, "low" | "high">): Range {
  let [first, end] = [Number.POSITIVE_INFINITY, 0];
  for (let row = 0; row < low.length; row++) {
    if (low[row] >= high[row]) continue;
    first = Math.min(first, low[row]);
    end = Math.max(end, high[row]);
  }
  return { first: Math.min(first, end), end };
}

/** Writes v², v and ‖k‖² of some keys, in rows of `into.stride` numbers. The other keys stay as they are. */
export function writeSquares(
  { exports, memory }: Kernels,
  value: Place,
  { first, end }: Range,
  norms: Float64Array,
  scales: Scales,
  into: Omit<Place, "cols">,
): void {
  const from = value.at + 8 * first * value.stride;
  const to = into.at + 4 * first * into.stride;
  exports.squareValues(from, value.stride, end - first, value.cols, scales.value, to, into.stride);
  const singles = new Float32Array(memory.buffer, to, (end - first) * into.stride);
  for (let row = 0; row < norms.length; row++)
    singles[row * into.stride + 2 * value.cols] = norms[row] * scales.norm;
}
