import { type Step, scopeText, type Trace } from "../trace/trace.js";
import { type AnsweredCells, type AnsweredSheet, countCells, countSheet, endWithout } from "./answered.js";
import type { NamedAnswer } from "./answers.js";
import type { ComparedParts } from "./compared-parts.js";
import { causesOf } from "./diagnosis.js";
import type { HowRead, OwnNames } from "./how-read.js";
import type { Judgement } from "./judgement.js";
import type { Homework } from "./mistakes/mistake.js";
import { type Settled, settleSheet, withUnscaledGradients } from "./other-steps.js";
import { checkPerson, type PersonFindings } from "./person/check-person.js";
import { addRequired, isFilled, type Required } from "./required.js";
import { measureRounding, type RoundedCells } from "./rounded-cells.js";
import { withoutRounding } from "./strict.js";

export type { Diagnosis } from "./diagnosis.js";
export type { Homework } from "./mistakes/mistake.js";

/** One step of a checked sheet. */
export interface CheckedStep extends Judgement {
  readonly scope: string;
  readonly id: string;
  readonly answered: AnsweredCells;
  /** The cells that are only right because of rounding, if there are any. */
  readonly rounded?: RoundedCells | undefined;
}

/** The place of a step in a run. */
export interface StepPlace {
  readonly scope: string;
  readonly id: string;
}

/** What a sheet needs to be right, in addition to its numbers. */
export interface Demands {
  /** The steps that must be answered. */
  readonly require?: Required | undefined;
  /** Whether only the written digits count, so that rounding of earlier steps excuses no number. */
  readonly strict?: boolean;
  /** Whether the problem declares a rounding. Then no other rounding excuses a number. */
  readonly isDeclared?: boolean;
}

/** The check of a person's sheet. */
export interface Check extends Pick<PersonFindings, "diagnosis" | "findings" | "way"> {
  readonly verdict: "agrees" | "agrees-rounded" | "differs" | "unanswered" | "unsure";
  readonly firstWrongStep?: StepPlace | undefined;
  readonly answered: AnsweredSheet;
  /** The parts of the problem that were compared, if not all were. */
  readonly parts?: ComparedParts;
  /** The steps that must be answered, but were not, or only partly. */
  readonly lacking: readonly StepPlace[];
  /** The last step of the problem, if it was not answered. */
  readonly without?: Step | undefined;
  readonly steps: readonly CheckedStep[];
  /** Steps that an answer belongs to instead of the steps with its name, by the keys of the latter. */
  readonly insteadOf?: ReadonlyMap<string, string> | undefined;
  /** How the sheet was read, if its form is unknown. */
  readonly read?: HowRead;
  /** The person's own names for rows, columns and heads. */
  readonly names?: OwnNames;
}

/**
 * Compares a person's answers with the solution. Each step is compared by its written digits, by the effect of carried
 * rounding, and by what follows from the person's own earlier numbers. Then it names the mistake at the first wrong
 * step. Throws UNKNOWN_STEP and SHAPE_MISMATCH.
 */
export function checkAnswers(
  homework: Homework,
  given: readonly NamedAnswer[],
  demands: Demands = {},
): Check {
  const settled = settleSheet(homework, given);
  const check = checkSettled(settled, demands);
  const other = check.diagnosis.length > 0 ? withUnscaledGradients(settled) : undefined;
  const otherCheck = other && checkSettled(other, demands);
  return otherCheck && countCauses(otherCheck) < countCauses(check) ? otherCheck : check;
}

const countCauses = ({ diagnosis }: Check) => causesOf(diagnosis).length;

function checkSettled(
  { homework, sheet: given, way, insteadOf }: Settled,
  { require = [], strict = false, isDeclared = false }: Demands,
): Check {
  const { trace } = homework;
  const { sheet, isRequired } = addRequired(trace, given, require);
  const lenient = checkPerson(homework, sheet);
  const found = strict || isDeclared ? withoutRounding(lenient, !strict) : lenient;
  const lacking = found.judged
    .filter(({ answer }) => isRequired(answer.step) && !isFilled(trace, answer))
    .map(({ answer }) => placeOf(answer.step));
  const check = summarize(trace, found, lacking);
  return { ...check, way: check.way ?? way, insteadOf };
}

const isWrong = ({ verdict }: Judgement) => verdict === "differs" || verdict === "follows";

function summarize(
  trace: Trace,
  { judged, movesOf, ...found }: PersonFindings,
  lacking: Check["lacking"],
): Check {
  const first = judged.find(({ verdict }) => verdict === "differs");
  const answers = judged.map(({ answer }) => answer);
  return {
    ...found,
    verdict: verdictOf(judged, lacking),
    answered: countSheet(trace, answers),
    lacking,
    without: endWithout(trace, answers),
    firstWrongStep: first && placeOf(first.answer.step),
    steps: judged.map((judgement) => ({
      ...judgement,
      ...placeOf(judgement.answer.step),
      answered: countCells(trace, judgement.answer),
      rounded: measureRounding(judgement, () => movesOf(judgement.answer)),
    })),
  };
}

function verdictOf(judged: readonly Judgement[], lacking: Check["lacking"]): Check["verdict"] {
  const answered = judged.filter(({ verdict }) => verdict !== "missing");
  if (answered.some(isWrong)) return "differs";
  if (answered.length === 0 || lacking.length > 0) return "unanswered";
  return answered.every(({ verdict }) => verdict === "agrees") ? "agrees" : "agrees-rounded";
}

const placeOf = ({ scope, id }: Step): StepPlace => ({ scope: scopeText(scope), id });
