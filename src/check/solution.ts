import type { Matrix } from "../math/matrix.js";
import { remember } from "../math/remember.js";
import { Graph } from "../trace/graph.js";
import type { Trace } from "../trace/trace.js";

/** Where the numbers of a solution come from. */
export const sourcesOf = (trace: Trace): Graph =>
  remember(sourcesBy, trace, () => new Graph(trace.inputs, trace.steps));

const sourcesBy = new WeakMap<Trace, Graph>();

/** The numbers of a solution as they were recorded, by key: those of a step, or of an input. */
export function numbersOf(trace: Trace): (key: string) => Matrix {
  const sources = sourcesOf(trace);
  const steps = new Map(trace.steps.map((step) => [step.key, step]));
  const known = new Map<string, Matrix>();
  return (key) => {
    const step = steps.get(key);
    // A step that is not kept would be worked out again and again.
    const matrix = step ? remember(known, key, step.output) : sources.input(key)?.matrix;
    if (!matrix) throw new RangeError(`"${key}" is used but not recorded`);
    return matrix;
  };
}
