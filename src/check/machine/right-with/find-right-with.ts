import { resolveScale } from "../../../attention/conventions.js";
import { sumOver } from "../../../math/lists.js";
import { ifPossible, recordOther } from "../../mistakes/mistake.js";
import { type DumpRules, type PreparedBatch, precisionOf, prepare } from "../dumped-batch.js";
import { judgeAnswer } from "../judge-target.js";
import type { Precision } from "../precision.js";
import { type Attentions, findTarget, type Target, targetsInTurn } from "../target.js";
import type { Task } from "../task.js";
import { seemsRight } from "./seems-right.js";
import {
  listSettingChanges,
  pairsOfChanges,
  type SettingChanges,
  type VariedSettings,
} from "./setting-changes.js";
import { windowsRead } from "./windows-read.js";

/** The number of answers of a batch that are probed before all of them are judged. */
const MAX_PROBED = 4;

/** If there is no output to probe, larger problems are not searched: this is the maximum number of scores. */
const MAX_SCORES = 1e6;

/**
 * Finds other settings that make all answers right, if the settings of the run do not: one changed setting, or two.
 * Some rows of outputs are probed first. Settings that pass are then judged on everything.
 */
export function findRightWith(
  batches: readonly PreparedBatch[],
  rules: DumpRules,
): SettingChanges | undefined {
  const [first] = batches;
  if (!first || !mayBeTried(first, batches, rules)) return undefined;
  const single = listSettingChanges(first.homework.problem, first.attentions.tasks);
  const makes = (other: SettingChanges) => makesRight(batches, other, rules);
  return [...single, ...pairsOfChanges(single)].find(makes) ?? windowsRead(first, rules).find(makes);
}

/** Whether the first answers seem right, by a quick look. Returns undefined if there is no output. */
export const seemRight = ([first]: readonly PreparedBatch[], rules: DumpRules): boolean | undefined =>
  first && seem(first, rules, isRightOrSeems);

/**
 * Returns the settings that make answers right that were read in another way. Returns {} if the run's own settings do,
 * undefined if none do.
 */
export function rightAsRead(batches: readonly PreparedBatch[], rules: DumpRules): SettingChanges | undefined {
  const isRight = seemRight(batches, rules) !== false && areRight(batches, rules);
  return isRight ? {} : findRightWith(batches, rules);
}

/** Whether the answers are wrong and other settings can be tried quickly. */
function mayBeTried(first: PreparedBatch, batches: readonly PreparedBatch[], rules: DumpRules): boolean {
  const isRight = seemRight([first], rules);
  return isRight === undefined ? isSmall(first) && !areRight(batches, rules) : !isRight;
}

function makesRight(batches: readonly PreparedBatch[], other: SettingChanges, rules: DumpRules): boolean {
  const [first] = batches;
  const alter = alterationOf(first, other);
  const [probed] = alter ? [first] : withOther([first], other, rules);
  const look: Look = (...given) => seemsRight(...given, alter);
  if (!probed || ifPossible(() => seem(probed, rules, look)) === false) return false;
  const all = withOther(batches, other, rules);
  return all.length === batches.length && ifPossible(() => areRight(all, rules)) === true;
}

function areRight(batches: readonly PreparedBatch[], { dtype, tolerance }: DumpRules): boolean {
  return batches.every(({ attentions, answers }) => {
    for (const { answer, target } of targetsInTurn(attentions, answers)) {
      const precision = precisionOf(attentions, answer, dtype);
      const judged = judgeAnswer(target, { precision, slack: answer.slack, tolerance });
      if (!judged.verdict.startsWith("agrees")) return false;
    }
    return true;
  });
}

/**
 * Returns the change of attentions by settings that concern each score by itself, so that nothing is recorded to probe
 * them. Returns undefined for other settings.
 */
function alterationOf(
  { homework }: PreparedBatch,
  { scale, softcap, ...others }: VariedSettings,
): ((task: Task) => Task) | undefined {
  if (Object.keys(others).length > 0) return undefined;
  const { temperature = 1 } = homework.problem.settings as VariedSettings;
  return (task) => ({
    ...task,
    ...(scale !== undefined && {
      scale: resolveScale({ scale, temperature }, undefined, task.query.cols)?.factor ?? 1,
    }),
    ...(softcap !== undefined && { softcap }),
  });
}

/** Records the problems again with other settings. Leaves out those that cannot be recorded. */
function withOther(
  batches: readonly PreparedBatch[],
  other: SettingChanges,
  rules: DumpRules,
): readonly PreparedBatch[] {
  const recorded = batches.flatMap(({ attentions: _, ...batch }) => {
    const trace = recordOther(batch.homework, other);
    return trace ? [{ ...batch, homework: { ...batch.homework, trace } }] : [];
  });
  // The other run may lack a step that was answered.
  return ifPossible(() => prepare(recorded, rules)) ?? [];
}

/** Looks whether an answer is right. */
type Look = (attentions: Attentions, target: Target, precision: Precision) => boolean | undefined;

/** Whether `look` finds the first outputs and the last one right. Returns undefined if there is no output. */
function seem({ attentions, answers }: PreparedBatch, { dtype }: DumpRules, look: Look): boolean | undefined {
  const probed = answers.filter((_, at) => at < MAX_PROBED - 1 || at === answers.length - 1);
  let isRight: boolean | undefined;
  for (const answer of probed) {
    const target = findTarget(attentions, answer);
    const precision = precisionOf(attentions, answer, dtype);
    isRight = look(attentions, target, precision) ?? isRight;
    if (isRight === false) return false;
  }
  return isRight;
}

/**
 * Judges the output of a single attention completely, which is needed later anyway. Judges other outputs by some rows.
 */
const isRightOrSeems: Look = (attentions, target, precision) =>
  target.of?.what === "output"
    ? judgeAnswer(target, { precision }).verdict.startsWith("agrees")
    : seemsRight(attentions, target, precision);

const isSmall = ({ attentions: { tasks } }: PreparedBatch) =>
  sumOver(tasks, ({ query, key }) => query.rows * key.rows) <= MAX_SCORES;
