import type { Problem } from "../attention/problem.js";
import { checkAnswers, isPassed } from "../check/check.js";
import { recordProblem } from "../commands/record.js";
import { readSheets } from "../input/answers.js";
import type { NamedCheck } from "../render/named-check.js";
import type { FinishedRun } from "./finished-run.js";
import type { Io } from "./io.js";

/** Reads the values of `--check` and marks each sheet. Throws what reading throws, UNKNOWN_STEP and SHAPE_MISMATCH. */
export async function checkSheets(
  { command, reading, settings, trace }: FinishedRun,
  values: readonly string[],
  io: Io,
): Promise<readonly NamedCheck[]> {
  const sheets = await readSheets(values, io.files);
  const record = (problem: Problem<object>) => recordProblem(command, problem, { needs: "steps" });
  const homework = { trace, problem: { ...reading, settings }, record };
  return sheets.map(({ name, answers }) => ({ name, check: checkAnswers(homework, answers) }));
}

/** Whether every sheet is right. */
export const arePassed = (checks: readonly NamedCheck[]): boolean =>
  checks.every(({ check }) => isPassed(check));
