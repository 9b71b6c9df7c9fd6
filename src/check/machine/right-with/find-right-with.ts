import { ifPossible, recordOther } from "../../mistakes/mistake.js";
import { type DumpRules, type PreparedBatch, precisionOf, prepare } from "../dumped-batch.js";
import { judgeAnswer } from "../judge-target.js";
import { findTarget } from "../target.js";
import { type OtherSettings, otherConventions, pairsOfConventions } from "./conventions.js";
import { seemsRight } from "./seems-right.js";
import { windowsRead } from "./windows-read.js";

/** So many answers of a batch are probed before all of them are judged. */
const MOST_PROBED = 4;

/** Problems with more scores are not worked whole where no output could be probed. */
const MOST_SCORES = 1e6;

/**
 * The settings under which all answers are right, where those of the run do not make them so: one that was left out, or two. Probe
 * rows of outputs decide first; what passes is judged whole.
 */
export function findRightWith(
  batches: readonly PreparedBatch[],
  rules: DumpRules,
): OtherSettings | undefined {
  const [first] = batches;
  if (!first || !mayBeTried(first, batches, rules)) return undefined;
  const single = otherConventions(first.homework.problem, first.attentions.tasks);
  const makes = (other: OtherSettings) => makesRight(batches, other, rules);
  return [...single, ...pairsOfConventions(single)].find(makes) ?? windowsRead(first, rules).find(makes);
}

/** Whether probe rows of the first answers are right; undefined where there is no output. */
export const seemRight = ([first]: readonly PreparedBatch[], rules: DumpRules): boolean | undefined =>
  first && seem(first, rules);

/** What makes answers right that were read in another way: nothing else, other settings, or undefined where nothing does. */
export function rightAsRead(batches: readonly PreparedBatch[], rules: DumpRules): OtherSettings | undefined {
  const isRight = seemRight(batches, rules) !== false && areRight(batches, rules);
  return isRight ? {} : findRightWith(batches, rules);
}

/** Whether answers are wrong, as far as that is soon said, and others soon tried. */
function mayBeTried(first: PreparedBatch, batches: readonly PreparedBatch[], rules: DumpRules): boolean {
  const isRight = seem(first, rules);
  return isRight === undefined ? isSmall(first) && !areRight(batches, rules) : !isRight;
}

function makesRight(batches: readonly PreparedBatch[], other: OtherSettings, rules: DumpRules): boolean {
  const [probed] = withOther(batches.slice(0, 1), other, rules);
  if (!probed || ifPossible(() => seem(probed, rules)) === false) return false;
  const all = [probed, ...withOther(batches.slice(1), other, rules)];
  return all.length === batches.length && ifPossible(() => areRight(all, rules)) === true;
}

function areRight(batches: readonly PreparedBatch[], { dtype, tolerance }: DumpRules): boolean {
  return batches.every(({ attentions, answers }) =>
    answers.every((answer) => {
      const precision = precisionOf(attentions, answer, dtype);
      const given = { precision, slack: answer.slack, tolerance };
      return judgeAnswer(findTarget(attentions, answer), given).verdict.startsWith("agrees");
    }),
  );
}

/** The problems recorded with other settings, as far as they can be. */
const withOther = (
  batches: readonly PreparedBatch[],
  other: OtherSettings,
  rules: DumpRules,
): readonly PreparedBatch[] =>
  batches.flatMap(({ attentions: _, ...batch }) => {
    const trace = recordOther(batch.homework, other);
    // A step that is answered may be none of the other run.
    const made =
      trace && ifPossible(() => prepare([{ ...batch, homework: { ...batch.homework, trace } }], rules));
    return made ?? [];
  });

/** Whether probe rows of the first outputs and of the last one are right; undefined where there is no output. */
function seem({ attentions, answers }: PreparedBatch, { dtype }: DumpRules): boolean | undefined {
  const probed = answers.filter((_, at) => at < MOST_PROBED - 1 || at === answers.length - 1);
  const found = probed.flatMap((answer) => {
    const precision = precisionOf(attentions, answer, dtype);
    return seemsRight(attentions, findTarget(attentions, answer), precision) ?? [];
  });
  return found.length === 0 ? undefined : !found.includes(false);
}

const isSmall = ({ attentions: { tasks } }: PreparedBatch) =>
  tasks.reduce((sum, { query, key }) => sum + query.rows * key.rows, 0) <= MOST_SCORES;
