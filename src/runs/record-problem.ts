import type { Problem } from "../attention/problem.js";
import type { RecordOptions } from "../attention/recorder.js";
import { completeSettings } from "../attention/setting.js";
import type { Homework } from "../check/mistakes/mistake.js";
import { setting } from "../errors.js";
import { drawnNames } from "../systems/drawn/draw-settings.js";
import type { Trace } from "../trace/trace.js";
import { ARITHMETIC_NEEDS } from "./arithmetic/rounding-settings.js";
import type { AnyGiven } from "./attention-needs.js";
import type { CommandSpec } from "./command-spec.js";
import { besides, type Idle, idleAmong } from "./needs.js";

/**
 * Records a problem by a command. Settings that were not given get the defaults of the table. The command line, the
 * library, and code that records again with a change all use this function.
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

/**
 * Returns a problem with its solution, and a function that records a changed problem. By default every step of such a
 * recording can be read.
 */
export function homeworkOf<Settings extends object>(
  spec: CommandSpec<Settings>,
  problem: Problem<Partial<Settings>>,
  solved?: Trace,
  again: RecordOptions = { needs: "steps" },
): Homework {
  const record: Homework["record"] = (other) => recordProblem(spec, other, again);
  return { problem, trace: solved ?? record(problem), record };
}

/** Returns the settings and inputs of a problem that change nothing in it. */
export function idleInProblem(
  { needs = [], settings: table }: CommandSpec,
  { settings, matrices, mask }: Problem<object>,
): readonly Idle[] {
  const drawn = besides<AnyGiven>("random", drawnNames(table).join(" "));
  const given: AnyGiven = { ...settings, ...matrices, mask };
  return idleAmong<AnyGiven>(
    [...needs, ...ARITHMETIC_NEEDS, { ...drawn, of: `what ${setting("random")} draws` }],
    given,
  );
}
