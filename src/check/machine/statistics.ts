import { attendRowByRow } from "../../math/attend.js";
import type { Attention } from "../../math/attention.js";
import { createMatrix, type Matrix, rowOf } from "../../math/matrix.js";
import { once, remember } from "../../math/remember.js";
import { EMPTY_ROW_WEIGHT } from "../../ops/softmax.js";
import { rowNorms } from "./row-scores.js";
import { FAINT, type MadeRow, makeRow } from "./rows.js";
import type { Task } from "./task.js";

/**
 * What the expected rounding error of each output of an attention hangs on. With α the exact weights of a row, v the values
 * and o their sum, errors of the α reach the output by Σ α² v², errors of the scores by Σ α² (v − o)².
 */
export interface Statistics {
  /** Σ_j α_j v_j, n×d_v. */
  readonly output: Matrix;
  readonly logSumExp: Float64Array;
  /** The rows one by one; undefined for one that may attend to nothing. */
  row(row: number): RowStatistics | undefined;
  /** The mean of v² over the keys, a number a column. */
  readonly meanSquares: Float64Array;
  /** The rows that are compared, where not all are; nothing is known of the others. */
  readonly compared?: readonly number[];
}

/** Of one row: of `score` and `norms` the root mean square by α². `faint` is NaN until it is worked out by `faintOf`. */
export type RowStatistics = Omit<MadeRow, "coefficients" | "sample">;

/** Products from which on the sums come from one more pass of the kernel. */
const MOST_PLAIN_PRODUCTS = 3e7;

/**
 * The statistics of every row. `recorded` gives the output of the recording; `scores` are those that enter the softmax, where the task does
 * not say what becomes of them.
 */
export function statisticsOf(task: Task, recorded: () => Matrix, scores?: Matrix): Statistics {
  const { query, key, value, blocked } = task;
  const products = query.rows * key.rows * (query.cols + 3 * value.cols);
  const isRuled = !blocked || blocked.numRuled === key.rows;
  if (isRuled && !scores && !task.dropped && products > MOST_PLAIN_PRODUCTS)
    return workByKernel(task, recorded);
  return workPlainly(task, recorded(), scores);
}

/** The statistics of an attention, which are worked out when somebody asks for more than its values tell. */
export function lazyStatistics(task: Task, work: () => Statistics): Statistics {
  const [worked, squares] = [once(work), once(() => momentsOf(task.value).squares)];
  return {
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

/** The statistics of some rows, each worked by itself. */
export function statisticsOfRows(task: Task, rows: readonly number[]): Statistics {
  const output = createMatrix(task.query.rows, task.value.cols);
  const logSumExp = new Float64Array(task.query.rows).fill(Number.NEGATIVE_INFINITY);
  const made = new Map(rows.map((row) => [row, makeRow(task, row)]));
  const ofEmpty = EMPTY_ROW_WEIGHT[task.emptyRow](task.key.rows);
  const { means, squares } = momentsOf(task.value);
  for (const [row, own] of made) {
    // A row that may attend to nothing weighs all values alike, or not at all.
    const values = own?.output ?? means.map((mean) => (ofEmpty === 0 ? 0 : mean * task.key.rows * ofEmpty));
    output.data.set(values, row * output.cols);
    if (own) logSumExp[row] = own.logSumExp;
  }
  return { output, logSumExp, row: (row) => made.get(row), meanSquares: squares, compared: rows };
}

function workPlainly(task: Task, output: Matrix, scores: Matrix | undefined): Statistics {
  const rows = Array.from({ length: task.query.rows }, (_, row): RowStatistics | undefined => {
    const made = makeRow(task, row, scores && rowOf(scores, row));
    return made && ({ ...made, coefficients: undefined, sample: undefined } as RowStatistics | undefined);
  });
  const logSumExp = Float64Array.from(rows, (made) => made?.logSumExp ?? Number.NEGATIVE_INFINITY);
  return { output, logSumExp, row: (row) => rows[row], meanSquares: momentsOf(task.value).squares };
}

/** The mean of each column, and that of its squares. */
function momentsOf({ rows, cols, data }: Matrix): Readonly<Record<"means" | "squares", Float64Array>> {
  const [means, squares] = [new Float64Array(cols), new Float64Array(cols)];
  for (let row = 0, at = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, at++) {
      means[col] += data[at];
      squares[col] += data[at] * data[at];
    }
  }
  const overRows = (sum: number) => sum / rows;
  return { means: means.map(overRows), squares: squares.map(overRows) };
}

/** The same by one pass of the kernel, which sums what weights of α² make as well. How far scores scatter is estimated from the keys. */
function workByKernel(task: Task, recorded: () => Matrix): Statistics {
  const { value, query, bias, scale } = task;
  const squaredFrom = toWhole(value.cols);
  const attended = attendRowByRow({
    ...attentionOf(task),
    ...{ value: withSquares(task, squaredFrom), squaredFrom },
  });
  const { maximum, sum, squares: squareSums, squaredMoment } = attended;
  const ranges = rangesOf(task);
  const estimate = estimatorOf(task);
  const lengths = rowNorms(query);
  const logSumExp = maximum.map((most, at) => most + Math.log(sum[at]));
  const concentrations = squareSums.map((total, at) => total / sum[at] ** 2);
  const { output, squares, spread, norms } = partsOf(
    attended.output,
    { ...value, rows: query.rows },
    concentrations,
  );
  const row = (at: number): RowStatistics | undefined => {
    if (sum[at] === 0) return undefined;
    const mean = maximum[at] + squaredMoment[at] / squareSums[at];
    const scores = estimate(at);
    // Where even a key far below the mean weighs something, no weight is faint.
    const lowest = scores.mean - FAR_BELOW * Math.sqrt(scores.variance);
    return {
      output: rowOf(output, at),
      logSumExp: logSumExp[at],
      sum: sum[at],
      concentration: concentrations[at],
      squares: rowOf(squares, at),
      spread: rowOf(spread, at),
      keys: ranges.high[at] - ranges.low[at],
      score: Math.sqrt(mean ** 2 + scores.variance),
      norms: Math.abs(scale) * lengths[at] * Math.sqrt(norms[at]),
      faint: !bias && lowest - logSumExp[at] > Math.log(FAINT) ? 0 : Number.NaN,
    };
  };
  // What becomes of a row that may attend to nothing is a policy, which the kernel has none of.
  const isWhole = sum.every((total) => total !== 0);
  return {
    output: isWhole ? output : recorded(),
    logSumExp,
    row,
    meanSquares: momentsOf(value).squares,
  };
}

/** Columns of squares begin at a multiple of four. */
const toWhole = (cols: number) => 4 * Math.ceil(cols / 4);

/** v, and from column `squaredFrom` on v², v and ‖k‖² of each key. */
function withSquares({ key, value: { rows, cols, data } }: Task, squaredFrom: number): Matrix {
  const norms = rowNorms(key);
  const made = createMatrix(rows, squaredFrom + 2 * cols + 1);
  for (let row = 0, from = 0; row < rows; row++, from += cols) {
    const [start, end] = [row * made.cols, (row + 1) * made.cols];
    const own = data.subarray(from, from + cols);
    made.data.set(own, start);
    for (let col = 0; col < cols; col++) made.data[start + squaredFrom + col] = own[col] * own[col];
    made.data.set(own, start + squaredFrom + cols);
    made.data[end - 1] = norms[row] * norms[row];
  }
  return made;
}

/** The outputs o, Σ α² v² and Σ α² (v − o)² of each, and the mean of ‖k‖² by α² of each row, from what the columns of `withSquares` become and Σ α² of each row. */
function partsOf(
  { cols: stride, data }: Matrix,
  { rows, cols }: Pick<Matrix, "rows" | "cols">,
  concentrations: Float64Array,
): Readonly<Record<"output" | "squares" | "spread", Matrix> & { norms: Float64Array }> {
  const norms = Float64Array.from({ length: rows }, (_, row) => data[(row + 1) * stride - 1]);
  const made = () => createMatrix(rows, cols);
  const [output, squares, spread] = [made(), made(), made()];
  for (let row = 0, at = 0; row < rows; row++) {
    for (let col = 0, from = row * stride; col < cols; col++, at++, from++) {
      const own = data[from];
      const square = data[from + toWhole(cols)];
      const mean = data[from + toWhole(cols) + cols];
      output.data[at] = own;
      squares.data[at] = concentrations[row] * square;
      spread.data[at] = concentrations[row] * Math.max(0, square + own * (own - 2 * mean));
    }
  }
  return { output, squares, spread, norms };
}

/** Standard deviations below the mean score that hardly any key is beyond. */
const FAR_BELOW = 6;

/** Mean and variance of the scores of each query, as they follow from those of the columns of the keys. */
function estimatorOf({ query, key, scale }: Task): (row: number) => { mean: number; variance: number } {
  const { means, squares } = momentsOf(key);
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

/** The task as the kernel takes it. */
function attentionOf(task: Task): Attention {
  const { query, key, value, scale, softcap, bias, blocked } = task;
  return { query, key, value, scale, softcap, bias, ...rangesOf(task), blocked: blocked?.cells };
}

function rangesOf({ query, key, blocked }: Task): Pick<Attention, "low" | "high"> {
  if (blocked) return blocked;
  return { low: new Float64Array(query.rows), high: new Float64Array(query.rows).fill(key.rows) };
}

const faint = new WeakMap<Task, Map<number, number>>();

/** The weight of keys that hardly weigh, of one row. */
export function faintOf(task: Task, made: RowStatistics, row: number): number {
  if (!Number.isNaN(made.faint)) return made.faint;
  const known = remember(faint, task, () => new Map<number, number>());
  return remember(known, row, () => makeRow(task, row)?.faint ?? 0);
}
