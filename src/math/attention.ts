import { tabulate } from "./lists.js";
import { type BooleanMatrix, createMatrix, type Matrix, rowOf } from "./matrix.js";

/** The inputs of an attention that is computed row by row, so that no n×m matrix is kept. */
export interface Attention {
  /** n×d: the queries, after any projection of the scoring function. */
  readonly query: Matrix;
  /** m×d */
  readonly key: Matrix;
  /** m×d_v */
  readonly value: Matrix;
  /** Whether to compute the sums over squared weights. The expected error of an output depends on them. */
  readonly squares?: true | undefined;
  /** v_a of additive scoring, d numbers: s = Σ_a v_a·tanh(q_a + k_a). Without it s = q·k. */
  readonly tanhWeights?: Float64Array | undefined;
  readonly scale: number;
  /** If given, s becomes c·tanh(s/c). */
  readonly softcap?: number | undefined;
  /** n×m or 1×m, added to the scores. */
  readonly bias?: Matrix | undefined;
  /** Query i may attend to the keys low[i] ≤ j < high[i]. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** n×m or 1×m, 1 = may not attend. */
  readonly blocked?: BooleanMatrix | undefined;
}

/** The results of a row-by-row attention: the output, and other numbers per row. */
export interface Attended {
  /** n×d_v: Σ_j α_j v_j. Zeros for a row that may attend to no key. */
  readonly output: Matrix;
  /** The largest score; −∞ for a row that may attend to no key. */
  readonly maximum: Float64Array;
  /** Σ_j e^(s_j − maximum) */
  readonly sum: Float64Array;
  /** Σ_j e^(s_j − maximum)·(s_j − maximum) */
  readonly moment: Float64Array;
  /** The first key with the largest score. */
  readonly strongest: Float64Array;
  readonly squares?: SquaredSums | undefined;
  /**
   * Measures an answer, if squares were summed and the results are in the memory of the kernel. "off" means that a cell
   * is off by more than `most`. Returns undefined if not all errors are finite.
   */
  measure?(answer: Measurable): Measured | "off" | undefined;
}

/** An answer, with the variance of its errors: see assembly/measure.ts. */
export interface Measurable {
  readonly got: Matrix;
  /** Four factors of each row. */
  readonly factors: Float64Array;
  /** A number of each column. */
  readonly columns: Float64Array;
  readonly constant: number;
  /** The number of units of expected error that no cell may exceed. */
  readonly most: number;
}

/** The errors of an answer, in units of expected error. */
export interface Measured {
  /** The sum of the squared errors of each row. */
  readonly sums: Float64Array;
  /** The errors in the memory of the kernel. */
  readonly units: Float64Array;
  /** The index of the cell that is farthest off. */
  readonly worst: number;
}

/**
 * Sums over the squared weights α² of each row; o is the output of the row. All are 0 for a row that may attend to no
 * key.
 */
export interface SquaredSums {
  /** Σ_j α_j² v_j², n×d_v */
  readonly values: Matrix;
  /** Σ_j α_j² (v_j − o)², n×d_v */
  readonly spread: Matrix;
  /** Σ_j e^(2·(s_j − maximum)), and the same times s_j − maximum. */
  readonly total: Float64Array;
  readonly moment: Float64Array;
  /** Σ_j α_j² ‖k_j‖² / Σ_j α_j² */
  readonly norms: Float64Array;
  /**
   * What the scores of each query are expected to be, before the scale: their mean and variance, if the columns of the
   * keys were independent. Only the kernel estimates them.
   */
  readonly means: Float64Array;
  readonly variances: Float64Array;
  /** ‖q‖² of each query, and the mean of v² of each column. Only the kernel sums them. */
  readonly lengths: Float64Array;
  readonly meanSquares: Float64Array;
}

/** Computes attention row by row in plain TypeScript. The kernel is compared with this. */
export function attendPlainly(attention: Attention): Attended {
  const { query, value } = attention;
  const attended = createAttended(query.rows, value.cols, attention.squares);
  for (let row = 0; row < query.rows; row++) attendRow(attention, row, attended);
  return attended;
}

/** Creates the results of n queries, all zeros, or with these matrices. → output n×d_v. */
export function createAttended(
  rows: number,
  cols: number,
  squares?: true,
  [output, values, spread]: readonly Matrix[] = tabulate(squares ? 3 : 1, () => createMatrix(rows, cols)),
): Attended {
  const column = () => new Float64Array(rows);
  return {
    output,
    maximum: column(),
    sum: column(),
    moment: column(),
    strongest: column(),
    squares: squares && {
      values,
      spread,
      total: column(),
      moment: column(),
      norms: column(),
      means: column(),
      variances: column(),
      lengths: column(),
      meanSquares: new Float64Array(cols),
    },
  };
}

function attendRow(attention: Attention, row: number, attended: Attended) {
  const { value } = attention;
  const scores = scoreRow(attention, row);
  let maximum = Number.NEGATIVE_INFINITY; // A NaN score is no maximum, but it still makes the sum NaN.
  for (const score of scores) if (score > maximum) maximum = score;
  const distances = scores.map((score) => (score === -Infinity ? -Infinity : score - maximum));
  const powers = distances.map(Math.exp);
  const sum = sumOf(powers);
  attended.maximum[row] = maximum;
  attended.sum[row] = sum;
  attended.moment[row] = momentOf(powers, distances);
  attended.strongest[row] = Math.max(0, scores.indexOf(maximum));
  if (sum === 0) return;
  const output = rowOf(attended.output, row);
  for (let key = 0; key < scores.length; key++) {
    for (let col = 0; col < value.cols; col++) {
      output[col] += powers[key] * value.data[key * value.cols + col];
    }
  }
  for (let col = 0; col < value.cols; col++) output[col] /= sum;
  if (attended.squares) addSquares(attention, row, attended.squares, { powers, distances, sum, output });
}

function addSquares(
  { key, value }: Attention,
  row: number,
  into: SquaredSums,
  {
    powers,
    distances,
    sum,
    output,
  }: Readonly<Record<"powers" | "distances" | "output", Float64Array>> & { sum: number },
) {
  const squares = powers.map((power) => power * power);
  into.total[row] = sumOf(squares);
  into.moment[row] = momentOf(squares, distances);
  const [values, spread] = [rowOf(into.values, row), rowOf(into.spread, row)];
  squares.forEach((square, j) => {
    const weight = square / (sum * sum);
    const own = rowOf(value, j);
    own.forEach((v, col) => {
      values[col] += weight * v ** 2;
      spread[col] += weight * (v - output[col]) ** 2;
    });
    into.norms[row] += (square / into.total[row]) * rowOf(key, j).reduce((norm, k) => norm + k ** 2, 0);
  });
}

const sumOf = (powers: Float64Array) => powers.reduce((total, power) => total + power, 0);

const momentOf = (powers: Float64Array, distances: Float64Array) =>
  powers.reduce((total, power, key) => total + (power === 0 ? 0 : power * distances[key]), 0);

/** Returns the masked scores of one query. */
function scoreRow(attention: Omit<Attention, "value">, row: number) {
  return Float64Array.from({ length: attention.key.rows }, (_, key) => scoreOf(attention, row, key));
}

/** Returns the masked score of a query and a key. */
export function scoreOf(attention: Omit<Attention, "value">, row: number, key: number): number {
  if (!allowsKey(attention, row, key)) return -Infinity;
  const { query, tanhWeights, scale, softcap, bias } = attention;
  const [own, other] = [rowOf(query, row), rowOf(attention.key, key)];
  let total = 0;
  for (let k = 0; k < own.length; k++) {
    total += tanhWeights ? tanhWeights[k] * Math.tanh(own[k] + other[k]) : own[k] * other[k];
  }
  const scaled = total * scale;
  const capped = softcap === undefined ? scaled : softcap * Math.tanh(scaled / softcap);
  return bias ? capped + at(bias, row, key) : capped;
}

/** Whether a query may attend to a key. */
function allowsKey(
  { low, high, blocked }: Pick<Attention, "low" | "high" | "blocked">,
  row: number,
  key: number,
) {
  return key >= low[row] && key < high[row] && !(blocked && at(blocked, row, key) === 1);
}

/** Returns a cell of a matrix that has a row per query, or one row for all queries. */
function at({ rows, cols, data }: Matrix | BooleanMatrix, row: number, col: number) {
  return data[(rows === 1 ? 0 : row) * cols + col];
}
