import { isBlocked } from "../../../math/blocked.js";
import { cellOf, type Matrix, mapCells, rowsOf } from "../../../math/matrix.js";
import { dotRows, multiply, multiplyTransposed } from "../../../math/product.js";
import { powersOf, scoresOfRow } from "../row-scores.js";
import { over } from "../rows.js";
import type { Task } from "../task.js";

// Computes the exact gradients (float64) of one attention, up to dZ: the numbers that the error formulas of
// docs/precision.md, "Gradients", are evaluated at. A block of query rows is computed at a time, so no n×m matrix
// exists as a whole.

/** Which gradient of an attention: dQ, dK or dV. The matrix that it belongs to has the same name. */
export const PARTS = ["query", "key", "value"] as const;
export type Part = (typeof PARTS)[number];

/** Something of each of the three. */
export type PerPart<Of> = Readonly<Record<Part, Of>>;

export const perPart = <Of>(make: (part: Part) => Of): PerPart<Of> => ({
  query: make("query"),
  key: make("key"),
  value: make("value"),
});

/** One attention and the gradient of its output, n×d_v. */
export interface BackwardInputs {
  readonly task: Task;
  readonly gradient: Matrix;
}

/**
 * Everything between scores and gradients, for some query rows. Matrices are count×m, arrays have one number per row.
 */
export interface BackwardRows {
  readonly first: number;
  readonly count: number;
  /** The scores as the softmax gets them: −∞ if the query may not attend to the key. */
  readonly scores: Matrix;
  readonly weights: Matrix;
  /** P∘F, by which values are summed. Without dropout, P itself. */
  readonly kept: Matrix;
  /** F: the factors that dropout multiplies the weights by. */
  readonly factors: Matrix | undefined;
  /** dP = dO Vᵀ. With dropout F∘(dO Vᵀ). */
  readonly dWeights: Matrix;
  /** dS = P∘(dP − δ). */
  readonly dScores: Matrix;
  /** dZ = f∘dS, the gradient of z = scale·q·k. */
  readonly dScaled: Matrix;
  /** t = tanh(z / C). Undefined without a softcap. */
  readonly tanhs: Matrix | undefined;
  readonly output: Matrix;
  readonly logSumExp: Float64Array;
  readonly delta: Float64Array;
  readonly keys: Float64Array;
}

/** The maximum number of cells of one n×m matrix that exist at once. */
const CELLS_AT_ONCE = 2 ** 18;

/**
 * Computes the rows of an attention in blocks, from the first to the last. `atOnce` sets the number of rows per block.
 */
export function* backwardRows(head: BackwardInputs, atOnce?: number): Generator<BackwardRows> {
  const { rows } = head.task.query;
  const size = atOnce ?? Math.max(8, Math.floor(CELLS_AT_ONCE / Math.max(1, head.task.key.rows)));
  for (let first = 0; first < rows; first += size) {
    yield workRows(head, first, Math.min(size, rows - first));
  }
}

/** Computes `count` rows of an attention. */
export function workRows({ task, gradient }: BackwardInputs, first: number, count: number): BackwardRows {
  const { query, key, value } = task;
  const block = { first, count };
  const scores = multiplyTransposed(rowsOf(query, block), key);
  const factors = task.dropped && rowsOf(task.dropped, block);
  const dWeights = timesCells(multiplyTransposed(rowsOf(gradient, block), value), factors);
  const tanhs = task.softcap === undefined ? undefined : emptyLike(scores);
  const weights = emptyLike(scores);
  const [logSumExp, keys] = [new Float64Array(count), new Float64Array(count)];
  for (let row = 0; row < count; row++) {
    const [start, end] = [row * key.rows, (row + 1) * key.rows];
    const products = scores.data.subarray(start, end);
    tanhs?.data.set(
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
  const delta = dotsOf(weights, dWeights);
  const dScores = mapCells(weights, (weight, row, key) => weight * (cellOf(dWeights, row, key) - delta[row]));
  const dScaled = tanhs
    ? mapCells(dScores, (change, row, key) => change * (1 - cellOf(tanhs, row, key) ** 2))
    : dScores;
  const kept = timesCells(weights, factors);
  const output = multiply(kept, value);
  return {
    ...block,
    scores,
    weights,
    kept,
    factors,
    dWeights,
    dScores,
    dScaled,
    tanhs,
    output,
    logSumExp,
    delta,
    keys,
  };
}

/** Computes δ = Σ_j P dP of each row. */
export const dotsOf = (weights: Matrix, dWeights: Matrix): Float64Array =>
  Float64Array.from({ length: weights.rows }, (_, row) => dotRows(weights, row, dWeights, row));

/** Multiplies a matrix by factors, cell by cell. Returns the matrix itself if there are no factors. */
export const timesCells = (matrix: Matrix, factors: Matrix | undefined): Matrix =>
  factors ? { ...matrix, data: matrix.data.map((own, at) => own * factors.data[at]) } : matrix;

/** Returns f = 1 − tanh²(z / C) of a cell, the derivative of the softcap. 1 without a softcap. */
export const slopeAt = ({ tanhs }: BackwardRows, at: number): number => (tanhs ? 1 - tanhs.data[at] ** 2 : 1);

/** Makes a matrix of zeros of the same shape. */
const emptyLike = ({ rows, cols, data }: Matrix): Matrix => ({
  rows,
  cols,
  data: new Float64Array(data.length),
});

/** Counts for each key the queries that may attend to it: n_j. */
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
