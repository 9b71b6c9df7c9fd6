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
import type { NamedCheck } from "../../render/named-check.js";
import { lowerToText } from "../../render/text.js";
import type { FinishedRun } from "../../runs/finished-run.js";
import type { FileToWrite, Io } from "../../runs/io.js";
import { deliver, lowerAsAsked } from "../../runs/show/deliver.js";
import { isFile, type ViewSettings } from "../../runs/views.js";
import type { ClassSettings } from "./command-of-problem.js";

/** How a class is written. */
export const CLASS_FORMATS = ["table", "json", "csv", "markdown", "html", "junit"] as const;

/** Everything that is needed to print a class. */
interface Printing extends ClassSettings {
  readonly format: (typeof CLASS_FORMATS)[number];
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
  const { feedback, gradescope, views, format } = printing;
  if (feedback !== undefined) await writeFeedback(printing, feedback, io);
  const chunks = gradescope ? [await gradescopeText(printing)] : await classChunks(printing, io);
  const { output, force } = views;
  const file = isFile(output) ? output : undefined;
  const open = views.open && format === "html";
  await deliver(chunks, { file, force, open, name: "check", isStyled: true }, io);
}

async function classChunks(printing: Printing, io: Io) {
  const { rows, format, views } = printing;
  if (format === "json") return [indentedJson(classToJson(rows))];
  if (format === "junit") return [junitReport(await Promise.all(rows.map((row) => reportOf(row, views))))];
  if (format === "csv") return [classToCsv(rows)];
  if (format === "markdown") return [classToMarkdown(rows)];
  if (format === "html") return pageChunks(printing, io);
  const [row, ...others] = rows;
  const isOne = others.length === 0;
  if (isOne && "error" in row) return [errorText(row)];
  // A single sheet needs no table. It is marked cell by cell, as by --check.
  const document = isOne && !("error" in row) ? describeChecks([row], views) : describeClass(rows);
  return lowerAsAsked(document, views, io);
}

/** Returns a sheet or dump as a test of a report, with its text. */
export async function reportOf(row: ClassRow, views: ViewSettings): Promise<ReportedTest> {
  const text = await markedText(row, views, 0);
  const [first = ""] = text.split("\n");
  const { diagnosis: [cause] = [], parts }: Partial<NamedCheck["check"]> = "error" in row ? {} : row.check;
  const message = cause ? `${first}: ${cause.mistake.title}` : first;
  const outcome = "error" in row ? "unreadable" : isRightRow(row) ? "right" : "wrong";
  return { name: row.name, outcome, message, text, isPart: parts !== undefined };
}

/** Returns a class as a page. For one sheet it is the page that `--check` writes. */
async function pageChunks({ rows, run, views }: Printing, io: Io) {
  const [row, ...others] = rows;
  if (others.length > 0 || "error" in row || !run) {
    const { writeClassPage } = await import("../../render/page/class.js");
    return writeClassPage(rows, run?.trace.steps.map(({ key }) => key) ?? [], views.theme);
  }
  const { documentChunks } = await import("../../runs/show/print-document.js");
  const { html } = await import("../../render/formats/html.js");
  return documentChunks({ ...run, checks: [row] }, html, io);
}

/** Returns the marked sheet of one person, for a file. */
async function markedText(row: ClassRow, views: ViewSettings, colorLevel: ColorLevel) {
  if ("error" in row) return errorText(row);
  let text = "";
  const { ascii } = views;
  for await (const chunk of lowerToText(describeChecks([row], views), { width: 80, colorLevel, ascii }))
    text += chunk;
  return text;
}

function errorText({ name, error }: Extract<ClassRow, { error: UserError }>) {
  const { location, hint } = error.details;
  const place = placeText({ source: name, ...location });
  return `This file could not be read: ${place}: ${error.message}\n${hint === undefined ? "" : `${hint}\n`}`;
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
