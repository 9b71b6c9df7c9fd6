import { attendRowByRow } from "../math/attend.js";
import { type Attended, type Attention, scoreOf } from "../math/attention.js";
import { largestOf } from "../math/largest.js";
import { createMatrix, type Matrix } from "../math/matrix.js";
import { columnSums } from "../math/rows.js";
import { asOp, type Node, type NodeOf, type Numbers, type Op, type Ref } from "../trace/op.js";
import { add, scale, softcap } from "./elementwise.js";
import { type Masking, mask } from "./masking.js";
import { matmul, matmulTransposed, rowSums } from "./product.js";
import { tanhSum } from "./similarity.js";
import { EMPTY_ROW_WEIGHT, type EmptyRows, exponentials, normalizeRows, type OfEmptyRow } from "./softmax.js";

// Scores, scale, softcap, bias, mask, softmax and weighted sum are recorded as single steps. One kernel can compute
// them all without storing an n×m matrix. attention-pattern.ts recognises these steps.

/** Weights that the kernel can compute, and its arguments. */
interface Recognised extends EmptyRows {
  readonly attention: Omit<Attention, "value">;
  /**
   * The key of the scores that enter the softmax. Steps that read the scores or the weights share one pass of the
   * kernel.
   */
  readonly scores: string;
}

/** Up to this number of cells, single steps are used if the weights are kept. Above it the kernel is faster. */
const CELLS_WORTH_FUSING = 100 * 100;

/** Returns what the kernel stored in its pass over these scores; undefined if there was no pass. */
const passOver = (numbers: Numbers, scores: string) => numbers.passes.get(scores) as Attended | undefined;

/**
 * Computes α·V, n×d_v, if the kernel can compute the weights α. Returns undefined otherwise, and if there is little to
 * gain.
 */
function fuseWeightedSum(
  { inputs: [weights, value, ...others] }: NodeOf<undefined>,
  numbers: Numbers,
): Matrix | undefined {
  const { rows, cols } = numbers.nodes.ref(weights).shape;
  if (others.length > 0 || (numbers.keeps({ key: weights }) && rows * cols <= CELLS_WORTH_FUSING))
    return undefined;
  const recognised = recogniseWeights(numbers, weights);
  if (!recognised) return undefined;
  const values = numbers.of({ key: value });
  const attended = attendRowByRow({ ...recognised.attention, value: values });
  numbers.passes.set(recognised.scores, attended);
  return withEmptyRows(attended, values, recognised);
}

/** Returns the output with the rows that may attend to no key filled in by policy; the kernel gives 0 for them. */
function withEmptyRows({ output, sum }: Attended, value: Matrix, { emptyRow }: EmptyRows): Matrix {
  if (emptyRow === "zero" || sum.every((total) => total !== 0)) return output;
  const weight = EMPTY_ROW_WEIGHT[emptyRow](value.rows);
  const ofEmpty = columnSums(value).data.map((total) => total * weight);
  const { rows, cols, data } = output;
  return createMatrix(rows, cols, (row, col) => (sum[row] === 0 ? ofEmpty[col] : data[row * cols + col]));
}

/**
 * Computes one measure per row of weights that are not kept, from the pass that computed their output. Returns
 * undefined if there was no pass.
 */
export function fuseRowMeasure(
  weights: string,
  numbers: Numbers,
  measure: (attended: Attended, row: number, numKeys: number) => number,
  ofEmptyRow: OfEmptyRow,
): Matrix | undefined {
  const [recognised, attended] = passFor(weights, numbers);
  if (!recognised || !attended) return undefined;
  const { rows, cols } = numbers.nodes.ref(weights).shape;
  const forEmptyRow = ofEmptyRow[recognised.emptyRow](cols);
  return createMatrix(rows, 1, (row) =>
    attended.sum[row] === 0 ? forEmptyRow : measure(attended, row, cols),
  );
}

/**
 * Returns a function for single weights that are not kept, from the pass that computed their output. Returns undefined
 * if there was no pass.
 */
export function fuseCells(
  weights: string,
  numbers: Numbers,
): ((row: number, key: number) => number) | undefined {
  const [recognised, attended] = passFor(weights, numbers);
  if (!recognised || !attended) return undefined;
  const { maximum, sum } = attended;
  const ofEmptyRow = EMPTY_ROW_WEIGHT[recognised.emptyRow](numbers.nodes.ref(weights).shape.cols);
  return (row, key) =>
    sum[row] === 0 ? ofEmptyRow : Math.exp(scoreOf(recognised.attention, row, key) - maximum[row]) / sum[row];
}

/** Recognises weights that are not kept, and finds the pass that computed their output. */
function passFor(weights: string, numbers: Numbers): readonly [Recognised | undefined, Attended | undefined] {
  if (numbers.keeps({ key: weights })) return [undefined, undefined];
  const recognised = recogniseWeights(numbers, weights);
  return recognised ? [recognised, passOver(numbers, recognised.scores)] : [undefined, undefined];
}

/**
 * Computes ln Σ_j e^s_j per row of scores, from the pass that computed the output. Returns undefined if there was no
 * pass.
 */
export function fuseLogSumExp(scores: Pick<Ref, "key">, numbers: Numbers): Matrix | undefined {
  const attended = passOver(numbers, scores.key);
  if (!attended) return undefined;
  const { rows } = numbers.nodes.ref(scores.key).shape;
  return createMatrix(rows, 1, (row) => attended.maximum[row] + Math.log(attended.sum[row]));
}

/** Returns the attention that computes these weights, if the kernel can compute it. */
function recogniseWeights(numbers: Numbers, weights: string): Recognised | undefined {
  const at: NodeAt = (key) => numbers.asRecorded(key);
  const softmax = findSoftmax(weights, at);
  const attention = softmax && recogniseScores(numbers, softmax.scores, at);
  return attention && { attention, scores: softmax.scores, emptyRow: softmax.normalized.params.emptyRow };
}

/** The maximum number of cells for which scores are computed only to look at them, if the kernel does not need them. */
const MAX_VIEWED_CELLS = 100 * 100;

/**
 * Whether the output is computed without these scores: the kernel can do so, in any arithmetic, and nobody looks at the
 * scores.
 */
export function skipsScores({ key, shape }: Ref, numbers: Numbers): boolean {
  if (numbers.keeps({ key }) && numbers.areStepsShown) return false;
  return shape.rows * shape.cols > MAX_VIEWED_CELLS && recogniseScores(numbers, key) !== undefined;
}

/**
 * Whether every row of these scores surely has weights, without computing the scores. It is true if each row has a key
 * that is not masked, and no product overflows, because |q·k| ≤ ‖q‖·‖k‖. False means unknown.
 */
export function surelyHasWeights({ key }: Ref, numbers: Numbers): boolean {
  const attention = recogniseScores(numbers, key);
  if (!attention || attention.tanhWeights || attention.bias || attention.blocked) return false;
  const { query, low, high, scale } = attention;
  const isBounded = [boundOfNorms, largestNorm].some(
    (normOf) => Math.max(1, Math.abs(scale)) * normOf(query) * normOf(attention.key) < OVERFLOW_BOUND,
  );
  return isBounded && low.every((first, row) => first < high[row]);
}

/** A bound that holds in every arithmetic: the smallest range is that of float16, up to 65504. */
const OVERFLOW_BOUND = 2 ** 15;

/** Returns a number that no norm of a row exceeds, or NaN if there is a NaN. */
const boundOfNorms = ({ cols, data }: Matrix) => Math.sqrt(cols) * largestOf(data);

/** Returns the largest norm of the rows, or NaN if there is a NaN. */
function largestNorm({ rows, cols, data }: Matrix): number {
  let most = 0;
  for (let row = 0, at = 0; row < rows; row++) {
    let squares = 0;
    for (const end = at + cols; at < end; at++) squares += data[at] * data[at];
    most = Math.max(most, squares);
  }
  return Math.sqrt(most);
}

/** Returns the arguments of the kernel for the steps before a softmax, or undefined if it cannot compute them. */
function recogniseScores(
  numbers: Numbers,
  scores: string,
  at: NodeAt = (key) => numbers.nodes.node(key),
): Omit<Attention, "value"> | undefined {
  const scoreNodes = findScores(scores, at);
  const { biased, capped, scaled } = scoreNodes;
  const compared = compare(numbers, scoreNodes);
  const allowed = allowedKeys(numbers.nodes.ref(scores), scoreNodes);
  if (!compared || !allowed || (biased && biased.inputs.length > 2)) return undefined;
  return {
    ...compared,
    ...allowed,
    scale: scaled?.params.factor ?? 1,
    softcap: capped?.params.cap,
    bias: biased && numbers.of({ key: biased.inputs[1] }),
  };
}

/**
 * Returns which keys each query may attend to. Returns undefined if the mask does not use −∞, or is not one range per
 * row.
 */
function allowedKeys(
  { shape: { rows, cols } }: Ref,
  { masked }: ScoreNodes,
): Pick<Attention, "low" | "high" | "blocked"> | undefined {
  if (!masked) return { low: new Float64Array(rows), high: new Float64Array(rows).fill(cols) };
  const { fill, blocked } = masked.params;
  if (fill !== Number.NEGATIVE_INFINITY || blocked.numRuled !== cols) return undefined;
  return { low: blocked.low, high: blocked.high, blocked: blocked.cells };
}

/** Returns how queries and keys are compared: by dot products, or by sums of tanh. */
function compare(
  numbers: Numbers,
  { compared }: ScoreNodes,
): Pick<Attention, "query" | "key" | "tanhWeights"> | undefined {
  const products = asOp(compared, matmulTransposed);
  const comparison = products ?? asOp(compared, tanhSum);
  if (!comparison) return undefined;
  const [query, key, row] = comparison.inputs.map((key) => numbers.of({ key }));
  if (!products) return { query, key, tanhWeights: row?.data ?? new Float64Array(query.cols).fill(1) };
  return row ? undefined : { query, key };
}

/**
 * α·V: the rows of V, weighted by α and summed. α: n×m, V: m×d_v → n×d_v. Large results are computed together with α.
 */
export const weightedSum: Op = { ...matmul, fused: fuseWeightedSum };

// Recognises the steps of an attention (scores, scale, softcap, bias, mask, softmax), from the weights back to the
// compared vectors. It is used by the kernel that computes them all at once, and by the code that calls a library's
// attention function.

/** Finds the node with a key. Returns undefined for an input, and for a node that must not be looked through. */
export type NodeAt = (key: string) => Node | undefined;

/** The steps before a softmax: those that were recorded, and the comparison of queries and keys. */
interface ScoreNodes {
  readonly masked: NodeOf<Masking & { readonly fill: number }> | undefined;
  readonly biased: NodeOf<undefined> | undefined;
  readonly capped: NodeOf<{ readonly cap: number }> | undefined;
  readonly scaled: NodeOf<{ readonly factor: number }> | undefined;
  /** The node that compares queries and keys. Undefined if the scores are an input. */
  readonly compared: Node | undefined;
}

/** Finds the softmax that computes these weights, n×m. Returns undefined if they were not computed by a softmax. */
export function findSoftmax(weights: string, at: NodeAt) {
  const normalized = asOp(at(weights), normalizeRows);
  const [powers, sums] = normalized?.inputs ?? [];
  const scores = powers === undefined ? undefined : asOp(at(powers), exponentials)?.inputs[0];
  if (!normalized || scores === undefined || asOp(at(sums), rowSums)?.inputs[0] !== powers) return undefined;
  return { normalized, scores };
}

/** Finds the steps before a softmax, from last to first: mask, bias, softcap, scale, comparison. */
export function findScores(scores: string, at: NodeAt): ScoreNodes {
  let key = scores;
  const step = <Params>(op: Op<Params>): NodeOf<Params> | undefined => {
    const node = asOp(at(key), op);
    if (node) [key] = node.inputs;
    return node;
  };
  const [masked, biased, capped, scaled] = [step(mask), step(add), step(softcap), step(scale)];
  return { masked, biased, capped, scaled, compared: at(key) };
}
