import type { Matrix } from "../../../math/matrix.js";
import { rowsOf } from "../../../math/matrix.js";
import { multiplyTransposed } from "../../../math/product.js";
import { remember } from "../../../math/remember.js";
import type { HeadFacts } from "./head-facts.js";
import { type CellErrors, errorsOfRow } from "./row-errors.js";
import type { RowsBack } from "./rows-back.js";

// The mean square errors of the n×m matrices of some rows, cell by cell.

/** The n×m errors of some rows, which products take to the gradients. */
export interface BlockErrors {
  /** U, U′ and M. */
  readonly ofQuery: Matrix;
  readonly ofKey: Matrix;
  readonly ofValue: Matrix;
  /** f∘P. */
  readonly slopes: Matrix;
  /** dP's errors by rounded inputs and by the gradient that was handed on. */
  readonly handed: Matrix | undefined;
  /** dZ∘ε, P∘ε and f∘P∘√(VP + D), where rows err together by them. */
  readonly shifted: Matrix | undefined;
  readonly weighed: Matrix | undefined;
  readonly alike: Matrix | undefined;
}

/** What the cells of a row have in common, a number for each query of the head. */
export interface RowSums {
  readonly shifts: Float64Array;
  readonly dots: Float64Array;
  readonly weights: Float64Array;
}

/** Whether a rounded query moves all keys at once. */
export const sharesQueries = ({ roundings }: HeadFacts) => roundings.isEager || roundings.roundsInputs;

/** A matrix for each n×m error, the same one for all blocks of rows: every cell of it is written anew. */
function blockFor(
  { rows, cols }: Matrix,
  reused: Map<string, Float64Array>,
): (name: string, isAsked: boolean) => Matrix | undefined {
  return (name, isAsked) => {
    if (!isAsked) return undefined;
    const data = remember(reused, name, () => new Float64Array(rows * cols));
    return { rows, cols, data: data.subarray(0, rows * cols) };
  };
}

/** The errors of the cells of some rows; what rows have in common goes into `sums`. */
export function errorsOfRows(
  facts: HeadFacts,
  rows: RowsBack,
  kappa: number,
  sums: RowSums,
  reused: Map<string, Float64Array>,
): BlockErrors {
  const { scores } = rows;
  const isShared = sharesQueries(facts);
  const blank = blockFor(scores, reused);
  const whole = (name: string) => blank(name, true) ?? scores;
  const block: BlockErrors = {
    ofQuery: whole("ofQuery"),
    ofKey: whole("ofKey"),
    ofValue: whole("ofValue"),
    slopes: whole("slopes"),
    handed: handedOf(facts, rows),
    shifted: blank("shifted", isShared),
    weighed: blank("weighed", isShared),
    alike: blank("alike", kappa > 0),
  };
  const buffers: CellErrors = {
    scores: new Float64Array(scores.cols),
    rounded: new Float64Array(scores.cols),
    dWeights: new Float64Array(scores.cols),
  };
  for (let row = 0; row < rows.count; row++) {
    const { weights, dots, shift } = errorsOfRow(facts, rows, row, buffers);
    sums.shifts[rows.first + row] = shift;
    sums.weights[rows.first + row] = weights;
    sums.dots[rows.first + row] = dots;
    fillRow(facts, rows, row, buffers, { weights, dots }, block);
  }
  return block;
}

/** What of dP's errors is made by inputs that are rounded, and by a gradient that errs: Σ_c of its mean square by v². */
function handedOf({ roundings, squares, ofGradient, head }: HeadFacts, rows: RowsBack): Matrix | undefined {
  const { short, roundsInputs } = roundings;
  if (!roundsInputs && !ofGradient) return undefined;
  const own = { first: rows.first, count: rows.count };
  const inputs = roundsInputs ? short : 0;
  const errors = rowsOf(squares.gradient, own).data.map((square) => inputs * square);
  if (ofGradient) {
    const start = rows.first * head.gradient.cols;
    for (let at = 0; at < errors.length; at++) errors[at] += ofGradient[start + at];
  }
  return multiplyTransposed({ rows: rows.count, cols: head.gradient.cols, data: errors }, squares.value);
}

/** What is the same for all cells of a row. */
function factorsOf(
  { roundings, copies, lines, made, head }: HeadFacts,
  query: number,
  keys: number,
  common: { readonly weights: number },
) {
  const { sums, short, isEager, roundsInputs, floor } = roundings;
  const square = sums ** 2;
  const ofRounding = short * ((isEager ? 4 : 1) + (roundsInputs ? 1 : 0));
  return {
    square,
    ofQuery: ofRounding + (square * keys) / 6 + made.key,
    ofKey: ofRounding + common.weights + made.query,
    ofValue: short * (roundsInputs ? 2 : 1) + common.weights + 2 * square,
    floorOfValue: floor,
    ofFloor: floor / Math.min(1, head.task.scale ** 2),
    // dP − δ reaches dS by the floor, and tanh its square by the rounding, where matrices are rounded.
    floor: isEager ? floor : 0,
    short: isEager ? short : 0,
    cap: 1 / (head.task.softcap ?? 1) ** 2,
    side: roundsInputs ? lines.gradient.sides[query] : 1,
    querySide: isEager || roundsInputs ? lines.query.sides[query] : 1,
    queries: copies.queries[query],
    query: copies.query[query],
    inputs: roundsInputs ? 2 : 1,
  };
}

/** U, U′, M and what rows err together by, of one row. */
function fillRow(
  facts: HeadFacts,
  { first, scores, weights, dWeights, dScores, dScaled, bent, dots: rowDots, keys }: RowsBack,
  row: number,
  errors: CellErrors,
  common: { readonly weights: number; readonly dots: number },
  block: BlockErrors,
): void {
  const { cols } = scores;
  const factors = factorsOf(facts, first + row, keys[row], common);
  const { square, ofFloor, floor, short, cap, side, querySide, inputs } = factors;
  const { copies, queriesOfKey } = facts;
  for (let j = 0, at = row * cols; j < cols; j++, at++) {
    if (scores.data[at] === Number.NEGATIVE_INFINITY) {
      clear(block, at);
      continue;
    }
    const [weight, change, scaled] = [weights.data[at], dScores.data[at], dScaled.data[at]];
    const score = errors.scores[j];
    const t = bent ? bent.data[at] : 0;
    const slope = 1 - t * t;
    const ofChange = errors.dWeights[j] + (block.handed ? inputs * block.handed.data[at] : 0);
    const flat = slope * slope;
    const weightSquare = weight * weight;
    let own = flat * (weightSquare * ofChange + change * change * (score + 2 * square));
    if (bent) own += change * change * 4 * t * t * (t * t * (square + short) + flat * score * cap);
    if (ofFloor > 0) own += ofFloor + floor * (dWeights.data[at] - rowDots[row]) ** 2;
    const changed = scaled * scaled;
    const ofSum = (square * queriesOfKey[j]) / 6;
    const ofKey = own + changed * (factors.ofKey + ofSum) + flat * weightSquare * common.dots;
    const ofValue = factors.ofValue + Math.max(0, score * (1 - 2 * weight)) + ofSum;
    block.ofQuery.data[at] = copies.keys[j] * (own + changed * factors.ofQuery);
    block.ofKey.data[at] = factors.queries * ofKey;
    block.ofValue.data[at] = factors.query * (weightSquare * ofValue + factors.floorOfValue);
    block.slopes.data[at] = slope * weight;
    if (block.shifted && block.weighed) {
      const error = Math.sqrt(errors.rounded[j]) * querySide;
      block.shifted.data[at] = scaled * error;
      block.weighed.data[at] = weight * error;
    }
    if (block.alike) block.alike.data[at] = slope * weight * Math.sqrt(ofChange + common.dots) * side;
  }
}

/** A masked cell errs by nothing. */
function clear({ ofQuery, ofKey, ofValue, slopes, shifted, weighed, alike }: BlockErrors, at: number): void {
  for (const matrix of [ofQuery, ofKey, ofValue, slopes]) matrix.data[at] = 0;
  if (shifted) shifted.data[at] = 0;
  if (weighed) weighed.data[at] = 0;
  if (alike) alike.data[at] = 0;
}
