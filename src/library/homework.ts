import type { Problem } from "../attention/problem.js";
import type { Homework } from "../check/mistakes/mistake.js";
import { type Changes, replay as replayTrace } from "../trace/replay.js";
import type { Trace } from "../trace/trace.js";
import { inKeys, traceInKeys } from "./in-keys.js";
import { asRun, type Run } from "./run.js";

// A mistake is found by solving the problem again with it, which a Trace alone cannot say how to do. What a script keeps is
// the Trace, so the way to it is kept beside it for as long as the Trace is.

const HOMEWORKS = new WeakMap<Trace, Homework>();

export type Given = Problem<Readonly<Record<string, unknown>>>;

/** What traces were made of; a replay of one is made of the same. */
const GIVEN = new WeakMap<Trace, Given>();

const NOTHING: Given = { matrices: {}, settings: {} };

/** Solves a problem, and remembers how it is solved exactly. `trace` is the solution where it was worked in another arithmetic. */
export function recordHomework(
  problem: Given,
  record: (problem: Problem<object>) => Trace,
  trace = record(problem),
): Run {
  const run = runOf(trace, problem);
  HOMEWORKS.set(run, { trace: run, problem, record });
  return run;
}

/** Remembers of a trace that goes on from another one how both are made. */
export function asHomework(further: Trace, trace: Trace, goOn: (trace: Trace) => Trace): Run {
  const run = runOf(further, GIVEN.get(trace));
  const homework = HOMEWORKS.get(trace);
  if (homework) {
    const record = (problem: Problem<object>) => goOn(homework.record(problem));
    HOMEWORKS.set(run, { ...homework, trace: run, record });
  }
  return run;
}

/** The same computation again with some inputs or steps changed; everything downstream of them follows. */
export const replay = (trace: Trace, changes: Changes): Run =>
  inKeys(() => runOf(replayTrace(trace, changes), GIVEN.get(trace)));

function runOf(trace: Trace, given = NOTHING): Run {
  const run = asRun(traceInKeys(trace), given);
  GIVEN.set(run, given);
  return run;
}

/** How a trace was made; undefined for one that was changed by a replay. */
export const homeworkOf = (trace: Trace): Homework | undefined => HOMEWORKS.get(trace);
