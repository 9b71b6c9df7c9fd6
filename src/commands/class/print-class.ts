import { placeText, refuse, type UserError } from "../../errors.js";
import { describeChecks } from "../../render/check.js";
import {
  type ClassRow,
  classToCsv,
  classToJson,
  classToMarkdown,
  describeClass,
  isRightRow,
} from "../../render/class.js";
import { gradescopeResults, junitReport, type ReportedTest } from "../../render/class-reports.js";
import type { ColorLevel } from "../../render/color.js";
import { indentedJson } from "../../render/json-value.js";
import { escapeMarkdown } from "../../render/lowering/markdown.js";
import { lowerToText } from "../../render/text.js";
import type { FinishedRun } from "../../runs/finished-run.js";
import type { FileToWrite, Io } from "../../runs/io.js";
import { deliver } from "../../runs/show/deliver.js";
import { lowerAsAsked } from "../../runs/show/lower-text.js";
import { isFile, type ViewSettings } from "../../runs/views.js";

/** How a class is written. */
export const CLASS_FORMATS = ["table", "json", "csv", "markdown", "html", "junit"] as const;

/** Everything that is needed to print a class. */
interface Printing {
  readonly format: (typeof CLASS_FORMATS)[number];
  readonly gradescope: boolean;
  /** The folder for the marked sheets. */
  readonly feedback?: string | undefined;
  readonly rows: readonly ClassRow[];
  /** The run of the problem. Absent for dumps, because each has its own problem. */
  readonly run?: FinishedRun | undefined;
  readonly views: ViewSettings;
}

/**
 * Prints the rows of a class, and writes the marked sheet of each person. Throws USAGE for --gradescope with several
 * sheets.
 */
export async function printClass(printing: Printing, io: Io): Promise<void> {
  const { feedback, gradescope, views } = printing;
  if (feedback !== undefined) await writeFeedback(printing, feedback, io);
  const text = gradescope ? await gradescopeText(printing) : await classText(printing, io);
  const { output, force } = views;
  const open = views.open && printing.format === "html";
  const file = isFile(output) ? output : undefined;
  await deliver([text], { file, force, open, name: "check", isStyled: true }, io);
}

async function classText({ rows, format, views, run }: Printing, io: Io) {
  if (format === "json") return indentedJson(classToJson(rows));
  if (format === "junit") return junitReport(await Promise.all(rows.map((row) => reportOf(row, views))));
  if (format === "csv") return classToCsv(rows);
  if (format === "markdown") return classToMarkdown(rows);
  if (format === "html") return pageText(rows, run, views, io);
  const [row, ...others] = rows;
  if (others.length > 0) return joined(await lowerAsAsked(describeClass(rows), views, io));
  // A single sheet needs no table. It is marked cell by cell, as by --check.
  return "error" in row
    ? errorText(row)
    : joined(await lowerAsAsked(describeChecks([row], views), views, io));
}

/** Returns a sheet or dump as a test of a report, with its text. */
export async function reportOf(row: ClassRow, views: ViewSettings): Promise<ReportedTest> {
  const text = await markedText(row, views, 0);
  const [first = ""] = text.split("\n");
  const [cause] = "error" in row ? [] : row.check.diagnosis;
  const message = cause ? `${first}: ${cause.mistake.title}` : first;
  const outcome = "error" in row ? "unreadable" : isRightRow(row) ? "right" : "wrong";
  const isPart = !("error" in row) && row.check.parts !== undefined;
  return { name: row.name, outcome, message, text, isPart };
}

/** Returns a class as a page. For one sheet it is the page that `--check` writes. */
async function pageText(
  rows: readonly ClassRow[],
  run: FinishedRun | undefined,
  { theme }: ViewSettings,
  io: Io,
) {
  const [row, ...others] = rows;
  if (others.length > 0 || "error" in row || !run) {
    const { writeClassPage } = await import("../../render/page/class.js");
    return joined(writeClassPage(rows, run?.trace.steps.map(({ key }) => key) ?? [], theme));
  }
  const { documentChunks } = await import("../../runs/show/print-document.js");
  const { html } = await import("../../render/formats/html.js");
  return joined(documentChunks({ ...run, checks: [row] }, html, io) as AsyncIterable<string>);
}

/** Returns the marked sheet of one person, for a file. */
async function markedText(row: ClassRow, views: ViewSettings, colorLevel: ColorLevel) {
  if ("error" in row) return errorText(row);
  return joined(lowerToText(describeChecks([row], views), { width: 80, colorLevel, ascii: views.ascii }));
}

function errorText({ name, error }: Extract<ClassRow, { error: UserError }>) {
  const { location, hint } = error.details;
  const place = placeText({ source: name, ...location });
  return `This file could not be read: ${place}: ${error.message}\n${hint === undefined ? "" : `${hint}\n`}`;
}

async function joined(chunks: AsyncIterable<string> | Iterable<string>) {
  let text = "";
  for await (const chunk of chunks) text += chunk;
  return text;
}

async function gradescopeText({ rows, views }: Printing) {
  const [row, ...others] = rows;
  if (others.length === 0) return indentedJson(gradescopeResults(row, await markedText(row, views, 1)));
  refuse(
    `--gradescope is for one submission, but there are ${rows.length} sheets.`,
    "The autograder runs once per submission: qkv check problem.json submission/sheet.txt --gradescope.",
  );
}

async function writeFeedback({ rows, format, views }: Printing, folder: string, io: Io) {
  const names = namesOf(rows);
  const files = rows.map(async (row, at): Promise<FileToWrite> => {
    const text = await markedText(row, views, 0);
    const path = `${folder.replace(/[/\\]$/, "")}/${names[at]}`;
    if (format !== "markdown") return [`${path}.txt`, [text]];
    return [`${path}.md`, [`# ${escapeMarkdown(names[at])}\n\n\`\`\`text\n${text}\`\`\`\n`]];
  });
  io.makeFolder(folder);
  await io.writeFiles(await Promise.all(files), { force: views.force });
}

/** Returns names of files like the names of the sheets. Equal names get a number at the end. */
function namesOf(rows: readonly ClassRow[]) {
  const taken = new Set<string>();
  return rows.map((row) => {
    const stem = (/([^/\\]+?)(?:\.\w+)?$/.exec(row.name)?.[1] ?? "sheet")
      .replace(/[^\p{L}\p{N}._ -]+/gu, "_")
      .slice(0, 80);
    let name = stem;
    for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${stem}-${count}`;
    taken.add(name.toLowerCase());
    return name;
  });
}
