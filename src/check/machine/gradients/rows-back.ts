import { isBlocked } from "../../../math/blocked.js";
import { type Matrix, rowsOf } from "../../../math/matrix.js";
import { multiply, multiplyTransposed } from "../../../math/product.js";
import { powersOf, scoresOfRow } from "../row-scores.js";
import { over } from "../rows.js";
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
    const [start, end] = [row * key.rows, (row + 1) * key.rows];
    const products = scores.data.subarray(start, end);
    bent?.data.set(
      products.map((product) => Math.tanh((product * task.scale) / (task.softcap ?? 1))),
      start,
    );
    scores.data.set(scoresOfRow(task, first + row, products), start);
    const { powers, maximum, sum } = powersOf(products);
    if (sum === 0) continue;
    weights.data.set(over(powers, sum), start);
    logSumExp[row] = maximum + Math.log(sum);
    for (const score of products) if (score !== Number.NEGATIVE_INFINITY) keys[row]++;
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
