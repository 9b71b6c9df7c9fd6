import { INPUTS } from "../../attention/inputs.js";
import { completeSettings } from "../../attention/setting.js";
import { UserError } from "../../errors.js";
import { createOpener, isText, isThere } from "../../input/open.js";
import { formatOfFile } from "../../render/formats/registry.js";
import { sheetsAbout } from "../../runs/check/check-sheets.js";
import { idleInJudging, isRight, sheetsToJudge } from "../../runs/check/judge-sheet.js";
import type { CommandSpec } from "../../runs/command-spec.js";
import { type FinishedRun, withoutSlices } from "../../runs/finished-run.js";
import { EXIT, type Io } from "../../runs/io.js";
import { idleNotes, type Need } from "../../runs/needs.js";
import { readSlice } from "../../runs/read/read-request.js";
import { type Purpose, readAndRecord } from "../../runs/record-run.js";
import { pick, type Request, type RunRequest, type Values } from "../../runs/request.js";
import { type Shown, VIEW_NEEDS } from "../../runs/view-needs.js";
import { VIEW_SETTINGS, type ViewSettings } from "../../runs/views.js";
import { writeNotices } from "../recording.js";
import { CLASS_SETTINGS } from "./class-settings.js";
import { type ClassSheet, judgeClass, readClass } from "./class-sheets.js";
import { commandOfProblem, namesOfOptions } from "./command-of-problem.js";
import { type ClassOutput, printClass } from "./print-class.js";

/**
 * Marks the sheets of a class, each as `--check` marks it alone; one that cannot be read is told in its row. Gives the exit
 * code: 1 when any is not right. Throws USAGE without a problem or a sheet.
 */
export async function runClass({ words: sources, values }: Request, given: Io): Promise<number> {
  const views = viewsOf(values);
  const output = chooseOutput(views, values);
  // Matrices on the command line are the problem.
  const isGiven = values.demo === true || namesOfOptions(values).some((name) => isInput(name));
  if (!isGiven && sources.length < 2) {
    const own = await sheetAlone(sources[0], values, given);
    if (own) return markClass({ ...own, words: [own.word], isDocument: true, values, views, output }, own.io);
  }
  const [problem, words] = isGiven ? [undefined, [...sources]] : [sources[0], sources.slice(1)];
  if (problem === undefined && !isGiven) refuse("Nothing says which problem the sheets are about.");
  if (words.length === 0 && values.demo === true) words.push(DEMO_SHEET);
  if (words.length === 0) refuseNoSheet(problem);
  const command = await commandOfProblem(problem, values, given);
  return markClass({ problem, command, words, isDocument: false, values, views, output }, given);
}

/** A class: its problem, and the words that name its sheets. */
interface Class {
  readonly problem: string | undefined;
  readonly command: CommandSpec;
  readonly words: readonly string[];
  /** Whether the problem stands on the sheet. */
  readonly isDocument: boolean;
  readonly values: Values;
  readonly views: Partial<ViewSettings>;
  readonly output: ClassOutput;
}

async function markClass(
  { problem, command, words, isDocument, values, views, output }: Class,
  io: Io,
): Promise<number> {
  const own = Object.entries(values).filter(([name]) => !Object.hasOwn(CLASS_SETTINGS, name));
  const named = problem === undefined ? [] : [problem];
  const request: RunRequest = { command, words: named, values: Object.fromEntries(own) };
  const complete = { ...completeSettings(VIEW_SETTINGS, views), check: [...words] };
  let sheets: readonly ClassSheet[] = [];
  const purpose: Purpose = {
    views: complete,
    format: "json",
    async readAnswers({ arrays }, problem) {
      const options = { settings: problem.settings, views: complete };
      const answers = {
        slice: readSlice(request),
        arrays,
        ...sheetsAbout(command, problem),
        isStrict: complete.strictReading,
        isDocument,
      };
      sheets = await readClass(words, { files: io.files, answers });
      const readable = sheets.flatMap((one) => ("sheet" in one ? [one.sheet] : []));
      const idle = idleInJudging(readable, options);
      return { ...sheetsToJudge(readable, options), notices: idle, announced: idle };
    },
  };
  const recorded = await readAndRecord(request, purpose, io);
  writeNotices(recorded, complete, io);
  const run: FinishedRun = { command, ...recorded, views: withoutSlices(complete, recorded.reading) };
  const rows = judgeClass(sheets, run);
  const asked = withoutSlices(views, recorded.reading);
  if (!complete.quiet) for (const note of notesOfIdle(asked, output, rows.length)) io.writeError(note);
  await printClass({ ...output, rows, views: complete }, io);
  return rows.every((row) => "check" in row && isRight(row.check)) ? EXIT.done : EXIT.different;
}

/** A sheet with its own problem on it, standard input where no word names one. What came through a pipe can be read again. */
async function sheetAlone(word: string | undefined, values: Values, io: Io) {
  if (word === undefined && io.isTerminal("stdin")) return undefined;
  const given = word ?? "-";
  const piped = given === "-" ? io.files.openStdin() : undefined;
  const again = piped ? { ...io, files: { ...io.files, openStdin: () => piped } } : io;
  if (given !== "-" && (isText(given, io.files) || !isThere(given, io.files))) return undefined;
  if (io.files.listFolder?.(given)) return undefined;
  const source = createOpener(again.files).open(given, "");
  if (source.isBinary || source.stored) return undefined;
  const own = (await import("./own-problem.js")).problemOnSheet(source, values);
  if (!own) return undefined;
  if (own.assumed !== undefined && values.quiet !== true) io.writeError(`note: ${own.assumed}\n`);
  // A second reader of standard input is another one.
  const second = piped ? { ...io, files: { ...io.files, openStdin: () => piped } } : io;
  return { problem: own.bundle, command: own.kind, word: given, io: second };
}

function refuseNoSheet(problem: string | undefined): never {
  if (problem === undefined) return refuse("What the options give is the problem, and no sheet is named.");
  throw new UserError(
    "USAGE",
    `Only ${problem} is named: a problem without a sheet, or a sheet without its problem.`,
    {
      hint: `Name both: qkv check problem.json sheet.txt. A sheet alone gives its own Q, K and V, or X and its projections, under their names.`,
    },
  );
}

const isInput = (name: string) => Object.hasOwn(INPUTS, name);

/** What is marked when the built-in example is asked for, and no sheet. */
const DEMO_SHEET = "scores = [[1, 0, 2], [2, 2, 0], [2, 1, 2]]";

function chooseOutput(views: Partial<ViewSettings>, values: Values): ClassOutput {
  const { format: said = formatOfFile(views.output ?? ""), json, check } = views;
  if (check) refuse("qkv check takes the sheets behind the problem, without --check.");
  const format = said ?? (json ? "json" : "table");
  if (format !== "table" && format !== "json" && format !== "csv" && format !== "markdown")
    refuse(`A class is shown as table, json, csv or markdown, not as ${format}.`);
  return {
    format,
    gradescope: values.gradescope === true,
    ...(typeof values.feedback === "string" && { feedback: values.feedback }),
  };
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
  ...VIEW_NEEDS.filter(
    ({ names }) => !["hint", "require", "head", "layer"].some((name) => names.includes(name)),
  ),
];

/** Notes of what changes nothing in a class. */
function notesOfIdle(
  views: Partial<ViewSettings>,
  output: ClassOutput,
  numSheets: number,
): readonly string[] {
  const { format, gradescope, feedback } = output;
  const hasMarks = gradescope || feedback !== undefined || (format === "table" && numSheets === 1);
  const shown: ShownClass = {
    views: { ...views, check: [] },
    format: format === "json" ? "json" : "table",
    hasMarks,
  };
  return idleNotes(CLASS_NEEDS, views, shown).map((note) => `note: ${note}\n`);
}

/** What is shown; --layer says here what the problem is, and not which layer is shown. */
function viewsOf(values: Values): Partial<ViewSettings> {
  const { layer: _, ...views } = pick(VIEW_SETTINGS, values);
  return views;
}

function refuse(message: string): never {
  throw new UserError("USAGE", message, {
    hint: "Write qkv check problem.json sheets/*.txt; qkv check -h shows more.",
  });
}
