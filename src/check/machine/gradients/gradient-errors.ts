import type { Matrix } from "../../../math/matrix.js";
import { remember } from "../../../math/remember.js";
import type { Rotation } from "../../../ops/pairs.js";
import type { Parts, Slice } from "../../../ops/parts.js";
import { findStep, matrixOf, type Step } from "../../../trace/trace.js";
import type { Working } from "../expected-error.js";
import { backHeadsOf } from "./back-heads.js";
import type { Carried } from "./carried.js";
import { carriedAnywhere, ofCrossEntropy, ofSquaredError } from "./carried-anywhere.js";
import { addedUp, cutFrom, placed, scaled, turned } from "./carried-parts.js";
import { throughProduct } from "./carried-products.js";
import { ofBias, ofWeights } from "./carried-weights.js";
import type { Carrying, GradientErrors } from "./carrying.js";
import { type Forward, relativeError } from "./forward-errors.js";
import { headErrorsOf } from "./head-errors.js";
import { createRoom } from "./kept-rows.js";

// Estimates the rounding error of every gradient of a run. Gradients of an attention (dP, δ, dS, dZ, dQ, dK, dV) follow
// the formulas of docs/precision.md, "Gradients". All others carry the variance of their inputs on, by the rule for
// their op.

/** Finds the backward passes of a run and what their errors depend on. Computes no errors yet. */
export function gradientErrorsOf(forward: Forward): GradientErrors {
  const { trace } = forward;
  const known = new Map<string, Carried | undefined>();
  const found = backHeadsOf(trace);
  const room = createRoom();
  const heads = found.map((head) => {
    const group = found.filter(({ kvHead }) => kvHead === head.kvHead).length;
    const made = (key: string, working: Working) => relativeError(forward, key, working, new Set());
    const around = (working: Working) => ({
      group,
      ofGradient: errors.carried(head.gradientKey)?.variance(working),
      made: {
        query: made(head.sources.query, working),
        key: made(head.sources.key, working),
        value: made(head.sources.value, working),
      },
    });
    return headErrorsOf(trace, head, around, room);
  });
  const errors: GradientErrors = {
    forward,
    heads,
    carried: (key) =>
      remember(known, key, () => {
        const step = findStep(trace, key);
        if (!step || isGiven(step) || !step.id.startsWith("d-")) return undefined;
        const own = heads.flatMap((head) => head.carried(key) ?? [])[0];
        return own ?? carriedThrough({ ...errors, step, want: step.output() });
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
function carriedThrough(carrying: Carrying): Carried {
  const { step, carried, forward } = carrying;
  const { op, inputs, params } = step;
  const parts = inputs.map((key) => carried(key) ?? exactly(matrixOf(forward.trace, key)));
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
      return turned(carrying, first, params as Rotation);
    case "matmul":
    case "matmul-transposed":
      return throughProduct(carrying);
    case "transposed-matmul":
      return ofWeights(carrying);
    case "column-sums":
      return ofBias(carrying);
    case "mean-squared-error-gradient":
      return ofSquaredError(carrying);
    case "cross-entropy-gradient":
      return ofCrossEntropy(carrying);
    default:
      return carriedAnywhere(carrying);
  }
}

/** The error of a given matrix: 0 everywhere. */
const exactly = (want: Matrix): Carried => ({
  want,
  variance: () => new Float64Array(want.data.length),
  wide: new Set(),
});
