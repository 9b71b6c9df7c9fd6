import { spelledError, withKeys } from "../setting-names.js";
import type { Step, Trace } from "../trace/trace.js";

/** What a function gives; the errors that it throws call settings as a script does: by their keys. */
export function inKeys<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw spelledError(error, withKeys);
  }
}

/** The same of what a function gives later. */
export const inKeysLater = <Result>(work: () => Promise<Result>): Promise<Result> =>
  work().catch((error) => {
    throw spelledError(error, withKeys);
  });

/** The same Trace, whose texts call settings by their keys. */
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

/** Data with every text in it in keys; typed arrays, functions and instances of classes stay what they are. */
export function textsInKeys<Data>(data: Data): Data {
  // The types of what is taken apart and put together again are those of what came in.
  return spelled(data) as Data;
}

function spelled(data: unknown): unknown {
  if (typeof data === "string") return withKeys(data);
  if (Array.isArray(data)) return data.map(spelled);
  if (typeof data !== "object" || data === null || Object.getPrototypeOf(data) !== Object.prototype)
    return data;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, spelled(value)]));
}
