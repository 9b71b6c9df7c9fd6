import { type Matrix, rowsOf } from "../../../math/matrix.js";
import { multiplyTransposed } from "../../../math/product.js";
import { remember } from "../../../math/remember.js";
import { type BackwardRows, timesCells } from "./backward-rows.js";
import { type BlockErrors, fillRow } from "./block-row.js";
import type { HeadFacts } from "./head-facts.js";
import { cellErrors, errorsOfRow } from "./row-errors.js";

// Estimates the variance (mean square error) of the n×m matrices of some query rows, cell by cell: U, U′ and M of
// docs/precision.md, and the matrices of "Errors that rows share". Buffers are reused from block to block.

/** The errors that all cells of a row share, one number per query: r (shifts), D (delta) and R (weights). */
export interface RowSums {
  readonly shifts: Float64Array;
  readonly delta: Float64Array;
  readonly weights: Float64Array;
}

/** Whether queries are rounded, so that the rounding error of one query affects all keys. */
export const sharesQueries = ({ errorTerms }: HeadFacts) => errorTerms.isEager || errorTerms.roundsInputs;

/** Estimates the variances of the cells of some rows. Writes the errors that cells of a row share into `sums`. */
export function errorsOfRows(
  facts: HeadFacts,
  rows: BackwardRows,
  kappa: number,
  sums: RowSums,
  reused: Map<string, Float64Array>,
): BlockErrors {
  const { scores } = rows;
  const { length } = scores.data;
  const isShared = sharesQueries(facts);
  // All blocks of rows share a buffer, because every cell is written again.
  const blank = (name: string): Matrix => ({
    ...scores,
    data: remember(reused, name, () => new Float64Array(length)).subarray(0, length),
  });
  const block: BlockErrors = {
    ofQuery: blank("ofQuery"),
    ofKey: blank("ofKey"),
    ofValue: blank("ofValue"),
    slopes: blank("slopes"),
    fromInputs: errorsFromInputs(facts, rows, 1),
    ofInputs: errorsFromInputs(facts, rows, 2),
    shifted: isShared ? blank("shifted") : undefined,
    weighed: isShared ? blank("weighed") : undefined,
    alike: kappa > 0 ? blank("alike") : undefined,
  };
  const buffers = cellErrors(scores.cols);
  for (let row = 0; row < rows.count; row++) {
    const { weights, delta, shift } = errorsOfRow(facts, rows, row, buffers);
    sums.shifts[rows.first + row] = shift;
    sums.weights[rows.first + row] = weights;
    sums.delta[rows.first + row] = delta;
    fillRow(facts, rows, row, buffers, { weights, delta }, block);
  }
  return block;
}

/**
 * Computes the part of dP's variance that comes from rounded inputs and from an inexact dO: υ dO∘² (V∘²)ᵀ for each of
 * dO and V that counts (`numRounded`), + Var(dO) (V∘²)ᵀ, times F∘². Returns undefined if there is neither.
 */
export function errorsFromInputs(
  { errorTerms, squares, ofGradient, head }: HeadFacts,
  rows: BackwardRows,
  numRounded: number,
): Matrix | undefined {
  const { short, roundsInputs } = errorTerms;
  if (!roundsInputs && !ofGradient) return undefined;
  const inputs = roundsInputs ? numRounded * short : 0;
  const errors = rowsOf(squares.gradient, rows).data.map((square) => inputs * square);
  if (ofGradient) {
    const start = rows.first * head.gradient.cols;
    for (let at = 0; at < errors.length; at++) errors[at] += ofGradient[start + at];
  }
  const handed = multiplyTransposed(
    { rows: rows.count, cols: head.gradient.cols, data: errors },
    squares.value,
  );
  return timesCells(timesCells(handed, rows.factors), rows.factors);
}
