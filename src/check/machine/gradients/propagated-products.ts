import { transpose } from "../../../math/matrix.js";
import { findStep, matrixOf } from "../../../trace/trace.js";
import type { RoundingModel } from "../expected-error.js";
import { varianceOfProduct } from "../expected-steps.js";
import { relativeError } from "./forward-errors.js";
import { type Propagated, stored } from "./propagated.js";
import type { Propagation } from "./propagation.js";

// Estimates the variance of a gradient that went back through a linear layer, dX = G Wᵀ: Var(G) W∘²ᵀ, with the rounding
// of G, of W and of the sums (docs/precision.md, "Projections").

/**
 * Estimates the error of dX = G Wᵀ (or G W): the variance of G times W∘², the rounding of the sums, and that of G and W
 * if they are rounded. G: n×out → n×in.
 */
export function throughProduct({ step, want, forward, propagated }: Propagation): Propagated {
  const [from, by] = step.inputs;
  const gradient = propagated(from);
  const numbers = matrixOf(forward.trace, from);
  const factor = matrixOf(forward.trace, by);
  // Here W has one row per column of dX, as `multiplyTransposed` takes it.
  const weights = step.op.name === "matmul" ? transpose(factor) : factor;
  const wide = new Set(gradient?.wide ?? []);
  const ofOther = (rounding: RoundingModel) =>
    findStep(forward.trace, by) ? relativeError(forward, by, rounding, wide) : 0;
  return stored(
    want,
    (rounding, { short, sums, roundsInputs }) => {
      const rounded = short * (roundsInputs ? 3 : 2) + ofOther(rounding);
      const made = varianceOfProduct(numbers, gradient?.variance(rounding), weights, rounded, sums);
      return made.map((own, at) => own + sums ** 2 * want.data[at] ** 2);
    },
    wide,
  );
}
