import { hasRole } from "../../attention/steps.js";
import { findStep, type Step, type Trace } from "../../trace/trace.js";

/** The normalised rows that a norm multiplies by its weight; undefined where a mistake has left them out already. */
export function normalisedFor(trace: Trace, norm: Step): Step | undefined {
  const before = findStep(trace, norm.inputs[0]);
  return before && hasRole(before, "normalised") ? before : undefined;
}
