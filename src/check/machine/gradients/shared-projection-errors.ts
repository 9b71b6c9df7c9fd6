import { squaresOf } from "../../../math/lists.js";
import {
  addTo,
  createMatrix,
  type Matrix,
  mapCells,
  rowOf,
  rowsOf,
  transpose,
} from "../../../math/matrix.js";
import { multiply } from "../../../math/product.js";
import { findStep } from "../../../trace/trace.js";
import { isShort, type RoundingModel } from "../expected-error.js";
import { type BackwardRows, backwardRows } from "./backward-rows.js";
import { errorTermsOf } from "./error-terms.js";
import type { HeadErrors } from "./head-errors.js";
import type { GradientErrors } from "./propagation.js";
import { cellErrors, errorsOfRow } from "./row-errors.js";

// Estimates the part of dW's variance that comes from errors which all keys of a row share: D and R. Such an error
// reaches dW as one number times X̄_i = Σ_j P x_j, not as independent errors of the rows of dK and dV
// (docs/precision.md, "Projections"). For W^Q it is the error of dP that all queries share.

type Part = "query" | "key" | "value";

/** A head whose gradient is part of a matrix: as dQ, dK or dV, from which column on, and whether RoPE rotated it. */
interface Found {
  readonly errors: HeadErrors;
  readonly part: Part;
  readonly firstCol: number;
  readonly isRotated: boolean;
}

/**
 * Computes the variance of dW, in×out, that comes from shared errors. Returns undefined if the gradient is not one of
 * attentions. X: n×in.
 */
export function sharedProjectionErrors(
  errors: GradientErrors,
  gradient: string,
  source: Matrix,
  rounding: RoundingModel,
): Matrix | undefined {
  const found = headsIn(errors, gradient, 0, false);
  if (found.length === 0) return undefined;
  const cols = findStep(errors.forward.trace, gradient)?.shape.cols ?? 0;
  const shared = createMatrix(source.cols, cols);
  for (const one of found) {
    const own = ofHead(one, source, rounding);
    for (let row = 0; row < own.rows; row++) {
      for (let c = 0; c < own.cols; c++) {
        shared.data[row * cols + one.firstCol + c] += own.data[row * own.cols + c];
      }
    }
  }
  return shared;
}

/** Finds the heads whose gradients a matrix was put together from. */
function headsIn(
  errors: GradientErrors,
  key: string,
  firstCol: number,
  isRotated: boolean,
): readonly Found[] {
  for (const head of errors.heads) {
    const part = head.head.parts.get(key)?.part;
    if (part === "query" || part === "key" || part === "value")
      return [{ errors: head, part, firstCol, isRotated }];
  }
  const step = findStep(errors.forward.trace, key);
  if (step?.op.name === "rotate-pairs") return headsIn(errors, step.inputs[0], firstCol, true);
  if (step?.op.name !== "place-parts") return [];
  const { places } = step.params as { readonly places: readonly { readonly firstCol: number }[] };
  return step.inputs.flatMap((input, at) =>
    headsIn(errors, input, firstCol + places[at].firstCol, isRotated),
  );
}

/** Computes the part of one head: in×d. */
function ofHead({ errors, part, isRotated }: Found, source: Matrix, rounding: RoundingModel): Matrix {
  const { head } = errors;
  const { query, key, value } = head.task;
  const factors = part === "query" ? key : part === "key" ? query : head.gradient;
  const squares = isRotated ? meanSquares(factors) : factors.data.map((own) => own * own);
  const width = part === "value" ? value.cols : query.cols;
  if (part === "query") return ofQueries(errors, source, { ...factors, data: squares }, rounding);
  const { delta, weights } = errors.core(rounding);
  const short = errorTermsOf(rounding).short;
  const made = createMatrix(source.cols, width);
  for (const rows of backwardRows(head)) {
    const means = multiply(part === "value" ? rows.kept : rows.weights, source);
    const changes = part === "key" ? multiply(rows.dScaled, source) : undefined;
    const squaresOfBlock = rowsOf({ ...factors, data: squares }, rows);
    const errorsOfRows = means.data.map((mean, at) => {
      const row = rows.first + Math.floor(at / source.cols);
      if (!changes) return mean ** 2 * (weights[row] + short);
      return head.task.scale ** 2 * (mean ** 2 * delta[row] + changes.data[at] ** 2 * weights[row]);
    });
    addTo(made, multiply(transpose({ ...means, data: errorsOfRows }), squaresOfBlock));
    const handed = part === "value" ? errorsFromGradient(errors, means, rows, rounding) : undefined;
    if (handed) addTo(made, handed);
  }
  return made;
}

/** Computes for W^V what an inexact dO causes: it reaches all values at once, and equal rows of it have equal errors. */
function errorsFromGradient(
  errors: HeadErrors,
  means: Matrix,
  rows: BackwardRows,
  rounding: RoundingModel,
): Matrix | undefined {
  const { ofGradient, copies } = errors.facts(rounding);
  if (!ofGradient) return undefined;
  const { cols } = errors.head.gradient;
  const squares = means.data.map((mean, at) => {
    return copies.gradient[rows.first + Math.floor(at / means.cols)] * mean ** 2;
  });
  const ofRows = rowsOf({ rows: rows.count, cols, data: ofGradient }, rows);
  return multiply(transpose({ ...means, data: squares }), ofRows);
}

/** RoPE mixes the squares of a pair, so each cell counts as twice the mean square of its row. */
function meanSquares(matrix: Matrix): Float64Array {
  const means = new Float64Array(matrix.rows).map((_, row) => squaresOf(rowOf(matrix, row)) / matrix.cols);
  return mapCells(matrix, (_, row) => 2 * means[row]).data;
}

/** For W^Q: computes the errors of dP that all queries share, if rows of dO are alike. */
function ofQueries(errors: HeadErrors, source: Matrix, squares: Matrix, rounding: RoundingModel): Matrix {
  const { head } = errors;
  const facts = errors.facts(rounding);
  const { key } = head.task;
  const alike = facts.copies.gradient.filter((count) => count > 1).length;
  const made = createMatrix(source.cols, key.cols);
  if (!isShort(rounding.compute) && alike <= facts.copies.gradient.length / 2) return made;
  const { collinearity, signs } = facts.directions.gradient();
  const sums = createMatrix(key.rows, source.cols);
  const buffers = cellErrors(key.rows);
  for (const rows of backwardRows(head)) {
    const shifted = createMatrix(rows.count, key.rows);
    for (let row = 0; row < rows.count; row++) {
      errorsOfRow(facts, rows, row, buffers);
      const side = signs[rows.first + row];
      for (let j = 0, at = row * key.rows; j < key.rows; j++, at++) {
        if (rows.scores.data[at] === Number.NEGATIVE_INFINITY) continue;
        shifted.data[at] = rows.weights.data[at] * Math.sqrt(buffers.dWeights[j]) * side;
      }
    }
    addTo(sums, multiply(transpose(shifted), rowsOf(source, rows)));
  }
  const variance = multiply(transpose({ ...sums, data: sums.data.map((sum) => sum * sum) }), squares);
  addTo(made, variance, head.task.scale ** 2 * collinearity);
  return made;
}
