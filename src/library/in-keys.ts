import { spelledError, withKeys } from "../errors.js";
import type { Step, Trace } from "../trace/trace.js";

/** Returns the result of `work`. Its errors name settings by their keys, as a script does. */
export function inKeys<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw spelledError(error, withKeys);
  }
}

/** Does the same for a promise. */
export const inKeysLater = <Result>(work: () => Promise<Result>): Promise<Result> =>
  work().catch((error) => {
    throw spelledError(error, withKeys);
  });

/** Returns the same Trace, with settings named by their keys in its texts. */
export function traceInKeys(trace: Trace): Trace {
  const { steps, conventions, facts, warnings, overview } = trace;
  return {
    ...trace,
    steps: steps.map(stepInKeys),
    conventions: textsInKeys(conventions),
    facts: textsInKeys(facts),
    warnings: textsInKeys(warnings),
    ...(overview?.findings && { overview: { ...overview, findings: textsInKeys(overview.findings) } }),
  };
}

function stepInKeys(step: Step): Step {
  const notes = textsInKeys(step.notes);
  return notes.every((note, at) => note === step.notes[at]) ? step : { ...step, notes };
}

/**
 * Rewrites every text in some data, so that settings are named by keys. Typed arrays, functions and class instances
 * stay unchanged.
 */
export function textsInKeys<Data>(data: Data): Data {
  // Objects and lists are rebuilt with the same types.
  return spelled(data) as Data;
}

function spelled(data: unknown): unknown {
  if (typeof data === "string") return withKeys(data);
  if (Array.isArray(data)) return data.map(spelled);
  if (typeof data !== "object" || data === null || Object.getPrototypeOf(data) !== Object.prototype)
    return data;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, spelled(value)]));
}
