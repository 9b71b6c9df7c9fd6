import { type BlockedKeys, isBlocked } from "../../../math/blocked.js";
import { type Matrix, rowsOf } from "../../../math/matrix.js";
import { multiply, multiplyTransposed } from "../../../math/product.js";
import { cellFor } from "../row-scores.js";
import type { Task } from "../task.js";

// The exact gradients of one attention, some rows of queries at a time: every n×m matrix is there for these rows alone.

/** One attention and the gradient of its output, n×d_v. */
export interface HeadBack {
  readonly task: Task;
  readonly gradient: Matrix;
}

/** Everything between scores and gradients of some rows: count×m, or a number for each row. */
export interface RowsBack {
  readonly first: number;
  readonly count: number;
  /** As they enter the softmax; −∞ where the query may not attend. */
  readonly scores: Matrix;
  readonly weights: Matrix;
  /** P∘F, by which values are summed; P itself without dropout. */
  readonly kept: Matrix;
  /** F: what dropout multiplies the weights with. */
  readonly factors: Matrix | undefined;
  /** dP = dO Vᵀ; with dropout F∘(dO Vᵀ). */
  readonly dWeights: Matrix;
  /** dS = P∘(dP − δ). */
  readonly dScores: Matrix;
  /** dZ = f∘dS, the gradient by scale·q·k. */
  readonly dScaled: Matrix;
  /** t = tanh(z / C), where there is a softcap. */
  readonly bent: Matrix | undefined;
  readonly output: Matrix;
  readonly logSumExp: Float64Array;
  readonly dots: Float64Array;
  readonly keys: Float64Array;
}

/** So many cells of each n×m matrix are there at once. */
const CELLS_AT_ONCE = 2 ** 18;

/** The rows of an attention, some at a time, from the first to the last; so many where somebody says so. */
export function* rowsBack(head: HeadBack, atOnce?: number): Generator<RowsBack> {
  const { rows } = head.task.query;
  const size = atOnce ?? Math.max(8, Math.floor(CELLS_AT_ONCE / Math.max(1, head.task.key.rows)));
  for (let first = 0; first < rows; first += size) {
    yield workRows(head, first, Math.min(size, rows - first));
  }
}

/** Some rows of an attention. */
export function workRows({ task, gradient }: HeadBack, first: number, count: number): RowsBack {
  const { query, key, value } = task;
  const own = { first, count };
  const scores = multiplyTransposed(rowsOf(query, own), key);
  const factors = task.dropped && rowsOf(task.dropped, own);
  const dWeights = timesCells(multiplyTransposed(rowsOf(gradient, own), value), factors);
  const bent = task.softcap === undefined ? undefined : emptyLike(scores);
  const weights = emptyLike(scores);
  const [logSumExp, keys] = [new Float64Array(count), new Float64Array(count)];
  for (let row = 0; row < count; row++) {
    condition(task, scores, bent, row, first + row);
    [logSumExp[row], keys[row]] = share(scores, weights, row);
  }
  const dots = new Float64Array(count);
  const dScores = emptyLike(scores);
  const dScaled = bent ? emptyLike(scores) : dScores;
  for (let row = 0; row < count; row++) {
    const [start, end] = [row * key.rows, (row + 1) * key.rows];
    let dot = 0;
    for (let at = start; at < end; at++) dot += weights.data[at] * dWeights.data[at];
    dots[row] = dot;
    for (let at = start; at < end; at++) {
      const change = weights.data[at] * (dWeights.data[at] - dot);
      dScores.data[at] = change;
      if (bent) dScaled.data[at] = change * (1 - bent.data[at] ** 2);
    }
  }
  const kept = timesCells(weights, factors);
  const output = multiply(kept, value);
  return {
    ...own,
    scores,
    weights,
    kept,
    factors,
    dWeights,
    dScores,
    dScaled,
    bent,
    output,
    logSumExp,
    dots,
    keys,
  };
}

/** A matrix times factors, cell by cell; the matrix itself without factors. */
export const timesCells = (matrix: Matrix, factors: Matrix | undefined): Matrix =>
  factors ? { ...matrix, data: matrix.data.map((own, at) => own * factors.data[at]) } : matrix;

/** A matrix of zeros of the same shape. */
export const emptyLike = ({ rows, cols, data }: Matrix): Matrix => ({
  rows,
  cols,
  data: new Float64Array(data.length),
});

/** Products become the scores that enter the softmax. */
function condition(task: Task, scores: Matrix, bent: Matrix | undefined, row: number, query: number): void {
  const { scale, softcap, bias, blocked } = task;
  const start = row * scores.cols;
  for (let j = 0; j < scores.cols; j++) {
    let score = scores.data[start + j] * scale;
    if (bent && softcap !== undefined) {
      const tanh = Math.tanh(score / softcap);
      bent.data[start + j] = tanh;
      score = softcap * tanh;
    }
    if (bias) score += cellFor(bias, query, j);
    scores.data[start + j] = score;
  }
  if (blocked) blockRow(scores.data.subarray(start, start + scores.cols), blocked, query);
}

function blockRow(scores: Float64Array, blocked: BlockedKeys, query: number): void {
  const { low, high, numRuled, cells } = blocked;
  scores.fill(Number.NEGATIVE_INFINITY, 0, Math.min(low[query], numRuled));
  scores.fill(Number.NEGATIVE_INFINITY, high[query], numRuled);
  for (let j = low[query]; cells && j < high[query]; j++) {
    if (isBlocked(blocked, query, j)) scores[j] = Number.NEGATIVE_INFINITY;
  }
}

/** The softmax of a row; gives its log-sum-exp (0 for a row that attends to nothing) and how many keys it sees. */
function share(scores: Matrix, weights: Matrix, row: number): readonly [logSumExp: number, keys: number] {
  const [start, end] = [row * scores.cols, (row + 1) * scores.cols];
  let [maximum, keys, sum] = [Number.NEGATIVE_INFINITY, 0, 0];
  for (let at = start; at < end; at++) {
    const score = scores.data[at];
    if (score === Number.NEGATIVE_INFINITY) continue;
    keys++;
    if (score > maximum) maximum = score;
  }
  if (keys === 0) return [0, 0];
  for (let at = start; at < end; at++) {
    if (scores.data[at] === Number.NEGATIVE_INFINITY) continue;
    const power = Math.exp(scores.data[at] - maximum);
    weights.data[at] = power;
    sum += power;
  }
  for (let at = start; at < end; at++) weights.data[at] /= sum;
  return [maximum + Math.log(sum), keys];
}

/** How many queries may attend to each key. */
export function queriesOfKeys({ query, key, blocked }: Task): Float64Array {
  const counts = new Float64Array(key.rows);
  if (!blocked) return counts.fill(query.rows);
  const { low, high, numRuled, cells } = blocked;
  counts.fill(query.rows, numRuled);
  for (let row = 0; row < query.rows; row++) {
    for (let j = low[row]; j < Math.min(high[row], numRuled); j++) {
      if (!cells || !isBlocked(blocked, row, j)) counts[j]++;
    }
  }
  return counts;
}
