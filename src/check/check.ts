import type { Matrix } from "../math/matrix.js";
import { scopeText } from "../trace/scope.js";
import type { Trace } from "../trace/trace.js";
import type { NamedAnswer, Sheet } from "./answers.js";
import { isHopeless } from "./candidate-fit.js";
import { type Diagnosis, diagnose, isWhole } from "./diagnose.js";
import { isWrong, type Judged, judgeSteps, judgeWhileRight } from "./judge-sheet.js";
import { type Judgement, maxDifference, type StepVerdict } from "./judge-step.js";
import { findCertain, softmaxGuessed, valuesOf } from "./mistakes/findings.js";
import type { Homework } from "./mistakes/mistake.js";
import { settleSheet } from "./other-steps.js";
import { workAgain, workThrough } from "./rounding-schedules.js";
import { reasonsOfTie } from "./ties.js";
import { WAYS } from "./ways.js";

export type { Diagnosis } from "./diagnose.js";
export type { Homework } from "./mistakes/mistake.js";

/** One step of a checked sheet. */
export interface CheckedStep {
  readonly scope: string;
  readonly id: string;
  readonly verdict: StepVerdict;
  /** The wrong cells, [row, column], when the step differs. */
  readonly cells: readonly (readonly [row: number, col: number])[];
  readonly maxDifference: number;
  readonly judgement: Judgement;
}

/** A person's sheet, checked. */
export interface Check {
  readonly verdict: "agrees" | "agrees-rounded" | "differs" | "unanswered";
  readonly firstWrongStep?: { readonly scope: string; readonly id: string };
  readonly steps: readonly CheckedStep[];
  readonly diagnosis: readonly Diagnosis[];
  /** What is certain beyond the diagnosis, in sentences. */
  readonly findings: readonly string[];
  /** The other way that was taken, when it is as right. */
  readonly way?: { readonly id: string; readonly text: string };
}

/**
 * Compares a person's answers with the right solution: each step by the digits it was written with, by rounding that was
 * carried, and by what follows from the person's own earlier numbers; then names the mistake at the first wrong step.
 * Throws UNKNOWN_STEP and SHAPE_MISMATCH.
 */
export function checkAnswers(homework: Homework, given: readonly NamedAnswer[]): Check {
  const settled = settleSheet(homework, given);
  const check = checkSheet(settled.homework, settled.sheet);
  return { ...(settled.way && { way: settled.way }), ...check };
}

function checkSheet(homework: Homework, sheet: Sheet): Check {
  const { trace } = homework;
  const solutions = workThrough(trace, sheet);
  const judged = [...judgeSteps(trace, sheet, solutions)];
  if (isRight(judged)) return summarize(judged, [], []);
  const other = findWay(trace, sheet, { judged, solutions });
  if (other) return { ...summarize(other.judged, [], []), way: other.way };
  const diagnosis = diagnose(homework, sheet, judged, solutions);
  const isExplained = diagnosis.some((found) => isWhole(found) && found.mistake !== softmaxGuessed);
  const certain = isExplained ? [] : findCertain(trace, sheet, judged.filter(isAstray));
  return summarize(judged, diagnosis, [...reasonsOfTie(homework, diagnosis), ...certain]);
}

const isAstray = ({ verdict }: Judgement) => verdict === "differs";

/** Whether a sheet is right: something was answered, and all of it is. */
export const isPassed = ({ verdict }: Check): boolean => verdict === "agrees" || verdict === "agrees-rounded";

const isRight = (judged: readonly Judgement[]) => judged.every(({ verdict }) => !isWrong(verdict));

/** A way that makes the sheet right. Answers that are right as they stand must confirm it: weights, or what follows. */
function findWay(trace: Trace, sheet: Sheet, before: Judged) {
  const first = before.judged.find(({ verdict }) => isWrong(verdict));
  if (!first) return undefined;
  const isConfirmed = [...sheet.values()].some(
    ({ step }) => step.view === "distribution" || valuesOf(trace, step) !== undefined,
  );
  for (const way of isConfirmed ? WAYS : []) {
    for (const altered of way.apply(trace, sheet)) {
      const tried = workAgain(altered, sheet, before.solutions);
      if (isHopeless(tried, { first, solutions: before.solutions })) continue;
      const judged = judgeWhileRight(altered, sheet, tried, before);
      if (judged && !before.judged.some((answered, at) => speaksAgainst(answered, judged[at])))
        return { way: { id: way.id, text: way.text }, judged };
    }
  }
  return undefined;
}

/**
 * Whether an answer that is right as it stands lies nearer to the right number than to what a way makes of it: a 1 that
 * is right for 1 is not a rounded 0.71.
 */
function speaksAgainst(before: Judgement, after: Judgement): boolean {
  return (
    before.verdict === "agrees" && distance(before.exact, before) + NOISE < distance(after.exact, before)
  );
}

/** As far as binary arithmetic alone may move a sum of distances. */
const NOISE = 1e-9;

const distance = ({ data }: Matrix, { answer: { values } }: Judgement): number =>
  values.reduce((sum, value, index) => {
    const between = Math.abs(value - data[index]);
    return Number.isFinite(between) ? sum + between : sum;
  }, 0);

function summarize(
  judged: readonly Judgement[],
  diagnosis: readonly Diagnosis[],
  findings: readonly string[],
): Check {
  const first = judged.find(({ verdict }) => verdict === "differs");
  return {
    ...{ verdict: verdictOf(judged), diagnosis, findings, steps: judged.map(summarizeStep) },
    ...(first && { firstWrongStep: { scope: scopeText(first.answer.step.scope), id: first.answer.step.id } }),
  };
}

function verdictOf(judged: readonly Judgement[]): Check["verdict"] {
  const answered = judged.filter(({ verdict }) => verdict !== "missing");
  if (answered.length === 0) return "unanswered";
  if (!isRight(answered)) return "differs";
  return answered.every(({ verdict }) => verdict === "agrees") ? "agrees" : "agrees-rounded";
}

function summarizeStep(judgement: Judgement): CheckedStep {
  const { answer, verdict, wrong } = judgement;
  const { id } = answer.step;
  const scope = scopeText(answer.step.scope);
  const cells = wrong.map((index) => [Math.floor(index / answer.cols), index % answer.cols] as const);
  return { scope, id, verdict, cells, maxDifference: maxDifference(judgement), judgement };
}
