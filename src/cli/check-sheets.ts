import type { Problem } from "../attention/problem.js";
import { checkAnswers, isPassed } from "../check/check.js";
import { recordProblem } from "../commands/record.js";
import { UserError } from "../errors.js";
import { type GivenSheet, readSheets, sheetOfSource } from "../input/answers.js";
import type { SourcedProblem } from "../input/read.js";
import type { FormatName } from "../render/formats/registry.js";
import { isOfMachine, type NamedCheck } from "../render/named-check.js";
import { selectSteps } from "../render/selection.js";
import { judgeDump } from "./check-dump.js";
import { type FinishedRun, selectionOf } from "./finished-run.js";
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
  { answers, arrays }: SourcedProblem,
  views: ViewSettings,
  settings: FinishedRun["settings"],
  { io, format }: { readonly io: Io; readonly format: FormatName },
): Promise<Given> {
  const { check = [], atol, rtol, require } = views;
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
    check.length === 0
      ? [sheetOfSource(answers, arrays)]
      : await readSheets(check, io.files, readSlice(invocation), arrays);
  if (sheets.length > 1) refuseMarks(views, format, sheets.length);
  const isSaid = [settings.dtype, atol, rtol].some((option) => option !== undefined);
  const isBinary = sheets.some((sheet) => sheet.answers.some(({ stored }) => stored !== undefined));
  const isOfMachine = isSaid || isBinary;
  if (!isOfMachine && views.rule !== undefined) {
    throw new UserError("USAGE", "--rule is about what machines compute, and a person's sheet is marked.", {
      hint: "Leave out --rule, or say what the numbers were worked in: --dtype float32.",
    });
  }
  const idle = require !== undefined ? "--require" : views.strict ? "--strict" : undefined;
  if (isOfMachine && idle) {
    throw new UserError("USAGE", `${idle} is about sheets of people, and a machine's numbers are judged.`, {
      hint: `Leave out ${idle}.`,
    });
  }
  return { sheets, isOfMachine };
}

/** Marks each sheet, or judges what a machine computed. Throws UNKNOWN_STEP, SHAPE_MISMATCH and USAGE. */
export function checkSheets(run: FinishedRun, given: Given): readonly NamedCheck[] {
  const { command, settings, trace, views } = run;
  // Throws UNKNOWN_STEP where there is no such head.
  selectSteps(trace, { scope: selectionOf(views).scope });
  const record = (problem: Problem<object>) => recordProblem(command, problem, { needs: "steps" });
  const homeworkOf = (own: Pick<FinishedRun, "reading" | "trace">) => ({
    trace: own.trace,
    problem: { ...own.reading, settings },
    record,
  });
  const batches = [run, ...(run.otherBatches ?? [])].map(homeworkOf);
  return given.sheets.map(({ name, answers }) => ({
    name,
    check: given.isOfMachine ? judgeDump(batches, answers, run) : checkAnswers(batches[0], answers, views),
  }));
}

/** Whether every sheet is right. */
export const arePassed = (checks: readonly NamedCheck[]): boolean =>
  checks.every(({ check }) => (isOfMachine(check) ? check.verdict.startsWith("agrees") : isPassed(check)));

/** Of several sheets a line each is printed: what is about the marks in them has nothing to say. */
function refuseMarks({ showSolution, head }: FinishedRun["views"], format: FormatName, count: number): void {
  const flag = showSolution ? "--show-solution" : head !== undefined && format === "table" ? "--head" : "";
  if (flag === "") return;
  throw new UserError("USAGE", `${flag} is for one sheet, and there are ${count}.`, {
    hint: "Leave it out, or check one sheet at a time.",
  });
}
