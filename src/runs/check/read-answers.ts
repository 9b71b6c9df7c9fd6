import { isNameOfLogSumExp, isNameOfOutput } from "../../attention/names.js";
import { stepTitles } from "../../check/step-titles.js";
import { counted, placeText, refuse, setting } from "../../errors.js";
import { type GivenSheet, type ReadingAnswers, readSheets, sheetOfSource } from "../../input/answers.js";
import { shorten } from "../../input/cell.js";
import type { Files } from "../../input/open.js";
import type { SourcedProblem } from "../../input/read.js";
import { once } from "../../math/remember.js";
import type { FilledIn } from "../../systems/fill-in.js";
import { idOfKey } from "../../trace/trace.js";
import type { RunRequest } from "../command-spec.js";
import { type Asked, type FinishedRun, withoutSlices } from "../finished-run.js";
import { idleNotes, type Need, need } from "../needs.js";
import { readSlice } from "../read/read-request.js";
import type { ReadingValues } from "../read/reading-settings.js";
import { recordProblem } from "../record-problem.js";
import type { ModelDump } from "./judge-dump.js";
import { subjectOf } from "./sheet-subject.js";

/** The answers to check: sheets of people, or arrays of a machine. */
export interface Given {
  readonly sheets: readonly GivenSheet[];
  /** Arrays of another implementation of a whole model. */
  readonly dump?: ModelDump;
  /** Whether every sheet was computed by a machine. */
  readonly isOfMachine: boolean;
  /** Whether only outputs and log-sum-exps are answered. */
  readonly isOfOutputs: boolean;
  /**
   * The skipped lines of the sheets, and the options that change nothing. `notices` has each line, `announced` only
   * their number.
   */
  readonly notices: readonly string[];
  readonly announced: readonly string[];
}

/** A problem as it was read, and the same problem with what a preset fills in. */
export interface ReadSource {
  readonly read: SourcedProblem;
  readonly problem: FilledIn["problem"];
}

/**
 * Reads the answers that `--check` names, or without a value the outputs in SOURCE. Throws the errors of reading, and
 * USAGE if there are no answers.
 */
export async function readAnswers(
  request: RunRequest,
  { read, problem }: ReadSource,
  { format, views }: Asked,
  files: Files,
): Promise<Given> {
  const { answers, arrays } = read;
  const { check = [] } = views;
  if (check.length === 0 && answers.length === 0) {
    refuse(
      "There is nothing to check: the input contains no output, and no answer is named.",
      `Name a sheet, ${setting("check")} sheet.txt, or arrays, ${setting("check")} output=o.npy log-sum-exp=lse.npy; or put o, out or lse beside q, k and v.`,
    );
  }
  if (request.command.source === "model") {
    const tensors = await (await import("../read/read-model-dump.js")).readModelDump(check, files);
    const dump = { tensors: tensors ?? [], batch: readSlice(request).batch };
    if (dump.tensors.length > 0) return { ...toJudge([], { problem, views }, { made: ["model"] }), dump };
  }
  const isOfSource = (value: string) =>
    files.exists?.(value) !== true && answersCalled(value, answers).length > 0;
  const named = check.filter(isOfSource).flatMap((value) => answersCalled(value, answers));
  const others = check.filter((value) => !isOfSource(value));
  const ofSource = check.length === 0 ? answers : named;
  const sheets = [
    ...(ofSource.length > 0 ? [sheetOfSource(ofSource, { arrays, picked: readSlice(request) })] : []),
    ...(others.length > 0 ? await readSheets(others, files, howToRead(request, { read, problem })) : []),
  ];
  const marked = { isOneSheet: sheets.length === 1, isTable: format === "table" };
  const judged = toJudge(sheets, { problem, views: withoutSlices(views, read) }, marked);
  const sheetsWithSkipped = sheets.filter(({ skipped = [] }) => skipped.length > 0);
  const lines = sheetsWithSkipped.flatMap(({ name, skipped = [] }) =>
    skipped.map(
      ({ number, text, where }) =>
        `${placeText({ source: name, line: number, where })}: skipped ${JSON.stringify(shorten(text.trim(), 60))}`,
    ),
  );
  const counts = sheetsWithSkipped.map(({ name, skipped: { length } = [] }) => {
    const skipped = counted(length, "line is not an answer and was", "lines are not answers and were");
    return `${name}: ${skipped} skipped; ${setting("verbose")} shows them`;
  });
  return {
    ...judged,
    notices: [...lines, ...judged.notices],
    announced: [...counts, ...judged.announced],
  };
}

/** Returns the answers in SOURCE under a name that --check gives. */
const answersCalled = (name: string, answers: SourcedProblem["answers"]) =>
  answers.filter(({ key, called = key }) => called === name || key === name);

/**
 * Returns how to read sheets. A run is recorded to find the meaning of titles, but only when the first sheet has some.
 */
export function howToRead(request: RunRequest, { read: { arrays }, problem }: ReadSource): ReadingAnswers {
  const trace = once(() => recordProblem(request.command, problem, { needs: "steps" }));
  const [titles, subject] = [once(() => stepTitles(trace())), once(() => subjectOf(trace()))];
  return {
    picked: readSlice(request),
    arrays,
    titles,
    subject,
    isStrict: request.values.strictReading === true,
    form: (request.values as Partial<ReadingValues>).form,
  };
}

/** Adds whether machines made the sheets, and which options about judging change nothing. */
export function toJudge(
  sheets: readonly GivenSheet[],
  { problem: { settings }, views }: Pick<ReadSource, "problem"> & Pick<Asked, "views">,
  marked: Partial<Judged> = {},
): Given {
  const made = sheets.map((sheet) => (isMadeByMachine(sheet, { settings, views }) ? "machine" : "person"));
  const idle = idleNotes(JUDGING_NEEDS, { ...views, made, ...marked });
  return {
    sheets,
    isOfMachine: !made.includes("person") && (made.length > 0 || marked.made !== undefined),
    isOfOutputs: sheets.length > 0 && sheets.every(({ answers }) => areOutputs(answers)),
    notices: idle,
    announced: idle,
  };
}

/** Whether only outputs and log-sum-exps are answered. */
export const areOutputs = (answers: GivenSheet["answers"]) =>
  answers.every(({ key }) => {
    const name = idOfKey(key);
    return isNameOfOutput(name) || isNameOfLogSumExp(name);
  });

/** Whether a sheet is judged as a machine's: it has numbers of a binary file, or an option gives a precision. */
export function isMadeByMachine(
  { answers }: GivenSheet,
  { settings, views: { atol, rtol } }: Pick<FinishedRun, "settings" | "views">,
): boolean {
  return (
    (settings.dtype ?? atol ?? rtol) !== undefined ||
    answers.some(({ stored, isOfArray = false }) => isOfArray || stored !== undefined)
  );
}

/** Who computed the answers, and how they are shown. */
interface Judged {
  readonly made: readonly ("person" | "machine" | "model")[];
  readonly isOneSheet?: boolean;
  readonly isTable?: boolean;
}

const OF_MACHINES = "rule rows critique";

/** The needs of the options about judging. */
const JUDGING_NEEDS: readonly Need<Judged>[] = [
  need(
    "sheets of people, but a machine's numbers are judged",
    ({ made }) => made.includes("person"),
    "require strict",
  ),
  need(
    "one attention, but a dump of a whole model is compared",
    ({ made }) => !made.includes("model"),
    OF_MACHINES,
  ),
  need(
    "a machine's answers, but a person's sheet is marked",
    ({ made }) => made.includes("machine"),
    OF_MACHINES,
  ),
  // For several sheets, only one line per sheet is printed.
  need("one sheet, but there are several", ({ isOneSheet = true }) => isOneSheet, "showSolution"),
  need(
    "one sheet, but there are several",
    ({ isOneSheet = true, isTable }) => isOneSheet || !isTable,
    "head",
  ),
];
