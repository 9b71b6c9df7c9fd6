import { createMatrix, type Matrix, rowsOf, transpose } from "../../../math/matrix.js";
import { multiply } from "../../../math/product.js";
import { type BlockErrors, errorsOfRows, type RowSums, sharesQueries } from "./block-errors.js";
import type { HeadFacts } from "./head-facts.js";
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

/** The errors of the gradients of one head. exact: its right gradients. */
export function headVariance(facts: HeadFacts, exact: HeadGradients): HeadVariance {
  const { query, key, value } = facts.head.task;
  const sums: HeadSums = {
    query: createMatrix(query.rows, query.cols),
    key: createMatrix(key.rows, key.cols),
    value: createMatrix(key.rows, value.cols),
    alike: createMatrix(key.rows, key.cols),
    shifted: createMatrix(key.rows, key.cols),
    rounded: createMatrix(key.rows, key.cols),
    shifts: new Float64Array(query.rows),
    weighed: createMatrix(key.rows, value.cols),
    dots: new Float64Array(query.rows),
    weights: new Float64Array(query.rows),
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
  extends RowSums,
    Readonly<Record<"query" | "key" | "value" | "alike" | "shifted" | "weighed" | "rounded", Matrix>> {}

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
