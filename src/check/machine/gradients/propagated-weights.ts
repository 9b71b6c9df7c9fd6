import { addTo, createMatrix, type Matrix, transpose } from "../../../math/matrix.js";
import { multiply } from "../../../math/product.js";
import { columnSums } from "../../../math/rows.js";
import { findStep, matrixOf } from "../../../trace/trace.js";
import { type RoundingModel, SUM_OF_PRODUCTS } from "../expected-error.js";
import { squared } from "../expected-steps.js";
import { relativeError } from "./forward-errors.js";
import { type Propagated, stored } from "./propagated.js";
import type { Propagation } from "./propagation.js";
import { sharedProjectionErrors } from "./shared-projection-errors.js";

// Estimates the variance of the gradients of a projection's weights and bias, dW = Xᵀ G and db = Σ_i G_i: X∘²ᵀ Var(G),
// the rounding of the sums, and what the keys of a row share (docs/precision.md, "Projections").

/** Estimates the error of dW = Xᵀ G (or Gᵀ X). X: n×in, G: n×out. */
export function ofWeights(propagation: Propagation): Propagated {
  const { step, forward } = propagation;
  const [first, second] = step.inputs;
  const isTurned = findStep(forward.trace, first)?.id.startsWith("d-") ?? false;
  const [x, gradient] = isTurned ? [second, first] : [first, second];
  const source = matrixOf(forward.trace, x);
  const known = findStep(forward.trace, x) && forward.expected(x);
  const ofSource = (rounding: RoundingModel, wide: Set<string>): number | Float64Array =>
    known ? known.variance(rounding) : relativeError(forward, x, rounding, wide);
  return summedOver(propagation, { gradient, source, ofSource, isTurned });
}

/** Estimates the error of db = Σ_i G_i, which is dW for an X of one column of ones. */
export function ofBias(propagation: Propagation): Propagated {
  const [gradient] = propagation.step.inputs;
  const source = createMatrix(matrixOf(propagation.forward.trace, gradient).rows, 1, () => 1);
  return summedOver(propagation, { gradient, source, ofSource: () => 0, isTurned: false });
}

interface Summed {
  readonly gradient: string;
  readonly source: Matrix;
  /** The mean square error of X: one number relative to its mean square, or one per cell. */
  ofSource(rounding: RoundingModel, wide: Set<string>): number | Float64Array;
  readonly isTurned: boolean;
}

function summedOver(all: Propagation, { gradient, source, ofSource, isTurned }: Summed): Propagated {
  const { want } = all;
  const propagated = all.propagated(gradient);
  const numbers = matrixOf(all.forward.trace, gradient);
  const { rows } = numbers;
  const wide = new Set(propagated?.wide ?? []);
  return stored(
    want,
    (rounding, { short, sums, roundsInputs }) => {
      const errors = ofSource(rounding, wide);
      const relative =
        short * (roundsInputs ? 3 : 2) +
        ((SUM_OF_PRODUCTS * sums) ** 2 * rows) / 3 +
        (typeof errors === "number" ? errors : 0);
      const before = propagated?.variance(rounding);
      const own = numbers.data.map((value, at) => (before?.[at] ?? 0) + relative * value * value);
      const shared = sharedProjectionErrors(all, gradient, source, rounding);
      const made = multiply(transpose(squared(source)), { ...numbers, data: own });
      if (shared) addTo(made, shared);
      if (typeof errors !== "number") addOfSource(made, { ...source, data: errors }, numbers);
      const laid = isTurned ? transpose(made) : made;
      const ofSums = (sums ** 2 * rows) / 9 + (shared ? short : 0);
      return laid.data.map((value, at) => value + ofSums * want.data[at] ** 2);
    },
    wide,
  );
}

/**
 * Adds what the errors of X cause in Xᵀ G. Each error counts with its own row of G. Equal outputs have equal errors, so
 * one error per column also counts with the sum of all rows.
 */
function addOfSource(made: Matrix, errors: Matrix, gradient: Matrix): void {
  const own = multiply(transpose(errors), squared(gradient));
  const [sums, means] = [gradient, errors].map((one) => columnSums(one).data);
  for (let at = 0; at < made.data.length; at++) {
    const [row, col] = [Math.floor(at / made.cols), at % made.cols];
    made.data[at] += own.data[at] + (means[row] / errors.rows) * sums[col] ** 2;
  }
}
