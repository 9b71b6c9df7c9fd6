import type { RecordOptions } from "../attention/keeping.js";
import type { Problem } from "../attention/problem.js";
import { completeSettings } from "../attention/setting.js";
import type { Homework } from "../check/mistakes/mistake.js";
import type { Trace } from "../trace/trace.js";
import type { CommandSpec } from "./command-spec.js";

/**
 * Records what a command makes of a problem as it was given: settings that were not given are those of its table. The
 * one way from a problem to a Trace, for the command line, the library and whoever records again with something altered.
 */
export function recordProblem<Settings extends object>(
  spec: CommandSpec<Settings>,
  given: Problem<Partial<Settings>>,
  options: RecordOptions = {},
): Trace {
  spec.refuseConflicts?.(given);
  const settings = completeSettings<Settings>(spec.settings, given.settings);
  return spec.record({ ...given, settings }, options);
}

/** A problem with its solution, and the way to solve it again: by default so that every step can be read. */
export function homeworkOf<Settings extends object>(
  spec: CommandSpec<Settings>,
  problem: Problem<Partial<Settings>>,
  solved?: Trace,
  again: RecordOptions = { needs: "steps" },
): Homework {
  const record: Homework["record"] = (other) => recordProblem(spec, other, again);
  return { problem, trace: solved ?? record(problem), record };
}
