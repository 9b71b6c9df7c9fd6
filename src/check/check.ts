import type { Matrix } from "../math/matrix.js";
import { scopeText } from "../trace/scope.js";
import type { Step, Trace } from "../trace/trace.js";
import { type AnsweredCells, type AnsweredSheet, countCells, countSheet, endWithout } from "./answered.js";
import type { NamedAnswer, Sheet } from "./answers.js";
import { isHopeless } from "./candidate-fit.js";
import type { ComparedParts } from "./compared-parts.js";
import { type Diagnosis, diagnose, isWhole } from "./diagnose.js";
import type { HowRead, OwnNames } from "./how-read.js";
import { isWrong, type Judged, judgeSteps, judgeWhileRight } from "./judge-sheet.js";
import { type Judgement, maxDifference, type StepVerdict } from "./judge-step.js";
import { findCertain, softmaxGuessed, valuesOf } from "./mistakes/findings.js";
import type { Homework } from "./mistakes/mistake.js";
import { settleSheet } from "./other-steps.js";
import { checkPerson, isFollowed } from "./person/check-person.js";
import { type Mark, marksOf } from "./person/mark-steps.js";
import { addRequired, isFilled, type Required } from "./required.js";
import { measureRounding, type RoundedCells } from "./rounded-cells.js";
import { type RoundedSolutions, workAgain, workThrough } from "./rounding-schedules.js";
import { withoutRounding } from "./strict.js";
import { reasonsOfTie } from "./ties.js";
import { WAYS } from "./ways.js";

export type { Diagnosis } from "./diagnose.js";
export type { Homework } from "./mistakes/mistake.js";

/** One step of a checked sheet. */
export interface CheckedStep {
  readonly scope: string;
  readonly id: string;
  readonly verdict: StepVerdict;
  readonly answered: AnsweredCells;
  /** The wrong cells, [row, column], when the step differs. */
  readonly cells: readonly (readonly [row: number, col: number])[];
  readonly maxDifference: number;
  /** What rounding excuses, where it does. */
  readonly rounded?: RoundedCells | undefined;
  readonly judgement: Judgement;
  /** What each cell gets, row by row; a blank one nothing. */
  readonly marks: readonly (Mark | null)[];
}

/** Where a step stands. */
export interface StepPlace {
  readonly scope: string;
  readonly id: string;
}

/** What a sheet has to be to be right, beyond its numbers. */
export interface Demands {
  /** The steps that must be answered. */
  readonly require?: Required | undefined;
  /** Whether the written digits alone count, and no rounding on the way excuses a number. */
  readonly strict?: boolean;
}

/** A person's sheet, checked. */
export interface Check {
  readonly verdict: "agrees" | "agrees-rounded" | "differs" | "unanswered" | "unsure";
  readonly firstWrongStep?: StepPlace;
  readonly answered: AnsweredSheet;
  /** Where it is about a part of a problem: which part. */
  readonly parts?: ComparedParts;
  /** The steps that had to be answered, and were not, or not wholly. */
  readonly lacking: readonly StepPlace[];
  /** The last step of the problem, where it was not answered. */
  readonly without?: Step;
  readonly steps: readonly CheckedStep[];
  readonly diagnosis: readonly Diagnosis[];
  /** What is certain beyond the diagnosis, in sentences. */
  readonly findings: readonly string[];
  /** The other way that was taken, when it is as right. */
  readonly way?: { readonly id: string; readonly text: string };
  /** How the sheet was read, where its form is no known one. */
  readonly read?: HowRead;
  /** What its person calls rows, columns and heads. */
  readonly names?: OwnNames;
}

/**
 * Compares a person's answers with the right solution: each step by the digits it was written with, by rounding that was
 * carried, and by what follows from the person's own earlier numbers; then names the mistake at the first wrong step.
 * Throws UNKNOWN_STEP and SHAPE_MISMATCH.
 */
export function checkAnswers(
  homework: Homework,
  given: readonly NamedAnswer[],
  { require = [], strict = false }: Demands = {},
): Check {
  const settled = settleSheet(homework, given);
  const { trace } = settled.homework;
  const { sheet, isRequired } = addRequired(trace, settled.sheet, require);
  const lenient = checkSheet(settled.homework, sheet);
  const found = strict ? withoutRounding(lenient) : lenient;
  const lacking = found.judged
    .filter(({ answer }) => isRequired(answer.step) && !isFilled(answer))
    .map(({ answer }) => placeOf(answer.step));
  return { ...(settled.way && { way: settled.way }), ...summarize(trace, sheet, found, lacking) };
}

/** What was found on a sheet, before it is counted. */
interface Findings extends Pick<Check, "diagnosis" | "findings"> {
  readonly judged: readonly Judgement[];
  /** What it was judged by. */
  readonly solutions: RoundedSolutions;
  readonly way?: NonNullable<Check["way"]>;
}

function checkSheet(homework: Homework, sheet: Sheet): Findings {
  const { trace } = homework;
  const solutions = workThrough(trace, sheet);
  if (isFollowed(homework, sheet)) return { solutions, ...checkPerson(homework, sheet, solutions) };
  const judged = [...judgeSteps(trace, sheet, solutions)];
  if (isRight(judged)) return { judged, solutions, diagnosis: [], findings: [] };
  const other = findWay(trace, sheet, { judged, solutions });
  if (other) return { ...other, diagnosis: [], findings: [] };
  const diagnosis = diagnose(homework, sheet, judged, solutions);
  const isExplained = diagnosis.some((found) => isWhole(found) && found.mistake !== softmaxGuessed);
  const certain = isExplained ? [] : findCertain(trace, sheet, judged.filter(isAstray));
  return { judged, solutions, diagnosis, findings: [...reasonsOfTie(homework, diagnosis), ...certain] };
}

const isAstray = ({ verdict }: Judgement) => verdict === "differs";

/** Whether a sheet is right: something was answered and all that had to be, and all of it is right. */
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
        return { way: { id: way.id, text: way.text }, judged, solutions: tried };
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
  trace: Trace,
  sheet: Sheet,
  { judged, solutions, ...found }: Findings,
  lacking: Check["lacking"],
): Check {
  const first = judged.find(isAstray);
  const answers = judged.map(({ answer }) => answer);
  const without = endWithout(trace, answers);
  return {
    ...found,
    verdict: verdictOf(judged, lacking),
    answered: countSheet(trace, answers),
    lacking,
    ...(without && { without }),
    ...(first && { firstWrongStep: placeOf(first.answer.step) }),
    steps: judged.map((judgement) => summarizeStep(judgement, measureRounding(judgement, sheet, solutions))),
  };
}

function verdictOf(judged: readonly Judgement[], lacking: Check["lacking"]): Check["verdict"] {
  const answered = judged.filter(({ verdict }) => verdict !== "missing");
  if (!isRight(answered)) return "differs";
  if (answered.length === 0 || lacking.length > 0) return "unanswered";
  return answered.every(({ verdict }) => verdict === "agrees") ? "agrees" : "agrees-rounded";
}

const placeOf = ({ scope, id }: Step): StepPlace => ({ scope: scopeText(scope), id });

function summarizeStep(judgement: Judgement, rounded: RoundedCells | undefined): CheckedStep {
  const { answer, verdict, wrong } = judgement;
  const cells = wrong.map((index) => [Math.floor(index / answer.cols), index % answer.cols] as const);
  return {
    ...placeOf(answer.step),
    verdict,
    answered: countCells(answer),
    cells,
    maxDifference: maxDifference(judgement),
    rounded,
    judgement,
    marks: marksOf(judgement),
  };
}
