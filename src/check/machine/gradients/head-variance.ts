import { createMatrix, type Matrix, rowsOf, transpose } from "../../../math/matrix.js";
import { multiply, multiplyTransposed } from "../../../math/product.js";
import { remember } from "../../../math/remember.js";
import type { HeadFacts } from "./head-facts.js";
import { type CellErrors, errorsOfRow } from "./row-errors.js";
import { type RowsBack, rowsBack } from "./rows-back.js";

// The mean square errors of dQ, dK and dV of one head, before they are stored. Row by row: no n×m matrix is there as a whole.

/** The exact gradients by the query, key and value of one head. */
export interface HeadGradients {
  readonly query: Matrix;
  readonly key: Matrix;
  readonly value: Matrix;
}

/** Mean square errors of the cells of dQ, dK, dV; and what the cells of a row have in common: D and R + S, a number a query. */
export interface HeadVariance {
  readonly query: Float64Array;
  readonly key: Float64Array;
  readonly value: Float64Array;
  /** The error of dK that rounding the output makes, with its sign: heads of a group may have the same. */
  readonly shift: Float64Array;
  readonly dots: Float64Array;
  readonly weights: Float64Array;
}

/** The n×m errors of some rows, which products take to the gradients. */
interface BlockErrors {
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

/** The errors of the gradients of one head. exact: its right gradients. */
export function headVariance(facts: HeadFacts, exact: HeadGradients): HeadVariance {
  const { query, key, value } = facts.head.task;
  const sums: HeadSums = {
    query: createMatrix(query.rows, query.cols),
    key: createMatrix(key.rows, key.cols),
    value: createMatrix(key.rows, value.cols),
    ...{ alike: createMatrix(key.rows, key.cols), shifted: createMatrix(key.rows, key.cols) },
    ...{ rounded: createMatrix(key.rows, key.cols), shifts: new Float64Array(query.rows) },
    ...{ weighed: createMatrix(key.rows, value.cols) },
    ...{ dots: new Float64Array(query.rows), weights: new Float64Array(query.rows) },
  };
  const kappa = kappaOf(facts);
  const reused = new Map<string, Float64Array>();
  for (const rows of rowsBack(facts.head)) addRows(facts, rows, exact, kappa, sums, reused);
  const { roundings, lines, head } = facts;
  const square = head.task.scale ** 2;
  const lean = sharesQueries(facts) ? lines.query.lean : 0;
  const ofKey = roundings.isEager ? 2 * roundings.short : 0;
  const shift = sums.rounded.data.map((own) => head.task.scale * own);
  const { dots, weights } = sums;
  const variance = {
    query: sums.query.data,
    key: sums.key.data,
    value: sums.value.data,
    shift,
    dots,
    weights,
  };
  for (let at = 0; at < variance.key.length; at++) {
    const together =
      kappa * sums.alike.data[at] ** 2 + lean * sums.shifted.data[at] ** 2 + sums.rounded.data[at] ** 2;
    variance.key[at] = square * (variance.key[at] + together) + ofKey * exact.key.data[at] ** 2;
  }
  for (let at = 0; at < variance.value.length; at++) {
    variance.value[at] += lean * sums.weighed.data[at] ** 2 + roundings.short * exact.value.data[at] ** 2;
  }
  return variance;
}

interface HeadSums
  extends Readonly<Record<"query" | "key" | "value" | "alike" | "shifted" | "weighed" | "rounded", Matrix>> {
  readonly shifts: Float64Array;
  readonly dots: Float64Array;
  readonly weights: Float64Array;
}

/** Whether a rounded query moves all keys at once. */
const sharesQueries = ({ roundings }: HeadFacts) => roundings.isEager || roundings.roundsInputs;

/** κ: how far the gradients of all outputs err alike, and 0 where they hardly do. */
function kappaOf({ roundings, lines, copies }: HeadFacts): number {
  const { length } = copies.gradient;
  const others = copies.gradient.reduce((sum, count) => sum + count - 1, 0);
  const kappa = roundings.roundsInputs ? lines.gradient.lean : others / length / length;
  return kappa * length > 0.5 ? kappa : 0;
}

/** Adds what some rows of queries give. */
function addRows(
  facts: HeadFacts,
  rows: RowsBack,
  exact: HeadGradients,
  kappa: number,
  sums: HeadSums,
  reused: Map<string, Float64Array>,
): void {
  const { squares, head } = facts;
  const own = { first: rows.first, count: rows.count };
  const block = errorsOfRows(facts, rows, kappa, sums, reused);
  addQueryRows(facts, rows, block, exact, sums);
  addTo(sums.key, multiply(transpose(block.ofKey), rowsOf(squares.query, own)));
  addTo(sums.value, multiply(transpose(block.ofValue), rowsOf(squares.gradient, own)));
  if (facts.ofGradient) {
    const { cols } = head.gradient;
    const handed = { rows: head.gradient.rows, cols, data: facts.ofGradient };
    // Gradients that are the same err together.
    const { gradient: copies } = facts.copies;
    const weights = rows.weights.data.map(
      (weight, at) => copies[rows.first + Math.floor(at / rows.weights.cols)] * weight ** 2,
    );
    addTo(sums.value, multiply(transpose({ ...rows.weights, data: weights }), rowsOf(handed, own)));
  }
  const queries = rowsOf(head.task.query, own);
  if (facts.roundings.outputType) {
    const shifted = {
      ...queries,
      data: queries.data.map((q, at) => q * sums.shifts[rows.first + Math.floor(at / queries.cols)]),
    };
    addTo(sums.rounded, multiply(transpose(block.slopes), shifted));
  }
  if (block.alike) addTo(sums.alike, multiply(transpose(block.alike), queries));
  if (block.shifted) addTo(sums.shifted, multiply(transpose(block.shifted), queries));
  if (block.weighed) addTo(sums.weighed, multiply(transpose(block.weighed), rowsOf(head.gradient, own)));
}

function addTo(sum: Matrix, part: Matrix): void {
  for (let at = 0; at < sum.data.length; at++) sum.data[at] += part.data[at];
}

/** The errors of some rows of dQ. */
function addQueryRows(
  { head: { task }, squares, lines, roundings }: HeadFacts,
  rows: RowsBack,
  { ofQuery, slopes, handed, shifted }: BlockErrors,
  exact: HeadGradients,
  sums: HeadSums,
): void {
  const { cols } = task.query;
  const own = multiply(ofQuery, squares.key);
  const means = multiply(slopes, task.key);
  const { lean, sides } = roundings.roundsInputs ? lines.key : { lean: 0, sides: undefined };
  const byKey = sides && shifted && multiply(onSides(shifted, sides), task.key);
  const byValue = handed && multiply(onSides(rootsOf(handed, slopes), lines.value.sides), task.key);
  const square = task.scale ** 2;
  const { sums: unit, short, isEager } = roundings;
  for (let row = 0, at = 0; row < rows.count; row++) {
    const query = rows.first + row;
    const relative = sums.weights[query] + (unit ** 2 * rows.keys[row]) / 9 + (isEager ? 2 * short : 0);
    for (let c = 0; c < cols; c++, at++) {
      const gradient = exact.query.data[query * cols + c];
      let error = own.data[at] + sums.dots[query] * means.data[at] ** 2;
      if (byKey) error += lean * byKey.data[at] ** 2;
      if (byValue) error += lines.value.lean * byValue.data[at] ** 2;
      sums.query.data[query * cols + c] = square * error + relative * gradient ** 2;
    }
  }
}

/** Each column with the sign of its key. */
function onSides({ rows, cols, data }: Matrix, sides: Float64Array): Matrix {
  const turned = data.slice();
  for (let at = 0; at < turned.length; at++) turned[at] *= sides[at % cols];
  return { rows, cols, data: turned };
}

const rootsOf = (squares: Matrix, factors: Matrix): Matrix => ({
  ...squares,
  data: squares.data.map((square, at) => factors.data[at] * Math.sqrt(square)),
});

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
function errorsOfRows(
  facts: HeadFacts,
  rows: RowsBack,
  kappa: number,
  sums: HeadSums,
  reused: Map<string, Float64Array>,
): BlockErrors {
  const { scores } = rows;
  const isShared = sharesQueries(facts);
  const blank = blockFor(scores, reused);
  const whole = (name: string) => blank(name, true) ?? scores;
  const block: BlockErrors = {
    ...{ ofQuery: whole("ofQuery"), ofKey: whole("ofKey"), ofValue: whole("ofValue") },
    ...{ slopes: whole("slopes"), handed: handedOf(facts, rows) },
    ...{ shifted: blank("shifted", isShared), weighed: blank("weighed", isShared) },
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

/** U, U′, M and what rows err together by, of one row. */
function fillRow(
  facts: HeadFacts,
  { first, scores, weights, dWeights, dScores, dScaled, bent, dots: rowDots, keys }: RowsBack,
  row: number,
  errors: CellErrors,
  common: { readonly weights: number; readonly dots: number },
  block: BlockErrors,
): void {
  const { roundings, copies, lines, made, queriesOfKey, head } = facts;
  const { sums, short, isEager, roundsInputs, floor } = roundings;
  const { cols } = scores;
  const square = sums ** 2;
  const ofRounding = short * ((isEager ? 4 : 1) + (roundsInputs ? 1 : 0));
  const ofWeight = short * (roundsInputs ? 2 : 1) + common.weights + 2 * square;
  const ofFloor = floor / Math.min(1, head.task.scale ** 2);
  const cap = head.task.softcap ?? 1;
  const side = roundsInputs ? lines.gradient.sides[first + row] : 1;
  const querySide = block.shifted ? lines.query.sides[first + row] : 1;
  const [ofQueries, ofQuery] = [copies.queries[first + row], copies.query[first + row]];
  const inputs = roundsInputs ? 2 : 1;
  for (let j = 0, at = row * cols; j < cols; j++, at++) {
    if (scores.data[at] === Number.NEGATIVE_INFINITY) {
      clear(block, at);
      continue;
    }
    const [weight, change, scaled, score] = [
      weights.data[at],
      dScores.data[at],
      dScaled.data[at],
      errors.scores[j],
    ];
    const t = bent ? bent.data[at] : 0;
    const slope = 1 - t * t;
    let ofChange = errors.dWeights[j];
    if (block.handed) ofChange += inputs * block.handed.data[at];
    const flat = slope * slope;
    const weightSquare = weight * weight;
    let own = flat * (weightSquare * ofChange + change * change * (score + 2 * square));
    if (bent) {
      const tanh = 4 * t * t;
      own += change * change * tanh * (t * t * (square + (isEager ? short : 0)) + (flat * score) / cap ** 2);
    }
    if (floor > 0) own += ofFloor + (isEager ? floor * (dWeights.data[at] - rowDots[row]) ** 2 : 0);
    const changed = scaled * scaled;
    block.ofQuery.data[at] =
      copies.keys[j] * (own + changed * (ofRounding + (square * keys[row]) / 6 + made.key));
    const ofQuerySum = (square * queriesOfKey[j]) / 6;
    block.ofKey.data[at] =
      ofQueries *
      (own +
        changed * (ofRounding + ofQuerySum + common.weights + made.query) +
        flat * weightSquare * common.dots);
    block.ofValue.data[at] =
      ofQuery * (weightSquare * (ofWeight + Math.max(0, score * (1 - 2 * weight)) + ofQuerySum) + floor);
    const slopes = slope * weight;
    block.slopes.data[at] = slopes;
    if (block.shifted && block.weighed) {
      const error = Math.sqrt(errors.rounded[j]);
      block.shifted.data[at] = scaled * error * querySide;
      block.weighed.data[at] = weight * error * querySide;
    }
    if (block.alike) block.alike.data[at] = slopes * Math.sqrt(ofChange + common.dots) * side;
  }
}

/** A masked cell errs by nothing. */
function clear({ ofQuery, ofKey, ofValue, slopes, shifted, weighed, alike }: BlockErrors, at: number): void {
  for (const matrix of [ofQuery, ofKey, ofValue, slopes]) matrix.data[at] = 0;
  if (shifted) shifted.data[at] = 0;
  if (weighed) weighed.data[at] = 0;
  if (alike) alike.data[at] = 0;
}
