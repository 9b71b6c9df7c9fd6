import { attendRowByRow } from "../math/attend.js";
import { type Attended, type Attention, scoreOf } from "../math/attention.js";
import { createMatrix, type Matrix } from "../math/matrix.js";
import { columnSums } from "../math/rows.js";
import { asOp, type NodeOf, type Numbers, type Ref } from "../trace/op.js";
import { findScores, findSoftmax, type NodeAt, type ScoreNodes } from "./attention-pattern.js";
import { matmulTransposed } from "./product.js";
import { tanhSum } from "./similarity.js";
import { EMPTY_ROW_WEIGHT, type EmptyRows } from "./softmax.js";

// Scores, scale, softcap, bias, mask, softmax and weighted sum, recorded step by step, can be worked out by one kernel that
// keeps no n×m matrix. Which steps these are is recognised in attention-pattern.ts.

/** Weights that the kernel can make, and what it is asked to do. */
interface Recognised extends EmptyRows {
  readonly attention: Omit<Attention, "value">;
  /** The key of the scores that enter the softmax: steps that read them or the weights share one pass of the kernel. */
  readonly scores: string;
}

/** Cells from which on the kernel is quicker than the steps one by one, whether these are kept or not. */
const CELLS_WORTH_FUSING = 100 * 100;

/** The pass of the kernel that was made over these scores; undefined where none was. */
const passOver = (numbers: Numbers, scores: string) => numbers.passes.get(scores) as Attended | undefined;

/** Whether the numbers of a node are worked out in passing, and not kept. */
const isPassing = (numbers: Numbers, key: string) => !numbers.keeps({ key });

/** α·V where α are weights that the kernel can make, n×d_v; undefined for others, and where there is little to gain. */
export function fuseWeightedSum(
  { inputs: [weights, value, ...others] }: NodeOf<undefined>,
  numbers: Numbers,
): Matrix | undefined {
  const { rows, cols } = numbers.nodes.ref(weights).shape;
  if (others.length > 0 || (!isPassing(numbers, weights) && rows * cols <= CELLS_WORTH_FUSING))
    return undefined;
  const recognised = recogniseWeights(numbers, weights);
  if (!recognised) return undefined;
  const values = numbers.of({ key: value });
  const attended = attendRowByRow({ ...recognised.attention, value: values });
  numbers.passes.set(recognised.scores, attended);
  return withEmptyRows(attended, values, recognised);
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
  weights: string,
  numbers: Numbers,
  measure: (attended: Attended, row: number, numKeys: number) => number,
  ofEmptyRow: Readonly<Record<EmptyRows["emptyRow"], (numKeys: number) => number>>,
): Matrix | undefined {
  const [recognised, attended] = passBehind(weights, numbers);
  if (!recognised || !attended) return undefined;
  const { rows, cols } = numbers.nodes.ref(weights).shape;
  const forEmptyRow = ofEmptyRow[recognised.emptyRow](cols);
  return createMatrix(rows, 1, (row) =>
    attended.sum[row] === 0 ? forEmptyRow : measure(attended, row, cols),
  );
}

/** Single weights that are not kept, from the pass that made their output; undefined where none did. */
export function fuseCells(
  weights: string,
  numbers: Numbers,
): ((row: number, key: number) => number) | undefined {
  const [recognised, attended] = passBehind(weights, numbers);
  if (!recognised || !attended) return undefined;
  const { maximum, sum } = attended;
  const ofEmptyRow = EMPTY_ROW_WEIGHT[recognised.emptyRow](numbers.nodes.ref(weights).shape.cols);
  return (row, key) =>
    sum[row] === 0 ? ofEmptyRow : Math.exp(scoreOf(recognised.attention, row, key) - maximum[row]) / sum[row];
}

/** Weights that are not kept, and the pass that made their output. */
function passBehind(
  weights: string,
  numbers: Numbers,
): readonly [Recognised | undefined, Attended | undefined] {
  if (!isPassing(numbers, weights)) return [undefined, undefined];
  const recognised = recogniseWeights(numbers, weights);
  return recognised ? [recognised, passOver(numbers, recognised.scores)] : [undefined, undefined];
}

/** ln Σ_j e^s_j of scores, from the pass that made the output behind them; undefined where none did. */
export function fuseLogSumExp(scores: Pick<Ref, "key">, numbers: Numbers): Matrix | undefined {
  const attended = passOver(numbers, scores.key);
  if (!attended) return undefined;
  const { rows } = numbers.nodes.ref(scores.key).shape;
  return createMatrix(rows, 1, (row) => attended.maximum[row] + Math.log(attended.sum[row]));
}

/** The attention that makes these weights, if the kernel can make it. */
function recogniseWeights(numbers: Numbers, weights: string): Recognised | undefined {
  const at: NodeAt = (key) => numbers.asRecorded(key);
  const softmax = findSoftmax(weights, at);
  const attention = softmax && recogniseScores(numbers, softmax.scores, at);
  return attention && { attention, scores: softmax.scores, emptyRow: softmax.normalized.params.emptyRow };
}

/** Cells above which scores that a kernel makes are not made to be looked at before. */
const MOST_LOOKED_AT = 100 * 100;

/** Whether the output is made without these scores: the kernel can, in whatever arithmetic, and nobody looks at them. */
export function skipsScores({ key, shape }: Ref, numbers: Numbers): boolean {
  if (numbers.keeps({ key }) && numbers.areStepsSeen) return false;
  return (
    shape.rows * shape.cols > MOST_LOOKED_AT &&
    recogniseScores(numbers, key, (node) => numbers.nodes.node(node)) !== undefined
  );
}

/**
 * Whether every row of these scores weighs its keys, without a look at them: each has one, and no product overflows, since
 * |q·k| ≤ ‖q‖·‖k‖. What is false here may still be so.
 */
export function surelyWeighs({ key }: Ref, numbers: Numbers): boolean {
  const attention = recogniseScores(numbers, key, (node) => numbers.nodes.node(node));
  if (!attention || attention.tanhWeights || attention.bias || attention.blocked) return false;
  const { query, low, high, scale } = attention;
  const most = Math.max(1, Math.abs(scale)) * largestNorm(query) * largestNorm(attention.key);
  return most < LEAST_OVERFLOW && low.every((first, row) => first < high[row]);
}

/** In whatever arithmetic: float16, which keeps least, holds 65504. */
const LEAST_OVERFLOW = 2 ** 15;

/** NaN where a number is. */
function largestNorm({ rows, cols, data }: Matrix): number {
  let most = 0;
  for (let row = 0, at = 0; row < rows; row++) {
    let squares = 0;
    for (const end = at + cols; at < end; at++) squares += data[at] * data[at];
    most = Math.max(most, squares);
  }
  return Math.sqrt(most);
}

/** What the kernel is asked to make of what stands before the softmax, if it can. */
function recogniseScores(numbers: Numbers, scores: string, at: NodeAt): Omit<Attention, "value"> | undefined {
  const found = findScores(scores, at);
  const { biased, capped, scaled } = found;
  const compared = compare(numbers, found);
  const allowed = allowedKeys(numbers.nodes.ref(scores), found);
  if (!compared || !allowed || (biased && biased.inputs.length > 2)) return undefined;
  return {
    ...compared,
    ...allowed,
    scale: scaled?.params.factor ?? 1,
    softcap: capped?.params.cap,
    bias: biased && numbers.of({ key: biased.inputs[1] }),
  };
}

/** Which keys each query may attend to; undefined where that is not put as −∞ in the rest, or not as a range a row. */
function allowedKeys(
  { shape: { rows, cols } }: Ref,
  { masked }: ScoreNodes,
): Pick<Attention, "low" | "high" | "blocked"> | undefined {
  if (!masked) return { low: new Float64Array(rows), high: new Float64Array(rows).fill(cols) };
  const { fill, blocked } = masked.params;
  if (fill !== Number.NEGATIVE_INFINITY || blocked.numRuled !== cols) return undefined;
  return { low: blocked.low, high: blocked.high, blocked: blocked.cells };
}

/** How queries and keys are compared: by products, or by sums of tanh. */
function compare(
  numbers: Numbers,
  { compared }: ScoreNodes,
): Pick<Attention, "query" | "key" | "tanhWeights"> | undefined {
  const products = asOp(compared, matmulTransposed);
  const made = products ?? asOp(compared, tanhSum);
  if (!made) return undefined;
  const [query, key, row] = made.inputs.map((key) => numbers.of({ key }));
  if (!products) return { query, key, tanhWeights: row?.data ?? new Float64Array(query.cols).fill(1) };
  return row ? undefined : { query, key };
}
