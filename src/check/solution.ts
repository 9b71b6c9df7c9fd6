import type { Matrix } from "../math/matrix.js";
import { remember } from "../math/remember.js";
import { Graph } from "../trace/op.js";
import type { Trace } from "../trace/trace.js";

/** Returns the graph of a solution, which says where its numbers come from. */
export const sourcesOf = (trace: Trace): Graph =>
  remember(sourcesBy, trace, () => new Graph(trace.inputs, trace.steps));

const sourcesBy = new WeakMap<Trace, Graph>();

/** Returns a function for the recorded numbers of a step or an input, by its key. */
export function numbersOf(trace: Trace): (key: string) => Matrix {
  const sources = sourcesOf(trace);
  const steps = new Map(trace.steps.map((step) => [step.key, step]));
  const known = new Map<string, Matrix>();
  return (key) => {
    const step = steps.get(key);
    // Without this cache, a step that is not kept would be computed each time.
    const matrix = step ? remember(known, key, step.output) : sources.input(key)?.matrix;
    if (!matrix) throw new RangeError(`"${key}" is used but not recorded`);
    return matrix;
  };
}
