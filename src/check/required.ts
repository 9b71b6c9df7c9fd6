import { setting } from "../errors.js";
import type { Step, Trace } from "../trace/trace.js";
import { countCells, stepsToResults } from "./answered.js";
import { type Answer, blankAnswer, type Sheet, significantIn } from "./answers.js";
import { findRequiredSteps } from "./step-names.js";

/** The names of the steps that a sheet must answer. `all` means all steps that lead to the result. */
export type Required = "all" | readonly string[];

/**
 * A sheet with every required step, blank if it was not answered, and a function that says which steps are required.
 */
export interface RequiredSheet {
  readonly sheet: Sheet;
  isRequired(step: Step): boolean;
}

/** Adds the required steps to a sheet. Throws UNKNOWN_STEP. */
export function addRequired(trace: Trace, sheet: Sheet, required: Required): RequiredSheet {
  const steps =
    required === "all"
      ? stepsToResults(trace)
      : new Set(required.flatMap((name) => findRequiredSteps(trace, name, setting("require"))));
  const isRequired = (step: Step) => steps.has(step);
  const significant = significantIn(sheet);
  const answers = trace.steps.flatMap((step) => {
    const blank = () => (isRequired(step) ? blankAnswer(step, significant) : undefined);
    const answer = sheet.get(step.key) ?? blank();
    return answer ? [[step.key, answer] as const] : [];
  });
  return { sheet: new Map(answers), isRequired };
}

/** Whether every cell that must be answered was answered. */
export function isFilled(trace: Trace, answer: Answer): boolean {
  const { cells, of } = countCells(trace, answer);
  return cells === of;
}
