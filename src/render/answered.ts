import type { Check, CheckedStep } from "../check/check.js";
import type { MachineCheck } from "../check/machine/check-dump.js";

/** Of so many steps it is said how much of each was answered. */
const MOST_STEPS_NAMED = 3;

/** What was compared, in words: `9 of 9 cells of weights, 6 of 6 of output, 2 of 6 steps`. */
export function answeredText({ answered, steps }: Pick<Check, "answered" | "steps">): string {
  const compared = steps.filter((step) => step.answered.cells > 0);
  const { cells, of, steps: count, ofSteps } = answered;
  const named = compared.map((step, at) => {
    const noun = at === 0 ? " cells" : "";
    return `${step.answered.cells} of ${step.answered.of}${noun} of ${stepName(step)}`;
  });
  const counts = named.length > MOST_STEPS_NAMED ? [`${cells} of ${of} cells`] : named;
  return [...counts, `${count} of ${ofSteps} steps`].join(", ");
}

/** What was compared of a machine's numbers, in words: `48 cells of output, 6 of log-sum-exp`. */
export function comparedText({ steps }: Pick<MachineCheck, "steps">): string {
  if (steps.length > MOST_STEPS_NAMED)
    return `${steps.reduce((sum, { of }) => sum + of, 0)} cells of ${steps.length} steps`;
  return steps.map((step, at) => `${step.of}${at === 0 ? " cells" : ""} of ${stepName(step)}`).join(", ");
}

/** A step as sheets name it: `weights`, `head 0/weights`. */
export const stepName = ({ scope, id }: Pick<CheckedStep, "scope" | "id">) =>
  scope === "" ? id : `${scope}/${id}`;
