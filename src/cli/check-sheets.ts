import type { Problem } from "../attention/problem.js";
import { checkAnswers, isPassed } from "../check/check.js";
import { recordProblem } from "../commands/record.js";
import { UserError } from "../errors.js";
import { readSheets } from "../input/answers.js";
import type { NamedCheck } from "../render/named-check.js";
import type { FinishedRun } from "./finished-run.js";
import type { Io } from "./io.js";

/** Reads the values of `--check` and marks each sheet. Throws what reading throws, UNKNOWN_STEP, SHAPE_MISMATCH and USAGE. */
export async function checkSheets(
  { command, reading, settings, trace, views }: FinishedRun,
  values: readonly string[],
  io: Io,
): Promise<readonly NamedCheck[]> {
  const sheets = await readSheets(values, io.files);
  if (sheets.length > 1 && views.showSolution) {
    throw new UserError("USAGE", `--show-solution is for one sheet, and there are ${sheets.length}.`, {
      hint: "Leave it out, or check one sheet at a time.",
    });
  }
  const record = (problem: Problem<object>) => recordProblem(command, problem, { needs: "steps" });
  const homework = { trace, problem: { ...reading, settings }, record };
  return sheets.map(({ name, answers }) => ({ name, check: checkAnswers(homework, answers) }));
}

/** Whether every sheet is right. */
export const arePassed = (checks: readonly NamedCheck[]): boolean =>
  checks.every(({ check }) => isPassed(check));
