import { hasRole } from "../../attention/steps.js";
import { mapCells } from "../../math/matrix.js";
import { computeStep, type Step, type Trace } from "../../trace/trace.js";
import { type Alteration, alterSteps, passThroughInput } from "../mistakes/alter.js";
import type { Mistake } from "../mistakes/mistake.js";

// Mistakes in the cross-attention of a decoder alone. It has no settings of its own: it shares those of the decoder's
// self-attention.

const alterCross = (trace: Trace, alter: (step: Step) => Alteration): readonly Trace[] =>
  alterSteps(trace, (step) => {
    const isOfCross = step.scope.some(({ kind }) => kind === "cross-head");
    return isOfCross && hasRole(step, "scaled-scores") ? alter(step) : undefined;
  });

export const CROSS_MISTAKES: readonly Mistake[] = [
  {
    id: "model-cross-scale",
    step: "scaled-scores",
    title: "The scores of the attention to the source were not scaled.",
    formula: "q·k / √d of one head",
    fix: "Divide by the root of the size of one head, as in self-attention.",
    apply: ({ trace }) => alterCross(trace, () => passThroughInput),
  },
  {
    id: "model-cross-mask-surplus",
    step: "scaled-scores",
    title: "A causal mask was applied to the attention to the source.",
    formula: "every token of the target attends to every token of the source",
    fix: "Only the padding of the source is masked there.",
    apply: ({ trace }) =>
      alterCross(trace, (step) => ({
        compute: (inputs) =>
          mapCells(computeStep(step, inputs), (score, row, col) =>
            col > row ? Number.NEGATIVE_INFINITY : score,
          ),
      })),
  },
];
