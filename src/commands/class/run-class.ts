import { completeSettings } from "../../attention/setting.js";
import { inSentence, refuse } from "../../errors.js";
import type { Files } from "../../input/open.js";
import type { Stored } from "../../input/stored.js";
import { remember } from "../../math/remember.js";
import { type ClassRow, isRightRow } from "../../render/class.js";
import { annotationOf } from "../../render/class-reports.js";
import { formatOfFile } from "../../render/formats/registry.js";
import { exitCodeOf, judgeRead } from "../../runs/check/judge-run.js";
import { howToRead, toJudge } from "../../runs/check/read-answers.js";
import { pick, type Request, type RunRequest, type Values, withDefaults } from "../../runs/command-spec.js";
import { type FinishedRun, withoutSlices } from "../../runs/finished-run.js";
import { type Io, writeNotes } from "../../runs/io.js";
import { idleNotes, type Need, need } from "../../runs/needs.js";
import { type Purpose, readAndRecord } from "../../runs/record-run.js";
import { type Shown, VIEW_NEEDS } from "../../runs/view-needs.js";
import { VIEW_SETTINGS, type ViewSettings } from "../../runs/views.js";
import { recording, writeNotices } from "../recording.js";
import { type ClassSheet, isRead, judgeClass, readClass, rowOfError } from "./class-sheets.js";
import {
  CLASS_SETTINGS,
  type ClassSettings,
  commandOfDump,
  commandOfProblem,
  withoutClass,
} from "./command-of-problem.js";
import { type Look, lookAmong } from "./content-of-words.js";
import { missingHalf } from "./missing-half.js";
import { CLASS_FORMATS, printClass, reportOf } from "./print-class.js";
import { HOW, type Marking, whatIsMarked, withWordsPlaced } from "./what-is-marked.js";

/**
 * Marks the sheets of a class, each as `--check` alone would. Sheets may be about one problem, or each contain its own.
 * The row of a sheet that cannot be read says so. Returns the exit code, which is 1 if any sheet is not right. Throws
 * USAGE if the problem or all sheets are missing.
 */
export async function runClass(given: Request, outside: Io): Promise<number> {
  const io = { ...outside, files: openedOnce(outside.files) };
  const request = withWordsPlaced(given, io);
  const { values } = request;
  const givenViews = givenViewsOf(values);
  const output = outputOf(givenViews, values);
  const look = lookAmong(io.files);
  const markings = await whatIsMarked(request, look, io);
  const [only, another] = markings;
  if (isDump(only) && !another && output.format !== "junit" && !isAnnotated(io))
    return recording(commandOfDump(values)).run(
      { words: only.problem, values: { check: [], ...withoutClass(values) } },
      io,
    );
  const marked: Marked[] = [];
  for (const marking of markings) marked.push(await markNamed(marking, values, look));
  const rows = marked.flatMap((one) => one.rows);
  const { format, gradescope, feedback } = output;
  const hasMarks =
    gradescope || feedback !== undefined || (["table", "html"].includes(format) && rows.length === 1);
  // Notes about options are the same for every sheet, so the last run is enough.
  const [{ run }] = marked.slice(-1);
  const views = completeSettings(VIEW_SETTINGS, givenViews);
  if (run) {
    const shown = {
      ...withoutSlices(givenViews, run.reading),
      format: format === "json" ? format : "table",
      hasMarks,
    } as const;
    writeNotices(run, idleNotes(CLASS_NEEDS, shown), io);
  }
  await printClass({ ...output, rows, views, run: another ? undefined : run }, io);
  if (isAnnotated(io)) await annotate(rows, views, io);
  return exitCodeOf(rows, views);
}

/** Returns Files that open each file once. A file is looked into first, to see what it is, and then read. */
function openedOnce(files: Files): Files {
  const opened = new Map<string, Stored>();
  return { ...files, openFile: (path) => remember(opened, path, () => files.openFile(path)) };
}

/** The rows that are marked together, and their run. */
interface Marked {
  readonly rows: readonly ClassRow[];
  readonly run?: FinishedRun;
}

/**
 * Returns the given view settings. Everything here is a check. `--layer` is left out, because it is the kind of
 * problem, not the layer to show.
 */
function givenViewsOf(values: Values): Partial<ViewSettings> {
  const { layer: _, ...asked } = pick(VIEW_SETTINGS, values);
  return { ...asked, check: [] };
}

/** Marks one problem with its sheets, or one dump. If it has its own row, that row reports the error of reading it. */
async function markNamed(marking: Marking, values: Values, look: Look): Promise<Marked> {
  const { name } = marking;
  const marked = isDump(marking) ? markDump(marking, values) : markClass(marking, values, look);
  if (name === undefined) return marked;
  const { rows, run } = await marked.catch((error): Marked => ({ rows: [rowOfError(name, error)] }));
  return { rows: rows.map((row) => ({ ...row, name })), ...(run && { run }) };
}

const isDump = ({ sheets }: Marking) => sheets.length === 0;

async function markDump({ problem, io }: Marking, values: Values): Promise<Marked> {
  const request = { command: commandOfDump(values), words: problem, values: withoutClass(values) };
  const { name, check } = await judgeRead(request, io);
  return { rows: [{ name, check }] };
}

async function markClass(marking: Marking, values: Values, look: Look): Promise<Marked> {
  const { sheets: named, io } = marking;
  const ownProblem = await marking.ownProblem?.();
  if (marking.ownProblem && !ownProblem) throw await missingHalf(named, look, io.files);
  if (ownProblem?.assumed !== undefined) writeNotes(io, [ownProblem.assumed]);
  const words = ownProblem?.words ?? marking.problem;
  const command = ownProblem?.kind ?? (await commandOfProblem(words[0], values, io));
  const given = { ...ownProblem?.values, ...withoutClass(values) };
  const request: RunRequest = { command, words, values: given };
  const views = { ...completeSettings(VIEW_SETTINGS, givenViewsOf(values)), check: [...named] };
  let sheets: readonly ClassSheet[] = [];
  const purpose: Purpose = {
    views,
    format: "json",
    async readAnswers(source) {
      const read = await readClass(named, io.files, howToRead(request, source));
      sheets = ownProblem?.doubt === undefined ? read : read.map((one) => withDoubt(one, ownProblem.doubt));
      return toJudge(sheets.filter(isRead), { ...source, views });
    },
  };
  // --form is about the sheet, not about the problem that was found on it.
  const ofProblem = ownProblem ? { ...request, values: { ...given, form: undefined } } : request;
  const run = await readAndRecord(ofProblem, purpose, io);
  const rows = judgeClass(sheets, run).map((row) =>
    "error" in row ? rowOfDump(row, values, look, io) : row,
  );
  return { rows: await Promise.all(rows), run };
}

/** Adds a doubt about the problem of a sheet to how it was read. */
function withDoubt(sheet: ClassSheet, doubt = ""): ClassSheet {
  if (!isRead(sheet) || !sheet.reading) return sheet;
  const { reading } = sheet;
  return { ...sheet, reading: { ...reading, doubts: [...reading.doubts, doubt] } };
}

/**
 * Judges a dump among the sheets by its own query, key and value, if they are not those of the problem. Returns the
 * given row if it is no dump.
 */
async function rowOfDump(row: ClassRow, values: Values, look: Look, io: Io) {
  const { name } = row;
  const [{ contentKind }] = await look(name);
  if (contentKind !== "dump") return row;
  const { rows } = await markNamed({ problem: [name], sheets: [], io, name }, values, look);
  if ("error" in rows[0]) return row;
  writeNotes(io, [
    `${name} has its own query, key and value, which differ from the problem, so it is judged by its own`,
  ]);
  return rows[0];
}

/** Whether the run is on GitHub Actions, which shows wrong results as annotations. */
const isAnnotated = ({ env }: Io) => env.GITHUB_ACTIONS === "true";

async function annotate(rows: readonly ClassRow[], views: ViewSettings, io: Io) {
  for (const row of rows.filter((one) => !isRightRow(one)))
    io.writeError(`${annotationOf(await reportOf(row, views))}\n`);
}

function outputOf({ format: said, output = "", open }: Partial<ViewSettings>, values: Values) {
  const ofFile = /\.xml$/i.test(output) ? "junit" : formatOfFile(output);
  const formatName: string = said ?? ofFile ?? (open ? "html" : "table");
  const format =
    CLASS_FORMATS.find((name) => name === formatName) ??
    refuse(`A class is shown as ${inSentence(CLASS_FORMATS, "or")}, not as ${formatName}.`, HOW);
  return { ...withDefaults<ClassSettings>(CLASS_SETTINGS, values), format };
}

/** The needs of options if sheets are marked. Marked sheets are shown if it is a single one, or each in its own file. */
const CLASS_NEEDS: readonly Need<Shown & { readonly hasMarks: boolean }>[] = [
  need(
    "marked sheets: --feedback writes them, and a single sheet is shown marked",
    ({ hasMarks }) => hasMarks,
    "hint showSolution",
  ),
  need(
    "one run, but here sheets are marked",
    () => false,
    "why uses depth only steps head plot plotColumns precision full labels",
  ),
  ...VIEW_NEEDS.filter(({ names }) => !["hint", "require", "head", "layer"].includes(names[0])),
];
