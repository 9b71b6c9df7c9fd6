import { remember } from "../math/remember.js";
import type { Trace } from "../trace/trace.js";
import { isWhole } from "./significant.js";
import { numbersOf, sourcesOf } from "./solution.js";

/**
 * Returns a function that says whether a step and all steps before it have only whole numbers, so that nothing was
 * rounded.
 */
export function wholeSteps(trace: Trace): (key: string) => boolean {
  const [graph, of] = [sourcesOf(trace), numbersOf(trace)];
  const known = new Map<string, boolean>();
  const isWholeStep = (key: string): boolean =>
    remember(known, key, () => {
      const node = graph.node(key);
      // Inputs are used as they are.
      if (!node) return graph.has(key);
      return node.inputs.every(isWholeStep) && of(key).data.every(isWhole);
    });
  return isWholeStep;
}
