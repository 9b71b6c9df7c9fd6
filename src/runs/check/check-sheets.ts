import { isNameOfLogSumExp, isNameOfOutput } from "../../attention/answer-names.js";
import type { Problem } from "../../attention/problem.js";
import { checkAnswers, isPassed } from "../../check/check.js";
import { stepTitles } from "../../check/step-titles.js";
import { UserError } from "../../errors.js";
import { type GivenSheet, readSheets, sheetOfSource } from "../../input/answers.js";
import { shorten } from "../../input/cell.js";
import type { SourcedProblem } from "../../input/read.js";
import type { FormatName } from "../../render/formats/registry.js";
import { isOfMachine, type NamedCheck } from "../../render/named-check.js";
import { selectSteps } from "../../render/selection.js";
import type { FilledIn } from "../../systems/fill-in.js";
import { type FinishedRun, selectionOf } from "../finished-run.js";
import type { Io } from "../io.js";
import { readSlice } from "../read/read-request.js";
import { recordProblem } from "../record.js";
import type { RunRequest } from "../request.js";
import type { ViewSettings } from "../views.js";
import { judgeDump, judgeModelDump, type ModelDump } from "./check-dump.js";

/** What is to be checked: sheets of people, or what a machine computed. */
export interface Given {
  readonly sheets: readonly GivenSheet[];
  readonly isOfMachine: boolean;
  /** Arrays of another implementation of a whole model. */
  readonly dump?: ModelDump;
  /** What was skipped on the sheets, line by line, and in short. */
  readonly notices: readonly string[];
  readonly announced: readonly string[];
  /** Whether outputs and log-sum-exps are all that is answered. */
  readonly isOfOutputs: boolean;
}

/**
 * Reads what `--check` names; without a value, what SOURCE holds of what came out. Throws what reading throws, and USAGE when
 * that is nothing.
 */
export async function readGiven(
  request: RunRequest,
  { answers, arrays }: SourcedProblem,
  views: ViewSettings,
  problem: FilledIn["problem"],
  { io, format }: { readonly io: Io; readonly format: FormatName },
): Promise<Given> {
  const { check = [], atol, rtol } = views;
  if (check.length === 0 && answers.length === 0) {
    const message = "--check has nothing to check: SOURCE holds no output, and no answer is named.";
    throw new UserError("USAGE", message, {
      hint: "Name it: --check output=o.npy log-sum-exp=lse.npy; or put o, out or lse beside q, k and v.",
    });
  }
  if (request.command.source === "model") {
    const tensors = await (await import("../read/read-model-dump.js")).readModelDump(check, io.files);
    if (tensors && tensors.length > 0) {
      refuseOfPersons(views);
      return {
        sheets: [],
        isOfMachine: true,
        isOfOutputs: false,
        notices: [],
        announced: [],
        dump: { tensors, batch: readSlice(request).batch },
      };
    }
  }
  const titles = () => stepTitles(recordProblem(request.command, problem, { needs: "steps" }));
  const sheets =
    check.length === 0
      ? [sheetOfSource(answers, arrays)]
      : await readSheets(check, io.files, { slice: readSlice(request), titles, arrays });
  if (sheets.length > 1) refuseMarks(views, format, sheets.length);
  const { settings }: { readonly settings: FinishedRun["settings"] } = problem;
  const isSaid = [settings.dtype, atol, rtol].some((option) => option !== undefined);
  const isBinary = sheets.some((sheet) => sheet.answers.some(({ stored }) => stored !== undefined));
  const isOfMachine = isSaid || isBinary;
  if (!isOfMachine && views.rule !== undefined) {
    throw new UserError("USAGE", "--rule is about what machines compute, and a person's sheet is marked.", {
      hint: "Leave out --rule, or say what the numbers were worked in: --dtype float32.",
    });
  }
  if (isOfMachine) refuseOfPersons(views);
  const isOfOutputs = sheets.every(({ answers: own }) =>
    own.every(({ key }) => isNameOfOutput(keyAlone(key)) || isNameOfLogSumExp(keyAlone(key))),
  );
  return { sheets, isOfMachine, isOfOutputs, ...noticesOf(sheets) };
}

/** What is said of the lines of sheets that answer nothing. */
function noticesOf(sheets: readonly GivenSheet[]): Pick<Given, "notices" | "announced"> {
  const told = sheets.flatMap(({ name, aside = [] }) => (aside.length > 0 ? [{ name, aside }] : []));
  return {
    notices: told.flatMap(({ name, aside }) =>
      aside.map(
        ({ number, text }) => `${name}:${number}: skipped ${JSON.stringify(shorten(text.trim(), 60))}`,
      ),
    ),
    announced: told.map(
      ({ name, aside }) =>
        `${name}: ${aside.length === 1 ? "1 line answers" : `${aside.length} lines answer`} nothing and ${aside.length === 1 ? "was" : "were"} skipped; --verbose shows them`,
    ),
  };
}

/** The name of an answer without that of its head. */
const keyAlone = (key: string) => key.slice(key.lastIndexOf("/") + 1);

/** Throws USAGE for what is about sheets of people where a machine's numbers are judged. */
function refuseOfPersons({ require, strict }: ViewSettings): void {
  const idle = require !== undefined ? "--require" : strict ? "--strict" : undefined;
  if (idle === undefined) return;
  throw new UserError("USAGE", `${idle} is about sheets of people, and a machine's numbers are judged.`, {
    hint: `Leave out ${idle}.`,
  });
}

/** Marks each sheet, or judges what a machine computed. Throws UNKNOWN_STEP, SHAPE_MISMATCH and USAGE. */
export function checkSheets(run: FinishedRun, given: Given): readonly NamedCheck[] {
  const { command, settings, trace, views } = run;
  // Throws UNKNOWN_STEP where there is no such head.
  selectSteps(trace, { scope: selectionOf(views).scope });
  if (given.dump)
    return [{ name: given.dump.tensors[0].source ?? "--check", check: judgeModelDump(run, given.dump) }];
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
