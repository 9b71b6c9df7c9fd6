import { isTrue } from "../math/matrix.js";
import { setting } from "../setting-names.js";
import type { Step, Trace } from "../trace/trace.js";
import { stepsToResults } from "./answered.js";
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

/** Whether every cell was answered; one that may not attend may be left blank. */
export function isFilled({ step: { blocked }, cells, cols }: Answer): boolean {
  return cells.every(
    (cell, index) => cell !== null || (blocked && isTrue(blocked, Math.floor(index / cols), index % cols)),
  );
}
