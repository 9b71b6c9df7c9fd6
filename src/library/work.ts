import type { Problem } from "../attention/problem.js";
import type { RecordOptions } from "../attention/recorder.js";
import { refuse, refuseAs } from "../errors.js";
import { machineArithmetic, roundInputs } from "../runs/arithmetic/machine-arithmetic.js";
import {
  type CarrySettings,
  carryOf,
  type PrecisionSettings,
  ROUNDING_CONFLICTS,
} from "../runs/arithmetic/rounding-settings.js";
import type { CommandSpec } from "../runs/command-spec.js";
import {
  applyRules,
  LIBRARIES,
  LIBRARY_NAMES,
  type Library,
  type LibraryName,
} from "../runs/libraries/registry.js";
import { problemOf } from "../runs/library-problem.js";
import { type Idle, idleNote, refuseConflicts } from "../runs/needs.js";
import { idleInProblem, recordProblem } from "../runs/record-problem.js";
import { fillIn } from "../systems/fill-in.js";
import { type Given, recordHomework } from "./homework.js";
import { inKeys } from "./in-keys.js";
import { readGiven, recordArrays } from "./of-arrays.js";
import { type ArraysSettings, type AttendInputs, type ConventionSettings, isNamed } from "./plain.js";
import type { Run } from "./run.js";

/** Settings of a run before validation. */
type WorkedSettings = ConventionSettings & ArraysSettings & Readonly<Record<string, unknown>>;

/**
 * Returns inputs by name, and settings, from arguments that may be query, key and value in sequence. Scripts without
 * types may pass anything.
 */
export function namedOf(given: readonly unknown[]): readonly [AttendInputs, object] {
  const [first, ...rest] = given;
  if (isNamed(first) || first === undefined) return [first as AttendInputs, (rest[0] ?? {}) as object];
  const isSettled = isNamed(rest.at(-1));
  const [key, value, ...more] = isSettled ? rest.slice(0, -1) : rest;
  if (more.length > 0) {
    refuseAs(
      "BAD_VALUE",
      "The argument after query, key and value is not an object of settings.",
      "Write settings with their names: attend(q, k, v, { causal: true }).",
    );
  }
  return [{ query: first, key, value } as AttendInputs, (isSettled ? rest.at(-1) : {}) as object];
}

/** Validates what a script gave, fills in a preset and drawn numbers, and records the run as the command line does. */
export function record(command: CommandSpec, inputs: AttendInputs, given: object): Run {
  const { as, axes, transpose = [], ...named }: WorkedSettings = { ...given };
  const settings = isNamed(given) ? named : given;
  const work = (problem: Given) =>
    recordGiven(command, as === undefined ? problem : underConventions(command, problem, as));
  return inKeys(() => recordArrays(command, readGiven(command, inputs, settings, { axes, transpose }), work));
}

function recordGiven(command: CommandSpec, given: Given) {
  const { problem: exact, addFacts } = fillIn(command, given);
  const { settings }: { readonly settings: PrecisionSettings & CarrySettings } = exact;
  const { problem } = settings.dtype ? roundInputs(exact, settings.dtype) : { problem: exact };
  const warnings = warningsOf(command, given, problem);
  const work = (one: Problem<object>, options?: RecordOptions) => {
    const trace = addFacts(recordProblem(command, one, options));
    return { ...trace, warnings: [...trace.warnings, ...warnings] };
  };
  refuseConflicts(ROUNDING_CONFLICTS, settings);
  const other = carryOf(settings) ?? machineArithmetic(settings, () => work(problem));
  const rounded = other?.addFacts(work(problem, { arithmetic: other.arithmetic }));
  return recordHomework(problem, (one) => work(one), rounded);
}

/** Returns warnings about given values that change nothing. */
function warningsOf(command: CommandSpec, given: Given, problem: Given) {
  const isGiven = ({ name }: Idle) => name in given.settings || name in given.matrices;
  const idle = idleInProblem(command, problem).filter(isGiven);
  return idle.map((one) => idleNote(one));
}

/**
 * Returns the same problem under the conventions of a library's own call. Throws BAD_VALUE for an unknown library, and
 * USAGE if its call cannot compute the problem.
 */
function underConventions(command: CommandSpec, given: Given, as: LibraryName) {
  if (!Object.hasOwn(LIBRARIES, as)) {
    refuseAs(
      "BAD_VALUE",
      `qkv does not know the conventions of "${as}".`,
      `Name one of ${LIBRARY_NAMES.join(", ")}.`,
    );
  }
  const library: Library = LIBRARIES[as];
  const run = { reading: given, settings: given.settings, trace: recordProblem(command, given) };
  const asked = problemOf(run);
  const obstacles = applyRules(asked, library.obstacles);
  if (obstacles.length > 0) {
    refuse(
      `${library.call} cannot compute this: ${obstacles.join("; ")}.`,
      "Leave out as, or choose another library.",
    );
  }
  const changed = applyRules(asked, library.conventions).map(({ settings }) => settings);
  return { ...given, settings: Object.assign({}, given.settings, ...changed) };
}
