import { hasRole } from "../../../attention/steps.js";
import { squaresOf, tabulate } from "../../../math/lists.js";
import { type Matrix, mapCells, rowOf } from "../../../math/matrix.js";
import { findInput, findStep, type Step, type Trace } from "../../../trace/trace.js";
import { type RoundingModel, SUM_OF_PRODUCTS } from "../expected-error.js";
import type { Expected } from "../judge-output.js";
import { type ErrorTerms, errorTermsOf } from "./error-terms.js";

// Estimates the relative mean square error of numbers of the forward pass that the backward pass multiplies with: π of
// docs/precision.md ("Projections") for products, and the error of a RoPE rotation.

/** Ops that copy numbers without computing. */
const HANDED_ON: readonly string[] = ["slice", "join-columns", "stack-rows", "pad-columns"];

/** The error of a step without a formula, in units of the root mean square of its numbers. */
export const UNITS_ANYWHERE = 4;

/** The forward pass of a run. */
export interface Forward {
  readonly trace: Trace;
  /** Returns what is expected of a step. Undefined if there is no formula for it. */
  expected(key: string): Expected | undefined;
}

/**
 * Estimates the mean square error of a step relative to the mean square of its numbers. Returns 0 for an input. Adds
 * the steps that need the wider rule to `wide`.
 */
export function relativeError(
  forward: Forward,
  key: string,
  rounding: RoundingModel,
  wide: Set<string>,
): number {
  const step = findStep(forward.trace, key);
  if (!step) return 0;
  const errorTerms = errorTermsOf(rounding);
  const before = () => relativeError(forward, step.inputs[0], rounding, wide);
  if (HANDED_ON.includes(step.op.name)) return before();
  if (step.op.name === "rotate-pairs") {
    const angles = anglesOf(forward.trace, step)?.data ?? new Float64Array(0);
    return before() + ofTurn(meanSquare(angles), errorTerms);
  }
  if (step.op.name === "matmul" || step.op.name === "matmul-transposed") {
    if (!hasRole(step, "context"))
      return before() + ofProducts(forward, step.inputs[0], rounding, errorTerms);
  }
  const known = forward.expected(key);
  if (known) return relativeTo(known, rounding);
  wide.add(step.id);
  return (UNITS_ANYWHERE * Math.max(errorTerms.sums, errorTerms.unit)) ** 2;
}

/** Computes the mean of the squares. 0 without numbers. */
export const meanSquare = (numbers: Float64Array): number => squaresOf(numbers) / Math.max(1, numbers.length);

/** Returns a matrix of the same shape with the mean square of its row in each cell. */
export function meanSquaresOfRows(matrix: Matrix): Matrix {
  const means = tabulate(matrix.rows, (row) => meanSquare(rowOf(matrix, row)));
  return mapCells(matrix, (_, row) => means[row]);
}

/** Finds the angles that a step rotates by, n×pairs. Returns undefined if the run does not compute them. */
export function anglesOf(trace: Trace, { inputs }: Step): Matrix | undefined {
  const cosines = findStep(trace, inputs[1]);
  return cosines && findStep(trace, cosines.inputs[0])?.output();
}

/**
 * Computes the relative mean square error of a rotation: two products and their sum, storing, and the angle, which is a
 * rounded product of a position and a frequency.
 */
export const ofTurn = (squareOfAngle: number, { sums, short }: ErrorTerms): number =>
  (2 * sums ** 2 * (1 + squareOfAngle)) / 3 + short;

/** Computes the relative error of sums of products, rounded at the end. In tf32 both factors are rounded, too. */
function ofProducts(
  { trace }: Forward,
  key: string,
  { compute }: RoundingModel,
  { sums, short }: ErrorTerms,
): number {
  const cols = findStep(trace, key)?.shape.cols ?? findInput(trace, key)?.matrix.cols;
  return (SUM_OF_PRODUCTS * sums) ** 2 * (cols ?? 0) + short * (compute === "tf32" ? 2 : 1);
}

/** Computes the mean square error of some numbers relative to their mean square. */
export function relativeTo(
  { want, variance }: Pick<Expected, "want" | "variance">,
  rounding: RoundingModel,
): number {
  const errors = variance(rounding);
  let [sum, squares] = [0, 0];
  for (let at = 0; at < errors.length; at++) {
    if (!Number.isFinite(want.data[at])) continue;
    sum += errors[at];
    squares += want.data[at] ** 2;
  }
  return squares > 0 ? sum / squares : 0;
}
