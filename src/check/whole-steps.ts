import { remember } from "../math/remember.js";
import type { Trace } from "../trace/trace.js";
import { isWhole } from "./significant.js";
import { numbersOf, sourcesOf } from "./solution.js";

/** Tells of a step whether it and every step before it are whole numbers, so that nobody rounds on the way to it. */
export function wholeSteps(trace: Trace): (key: string) => boolean {
  const [graph, of] = [sourcesOf(trace), numbersOf(trace)];
  const known = new Map<string, boolean>();
  const isWholeStep = (key: string): boolean =>
    remember(known, key, () => {
      const node = graph.node(key);
      // What was given is used as it is.
      if (!node) return graph.has(key);
      return node.inputs.every(isWholeStep) && of(key).data.every(isWhole);
    });
  return isWholeStep;
}
