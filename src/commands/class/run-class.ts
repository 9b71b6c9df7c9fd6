import type { InputName } from "../../attention/inputs.js";
import { completeSettings } from "../../attention/setting.js";
import { UserError } from "../../errors.js";
import { stemOf } from "../../input/lone-matrix.js";
import { inputNamed } from "../../input/names.js";
import { type ClassRow, isRightRow } from "../../render/class-row.js";
import { formatOfFile } from "../../render/formats/registry.js";
import { annotationOf } from "../../render/junit.js";
import { exitCodeOf } from "../../runs/check/exit-code.js";
import { howToRead, toJudge } from "../../runs/check/read-answers.js";
import { type FinishedRun, withoutSlices } from "../../runs/finished-run.js";
import type { Io } from "../../runs/io.js";
import { idleNotes, type Need } from "../../runs/needs.js";
import { withFilesByName } from "../../runs/read/named-words.js";
import { type Purpose, readAndRecord } from "../../runs/record-run.js";
import { refuse } from "../../runs/refuse.js";
import { pick, type Request, type RunRequest, settle, type Values } from "../../runs/request.js";
import { type Shown, VIEW_NEEDS } from "../../runs/view-needs.js";
import { VIEW_SETTINGS, type ViewSettings } from "../../runs/views.js";
import { writeNotices } from "../recording.js";
import { CLASS_SETTINGS, type ClassSettings } from "./class-settings.js";
import { type ClassSheet, isRead, judgeClass, readClass } from "./class-sheets.js";
import { commandOfProblem } from "./command-of-problem.js";
import { type ClassOutput, printClass, reportOf } from "./print-class.js";
import { isGivenBy, type OwnSheets, sheetAlone, sheetsOfOwnProblems } from "./sheet-alone.js";

/**
 * Marks the sheets of a class, each as `--check` marks it alone; one that cannot be read is told in its row. Gives the exit
 * code: 1 when any is not right. Sheets may all be about one problem, or each give its own. Throws USAGE without a problem or a sheet.
 */
export async function runClass(given: Request, io: Io): Promise<number> {
  const request = withSheetsNamed(withAnswerNamed(withFilesByName(given, io.files), io));
  // --layer says here what the problem is, and not which layer is shown.
  const { layer: _, ...asked } = pick(VIEW_SETTINGS, request.values);
  const dumps = asked.check?.length
    ? { words: request.words, isOne: true }
    : await (await import("./dumps.js")).dumpsAmong(request.words, request.values, io);
  const output = outputOf(asked, request.values);
  if (dumps?.isOne && output.format !== "junit" && !isAnnotated(io))
    return (await import("./dumps.js")).judgeOneDump(dumps, request.values, io);
  if (dumps) {
    const rows = await (await import("./dumps.js")).judgeDumps(dumps, request.values, io);
    const views = { ...completeSettings(VIEW_SETTINGS, asked), check: [] };
    await printClass({ ...output, rows, views }, io);
    await annotate(rows, views, io);
    return exitCodeOf(rows, views);
  }
  const { rows, run, notices } = await markAll(request, io);
  const { format, gradescope, feedback } = output;
  const hasMarks =
    gradescope || feedback !== undefined || (["table", "html"].includes(format) && rows.length === 1);
  const views = { ...completeSettings(VIEW_SETTINGS, asked), check: [] };
  notices({ ...asked, check: [], format: format === "json" ? "json" : "table", hasMarks });
  await printClass({ ...output, rows, views, run }, io);
  await annotate(rows, views, io);
  return exitCodeOf(rows, views);
}

/** Nothing here is written as arrays: such a file behind `--output` is what came out. */
function withAnswerNamed({ words, values }: Request, io: Io): Request {
  const { output, ...others } = values as Values & Partial<ViewSettings>;
  if (output === undefined || !isBinaryName(output)) return { words, values };
  const check = [...(others.check ?? []), `output=${output}`];
  if (values.quiet !== true) io.writeError(`note: ${output} is read as what came out\n`);
  return { words, values: { ...others, check } };
}

/** Sheets that `--check` names stand behind the problem, where what is asked is about a class. */
function withSheetsNamed({ words, values }: Request): Request {
  const { check = [], ...others } = values as Values & Partial<ViewSettings>;
  const isOfSheets = Object.keys(others).some((name) => Object.hasOwn(CLASS_SETTINGS, name));
  return isOfSheets ? { words: [...words, ...check], values: others } : { words, values };
}

/** The rows of a class, and what is told of the options, once it is known how it is shown. */
interface Marked {
  readonly rows: readonly ClassRow[];
  /** The run that all of them are about, where there is one. */
  readonly run?: FinishedRun;
  readonly notices: (shown: ShownClass) => void;
}

/** Marks sheets that are all about one problem, or each about its own. */
async function markAll(request: Request, io: Io): Promise<Marked> {
  const own = await sheetsOfOwnProblems(request, io);
  if (own) return markEach(own, request);
  return markClass(request, io).catch(async (error) => {
    const afterwards = await sheetsOfOwnProblems(request, io, error);
    if (afterwards) return markEach(afterwards, request);
    const behind = isProblemLast(request) && error instanceof UserError;
    return behind ? markClass({ ...request, words: lastFirst(request.words) }, io) : Promise.reject(error);
  });
}

/** Whether the problem may stand behind its sheets, as the file that is no sheet. */
const isProblemLast = ({ words, values }: Request) =>
  words.length > 1 && !isGivenBy(values) && /\.json$/i.test(words.at(-1) ?? "") && !/\.json$/i.test(words[0]);

const lastFirst = (words: readonly string[]) => [...words.slice(-1), ...words.slice(0, -1)];

/** Marks sheets each of which gives its own problem; one that gives none is told in its row. */
async function markEach({ sheets, io }: OwnSheets, { values }: Request): Promise<Marked> {
  const marked: Marked[] = [];
  for (const { name, file } of sheets) {
    const one = await markClass({ words: [file], values }, io).catch((error) => {
      if (!(error instanceof UserError)) throw error;
      return { rows: [{ name, error }], notices: () => {} };
    });
    marked.push({ ...one, rows: one.rows.map((row) => ({ ...row, name })) });
  }
  return {
    rows: marked.flatMap(({ rows }) => rows),
    notices: (shown) => {
      // What is said of an option is the same of every sheet.
      marked.at(-1)?.notices(shown);
    },
  };
}

async function markClass({ words, values }: Pick<Request, "words" | "values">, given: Io): Promise<Marked> {
  const { layer: _, ...asked } = pick(VIEW_SETTINGS, values);
  const alone = await sheetAlone(words, values, given);
  const { io } = alone ?? { io: given };
  const named = alone ?? whatIsNamed(words, values);
  const command = alone?.kind ?? (await commandOfProblem(named.problem[0], values, io));
  const ofRun = Object.entries(values).filter(([name]) => !Object.hasOwn(CLASS_SETTINGS, name));
  const request: RunRequest = { command, words: named.problem, values: Object.fromEntries(ofRun) };
  const views = { ...completeSettings(VIEW_SETTINGS, asked), check: [...named.sheets] };
  let sheets: readonly ClassSheet[] = [];
  const purpose: Purpose = {
    views,
    format: "json",
    async readAnswers(source) {
      sheets = await readClass(named.sheets, io.files, {
        ...howToRead(request, source),
        isDocument: alone !== undefined,
      });
      return toJudge(sheets.filter(isRead), { ...source, views });
    },
  };
  const run = await readAndRecord(request, purpose, io);
  return {
    rows: judgeClass(sheets, run),
    run,
    notices: (shown) => {
      writeNotices(run, idleNotes(CLASS_NEEDS, { ...shown, ...withoutSlices(asked, run.reading) }), io);
    },
  };
}

/** Whether a run on GitHub shows what is wrong beside it. */
const isAnnotated = ({ env }: Io) => env.GITHUB_ACTIONS === "true";

async function annotate(rows: readonly ClassRow[], views: ViewSettings, io: Io): Promise<void> {
  if (!isAnnotated(io)) return;
  for (const row of rows.filter((one) => !isRightRow(one)))
    io.writeError(`${annotationOf(await reportOf(row, views))}\n`);
}

/** What is marked when the built-in example is asked for, and no sheet. */
const DEMO_SHEET = "scores = [[1, 0, 2], [2, 2, 0], [2, 1, 2]]";

const HOW = "Write qkv check problem.json sheets/*.txt; qkv check -h shows more.";

/** Which of the words is the problem, where no option gives it, and which are its sheets. Throws USAGE where either is missing. */
function whatIsNamed(words: readonly string[], values: Values) {
  const isDemo = values.demo === true;
  const isGiven = isGivenBy(values);
  const [problem, given] = isGiven ? [[], words] : problemAndSheets(words);
  const sheets = given.length === 0 && isDemo ? [DEMO_SHEET] : given;
  if (sheets.length > 0) return { problem, sheets };
  if (words.length === 0 && !isGiven) refuse("Nothing says which problem the sheets are about.", HOW);
  if (problem.length === 0) refuse("What the options give is the problem, and no sheet is named.", HOW);
  if (problem.length > 1)
    refuse(
      `${problem.join(", ")} are the problem, and no sheet is named.`,
      `Name one: qkv check ${problem.join(" ")} sheet.txt. What an attention gives shows qkv attend ${problem.join(" ")}.`,
    );
  const message = `Only ${problem[0]} is named: a problem without a sheet, or a sheet without its problem.`;
  refuse(message, isBinaryName(problem[0]) ? judgedAlone(problem[0]) : NAME_BOTH);
}

/** The first word is the problem, or all files that are called like inputs of one, wherever they stand: `Q.csv K.csv V.csv`. */
function problemAndSheets(words: readonly string[]): readonly [readonly string[], readonly string[]] {
  const parts = words.filter((word) => /\.\w+$/.test(word) && isPart(inputNamed(stemOf(word))));
  const problem = parts.length > 0 ? parts : words.slice(0, 1);
  return [problem, words.filter((word) => !problem.includes(word))];
}

const isPart = (name: InputName | undefined) => name !== undefined && name !== "scores";

const NAME_BOTH =
  "Name both: qkv check problem.json sheet.txt. A sheet alone gives its own Q, K and V, or X and its projections, under their names.";

const isBinaryName = (name: string) => /\.(?:npz|npy|pt|pth|pkl|pickle|safetensors)$/i.test(name);

/** What a dump needs that is judged alone. */
const judgedAlone = (name: string) =>
  `A dump that is judged alone holds q, k, v and what came out, as o. Where that is in another file, name both: qkv check ${name} o.npy.`;

const isOfClass = (format: string): format is ClassOutput["format"] =>
  ["table", "json", "csv", "markdown", "html", "junit"].includes(format);

function outputOf(
  { format: said, output = "", json, open }: Partial<ViewSettings>,
  values: Values,
): ClassOutput {
  const ofFile = /\.xml$/i.test(output) ? "junit" : formatOfFile(output);
  const format: string = said ?? ofFile ?? (json ? "json" : open ? "html" : "table");
  if (isOfClass(format)) {
    const { gradescope, feedback } = settle<ClassSettings>(CLASS_SETTINGS, values);
    return { format, gradescope, feedback };
  }
  refuse(`A class is shown as table, json, csv, markdown, html or junit, not as ${format}.`, HOW);
}

/** What there is to show of a class. */
interface ShownClass extends Shown {
  /** Whether marks are shown in sheets, one or each in a file of its own. */
  readonly hasMarks: boolean;
}

/** What options are about where sheets are marked. */
const CLASS_NEEDS: readonly Need<ShownClass>[] = [
  {
    names: ["hint", "showSolution"],
    of: "marked sheets: --feedback writes them, and one sheet alone is shown so",
    isThere: ({ hasMarks }) => hasMarks,
  },
  {
    names: [
      "why",
      "uses",
      "depth",
      "only",
      "steps",
      "head",
      "plot",
      "plotColumns",
      "precision",
      "full",
      "labels",
    ],
    of: "one run, and here sheets are marked",
    isThere: () => false,
  },
  ...VIEW_NEEDS.filter(({ names }) => !["hint", "require", "head", "layer"].includes(names[0])),
];
