import { isBlocked } from "../../math/blocked.js";
import type { Matrix } from "../../math/matrix.js";
import type { Task } from "./task.js";

// Single rows of a kernel's work in plain arithmetic: as it should be, and as mistakes make it.

/** Rows of products that were worked out, as long as there are the matrices that they are of. */
const products = new WeakMap<Matrix, WeakMap<Matrix, Map<number, Float64Array>>>();

/** Mistakes are tried on a few rows, over and over. */
const MOST_REMEMBERED = 64;

/** q·k of one query with every key. */
export function productsOfRow({ query, key }: Pick<Task, "query" | "key">, row: number): Float64Array {
  const ofQuery = remember(products, query, () => new WeakMap<Matrix, Map<number, Float64Array>>());
  const ofKey = remember(ofQuery, key, () => new Map<number, Float64Array>());
  const known = ofKey.get(row);
  if (known) return known;
  const made = multiplyRow(query, key, row);
  if (ofKey.size < MOST_REMEMBERED) ofKey.set(row, made);
  return made;
}

function remember<Key extends WeakKey, Value>(
  known: WeakMap<Key, Value>,
  key: Key,
  make: () => Value,
): Value {
  const before = known.get(key);
  if (before !== undefined) return before;
  const value = make();
  known.set(key, value);
  return value;
}

function multiplyRow(query: Matrix, key: Matrix, row: number): Float64Array {
  const size = query.cols;
  const start = row * size;
  const [q, k] = [query.data, key.data];
  const made = new Float64Array(key.rows);
  for (let j = 0; j < key.rows; j++) {
    let sum = 0;
    for (let c = 0; c < size; c++) sum += q[start + c] * k[j * size + c];
    made[j] = sum;
  }
  return made;
}

const norms = new WeakMap<Matrix, Float64Array>();

/** ‖·‖ of each row. */
export const rowNorms = (matrix: Matrix): Float64Array =>
  remember(norms, matrix, () => {
    const { rows, cols, data } = matrix;
    const sums = new Float64Array(rows);
    for (let row = 0, at = 0; row < rows; row++) {
      for (let col = 0; col < cols; col++, at++) sums[row] += data[at] ** 2;
    }
    return sums.map(Math.sqrt);
  });

/** A cell of a matrix that has a row for each query, or one for all. */
export const cellFor = ({ rows, cols, data }: Matrix, row: number, col: number): number =>
  data[(rows === 1 ? 0 : row) * cols + col];

/** The scores of a row as they enter the softmax: −∞ where the query may not attend. */
export function scoresOfRow(task: Task, row: number): Float64Array {
  const { bias, blocked } = task;
  const scores = productsOfRow(task, row).slice();
  for (let j = 0; j < scores.length; j++) {
    if (blocked && isBlocked(blocked, row, j)) scores[j] = Number.NEGATIVE_INFINITY;
    else scores[j] = capped(task, scores[j] * task.scale) + (bias ? cellFor(bias, row, j) : 0);
  }
  return scores;
}

/** C·tanh(s/C), where there is a C. */
export const capped = ({ softcap }: Pick<Task, "softcap">, score: number): number =>
  softcap === undefined ? score : softcap * Math.tanh(score / softcap);

/** A row of an output, and what the rounding errors that may be expected of it hang on (see `Statistics`). */
export interface MadeRow {
  readonly output: Float64Array;
  /** Σ c² v² and Σ c² (v − o)² for each column, where o = Σ c v. */
  readonly squares: Float64Array;
  readonly spread: Float64Array;
  /** The first columns of the output, which are sooner made; left out where it is not the sum of the coefficients. */
  readonly sample?: (() => Float64Array) | undefined;
  /** The weights, or what stands in their place: m numbers. */
  readonly coefficients: Float64Array;
  readonly logSumExp: number;
  readonly sum: number;
  readonly concentration: number;
  readonly keys: number;
  readonly score: number;
  readonly norms: number;
  readonly faint: number;
}

/** What the expected errors of a row are worked out from. */
export type RowOfErrors = Pick<MadeRow, "output" | "squares" | "spread" | "keys" | "sum" | "score" | "norms">;

/** Weights below this may be lost in a float32 sum of 1: 4 · 2^−24. */
export const FAINT = 2 ** -22;

/** e^(s − maximum) of a row and their sum; all zero where every score is −∞. */
export interface Powers {
  readonly powers: Float64Array;
  readonly maximum: number;
  readonly sum: number;
}

/** The exponentials of a row of scores. */
export function powersOf(scores: Float64Array): Powers {
  let maximum = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < scores.length; j++) if (scores[j] > maximum) maximum = scores[j];
  const powers = new Float64Array(scores.length);
  let sum = 0;
  if (maximum === Number.NEGATIVE_INFINITY) return { powers, maximum, sum };
  for (let j = 0; j < scores.length; j++) {
    powers[j] = Math.exp(scores[j] - maximum);
    sum += powers[j];
  }
  return { powers, maximum, sum };
}

/** How a row of scores becomes the coefficients of the values: weights, unless something goes wrong. */
export type Weighting = (scores: Float64Array, powers: Powers, row: number) => Float64Array;

export const softmaxOf: Weighting = (_, { powers, sum }) => over(powers, sum);

/** Numbers divided by one: a plain loop, since this is done for every mistake on every row. */
export function over(numbers: Float64Array, divisor: number): Float64Array {
  const made = new Float64Array(numbers.length);
  for (let j = 0; j < made.length; j++) made[j] = numbers[j] / divisor;
  return made;
}

/**
 * One row of an attention; undefined for one that may attend to nothing. Its output and its squares are summed when they are asked
 * for: most rows that mistakes make are so far off that they never are.
 */
export function makeRow(
  task: Task,
  row: number,
  scores = scoresOfRow(task, row),
  weighting: Weighting = softmaxOf,
): MadeRow | undefined {
  const powers = powersOf(scores);
  if (powers.sum === 0) return undefined;
  const coefficients = weighting(scores, powers, row);
  const lengths = rowNorms(task.key);
  let [concentration, score, norm, faint, keys] = [0, 0, 0, 0, 0];
  for (let j = 0; j < coefficients.length; j++) {
    if (scores[j] !== Number.NEGATIVE_INFINITY) keys++;
    const c = coefficients[j];
    if (c === 0) continue;
    const square = c * c;
    if (square < FAINT * FAINT) faint += c;
    concentration += square;
    if (scores[j] !== Number.NEGATIVE_INFINITY) score += square * scores[j] ** 2;
    norm += square * lengths[j] ** 2;
  }
  const total = concentration || 1;
  const { value } = task;
  let output: Float64Array | undefined;
  const weighed = () => {
    output ??= weigh(coefficients, value, value.cols);
    return output;
  };
  let known: Pick<MadeRow, "squares" | "spread"> | undefined;
  const squared = () => {
    known ??= sumSquares(coefficients, value, weighed());
    return known;
  };
  return {
    ...{ coefficients, concentration, keys, faint },
    get output() {
      return weighed();
    },
    sample: () => weigh(coefficients, value, Math.min(SAMPLED, value.cols)),
    get squares() {
      return squared().squares;
    },
    get spread() {
      return squared().spread;
    },
    logSumExp: powers.maximum + Math.log(powers.sum),
    sum: powers.sum,
    score: Math.sqrt(score / total),
    norms: Math.abs(task.scale) * rowNorms(task.query)[row] * Math.sqrt(norm / total),
  };
}

/** Sums of weights are this near to 1. */
const WHOLE = 1e-6;

/** So many columns tell whether a row is far off. */
const SAMPLED = 8;

/** Σ c v for each of the first columns. */
function weigh(coefficients: Float64Array, { cols, data }: Matrix, count: number): Float64Array {
  const output = new Float64Array(count);
  for (let j = 0; j < coefficients.length; j++) {
    const c = coefficients[j];
    if (c === 0) continue;
    const start = j * cols;
    for (let k = 0; k < count; k++) output[k] += c * data[start + k];
  }
  return output;
}

function sumSquares(
  coefficients: Float64Array,
  { cols, data }: Matrix,
  output: Float64Array,
): Pick<MadeRow, "squares" | "spread"> {
  const squares = new Float64Array(cols);
  const mixed = new Float64Array(cols);
  let [total, sum] = [0, 0];
  for (let j = 0; j < coefficients.length; j++) {
    const c = coefficients[j];
    if (c === 0) continue;
    const square = c * c;
    total += square;
    sum += c;
    for (let k = 0, at = j * cols; k < cols; k++, at++) {
      const part = square * data[at];
      mixed[k] += part;
      squares[k] += part * data[at];
    }
  }
  // An error that all scores share moves nothing only where the weights add up to 1.
  const isWhole = Math.abs(sum - 1) < WHOLE;
  const spread = output.map((o, k) => {
    if (isWhole) return Math.max(0, squares[k] - 2 * o * mixed[k] + o * o * total);
    return squares[k] + (sum === 0 ? 0 : (o / sum) ** 2 * total);
  });
  return { squares, spread };
}

const extremes = new WeakMap<Matrix, number>();

/** The largest absolute value of a matrix. */
const largestOf = (matrix: Matrix): number =>
  remember(extremes, matrix, () => {
    let most = 0;
    for (let at = 0; at < matrix.data.length; at++) most = Math.max(most, Math.abs(matrix.data[at]));
    return most;
  });

/** The first columns of a made row, whose squares are as large as its values could make them: its errors are no larger than those of this one. */
export function boundOf(made: MadeRow, value: Matrix): RowOfErrors {
  const { keys, sum, score, norms, concentration } = made;
  const output = made.sample?.() ?? made.output;
  const most = largestOf(value);
  const squares = output.map(() => concentration * most ** 2);
  // (|v| + |o|)² is no less than (v − o)²; where weights do not add up to 1, o over their sum is no more than |v|.
  const spread = output.map((o) => concentration * ((most + Math.abs(o)) ** 2 + most ** 2));
  return { output, keys, sum, score, norms, squares, spread };
}
