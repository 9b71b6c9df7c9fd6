import type { Problem } from "../attention/problem.js";
import type { Homework } from "../check/mistakes/mistake.js";
import type { Trace } from "../trace/trace.js";
import { traceInKeys } from "./in-keys.js";

// A mistake is found by solving the problem again with it, which a Trace alone cannot say how to do. What a script keeps is
// the Trace, so the way to it is kept beside it for as long as the Trace is.

const HOMEWORKS = new WeakMap<Trace, Homework>();

/** Solves a problem, and remembers how it is solved exactly. `trace` is the solution where it was worked in another arithmetic. */
export function recordHomework(
  problem: Problem<Readonly<Record<string, unknown>>>,
  record: (problem: Problem<object>) => Trace,
  trace = record(problem),
): Trace {
  const spoken = traceInKeys(trace);
  HOMEWORKS.set(spoken, { trace: spoken, problem, record });
  return spoken;
}

/** Remembers of a trace that goes on from another one how both are made. */
export function asHomework(further: Trace, trace: Trace, goOn: (trace: Trace) => Trace): Trace {
  const spoken = traceInKeys(further);
  const homework = HOMEWORKS.get(trace);
  if (homework) {
    const record = (problem: Problem<object>) => goOn(homework.record(problem));
    HOMEWORKS.set(spoken, { ...homework, trace: spoken, record });
  }
  return spoken;
}

/** How a trace was made; undefined for one that was changed by a replay. */
export const homeworkOf = (trace: Trace): Homework | undefined => HOMEWORKS.get(trace);
