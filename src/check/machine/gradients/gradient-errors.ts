import type { Matrix } from "../../../math/matrix.js";
import { remember } from "../../../math/remember.js";
import type { Rotation } from "../../../ops/pairs.js";
import type { Parts, Slice } from "../../../ops/parts.js";
import { findStep, matrixOf, type Step } from "../../../trace/trace.js";
import type { RoundingModel } from "../expected-error.js";
import { backwardHeadsOf } from "./backward-heads.js";
import { perPart } from "./backward-rows.js";
import { createCacheBudget } from "./cached-rows.js";
import { type Forward, relativeError } from "./forward-errors.js";
import { headErrorsOf } from "./head-errors.js";
import type { Propagated } from "./propagated.js";
import { ofCrossEntropy, ofSquaredError, propagatedAnywhere } from "./propagated-anywhere.js";
import { addedUp, cutFrom, placed, rotated, scaled } from "./propagated-parts.js";
import { throughProduct } from "./propagated-products.js";
import { ofBias, ofWeights } from "./propagated-weights.js";
import type { GradientErrors, Propagation } from "./propagation.js";

// Estimates the rounding error of every gradient of a run. Gradients of an attention (dP, δ, dS, dZ, dQ, dK, dV) follow
// the formulas of docs/precision.md, "Gradients". All others carry the variance of their inputs on, by the rule for
// their op.

/** Finds the backward passes of a run and what their errors depend on. Computes no errors yet. */
export function gradientErrorsOf(forward: Forward): GradientErrors {
  const { trace } = forward;
  const known = new Map<string, Propagated | undefined>();
  const found = backwardHeadsOf(trace);
  const budget = createCacheBudget();
  const heads = found.map((head) => {
    const group = found.filter(({ kvHead }) => kvHead === head.kvHead).length;
    const around = (rounding: RoundingModel) => ({
      group,
      ofGradient: errors.propagated(head.gradientKey)?.variance(rounding),
      projectionErrors: perPart((part) => relativeError(forward, head.sources[part], rounding, new Set())),
    });
    return headErrorsOf(trace, head, around, budget);
  });
  const errors: GradientErrors = {
    forward,
    heads,
    propagated: (key) =>
      remember(known, key, () => {
        const step = findStep(trace, key);
        if (!step || isGiven(step) || !step.id.startsWith("d-")) return undefined;
        const own = heads.flatMap((head) => head.propagated(key) ?? [])[0];
        return own ?? propagatedThrough({ ...errors, step, want: step.output() });
      }),
  };
  return errors;
}

/** Whether a gradient is the given one that the backward pass begins with. It is exact. */
function isGiven({ op, inputs }: Step): boolean {
  const isInput = inputs.length === 1 && inputs[0] === "backward";
  return isInput || inputs.length === 0 || op.name === "repeat-cell";
}

/** Estimates the error of a step from those of its inputs, by the rule for its op. */
function propagatedThrough(propagation: Propagation): Propagated {
  const { step, propagated, forward } = propagation;
  const { op, inputs, params } = step;
  const parts = inputs.map((key) => propagated(key) ?? exactly(matrixOf(forward.trace, key)));
  const [first] = parts;
  switch (op.name) {
    case "slice":
      return cutFrom(first, params as Slice);
    case "place-parts":
      return placed(parts, params as Parts);
    case "add":
      return addedUp(parts);
    case "mask":
      return first;
    case "scale":
      return scaled(first, (params as { readonly factor: number }).factor);
    case "rotate-pairs":
      return rotated(propagation, first, params as Rotation);
    case "matmul":
    case "matmul-transposed":
      return throughProduct(propagation);
    case "transposed-matmul":
      return ofWeights(propagation);
    case "column-sums":
      return ofBias(propagation);
    case "mean-squared-error-gradient":
      return ofSquaredError(propagation);
    case "cross-entropy-gradient":
      return ofCrossEntropy(propagation);
    default:
      return propagatedAnywhere(propagation);
  }
}

/** The error of a given matrix: 0 everywhere. */
const exactly = (want: Matrix): Propagated => ({
  want,
  variance: () => new Float64Array(want.data.length),
  wide: new Set(),
});
