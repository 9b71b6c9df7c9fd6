import { isNameOfLogSumExp, isNameOfOutput } from "../../attention/answer-names.js";
import type { Problem } from "../../attention/problem.js";
import { checkAnswers, type Homework, isPassed } from "../../check/check.js";
import { UserError } from "../../errors.js";
import type { GivenSheet } from "../../input/answers.js";
import { isOfMachine, type NamedCheck } from "../../render/named-check.js";
import type { FinishedRun } from "../finished-run.js";
import { recordProblem } from "../record.js";
import type { ViewSettings } from "../views.js";
import { judgeDump } from "./check-dump.js";

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

/** Throws USAGE for options that have no say in how a sheet is judged. */
export function refuseIdleJudging(sheet: GivenSheet, options: JudgingOptions): void {
  if (isMadeByMachine(sheet, options)) refuseOfPersons(options.views);
  else refuseOfMachines(options.views);
}

/** Whether a sheet is judged by the precision of a machine: numbers of a binary file are, and those of which an option says a precision. */
function isMadeByMachine({ answers }: GivenSheet, { settings, views: { atol, rtol } }: JudgingOptions) {
  const isSaid = [settings.dtype, atol, rtol].some((option) => option !== undefined);
  return isSaid || answers.some(({ stored }) => stored !== undefined);
}

/** The name of an answer without that of its head. */
const keyAlone = (key: string) => key.slice(key.lastIndexOf("/") + 1);

/** Throws USAGE for what is about sheets of people where a machine's numbers are judged. */
export function refuseOfPersons({ require, strict }: ViewSettings): void {
  const idle = require !== undefined ? "--require" : strict ? "--strict" : undefined;
  if (idle === undefined) return;
  throw new UserError("USAGE", `${idle} is about sheets of people, and a machine's numbers are judged.`, {
    hint: `Leave out ${idle}.`,
  });
}

function refuseOfMachines({ rule }: ViewSettings): void {
  if (rule === undefined) return;
  throw new UserError("USAGE", "--rule is about what machines compute, and a person's sheet is marked.", {
    hint: "Leave out --rule, or say what the numbers were worked in: --dtype float32.",
  });
}

/** Marks a sheet of a person, or judges what a machine computed. Throws UNKNOWN_STEP, SHAPE_MISMATCH and USAGE. */
export function judgeSheet(run: FinishedRun, sheet: GivenSheet): NamedCheck["check"] {
  const batches = [run, ...(run.otherBatches ?? [])].map((own) => homeworkOf(run, own));
  return isMadeByMachine(sheet, run)
    ? judgeDump(batches, sheet.answers, run)
    : checkAnswers(batches[0], sheet.answers, run.views);
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
