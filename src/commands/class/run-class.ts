import { INPUTS } from "../../attention/inputs.js";
import type { Problem } from "../../attention/problem.js";
import { completeSettings } from "../../attention/setting.js";
import { checkAnswers } from "../../check/check.js";
import { stepTitles } from "../../check/step-titles.js";
import { UserError } from "../../errors.js";
import { type GivenSheet, readSheets } from "../../input/answers.js";
import { type Files, isLiteral } from "../../input/open.js";
import type { ClassRow } from "../../render/class.js";
import { formatOfFile } from "../../render/formats/registry.js";
import { refuseIdleViews } from "../../runs/idle-views.js";
import type { Io } from "../../runs/io.js";
import { EXIT } from "../../runs/io.js";
import { readSlice } from "../../runs/read/read-request.js";
import { recordProblem } from "../../runs/record.js";
import { readAndRecord } from "../../runs/record-run.js";
import type { Request, RunRequest, Values } from "../../runs/request.js";
import { pick } from "../../runs/request.js";
import { VIEW_SETTINGS, type ViewSettings } from "../../runs/views.js";
import { writeNotices } from "../recording.js";
import { CLASS_SETTINGS } from "./class-settings.js";
import { commandOfProblem, namesOfOptions } from "./command-of-problem.js";
import { type ClassOutput, printClass } from "./print-class.js";

/**
 * Marks the sheets of a class, each as `--check` marks it alone; one that cannot be read is told in its row. Gives the exit
 * code: 1 when any is not right. Throws USAGE without a problem or a sheet.
 */
export async function runClass({ words: sources, values }: Request, io: Io): Promise<number> {
  const views = viewsOf(values);
  const output = chooseOutput(views, values);
  // Matrices on the command line are the problem.
  const isGiven = values.demo === true || namesOfOptions(values).some((name) => isInput(name));
  const [problem, words] = isGiven ? [undefined, [...sources]] : [sources[0], sources.slice(1)];
  if (problem === undefined && !isGiven) refuse("Nothing says which problem the sheets are about.");
  if (words.length === 0 && values.demo === true) words.push(DEMO_SHEET);
  if (words.length === 0)
    refuse(`${problem ?? "What the options give"} is the problem, and no sheet is named.`);
  const command = await commandOfProblem(problem, values, io);
  const own = Object.entries(values).filter(([name]) => !Object.hasOwn(CLASS_SETTINGS, name));
  const named = problem === undefined ? [] : [problem];
  const request: RunRequest = { command, words: named, values: Object.fromEntries(own) };
  const complete = completeSettings(VIEW_SETTINGS, views);
  const recorded = await readAndRecord(request, { ...complete, steps: "all" }, "json", io);
  writeNotices(recorded, complete, io);
  const { reading: read, settings, trace } = recorded;
  const record = (one: Problem<object>) => recordProblem(command, one, { needs: "steps" });
  const homework = { trace, problem: { ...read, settings }, record };
  const titles = stepTitles(trace);
  const judge = remembering((answers) => checkAnswers(homework, answers, complete));
  const reading = { slice: readSlice(request), titles: () => titles };
  const rows: ClassRow[] = [];
  for (const word of findSheets(words, io.files)) {
    const marked = markEach(word, async () => {
      const sheets = await readSheets([word], io.files, reading);
      return sheets.map((sheet) => ({ name: nameOf(word, sheet), check: judge(sheet.answers) }));
    });
    rows.push(...(await marked));
  }
  refuseIdleMarks(views, output, rows.length);
  await printClass({ ...output, rows, views: complete }, io);
  return rows.every((row) => "check" in row && row.check.verdict.startsWith("agrees"))
    ? EXIT.done
    : EXIT.different;
}

const isInput = (name: string) => Object.hasOwn(INPUTS, name);

/** What is marked when the built-in example is asked for, and no sheet. */
const DEMO_SHEET = "scores = [[1, 0, 2], [2, 2, 0], [2, 1, 2]]";

/** A function of answers that gives what it gave for equal ones: in a class, sheets are often alike. */
function remembering<T>(judge: (answers: GivenSheet["answers"]) => T): (answers: GivenSheet["answers"]) => T {
  const known = new Map<string, T>();
  return (answers) => {
    if (answers.some(({ stored }) => stored !== undefined)) return judge(answers);
    const same = JSON.stringify(
      answers.map(({ source: _, line: __, ...answer }) => answer),
      // JSON has one word for −∞, NaN and no answer.
      (_, value: unknown) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value),
    );
    const found = known.get(same) ?? judge(answers);
    known.set(same, found);
    return found;
  };
}

/** The rows of a sheet; of one that cannot be read, what is wrong with it. */
async function markEach(word: string, mark: () => Promise<readonly ClassRow[]>) {
  try {
    return await mark();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ name: word, error }];
  }
}

/** A file is called as it was named: what a form says of it is less. */
const nameOf = (word: string, { name }: GivenSheet) => (name === "--check" ? word : name);

function chooseOutput(views: Partial<ViewSettings>, values: Values): ClassOutput {
  const { format: said = formatOfFile(views.output ?? ""), json, check } = views;
  if (check) refuse("qkv check takes the sheets behind the problem, without --check.");
  const format = said ?? (json ? "json" : "table");
  if (format !== "table" && format !== "json" && format !== "csv" && format !== "markdown")
    refuse(`A class is shown as table, json, csv or markdown, not as ${format}.`);
  const idle = ELSEWHERE.find((name) => views[name] !== undefined);
  if (idle) refuse(`${VIEW_SETTINGS[idle].flag.split(" ")[0]} is about one run, and here sheets are marked.`);
  const { json: _, format: __, feedback: ___, ...shown } = { ...views, feedback: undefined };
  // What is about marked sheets is heard where these are written, and in one that is shown alone.
  refuseIdleViews({ ...shown, check: [] }, format === "json" ? "json" : "table");
  return {
    format,
    gradescope: values.gradescope === true,
    ...(typeof values.feedback === "string" && { feedback: values.feedback }),
  };
}

/** Throws USAGE for what is about the marks in a sheet where none is shown with them. */
function refuseIdleMarks(
  views: Partial<ViewSettings>,
  { format, gradescope, feedback }: ClassOutput,
  numSheets: number,
): void {
  const marks = (["hint", "showSolution"] as const).find((name) => views[name] !== undefined);
  if (!marks || gradescope || feedback !== undefined || (format === "table" && numSheets === 1)) return;
  const flag = VIEW_SETTINGS[marks].flag.split(" ")[0];
  refuse(`${flag} is about marked sheets: --feedback writes them, and one sheet alone is shown so.`);
}

/** What is shown; --layer says here what the problem is, and not which layer is shown. */
function viewsOf(values: Values): Partial<ViewSettings> {
  const { layer: _, ...views } = pick(VIEW_SETTINGS, values);
  return views;
}

/** What is about the steps of a run, or about what machines computed. */
const ELSEWHERE = [
  ...(["why", "uses", "depth", "only", "steps", "head", "layer"] as const),
  ...(["plot", "plotColumns", "precision", "full", "labels", "atol", "rtol", "rule"] as const),
];

function refuse(message: string): never {
  throw new UserError("USAGE", message, {
    hint: "Write qkv check problem.json sheets/*.txt; qkv check -h shows more.",
  });
}

/**
 * The sheets that words on a command line name: text and files as they are, of a folder its files, of a pattern (`*`, `?` in the
 * last part) the files that fit it, both in the order of their names. Throws USAGE for a folder or pattern without a file.
 */
function findSheets(words: readonly string[], files: Files): readonly string[] {
  return words.flatMap((word) => {
    if (word === "-" || isLiteral(word)) return [word];
    const inside = files.listFolder?.(word);
    if (inside)
      return someOf(
        word,
        inside.map((name) => joined(word, name)),
      );
    const [, folder = "", pattern = ""] = /^(?:(.*)[/\\])?([^/\\]*[*?][^/\\]*)$/.exec(word) ?? [];
    if (pattern === "") return [word];
    const fits = patternOf(pattern);
    const names = (files.listFolder?.(folder || ".") ?? []).filter((name) => fits.test(name));
    return someOf(
      word,
      names.map((name) => (folder === "" ? name : joined(folder, name))),
    );
  });
}

const joined = (folder: string, name: string) => `${folder.replace(/[/\\]$/, "")}/${name}`;

function patternOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}

function someOf(word: string, found: readonly string[]): readonly string[] {
  if (found.length > 0) return found;
  throw new UserError("USAGE", `${word} holds no sheet.`, {
    hint: "Name files, a folder with files in it, or a pattern such as 'sheets/*.txt'.",
  });
}
