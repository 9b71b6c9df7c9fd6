import type { Problem } from "../attention/problem.js";
import type { Homework } from "../check/mistakes/mistake.js";
import { type Replacements, replay as replayTrace } from "../trace/recorder.js";
import type { Trace } from "../trace/trace.js";
import { inKeys, traceInKeys } from "./in-keys.js";
import { asRun, type Run } from "./run.js";

// How each trace is recorded. A mistake is found by recording the problem again with it, and a Trace alone does not say
// how. A script keeps only the Trace, so this is stored beside it for as long as the Trace exists.

const HOMEWORKS = new WeakMap<Trace, Homework>();

export type Given = Problem<Readonly<Record<string, unknown>>>;

/** The inputs of each trace. A replay has those of its original. */
const GIVEN = new WeakMap<Trace, Given>();

const NOTHING: Given = { matrices: {}, settings: {} };

/**
 * Solves a problem, and remembers how to solve it exactly. `trace` is the solution if it was computed in another
 * arithmetic.
 */
export function recordHomework(
  problem: Given,
  record: (problem: Problem<object>) => Trace,
  trace = record(problem),
): Run {
  const run = runOf(trace, problem);
  HOMEWORKS.set(run, { trace: run, problem, record });
  return run;
}

/** Remembers how to record a trace that continues another one. */
export function asHomework(further: Trace, trace: Trace, goOn: (trace: Trace) => Trace): Run {
  const run = runOf(further, GIVEN.get(trace));
  const homework = HOMEWORKS.get(trace);
  if (homework) {
    const record = (problem: Problem<object>) => goOn(homework.record(problem));
    HOMEWORKS.set(run, { ...homework, trace: run, record });
  }
  return run;
}

/** Computes a trace again with some inputs or steps changed. Every step that depends on them follows. */
export const replay = (trace: Trace, changes: Replacements): Run =>
  inKeys(() => runOf(replayTrace(trace, changes), GIVEN.get(trace)));

function runOf(trace: Trace, given = NOTHING) {
  const run = asRun(traceInKeys(trace), given);
  GIVEN.set(run, given);
  return run;
}

/** Returns how a trace was recorded, or undefined if it comes from a replay. */
export const homeworkOf = (trace: Trace): Homework | undefined => HOMEWORKS.get(trace);
