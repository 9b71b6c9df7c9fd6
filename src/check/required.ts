import { setting } from "../setting-names.js";
import type { Step, Trace } from "../trace/trace.js";
import { countCells, stepsToResults } from "./answered.js";
import { type Answer, blankAnswer, type Sheet, significantIn } from "./answers.js";
import { findRequiredSteps } from "./step-names.js";

/** The steps that a sheet must answer, by name; `all` are those of the way to the result. */
export type Required = "all" | readonly string[];

/** A sheet with every step that it must answer, blank where it does not, and which steps these are. */
export interface RequiredSheet {
  readonly sheet: Sheet;
  isRequired(step: Step): boolean;
}

/** Adds the steps that must be answered to a sheet. Throws UNKNOWN_STEP. */
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

/** Whether every cell was answered that must be. */
export function isFilled(trace: Trace, answer: Answer): boolean {
  const { cells, of } = countCells(trace, answer);
  return cells === of;
}
