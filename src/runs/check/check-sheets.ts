import { stepTitles } from "../../check/step-titles.js";
import { UserError } from "../../errors.js";
import { type GivenSheet, type ReadingAnswers, readSheets, sheetOfSource } from "../../input/answers.js";
import { shorten } from "../../input/cell.js";
import type { SourcedProblem } from "../../input/read.js";
import type { FormatName } from "../../render/formats/registry.js";
import type { NamedCheck } from "../../render/named-check.js";
import { selectSteps } from "../../render/selection.js";
import type { FilledIn } from "../../systems/fill-in.js";
import { once } from "../../trace/ref.js";
import type { CommandSpec } from "../command-spec.js";
import { type FinishedRun, selectionOf, withoutSlices } from "../finished-run.js";
import type { Io } from "../io.js";
import { idleNotes, type Need } from "../needs.js";
import { readSlice } from "../read/read-request.js";
import { recordProblem } from "../record.js";
import type { RunRequest } from "../request.js";
import type { ViewSettings } from "../views.js";
import { judgeModelDump, type ModelDump } from "./check-dump.js";
import {
  idleForModel,
  idleInJudging,
  isRight,
  judgeSheet,
  type ReadSheets,
  sheetsToJudge,
} from "./judge-sheet.js";
import { subjectOf } from "./sheet-subject.js";

/** What is to be checked: sheets of people, or what a machine computed. */
export interface Given extends ReadSheets {
  /** Arrays of another implementation of a whole model. */
  readonly dump?: ModelDump;
  /** What was skipped on the sheets, line by line, and in short. */
  readonly notices: readonly string[];
  readonly announced: readonly string[];
}

/**
 * Reads what `--check` names; without a value, what SOURCE holds of what came out. Throws what reading throws, and USAGE when
 * that is nothing.
 */
export async function readGiven(
  request: RunRequest,
  read: SourcedProblem,
  views: ViewSettings,
  problem: FilledIn["problem"],
  { io, format }: { readonly io: Io; readonly format: FormatName },
): Promise<Given> {
  const { answers, arrays } = read;
  const { check = [] } = views;
  if (check.length === 0 && answers.length === 0) {
    const message = "--check has nothing to check: SOURCE holds no output, and no answer is named.";
    throw new UserError("USAGE", message, {
      hint: "Name it: --check output=o.npy log-sum-exp=lse.npy; or put o, out or lse beside q, k and v.",
    });
  }
  if (request.command.source === "model") {
    const tensors = await (await import("../read/read-model-dump.js")).readModelDump(check, io.files);
    if (tensors && tensors.length > 0) {
      const idle = idleForModel(views);
      return {
        sheets: [],
        isOfMachine: true,
        isOfOutputs: false,
        notices: idle,
        announced: idle,
        dump: { tensors, batch: readSlice(request).batch },
      };
    }
  }
  const about = sheetsAbout(request.command, problem);
  const sheets =
    check.length === 0
      ? [sheetOfSource(answers, arrays)]
      : await readSheets(check, io.files, {
          slice: readSlice(request),
          ...about,
          arrays,
          isStrict: views.strictReading,
        });
  const options = { settings: problem.settings, views };
  const shown = { isOneSheet: sheets.length === 1, isTable: format === "table" };
  const idle = [
    ...idleInJudging(sheets, options),
    ...idleNotes(MARK_NEEDS, withoutSlices(views, read), shown),
  ];
  const { notices, announced } = noticesOf(sheets);
  return {
    ...sheetsToJudge(sheets, options),
    notices: [...notices, ...idle],
    announced: [...announced, ...idle],
  };
}

/** What sheets about a run may hold; it is recorded for the first sheet that is text. */
export function sheetsAbout(
  command: CommandSpec,
  problem: FilledIn["problem"],
): Required<Pick<ReadingAnswers, "titles" | "subject">> {
  const trace = once(() => recordProblem(command, problem, { needs: "steps" }));
  return { titles: once(() => stepTitles(trace())), subject: once(() => subjectOf(trace())) };
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

/** Marks each sheet, or judges what a machine computed. Throws UNKNOWN_STEP, SHAPE_MISMATCH and USAGE. */
export function checkSheets(run: FinishedRun, given: Given): readonly NamedCheck[] {
  const { trace, views } = run;
  // Throws UNKNOWN_STEP where there is no such head.
  selectSteps(trace, { scope: selectionOf(views).scope });
  if (given.dump)
    return [{ name: given.dump.tensors[0].source ?? "--check", check: judgeModelDump(run, given.dump) }];
  return given.sheets.map((sheet) => ({ name: sheet.name, check: judgeSheet(run, sheet) }));
}

/** Whether every sheet is right. */
export const arePassed = (checks: readonly NamedCheck[]): boolean =>
  checks.every(({ check }) => isRight(check));

/** What is about the marks in a sheet: of several sheets a line each is printed. */
const MARK_NEEDS: readonly Need<{ readonly isOneSheet: boolean; readonly isTable: boolean }>[] = [
  {
    names: ["showSolution"],
    of: "one sheet, and there are several",
    isThere: ({ isOneSheet }) => isOneSheet,
  },
  {
    names: ["head"],
    of: "one sheet, and there are several",
    isThere: ({ isOneSheet, isTable }) => isOneSheet || !isTable,
  },
];
