import type { StepRole } from "../../attention/steps.js";
import { sameShape } from "../../math/matrix.js";
import type { Step } from "../../trace/trace.js";
import { alterSteps } from "./alter.js";
import { type Mistake, setSpecificTitle } from "./mistake.js";

/** A step was computed, but not used: the next step was computed from the input of this one. */
export const stepSkipped: Mistake = {
  id: "step-skipped",
  step: "any",
  title: "A step was computed, but not used.",
  formula: "each step uses the one before it",
  fix: "Go on from the numbers of the step before.",
  isPlain: true,
  skipsWritten: true,
  apply: ({ trace }) => {
    const byKey = new Map<string, Step>(trace.steps.map((step) => [step.key, step]));
    /** Returns the input of a step, if it can replace the step. */
    const sourceOf = (step: Step | undefined): Step | undefined => {
      const source = step && byKey.get(step.inputs[0]);
      return source && sameShape(source.shape, step.shape) ? source : undefined;
    };
    return SKIPPED.flatMap((skipped) => {
      const first = trace.steps.find(({ role }) => role === skipped);
      const source = sourceOf(first);
      if (!first || !source) return [];
      const altered = alterSteps(trace, (step) => {
        const inputs = step.inputs.map((key) => {
          const input = byKey.get(key);
          return (input?.role === skipped && sourceOf(input)?.key) || key;
        });
        return inputs.some((key, at) => key !== step.inputs[at]) ? { inputs } : undefined;
      });
      const [other, own] = [source, first].map(({ title }) => title.toLowerCase());
      return setSpecificTitle(altered, () => `Computed from the ${other}, not from the ${own}.`);
    });
  },
};

/** The sequence of steps of which one is left out. Each has the shape of the one before it. */
const SKIPPED: readonly StepRole[] = [
  "scaled-scores",
  "capped-scores",
  "biased-scores",
  "masked-scores",
  "weights",
];
