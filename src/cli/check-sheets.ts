import type { Problem } from "../attention/problem.js";
import { checkAnswers, isPassed } from "../check/check.js";
import { recordProblem } from "../commands/record.js";
import { UserError } from "../errors.js";
import { readSheets } from "../input/answers.js";
import type { FormatName } from "../render/formats/registry.js";
import type { NamedCheck } from "../render/named-check.js";
import { selectSteps } from "../render/selection.js";
import { type FinishedRun, selectionOf } from "./finished-run.js";
import type { Io } from "./io.js";

/** Reads the values of `--check` and marks each sheet. Throws what reading throws, UNKNOWN_STEP, SHAPE_MISMATCH and USAGE. */
export async function checkSheets(
  { command, reading, settings, trace, views }: FinishedRun,
  values: readonly string[],
  { io, format }: { readonly io: Io; readonly format: FormatName },
): Promise<readonly NamedCheck[]> {
  const sheets = await readSheets(values, io.files);
  if (sheets.length > 1) refuseMarks(views, format, sheets.length);
  // Throws UNKNOWN_STEP where there is no such head.
  selectSteps(trace, { scope: selectionOf(views).scope });
  const record = (problem: Problem<object>) => recordProblem(command, problem, { needs: "steps" });
  const homework = { trace, problem: { ...reading, settings }, record };
  return sheets.map(({ name, answers }) => ({ name, check: checkAnswers(homework, answers, views) }));
}

/** Whether every sheet is right. */
export const arePassed = (checks: readonly NamedCheck[]): boolean =>
  checks.every(({ check }) => isPassed(check));

/** Of several sheets a line each is printed: what is about the marks in them has nothing to say. */
function refuseMarks({ showSolution, head }: FinishedRun["views"], format: FormatName, count: number): void {
  const flag = showSolution ? "--show-solution" : head !== undefined && format === "table" ? "--head" : "";
  if (flag === "") return;
  throw new UserError("USAGE", `${flag} is for one sheet, and there are ${count}.`, {
    hint: "Leave it out, or check one sheet at a time.",
  });
}
