import type { ComparedParts } from "../compared-parts.js";
import { critique, type NotShown } from "./critique.js";
import { type DumpedBatch, type DumpRules, prepare } from "./dumped-batch.js";
import type { FloatName } from "./float-names.js";
import { findNoise, gatherMistakes, likeliest, withOnePrecision } from "./gather-mistakes.js";
import { LESS_PRECISE_TYPES, type MachineVerdict } from "./judge-output.js";
import { Judging } from "./judging.js";
import { AXES_MISREAD } from "./mistakes/heads.js";
import { newRowsMisplaced, storageMisread } from "./mistakes/other-arrays.js";
import type { Precision } from "./precision.js";
import { findRightWith } from "./right-with/find-right-with.js";
import type { SettingChanges } from "./right-with/setting-changes.js";
import { SearchTime } from "./search-time.js";
import type { MachineDiagnosis, MachineStep, NamedMistake } from "./target-report.js";

export type { Dumped, DumpedBatch, DumpRules } from "./dumped-batch.js";
export type { MachineVerdict } from "./judge-output.js";
export type { MachineDiagnosis, MachineStep } from "./target-report.js";

/** The verdict on all answers of a machine. */
export interface MachineCheck {
  readonly judgedAs: "machine";
  readonly verdict: MachineVerdict;
  readonly precision: Precision;
  /** For less precise answers: the coarser types that they are right for. qkv cannot distinguish these types. */
  readonly rightFor?: readonly FloatName[];
  /** Settings that make all answers right, if the settings of the run do not. */
  readonly rightWith?: SettingChanges;
  readonly steps: readonly MachineStep[];
  readonly diagnosis: readonly MachineDiagnosis[];
  /** For right answers: mistakes that this dump could not reveal. */
  readonly notShown?: readonly NotShown[];
  /** The part of the problem that was checked, if it was only a part. */
  readonly parts?: ComparedParts;
  /** After how many seconds of processor time the search for a cause was stopped, if it was. */
  readonly searchStopped?: number;
  /** Names in the dump that qkv does not know. */
  readonly skipped?: readonly string[];
}

/** The verdicts below `agrees`, the worst first. */
const FROM_WORST: readonly MachineVerdict[] = ["differs", "less-precise", "agrees-rounded"];

/**
 * Judges the answers of a machine by the rounding error that is expected at its precision. Throws UNKNOWN_STEP and
 * SHAPE_MISMATCH.
 */
export function checkDump(batches: readonly DumpedBatch[], rules: DumpRules = {}): MachineCheck {
  const prepared = prepare(batches, rules);
  const rightWith =
    rules.rightWith === undefined ? findRightWith(prepared, rules) : (rules.rightWith ?? undefined);
  const { misread } = rules;
  const time = rules.critique ? undefined : (rules.time ?? new SearchTime());
  const judging = new Judging(prepared, rules, (rightWith ?? misread) !== undefined, time);
  for (const batch of prepared) judging.judge(batch);
  judging.lookAgain();
  const { steps, named, rights, wrongOutputs, likely, precision } = judging;
  if (!precision) throw new RangeError("there is no answer to check");
  const verdict = FROM_WORST.find((one) => steps.some((step) => step.verdict === one)) ?? "agrees";
  const isRight = verdict.startsWith("agrees");
  return {
    judgedAs: "machine",
    verdict,
    precision,
    ...(verdict === "less-precise" && { rightFor: rightFor(steps, precision) }),
    ...(rightWith && { rightWith }),
    ...(isRight && !rules.tolerance && { notShown: critique(rights, rules.critique === true) }),
    steps: withNamesOfSeveral(steps),
    ...(time?.wasCut && { searchStopped: time.seconds }),
    diagnosis: gatherMistakes(
      misread === undefined
        ? likeliest([...withOnePrecision(named), ...findNoise(wrongOutputs)], likely, rights)
        : misreadIn(steps, misread),
      steps,
    ).filter(({ mistake: { id } }) => rightWith?.axes === undefined || id !== AXES_MISREAD),
  };
}

/** Names how the inputs were misread as the mistake of all wrong answers. */
const misreadIn = (steps: readonly MachineStep[], read: string): readonly NamedMistake[] =>
  steps.flatMap(({ id, scope, wrong, tooCoarse = 0 }) => {
    const off = wrong + tooCoarse;
    const named = read.startsWith(NEW)
      ? { mistake: newRowsMisplaced, ways: [{ new: read.slice(NEW.length) }] }
      : { mistake: storageMisread, ways: [{ read }] };
    return off > 0 ? [{ ...named, step: id, scope, explains: off, of: off }] : [];
  });

/** What descriptions of rows that were added to a cache begin with. */
const NEW = "new ";

/** Keeps the dump's name of an answer only if several answers are of the same step. */
function withNamesOfSeveral(steps: readonly MachineStep[]): readonly MachineStep[] {
  const names = new Map<string, Set<string>>();
  for (const { id, answer = "" } of steps) names.set(id, (names.get(id) ?? new Set()).add(answer));
  return steps.map(({ answer, ...step }) =>
    answer !== undefined && (names.get(step.id)?.size ?? 0) > 1 ? { ...step, answer } : step,
  );
}

/**
 * Returns the finest type that all less precise answers are right for. Float16 keeps as many bits as tf32, so both are
 * returned together.
 */
function rightFor(steps: readonly MachineStep[], { compute }: Precision): readonly FloatName[] {
  const types = steps.flatMap((step) => (step.verdict === "less-precise" ? [step.rounding.compute] : []));
  const coarsest = LESS_PRECISE_TYPES.findLast((name) => types.includes(name)) ?? compute;
  return coarsest === "tf32" ? ["tf32", "float16"] : [coarsest];
}
