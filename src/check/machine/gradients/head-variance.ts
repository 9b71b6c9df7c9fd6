import { sumOver } from "../../../math/lists.js";
import { addTo, createMatrix, type Matrix, mapCells, rowsOf, transpose } from "../../../math/matrix.js";
import { multiply } from "../../../math/product.js";
import { remember } from "../../../math/remember.js";
import { type BackwardRows, backwardRows, type PerPart } from "./backward-rows.js";
import { errorsOfRows, type RowSums, sharesQueries } from "./block-errors.js";
import type { BlockErrors } from "./block-row.js";
import type { HeadFacts } from "./head-facts.js";

// Estimates the variances (mean square errors) of dQ, dK and dV of one head, before they are stored. They are products
// of U, U′ and M with K∘², Q∘² and dO∘², with the terms of "Errors that rows share" (docs/precision.md). Query rows are
// taken in blocks, so that no n×m matrix has to exist as a whole.

/**
 * The mean square errors of the cells of dQ, dK and dV. And the errors that all cells of a row share, one number per
 * query: D (delta) and R (weights).
 */
export interface HeadVariance extends PerPart<Float64Array> {
  /** The error of dK that comes from rounding the output, with its sign. Heads of a group may have the same one. */
  readonly shift: Float64Array;
  readonly delta: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Estimates the errors of the gradients of one head. `exact`: its right gradients. `blocks`: its rows, if they are
 * already computed.
 */
export function headVariance(
  facts: HeadFacts,
  exact: PerPart<Matrix>,
  blocks: Iterable<BackwardRows> = backwardRows(facts.head),
): HeadVariance {
  const { query, key, value, scale } = facts.head.task;
  const ofKeys = ({ rows, cols }: Matrix) => createMatrix(cols, rows);
  const sums: HeadSums = {
    query: createMatrix(query.rows, query.cols),
    transposed: {
      key: ofKeys(key),
      value: ofKeys(value),
      weighed: ofKeys(value),
      alike: ofKeys(key),
      shifted: ofKeys(key),
      rounded: ofKeys(key),
    },
    shifts: new Float64Array(query.rows),
    delta: new Float64Array(query.rows),
    weights: new Float64Array(query.rows),
  };
  const kappa = kappaOf(facts);
  const reused = new Map<string, Float64Array>();
  for (const rows of blocks) addRows(facts, rows, exact, kappa, sums, reused);
  const { isEager, short } = facts.errorTerms;
  const collinearity = sharesQueries(facts) ? facts.directions.query().collinearity : 0;
  const ofKey = isEager ? 2 * short : 0;
  const turned = (part: keyof HeadSums["transposed"]) => transpose(sums.transposed[part]).data;
  const [alike, shifted, rounded, weighed] = (["alike", "shifted", "rounded", "weighed"] as const).map(
    turned,
  );
  return {
    query: sums.query.data,
    key: turned("key").map((own, at) => {
      const together = kappa * alike[at] ** 2 + collinearity * shifted[at] ** 2 + rounded[at] ** 2;
      return scale ** 2 * (own + together) + ofKey * exact.key.data[at] ** 2;
    }),
    value: turned("value").map(
      (own, at) => own + collinearity * weighed[at] ** 2 + short * exact.value.data[at] ** 2,
    ),
    shift: rounded.map((own) => scale * own),
    delta: sums.delta,
    weights: sums.weights,
  };
}

interface HeadSums extends RowSums {
  readonly query: Matrix;
  /** Sums per key are kept as columns, d×m, so that no n×m matrix has to be transposed. */
  readonly transposed: Readonly<
    Record<"key" | "value" | "alike" | "shifted" | "weighed" | "rounded", Matrix>
  >;
}

/** κ: how much the gradients of all outputs have errors in common. 0 if that is hardly the case (κ n ≤ ½). */
function kappaOf({ errorTerms, directions, copies }: HeadFacts): number {
  const { length } = copies.gradient;
  const others = sumOver(copies.gradient, (count) => count - 1);
  const kappa = errorTerms.roundsInputs ? directions.gradient().collinearity : others / length / length;
  return kappa * length > 0.5 ? kappa : 0;
}

/** Adds what some query rows contribute. */
function addRows(
  facts: HeadFacts,
  rows: BackwardRows,
  exact: PerPart<Matrix>,
  kappa: number,
  sums: HeadSums,
  reused: Map<string, Float64Array>,
): void {
  const { squares, head } = facts;
  const block = errorsOfRows(facts, rows, kappa, sums, reused);
  addQueryRows(facts, rows, block, exact, sums);
  const { transposed } = sums;
  addProduct(transposed.key, rowsOf(squares.query, rows), block.ofKey);
  addProduct(transposed.value, rowsOf(squares.gradient, rows), block.ofValue);
  if (facts.ofGradient) {
    const handed = { ...head.gradient, data: facts.ofGradient };
    // Equal gradients have equal errors.
    const { gradient: copies } = facts.copies;
    const weights = mapCells(rows.kept, (weight, row) => copies[rows.first + row] * weight ** 2);
    addProduct(transposed.value, rowsOf(handed, rows), weights);
  }
  const queries = rowsOf(head.task.query, rows);
  if (facts.errorTerms.outputType) {
    const shifted = mapCells(queries, (q, row) => q * sums.shifts[rows.first + row]);
    addProduct(transposed.rounded, shifted, block.slopes);
  }
  if (block.alike) addProduct(transposed.alike, queries, block.alike);
  if (block.shifted) addProduct(transposed.shifted, queries, block.shifted);
  if (block.weighed) addProduct(transposed.weighed, rowsOf(head.gradient, rows), block.weighed);
}

/** Adds XᵀU of some queries, as columns per key. X: count×d, U: count×m, sum: d×m. */
const addProduct = (sum: Matrix, factors: Matrix, errors: Matrix) =>
  addTo(sum, multiply(transpose(factors), errors));

/** (f∘P) K of blocks of rows. It is the same for every way of rounding, so it is kept with the rows. */
const knownMeans = new WeakMap<BackwardRows, Matrix>();

/** Computes the variances of some rows of dQ. */
function addQueryRows(
  { head: { task }, squares, directions, errorTerms }: HeadFacts,
  rows: BackwardRows,
  { ofQuery, slopes, fromInputs, shifted }: BlockErrors,
  exact: PerPart<Matrix>,
  sums: HeadSums,
): void {
  const { cols } = task.query;
  const own = multiply(ofQuery, squares.key);
  const means = remember(knownMeans, rows, () => multiply(slopes, task.key));
  const { collinearity, signs } = errorTerms.roundsInputs
    ? directions.key()
    : { collinearity: 0, signs: undefined };
  const byKey = signs && shifted && multiply(withSigns(shifted, signs), task.key);
  const byValue =
    fromInputs && multiply(withSigns(rootsOf(fromInputs, slopes), directions.value().signs), task.key);
  const square = task.scale ** 2;
  const { sums: unit, short, isEager } = errorTerms;
  for (let row = 0, at = 0; row < rows.count; row++) {
    const query = rows.first + row;
    const relative = sums.weights[query] + (unit ** 2 * rows.keys[row]) / 9 + (isEager ? 2 * short : 0);
    for (let c = 0; c < cols; c++, at++) {
      const gradient = exact.query.data[query * cols + c];
      let error = own.data[at] + sums.delta[query] * means.data[at] ** 2;
      if (byKey) error += collinearity * byKey.data[at] ** 2;
      if (byValue) error += directions.value().collinearity * byValue.data[at] ** 2;
      sums.query.data[query * cols + c] = square * error + relative * gradient ** 2;
    }
  }
}

/** Multiplies each column by the sign ς of its key. */
const withSigns = (matrix: Matrix, signs: Float64Array): Matrix =>
  mapCells(matrix, (own, _, col) => own * signs[col]);

const rootsOf = (squares: Matrix, factors: Matrix): Matrix => ({
  ...squares,
  data: squares.data.map((square, at) => factors.data[at] * Math.sqrt(square)),
});
