import type { Problem } from "../attention/problem.js";
import { checkAnswers, isPassed } from "../check/check.js";
import { recordProblem } from "../commands/record.js";
import { UserError } from "../errors.js";
import { type GivenSheet, readSheets, sheetOfSource } from "../input/answers.js";
import type { Reading } from "../input/read.js";
import { isOfMachine, type NamedCheck } from "../render/named-check.js";
import { judgeDump } from "./check-dump.js";
import type { FinishedRun } from "./finished-run.js";
import type { Io } from "./io.js";
import type { Invocation } from "./plan.js";
import { readSlice } from "./read-request.js";
import type { ViewSettings } from "./views.js";

/** What is to be checked: sheets of people, or what a machine computed. */
export interface Given {
  readonly sheets: readonly GivenSheet[];
  readonly isOfMachine: boolean;
}

/**
 * Reads what `--check` names; without a value, what SOURCE holds of what came out. Throws what reading throws, and USAGE when
 * that is nothing.
 */
export async function readGiven(
  invocation: Invocation,
  { answers }: Reading,
  { check = [], atol, rtol, showSolution }: ViewSettings,
  settings: FinishedRun["settings"],
  io: Io,
): Promise<Given> {
  if (check.length === 0 && answers.length === 0) {
    throw new UserError(
      "USAGE",
      "--check has nothing to check: SOURCE holds no output, and no answer is named.",
      {
        hint: "Name it: --check output=o.npy log-sum-exp=lse.npy; or put o, out or lse beside q, k and v.",
      },
    );
  }
  const sheets =
    check.length === 0 ? [sheetOfSource(answers)] : await readSheets(check, io.files, readSlice(invocation));
  if (sheets.length > 1 && showSolution) {
    throw new UserError("USAGE", `--show-solution is for one sheet, and there are ${sheets.length}.`, {
      hint: "Leave it out, or check one sheet at a time.",
    });
  }
  const isSaid = [settings.dtype, atol, rtol].some((option) => option !== undefined);
  const isBinary = sheets.some((sheet) => sheet.answers.some(({ stored }) => stored !== undefined));
  return { sheets, isOfMachine: isSaid || isBinary };
}

/** Marks each sheet, or judges what a machine computed. Throws UNKNOWN_STEP, SHAPE_MISMATCH and USAGE. */
export function checkSheets(run: FinishedRun, given: Given): readonly NamedCheck[] {
  const { command, reading, settings, trace } = run;
  const record = (problem: Problem<object>) => recordProblem(command, problem, { needs: "steps" });
  const homework = { trace, problem: { ...reading, settings }, record };
  return given.sheets.map(({ name, answers }) => ({
    name,
    check: given.isOfMachine ? judgeDump(homework, answers, run) : checkAnswers(homework, answers),
  }));
}

/** Whether every sheet is right. */
export const arePassed = (checks: readonly NamedCheck[]): boolean =>
  checks.every(({ check }) => (isOfMachine(check) ? check.verdict.startsWith("agrees") : isPassed(check)));
