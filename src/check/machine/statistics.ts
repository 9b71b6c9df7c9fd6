import { beginInKernels } from "../../math/attend.js";
import type { Attended, Attention } from "../../math/attention.js";
import { attendedKeys } from "../../math/kernels/squares.js";
import { createMatrix, type Matrix, rowOf } from "../../math/matrix.js";
import { once, remember } from "../../math/remember.js";
import { EMPTY_ROW_WEIGHT } from "../../ops/softmax.js";
import { rowNorms } from "./row-scores.js";
import { FAINT, type MadeRow, makeRow } from "./rows.js";
import type { Task } from "./task.js";

/**
 * What the expected rounding error of each output of an attention depends on. Let α be the exact weights of a row, v
 * the values and o their weighted sum. Errors of weights reach the output as Σ α² v², errors of scores as Σ α² (v −
 * o)².
 */
export interface Statistics {
  /** Σ_j α_j v_j, n×d_v. */
  readonly output: Matrix;
  readonly logSumExp: Float64Array;
  /** Returns the statistics of one row. Returns undefined if the row may attend to no key. */
  row(row: number): RowStatistics | undefined;
  /** The mean of v² over the keys that some query may attend to, per column. */
  readonly meanSquares: Float64Array;
  /** The rows that are compared, if not all are. Other rows have no statistics. */
  readonly compared?: readonly number[];
  /** Starts the computation on the helper before it is needed. Left out if nothing can be started. */
  begin?(): void;
}

/**
 * The statistics of one row. `score` and `norms` are root mean squares, weighted by α². `faint` is NaN until `faintOf`
 * computes it.
 */
export type RowStatistics = Omit<MadeRow, "coefficients" | "sample">;

/** With more products than this, the sums are computed by one more pass of the kernel. */
const MAX_PLAIN_PRODUCTS = 3e7;

/** Starts to compute the statistics, and returns a function that waits for them. */
function beginStatistics(task: Task, recorded: () => Matrix, scores?: Matrix): () => Statistics {
  const { query, key, value, blocked } = task;
  const products = query.rows * key.rows * (query.cols + 3 * value.cols);
  const isRuled = !blocked || blocked.numRuled === key.rows;
  const isLarge = isRuled && !scores && !task.dropped && products > MAX_PLAIN_PRODUCTS;
  // Small problems are faster row by row. The kernel is also not used with sinks, dropout or given scores.
  const begun = isLarge ? beginInKernels({ ...attentionOf(task), squares: true }) : undefined;
  return () => (begun ? statisticsFrom(task, begun(), recorded) : workPlainly(task, recorded(), scores));
}

/**
 * Returns the statistics of every row. `recorded` returns the recorded output. `scores` are the scores that enter the
 * softmax, if the task does not describe them completely. They are computed when they are first read, or when `begin`
 * starts them. `meanSquares` needs only the values.
 */
export function statisticsOf(task: Task, recorded: () => Matrix, scores?: Matrix): Statistics {
  const [begun, squares] = [
    once(() => beginStatistics(task, recorded, scores)),
    once(() => meanSquaresOf(task)),
  ];
  const worked = once(() => begun()());
  return {
    begin: begun,
    get output() {
      return worked().output;
    },
    get logSumExp() {
      return worked().logSumExp;
    },
    get meanSquares() {
      return squares();
    },
    row: (row) => worked().row(row),
  };
}

/** Returns the statistics of some rows, computed one by one. */
export function statisticsOfRows(task: Task, rows: readonly number[]): Statistics {
  const output = createMatrix(task.query.rows, task.value.cols);
  const logSumExp = new Float64Array(task.query.rows).fill(Number.NEGATIVE_INFINITY);
  const made = new Map(rows.map((row) => [row, makeRow(task, row)]));
  const ofEmpty = EMPTY_ROW_WEIGHT[task.emptyRow](task.key.rows);
  const { means } = momentsOf(task.value);
  for (const [row, own] of made) {
    // A row that may attend to no key has the same weight for all values, or 0.
    const values = own?.output ?? means.map((mean) => (ofEmpty === 0 ? 0 : mean * task.key.rows * ofEmpty));
    output.data.set(values, row * output.cols);
    if (own) logSumExp[row] = own.logSumExp;
  }
  return { output, logSumExp, row: (row) => made.get(row), meanSquares: meanSquaresOf(task), compared: rows };
}

function workPlainly(task: Task, output: Matrix, scores: Matrix | undefined): Statistics {
  const rows = Array.from({ length: task.query.rows }, (_, row): RowStatistics | undefined => {
    const made = makeRow(task, row, scores && rowOf(scores, row));
    return made && ({ ...made, coefficients: undefined, sample: undefined } as RowStatistics | undefined);
  });
  const logSumExp = Float64Array.from(rows, (made) => made?.logSumExp ?? Number.NEGATIVE_INFINITY);
  return { output, logSumExp, row: (row) => rows[row], meanSquares: meanSquaresOf(task) };
}

type Moments = Readonly<Record<"means" | "squares", Float64Array>>;

const moments = new WeakMap<Matrix, Map<string, Moments>>();

/** Returns the mean of each column over a range of rows, and the mean of its squares. */
const momentsOf = (matrix: Matrix, { first, end } = { first: 0, end: matrix.rows }): Moments =>
  remember(
    remember(moments, matrix, () => new Map<string, Moments>()),
    `${first}-${end}`,
    () => {
      const { cols, data } = matrix;
      const count = Math.max(1, end - first);
      const [sums, ofSquares] = [new Float64Array(cols), new Float64Array(cols)];
      for (let row = first, at = first * cols; row < end; row++) {
        for (let col = 0; col < cols; col++, at++) {
          sums[col] += data[at];
          ofSquares[col] += data[at] * data[at];
        }
      }
      return { means: sums.map((sum) => sum / count), squares: ofSquares.map((sum) => sum / count) };
    },
  );

/** Returns the mean of v² over the keys that some query may attend to. Other keys may hold anything. */
const meanSquaresOf = (task: Task): Float64Array =>
  momentsOf(task.value, attendedKeys(rangesOf(task))).squares;

/**
 * Returns the statistics from one pass of the kernel, which also sums with squared weights. The variance of the scores
 * is estimated from the keys.
 */
function statisticsFrom(
  task: Task,
  { output, maximum, sum, squares }: Attended,
  recorded: () => Matrix,
): Statistics {
  if (!squares) throw new RangeError("squares were asked for");
  const { query, bias, scale } = task;
  const ranges = rangesOf(task);
  const estimate = estimatorOf(task);
  const lengths = rowNorms(query);
  const logSumExp = maximum.map((most, at) => most + Math.log(sum[at]));
  const row = (at: number): RowStatistics | undefined => {
    if (sum[at] === 0) return undefined;
    const mean = maximum[at] + squares.moment[at] / squares.total[at];
    const scores = estimate(at);
    // If even a key far below the mean has a larger weight, no weight is faint.
    const lowest = scores.mean - FAR_BELOW * Math.sqrt(scores.variance);
    return {
      output: rowOf(output, at),
      logSumExp: logSumExp[at],
      sum: sum[at],
      concentration: squares.total[at] / sum[at] ** 2,
      squares: rowOf(squares.values, at),
      spread: rowOf(squares.spread, at),
      keys: ranges.high[at] - ranges.low[at],
      score: Math.sqrt(mean ** 2 + scores.variance),
      norms: Math.abs(scale) * lengths[at] * Math.sqrt(squares.norms[at]),
      faint: !bias && lowest - logSumExp[at] > Math.log(FAINT) ? 0 : Number.NaN,
    };
  };
  // The kernel does not know the policy for rows that may attend to no key.
  const isWhole = sum.every((total) => total !== 0);
  return {
    output: isWhole ? output : recorded(),
    logSumExp,
    row,
    meanSquares: meanSquaresOf(task),
  };
}

/** A number of standard deviations. Hardly any score is farther below the mean. */
const FAR_BELOW = 6;

/**
 * Returns an estimate of the mean and variance of a query's scores, from the means and variances of the columns of the
 * keys.
 */
function estimatorOf(task: Task): (row: number) => { mean: number; variance: number } {
  const { query, key, scale } = task;
  const { means, squares } = momentsOf(key, attendedKeys(rangesOf(task)));
  const variances = squares.map((square, c) => Math.max(0, square - means[c] ** 2));
  return (row) => {
    let [mean, variance] = [0, 0];
    for (let c = 0, at = row * query.cols; c < query.cols; c++, at++) {
      mean += query.data[at] * means[c];
      variance += query.data[at] ** 2 * variances[c];
    }
    return { mean: scale * mean, variance: scale ** 2 * variance };
  };
}

/** Returns the task in the form that the kernel takes. */
function attentionOf(task: Task): Attention {
  const { query, key, value, scale, softcap, bias, blocked } = task;
  return { query, key, value, scale, softcap, bias, ...rangesOf(task), blocked: blocked?.cells };
}

function rangesOf({ query, key, blocked }: Task): Pick<Attention, "low" | "high"> {
  if (blocked) return blocked;
  return { low: new Float64Array(query.rows), high: new Float64Array(query.rows).fill(key.rows) };
}

const faint = new WeakMap<Task, Map<number, number>>();

/** Returns the sum of the faint weights of one row. */
export function faintOf(task: Task, made: RowStatistics, row: number): number {
  if (!Number.isNaN(made.faint)) return made.faint;
  const known = remember(faint, task, () => new Map<number, number>());
  return remember(known, row, () => makeRow(task, row)?.faint ?? 0);
}
