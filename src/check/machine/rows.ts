import { largestOf } from "../../math/largest.js";
import { type Matrix, rowOf } from "../../math/matrix.js";
import { once, remembered } from "../../math/remember.js";
import { normOfRow, type Powers, powersOf, rowNorms, scoresOfRow } from "./row-scores.js";
import type { Task } from "./task.js";

// Single rows of an attention, computed in plain arithmetic: the right ones, and those of mistakes.

/** A row of an output, and the numbers that its expected rounding error depends on (see `Statistics`). */
export interface MadeRow {
  readonly output: Float64Array;
  /**
   * Σ c² v² and, in `spread`, Σ c² (v − o)² per column, with the coefficients c and o = Σ c v. With dropout, F·v
   * replaces v, where F is the factor of the weight.
   */
  readonly squares: Float64Array;
  readonly spread: Float64Array;
  /**
   * Computes only the first columns of the output, which is cheaper. Left out if the output is not the weighted sum of
   * the values.
   */
  readonly sample?: (() => Float64Array) | undefined;
  /** The m coefficients of the values: weights, or what a mistake has in their place. */
  readonly coefficients: Float64Array;
  readonly logSumExp: number;
  readonly sum: number;
  readonly concentration: number;
  readonly keys: number;
  readonly score: number;
  readonly norms: number;
  readonly faint: number;
  /** Dropout multiplies the coefficients. In a short type, this is one more rounding. */
  readonly isDropped?: true;
}

/** The numbers that the expected errors of a row depend on. */
export type RowOfErrors = Pick<
  MadeRow,
  "output" | "squares" | "spread" | "keys" | "sum" | "score" | "norms" | "isDropped"
>;

/** A float32 sum near 1 may lose weights below this: 4 · 2^−24. */
export const FAINT = 2 ** -22;

/** A function from a row of scores to the coefficients of the values. The right one returns the weights. */
export type Weighting = (scores: Float64Array, powers: Powers, row: number, task: Task) => Float64Array;

const softmaxOf: Weighting = (_, { powers, sum }) => over(powers, sum);

/** Divides each number by a divisor. The loop is plain because every mistake runs it on every row. */
export function over(numbers: Float64Array, divisor: number): Float64Array {
  const made = new Float64Array(numbers.length);
  for (let j = 0; j < made.length; j++) made[j] = numbers[j] / divisor;
  return made;
}

/**
 * Computes one row of an attention. Returns undefined if the row may attend to no key. The output and its squares are
 * computed when they are first read: most rows of mistakes are so far off that nobody reads them.
 */
export function makeRow(
  task: Task,
  row: number,
  scores = scoresOfRow(task, row),
  weighting: Weighting = softmaxOf,
): MadeRow | undefined {
  const powers = powersOf(scores);
  if (powers.sum === 0) return undefined;
  const coefficients = weighting(scores, powers, row, task);
  const length = Math.abs(task.scale) * normOfRow(task.query, row);
  const { score, norm, ...sums } = sumsOf(coefficients, scores, rowNorms(task.key), length);
  const total = sums.concentration || 1;
  const { value } = task;
  const kept = task.dropped ? multiplied(coefficients, rowOf(task.dropped, row)) : coefficients;
  const weighed = once(() => weigh(kept, value, value.cols));
  const squared = once(() => sumSquares({ coefficients, kept }, value, weighed()));
  return {
    coefficients,
    ...sums,
    ...(task.dropped && { isDropped: true }),
    get output() {
      return weighed();
    },
    sample: () => weigh(kept, value, Math.min(SAMPLED, value.cols)),
    get squares() {
      return squared().squares;
    },
    get spread() {
      return squared().spread;
    },
    logSumExp: powers.maximum + Math.log(powers.sum),
    sum: powers.sum,
    score: Math.sqrt(score / total),
    norms: Math.sqrt(norm / total),
  };
}

/** Sums what the expected errors of a row depend on over its keys, whose norms are `lengths`. */
function sumsOf(
  coefficients: Float64Array,
  scores: Float64Array,
  lengths: Float64Array,
  length: number,
): Readonly<Record<"concentration" | "score" | "norm" | "faint" | "keys", number>> {
  let concentration = 0;
  let score = 0;
  let norm = 0;
  let faint = 0;
  let keys = 0;
  for (let j = 0; j < coefficients.length; j++) {
    if (scores[j] !== Number.NEGATIVE_INFINITY) keys++;
    const c = coefficients[j];
    if (c === 0) continue;
    const square = c * c;
    if (square < FAINT * FAINT) faint += c;
    concentration += square;
    if (scores[j] !== Number.NEGATIVE_INFINITY) score += square * (scores[j] * scores[j]);
    const size = length * lengths[j];
    norm += square * (size * size);
  }
  return { concentration, score, norm, faint, keys };
}

/** Weights whose sum is this near to 1 count as normalised. */
const WHOLE = 1e-6;

/** The number of columns that are computed first, to see if a row is far off. */
export const SAMPLED = 8;

/**
 * Returns Σ c v for the first columns. Four keys are added at a time, because additions are faster than loading and
 * storing a sum.
 */
function weigh(coefficients: Float64Array, { cols, data }: Matrix, count: number): Float64Array {
  const output = new Float64Array(count);
  const weighed = weighedKeys(coefficients);
  const whole = weighed.length - (weighed.length % 4);
  for (let i = 0; i < whole; i += 4) {
    const a = weighed[i];
    const b = weighed[i + 1];
    const c = weighed[i + 2];
    const d = weighed[i + 3];
    for (let k = 0; k < count; k++) {
      const sum = output[k] + coefficients[a] * data[a * cols + k] + coefficients[b] * data[b * cols + k];
      output[k] = sum + coefficients[c] * data[c * cols + k] + coefficients[d] * data[d * cols + k];
    }
  }
  for (let i = whole; i < weighed.length; i++) {
    const j = weighed[i];
    for (let k = 0; k < count; k++) output[k] += coefficients[j] * data[j * cols + k];
  }
  return output;
}

/** Returns the keys with a coefficient other than 0. The values of other keys may be NaN. */
function weighedKeys(coefficients: Float64Array): Int32Array {
  const keys = new Int32Array(coefficients.length);
  let count = 0;
  for (let j = 0; j < coefficients.length; j++) if (coefficients[j] !== 0) keys[count++] = j;
  return keys.subarray(0, count);
}

const multiplied = (numbers: Float64Array, factors: Float64Array): Float64Array =>
  numbers.map((number, j) => number * factors[j]);

function sumSquares(
  { coefficients, kept }: Readonly<Record<"coefficients" | "kept", Float64Array>>,
  { cols, data }: Matrix,
  output: Float64Array,
): Pick<MadeRow, "squares" | "spread"> {
  const squares = new Float64Array(cols);
  const mixed = new Float64Array(cols);
  let total = 0;
  let sum = 0;
  const weighed = weighedKeys(coefficients);
  for (let i = 0; i < weighed.length; i++) {
    const c = coefficients[weighed[i]];
    total += c * c;
    sum += c;
  }
  const whole = weighed.length - (weighed.length % 4);
  for (let i = 0; i < whole; i += 4) {
    const p = weighed[i];
    const q = weighed[i + 1];
    const r = weighed[i + 2];
    const s = weighed[i + 3];
    for (let k = 0; k < cols; k++) {
      const a = kept[p] * data[p * cols + k];
      const b = kept[q] * data[q * cols + k];
      const c = kept[r] * data[r * cols + k];
      const d = kept[s] * data[s * cols + k];
      const half = mixed[k] + coefficients[p] * a + coefficients[q] * b;
      mixed[k] = half + coefficients[r] * c + coefficients[s] * d;
      squares[k] = squares[k] + a * a + b * b + c * c + d * d;
    }
  }
  for (let i = whole; i < weighed.length; i++) {
    const j = weighed[i];
    for (let k = 0; k < cols; k++) {
      const part = kept[j] * data[j * cols + k];
      mixed[k] += coefficients[j] * part;
      squares[k] += part * part;
    }
  }
  // An error that all scores share cancels only if the weights add up to 1.
  const isWhole = Math.abs(sum - 1) < WHOLE;
  const spread = output.map((o, k) => {
    if (isWhole) return Math.max(0, squares[k] - 2 * o * mixed[k] + o * o * total);
    return squares[k] + (sum === 0 ? 0 : (o / sum) ** 2 * total);
  });
  return { squares, spread };
}

/** Returns the largest absolute value of each column of a matrix. */
export const largestInColumns = remembered(({ rows, cols, data }: Matrix): Float64Array => {
  const most = new Float64Array(cols);
  for (let row = 0, at = 0; row < rows; row++)
    for (let col = 0; col < cols; col++, at++) most[col] = Math.max(most[col], Math.abs(data[at]));
  return most;
});

/**
 * Returns the first columns of a row with an upper bound of their expected errors, from the largest value in the
 * matrix.
 */
export function boundOf(made: MadeRow, value: Matrix): RowOfErrors {
  const { keys, sum, score, norms, concentration } = made;
  const output = made.sample?.() ?? made.output;
  const most = largestOf(value.data);
  const squares = new Float64Array(output.length).fill(concentration * most ** 2);
  // (|v| + |o|)² is at least (v − o)². If the weights do not add up to 1, o divided by their sum is at most max |v|.
  const spread = output.map((o) => concentration * ((most + Math.abs(o)) ** 2 + most ** 2));
  return { output, keys, sum, score, norms, squares, spread };
}
