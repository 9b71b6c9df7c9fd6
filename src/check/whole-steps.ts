import { remember } from "../math/remember.js";
import { isWhole } from "./significant.js";
import type { Solution } from "./solution.js";

/** Tells of a step whether it and every step before it are whole numbers, so that nobody rounds on the way to it. */
export function wholeSteps(exact: Solution): (key: string) => boolean {
  const known = new Map<string, boolean>();
  const isWholeStep = (key: string): boolean =>
    remember(known, key, () => {
      const step = exact.sources.node(key);
      // What was given is used as it is.
      if (!step) return exact.sources.has(key);
      return step.inputs.every(isWholeStep) && (exact.used(key)?.data.every(isWhole) ?? false);
    });
  return isWholeStep;
}
