import type { Problem } from "../attention/problem.js";
import type { Homework } from "../check/mistakes/mistake.js";
import { type Replacements, replay as replayTrace } from "../trace/recorder.js";
import type { Trace } from "../trace/trace.js";
import { inKeys, traceInKeys } from "./in-keys.js";
import { asRun, type Run } from "./run.js";

// What a script gave for each trace, and how the trace is recorded. A mistake is found by recording the problem again
// with it, and a Trace alone does not say how. A script keeps only the Trace, so this is stored beside it for as long as
// the Trace exists.

export type Given = Problem<Readonly<Record<string, unknown>>>;

/** A replay has the inputs of its original, and no homework. */
interface Known {
  readonly given: Given;
  readonly homework: Homework | undefined;
}

const KNOWN = new WeakMap<Trace, Known>();

const NOTHING: Given = { matrices: {}, settings: {} };

/**
 * Solves a problem, and remembers how to solve it exactly. `trace` is the solution if it was computed in another
 * arithmetic.
 */
export const recordHomework = (problem: Given, record: Homework["record"], trace = record(problem)): Run =>
  runOf(trace, problem, record);

/** Remembers how to record a trace that continues another one. */
export function asHomework(further: Trace, trace: Trace, goOn: (trace: Trace) => Trace): Run {
  const { given, homework } = KNOWN.get(trace) ?? {};
  return runOf(further, given, homework && ((problem) => goOn(homework.record(problem))));
}

/** Computes a trace again with some inputs or steps changed. Every step that depends on them follows. */
export const replay = (trace: Trace, changes: Replacements): Run =>
  inKeys(() => runOf(replayTrace(trace, changes), KNOWN.get(trace)?.given));

function runOf(trace: Trace, given = NOTHING, record?: Homework["record"]) {
  const run = asRun(traceInKeys(trace), given);
  KNOWN.set(run, { given, homework: record && { trace: run, problem: given, record } });
  return run;
}

/** Returns how a trace was recorded, or undefined if it comes from a replay. */
export const homeworkOf = (trace: Trace): Homework | undefined => KNOWN.get(trace)?.homework;
