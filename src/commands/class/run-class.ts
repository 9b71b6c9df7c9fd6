import { completeSettings } from "../../attention/setting.js";
import { UserError } from "../../errors.js";
import { type ClassRow, isRightRow } from "../../render/class-row.js";
import { formatOfFile } from "../../render/formats/registry.js";
import { annotationOf } from "../../render/junit.js";
import { exitCodeOf } from "../../runs/check/exit-code.js";
import { howToRead, toJudge } from "../../runs/check/read-answers.js";
import { type FinishedRun, withoutSlices } from "../../runs/finished-run.js";
import type { Io } from "../../runs/io.js";
import { idleNotes, type Need } from "../../runs/needs.js";
import { withPiped } from "../../runs/piped.js";
import { type Purpose, readAndRecord } from "../../runs/record-run.js";
import { refuse } from "../../runs/refuse.js";
import { pick, type Request, type RunRequest, settle, type Values } from "../../runs/request.js";
import { type Shown, VIEW_NEEDS } from "../../runs/view-needs.js";
import { VIEW_SETTINGS, type ViewSettings } from "../../runs/views.js";
import { writeNotices } from "../recording.js";
import { CLASS_SETTINGS, type ClassSettings, withoutClass } from "./class-settings.js";
import { type ClassSheet, isRead, judgeClass, readClass, rowOfError } from "./class-sheets.js";
import { commandOfProblem } from "./command-of-problem.js";
import { type ClassOutput, printClass, reportOf } from "./print-class.js";
import { type OwnSheets, sheetAlone, sheetsOfOwnProblems } from "./sheet-alone.js";
import { HOW, isBundle, isProblemLast, lastFirst, whatIsNamed, withWordsPlaced } from "./what-is-named.js";

/**
 * Marks the sheets of a class, each as `--check` marks it alone; one that cannot be read is told in its row. Gives the exit
 * code: 1 when any is not right. Sheets may all be about one problem, or each give its own. Throws USAGE without a problem or a sheet.
 */
export async function runClass(given: Request, io: Io): Promise<number> {
  const request = withWordsPlaced(given, io);
  const { words, values } = request;
  const asked = viewsAsked(values);
  const { dumpsAmong, judgeDumps, judgeOneDump, ownRow } = await import("./dumps.js");
  const dumps = asked.check?.length ? { words, isOne: true } : await dumpsAmong(words, values, io);
  const output = outputOf(asked, values);
  if (dumps?.isOne && output.format !== "junit" && !isAnnotated(io)) return judgeOneDump(dumps, values, io);
  const marked: Marked = dumps ? { rows: await judgeDumps(dumps, values, io) } : await markAll(request, io);
  const rows = dumps ? marked.rows : await Promise.all(marked.rows.map((row) => ownRow(row, values, io)));
  const { format, gradescope, feedback } = output;
  const hasMarks =
    gradescope || feedback !== undefined || (["table", "html"].includes(format) && rows.length === 1);
  const views = { ...completeSettings(VIEW_SETTINGS, asked), check: [] };
  marked.notices?.({ ...asked, check: [], format: format === "json" ? "json" : "table", hasMarks });
  await printClass({ ...output, rows, views, run: marked.run }, io);
  await annotate(rows, views, io);
  return exitCodeOf(rows, views);
}

/** The rows of a class, and what is told of the options, once it is known how it is shown. */
interface Marked {
  readonly rows: readonly ClassRow[];
  /** The run that all of them are about, where there is one. */
  readonly run?: FinishedRun;
  readonly notices?: (shown: ShownClass) => void;
}

/** What was asked to be seen. `--layer` says here what the problem is, and not which layer is shown. */
function viewsAsked(values: Values): Partial<ViewSettings> {
  const { layer: _, ...asked } = pick(VIEW_SETTINGS, values);
  return asked;
}

/** Marks sheets that are all about one problem, or each about its own. */
async function markAll(request: Request, io: Io): Promise<Marked> {
  const own = await sheetsOfOwnProblems(request, io);
  if (own) return markEach(own, request);
  return markClass(request, io).catch(async (error) => {
    const afterwards = await sheetsOfOwnProblems(request, io, error);
    if (afterwards) return markEach(afterwards, request);
    const behind = error instanceof UserError && isProblemLast(request, error);
    return behind ? markClass({ ...request, words: lastFirst(request.words) }, io) : Promise.reject(error);
  });
}

/** Marks sheets each of which gives its own problem; one that gives none is told in its row. */
async function markEach({ sheets, io }: OwnSheets, { values }: Request): Promise<Marked> {
  const marked: Marked[] = [];
  for (const { name, file } of sheets) {
    const one = await markClass({ words: [file], values }, io).catch(
      (error): Marked => ({ rows: [rowOfError(name, error)] }),
    );
    marked.push({ ...one, rows: one.rows.map((row) => ({ ...row, name })) });
  }
  return {
    rows: marked.flatMap(({ rows }) => rows),
    notices: (shown) => {
      // What is said of an option is the same of every sheet.
      marked.at(-1)?.notices?.(shown);
    },
  };
}

/** The one file that is named, and what is piped: one of them is the problem, a bundle before anything else. */
async function markWithPiped(word: string, values: Values, piped: Io): Promise<Marked> {
  const orders = isBundle(word)
    ? [[word, "-"]]
    : [
        ["-", word],
        [word, "-"],
      ];
  const [first, ...others] = orders.map(
    (words) => () => markClass({ words, values }, withPiped(piped) ?? piped),
  );
  return first().catch((error) => {
    if (!(error instanceof UserError) || others.length === 0) throw error;
    return others[0]().catch(() => Promise.reject(error));
  });
}

async function markClass({ words, values }: Pick<Request, "words" | "values">, given: Io): Promise<Marked> {
  const asked = viewsAsked(values);
  const alone = await sheetAlone(words, values, given);
  const piped = alone || words.length !== 1 || words[0] === "-" ? undefined : withPiped(given);
  if (piped) return markWithPiped(words[0], values, piped);
  const { io } = alone ?? { io: given };
  const named = alone ?? whatIsNamed(words, values);
  const command = alone?.kind ?? (await commandOfProblem(named.problem[0], values, io));
  const request: RunRequest = { command, words: named.problem, values: withoutClass(values) };
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
