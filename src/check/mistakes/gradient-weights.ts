import type { Matrix } from "../../math/matrix.js";
import { transposedMatmul } from "../../ops/product.js";
import { computeStep, findStep, type Step, type Trace } from "../../trace/trace.js";
import { alterSteps, besides } from "./alter.js";
import type { Mistake } from "./mistake.js";
import { softmaxRows } from "./softmax.js";

// Mistakes in which the backward pass uses other numbers instead of the weights.

const powersBeside = (trace: Trace, weights: Step) =>
  (besides(trace, weights, "masked-exponentials") ?? besides(trace, weights, "exponentials"))?.key;

/** Uses other numbers instead of the weights in these steps of the backward pass. */
function useOnTheWayBack(
  trace: Trace,
  isMeant: (step: Step) => boolean,
  instead: (trace: Trace, weights: Step) => string | undefined,
  change: (matrix: Matrix) => Matrix = (matrix) => matrix,
): readonly Trace[] {
  return alterSteps(trace, (step) => {
    if (!step.id.startsWith("d-") || !isMeant(step)) return undefined;
    const from = step.inputs.map((key) => findStep(trace, key));
    const at = from.findIndex((one) => one?.role === "weights");
    const weights = from[at];
    const other = weights && instead(trace, weights);
    if (other === undefined) return undefined;
    return {
      inputs: step.inputs.with(at, other),
      compute: (inputs) => computeStep(step, inputs.with(at, change(inputs[at]))),
    };
  });
}

export const WEIGHT_GRADIENT_MISTAKES: readonly Mistake[] = [
  {
    id: "grad-weights-unnormalised",
    step: "d-value",
    title: "The exponentials were used for α, before they were divided by their row sums.",
    formula: "dV = αᵀ dO, dS = α ∘ (dα − δ)",
    fix: "Divide e^s by the sum of its row first, also in the backward pass.",
    apply: ({ trace }) => [
      ...useOnTheWayBack(trace, () => true, powersBeside),
      ...useOnTheWayBack(trace, ({ op }) => op.name === transposedMatmul.name, powersBeside),
    ],
  },
  {
    id: "grad-mask-missing",
    step: "d-value",
    title: "The mask was left out when the weights were computed again for the backward pass.",
    formula: "dS = α ∘ (dα − δ), where α is 0 in masked cells",
    fix: "Use the weights of the forward pass: a masked cell has weight 0, and its score has gradient 0.",
    apply: ({ trace }) =>
      useOnTheWayBack(
        trace,
        () => true,
        (_, weights) => besides(trace, weights, "masked-scores")?.inputs[0],
        softmaxRows,
      ),
  },
];
