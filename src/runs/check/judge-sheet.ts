import { isNameOfLogSumExp, isNameOfOutput } from "../../attention/answer-names.js";
import type { Problem } from "../../attention/problem.js";
import { type Check, checkAnswers, type Homework, isPassed } from "../../check/check.js";
import type { GivenSheet } from "../../input/answers.js";
import { isOfMachine, type NamedCheck } from "../../render/named-check.js";
import type { FinishedRun } from "../finished-run.js";
import { idleNotes, type Need } from "../needs.js";
import { recordProblem } from "../record.js";
import type { ViewSettings } from "../views.js";
import { judgeDump } from "./check-dump.js";
import { comparedPartsOf } from "./compared-parts.js";
import { withReading } from "./how-read.js";

/** What the options of a command line say of how answers are judged. */
export interface JudgingOptions {
  readonly settings: FinishedRun["settings"];
  readonly views: ViewSettings;
}

/** Sheets that were read, and who made them. */
export interface ReadSheets {
  readonly sheets: readonly GivenSheet[];
  /** Whether every sheet is what a machine computed. */
  readonly isOfMachine: boolean;
  /** Whether outputs and log-sum-exps are all that is answered. */
  readonly isOfOutputs: boolean;
}

/** Says of sheets whether machines made them. */
export function sheetsToJudge(sheets: readonly GivenSheet[], options: JudgingOptions): ReadSheets {
  return {
    sheets,
    isOfMachine: sheets.length > 0 && sheets.every((sheet) => isMadeByMachine(sheet, options)),
    isOfOutputs: sheets.every(({ answers }) =>
      answers.every(({ key }) => isNameOfOutput(keyAlone(key)) || isNameOfLogSumExp(keyAlone(key))),
    ),
  };
}

/** Who made what is judged. */
interface Makers {
  readonly hasPeople: boolean;
  readonly hasMachines: boolean;
  /** Whether a whole model was dumped. */
  readonly hasModel?: boolean;
}

/** What the options about judging are about. */
const JUDGING_NEEDS: readonly Need<Makers>[] = [
  {
    names: ["require", "strict"],
    of: "sheets of people, and a machine's numbers are judged",
    isThere: ({ hasPeople }) => hasPeople,
  },
  {
    names: ["rule"],
    of: "what machines compute, and a person's sheet is marked",
    isThere: ({ hasMachines }) => hasMachines,
  },
  {
    names: ["rule"],
    of: "one attention, and a dump of a whole model is compared",
    isThere: ({ hasModel = false }) => !hasModel,
  },
];

/** Notes of the options that change nothing in how a dump of a model is judged. */
export const idleForModel = (views: ViewSettings): readonly string[] =>
  idleNotes(JUDGING_NEEDS, views, { hasPeople: false, hasMachines: true, hasModel: true });

/** Notes of the options that change nothing in how any of these sheets is judged. */
export function idleInJudging(sheets: readonly GivenSheet[], options: JudgingOptions): readonly string[] {
  const areMachines = sheets.map((sheet) => isMadeByMachine(sheet, options));
  return idleNotes(JUDGING_NEEDS, options.views, {
    hasPeople: areMachines.includes(false),
    hasMachines: areMachines.includes(true),
  });
}

/** Whether a sheet is judged by the precision of a machine: numbers of a binary file are, and those of which an option says a precision. */
function isMadeByMachine({ answers }: GivenSheet, { settings, views: { atol, rtol } }: JudgingOptions) {
  const isSaid = [settings.dtype, atol, rtol].some((option) => option !== undefined);
  return isSaid || answers.some(({ stored }) => stored !== undefined);
}

/** The name of an answer without that of its head. */
const keyAlone = (key: string) => key.slice(key.lastIndexOf("/") + 1);

/** Marks a sheet of a person, or judges what a machine computed. Throws UNKNOWN_STEP, SHAPE_MISMATCH and USAGE. */
export function judgeSheet(run: FinishedRun, sheet: GivenSheet): NamedCheck["check"] {
  const batches = [run, ...(run.otherBatches ?? [])].map((own) => homeworkOf(run, own));
  const check = isMadeByMachine(sheet, run)
    ? judgeDump(batches, sheet.answers, run)
    : checkPerson(run, batches[0], sheet);
  const parts = comparedPartsOf(run, sheet, check);
  return parts ? { ...check, parts } : check;
}

function checkPerson({ views }: FinishedRun, homework: Homework, { answers, reading }: GivenSheet): Check {
  const check = checkAnswers(homework, answers, views);
  return reading ? withReading(check, reading, homework.trace) : check;
}

const homeworkOf = (
  { command, settings }: FinishedRun,
  { trace, reading }: Pick<FinishedRun, "reading" | "trace">,
): Homework => ({
  trace,
  problem: { ...reading, settings },
  record: (problem: Problem<object>) => recordProblem(command, problem, { needs: "steps" }),
});

/** Whether a check says that all which was compared is right. */
export const isRight = (check: NamedCheck["check"]): boolean =>
  isOfMachine(check) ? check.verdict.startsWith("agrees") : isPassed(check);
