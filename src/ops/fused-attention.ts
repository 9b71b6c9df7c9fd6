import { attendRowByRow } from "../math/attend.js";
import { type Attended, type Attention, scoreOf } from "../math/attention.js";
import { createMatrix, type Matrix } from "../math/matrix.js";
import { columnSums } from "../math/rows.js";
import type { Made, Op, Ref } from "../trace/op.js";
import { add, scale, softcap } from "./elementwise.js";
import { type Masking, mask } from "./masking.js";
import { matmulTransposed } from "./product.js";
import { tanhSum } from "./similarity.js";
import { EMPTY_ROW_WEIGHT, type EmptyRows, exponentials, normalizeRows } from "./softmax.js";
import { rowSums } from "./sums.js";

// Scores, scale, softcap, bias, mask, softmax and weighted sum, recorded step by step, can be worked out by one kernel that
// keeps no n×m matrix. Here such steps are recognised, from the weights back to what is compared.

/** Scores that the kernel can make, and what it is asked to do with them. */
interface Recognised extends EmptyRows {
  readonly attention: Omit<Attention, "value">;
  /** How the scores that enter the softmax were made: steps that read them or the weights share one pass of the kernel. */
  readonly scores: Made;
}

/** Cells from which on the kernel is quicker than the steps one by one, whether these are kept or not. */
const CELLS_WORTH_FUSING = 100 * 100;

/** The passes that were made, by the scores that they are about. */
const passes = new WeakMap<Made, Attended>();

/** α·V where α are weights that the kernel can make, n×d_v; undefined for others, and where there is little to gain. */
export function fuseWeightedSum([weights, value, ...others]: readonly Ref[]): Matrix | undefined {
  const { rows, cols } = weights.shape;
  const isPassing = weights.made?.isKept === false;
  if (others.length > 0 || (!isPassing && rows * cols <= CELLS_WORTH_FUSING)) return undefined;
  const recognised = recogniseWeights(weights);
  if (!recognised) return undefined;
  const attended = attendRowByRow({ ...recognised.attention, value: value.output() });
  passes.set(recognised.scores, attended);
  return withEmptyRows(attended, value.output(), recognised);
}

/** What a row that may attend to nothing gives, by policy; the kernel gives 0. */
function withEmptyRows({ output, sum }: Attended, value: Matrix, { emptyRow }: EmptyRows): Matrix {
  if (emptyRow === "zero" || sum.every((total) => total !== 0)) return output;
  const weight = EMPTY_ROW_WEIGHT[emptyRow](value.rows);
  const ofEmpty = columnSums(value).data.map((total) => total * weight);
  const { rows, cols, data } = output;
  return createMatrix(rows, cols, (row, col) => (sum[row] === 0 ? ofEmpty[col] : data[row * cols + col]));
}

/** A number of each row of weights that are not kept, from the pass that made their output; undefined where none did. */
export function fuseRowMeasure(
  [weights]: readonly Ref[],
  measure: (attended: Attended, row: number, numKeys: number) => number,
  ofEmptyRow: Readonly<Record<EmptyRows["emptyRow"], (numKeys: number) => number>>,
): Matrix | undefined {
  if (weights.made?.isKept !== false) return undefined;
  const recognised = recogniseWeights(weights);
  const attended = recognised && passes.get(recognised.scores);
  if (!attended) return undefined;
  const { rows, cols } = weights.shape;
  const forEmptyRow = ofEmptyRow[recognised.emptyRow](cols);
  return createMatrix(rows, 1, (row) =>
    attended.sum[row] === 0 ? forEmptyRow : measure(attended, row, cols),
  );
}

/** Single weights that are not kept, from the pass that made their output; undefined where none did. */
export function fuseCells(weights: Ref): ((row: number, key: number) => number) | undefined {
  const recognised = weights.made?.isKept === false ? recogniseWeights(weights) : undefined;
  const attended = recognised && passes.get(recognised.scores);
  if (!attended) return undefined;
  const { maximum, sum } = attended;
  const ofEmptyRow = EMPTY_ROW_WEIGHT[recognised.emptyRow](weights.shape.cols);
  return (row, key) =>
    sum[row] === 0 ? ofEmptyRow : Math.exp(scoreOf(recognised.attention, row, key) - maximum[row]) / sum[row];
}

/** ln Σ_j e^s_j of scores, from the pass that made the output behind them; undefined where none did. */
export function fuseLogSumExp([scores]: readonly Ref[]): Matrix | undefined {
  const attended = scores.made && passes.get(scores.made);
  if (!attended) return undefined;
  return createMatrix(scores.shape.rows, 1, (row) => attended.maximum[row] + Math.log(attended.sum[row]));
}

/** The step behind a ref as one of this op; undefined for any other. */
function madeBy<Params>(ref: Ref | undefined, op: Op<Params>): Made<Params> | undefined {
  return ref?.made?.op === op ? (ref.made as Made<Params>) : undefined;
}

/** The attention that makes these weights, if the kernel can make it. */
function recogniseWeights(weights: Ref): Recognised | undefined {
  const normalized = madeBy(weights, normalizeRows);
  const [powers, sums] = normalized?.inputs ?? [];
  const scores = madeBy(powers, exponentials)?.inputs[0];
  if (!normalized || !scores?.made || madeBy(sums, rowSums)?.inputs[0] !== powers) return undefined;
  const attention = recogniseScores(scores);
  return attention && { attention, scores: scores.made, emptyRow: normalized.params.emptyRow };
}

/** Whether the kernel can make what comes of scores that enter a softmax. */
export const canFuse = (scores: Ref): boolean => recogniseScores(scores) !== undefined;

/** What stands before the softmax, from the last step to the first: mask, bias, softcap, scale, and the comparison. */
function recogniseScores(scores: Ref): Omit<Attention, "value"> | undefined {
  const masked = madeBy(scores, mask);
  const biased = masked?.inputs[0] ?? scores;
  const sum = madeBy(biased, add);
  const capped = sum?.inputs[0] ?? biased;
  const cap = madeBy(capped, softcap);
  const scaled = cap?.inputs[0] ?? capped;
  const scaling = madeBy(scaled, scale);
  const compared = compare(scaling?.inputs[0] ?? scaled);
  const allowed = allowedKeys(scores, masked?.params);
  if (!compared || !allowed || (sum && sum.inputs.length > 2)) return undefined;
  return {
    ...compared,
    ...allowed,
    scale: scaling?.params.factor ?? 1,
    softcap: cap?.params.cap,
    bias: sum?.inputs[1].output(),
  };
}

/** Which keys each query may attend to; undefined where that is not put as −∞ in the rest, or not as a range a row. */
function allowedKeys(
  { shape: { rows, cols } }: Ref,
  masking: (Masking & { readonly fill: number }) | undefined,
): Pick<Attention, "low" | "high" | "blocked"> | undefined {
  if (!masking) return { low: new Float64Array(rows), high: new Float64Array(rows).fill(cols) };
  const { fill, blocked } = masking;
  if (fill !== Number.NEGATIVE_INFINITY || blocked.numRuled !== cols) return undefined;
  return { low: blocked.low, high: blocked.high, blocked: blocked.cells };
}

/** How queries and keys are compared: by products, or by sums of tanh. */
function compare(scores: Ref): Pick<Attention, "query" | "key" | "tanhWeights"> | undefined {
  const products = madeBy(scores, matmulTransposed);
  const made = products ?? madeBy(scores, tanhSum);
  if (!made) return undefined;
  const [query, key, row] = made.inputs.map((input) => input.output());
  if (!products) return { query, key, tanhWeights: row?.data ?? new Float64Array(query.cols).fill(1) };
  return row ? undefined : { query, key };
}
