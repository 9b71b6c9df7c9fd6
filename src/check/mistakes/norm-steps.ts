import { hasRole } from "../../attention/steps.js";
import { findStep, type Step, type Trace } from "../../trace/trace.js";

/**
 * Returns the normalised rows that a norm multiplies by its weight, or undefined if another mistake already left them
 * out.
 */
export function normalisedFor(trace: Trace, norm: Step): Step | undefined {
  const before = findStep(trace, norm.inputs[0]);
  return before && hasRole(before, "normalised") ? before : undefined;
}
