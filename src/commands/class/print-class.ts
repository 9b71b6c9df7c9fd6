import { placeText, UserError } from "../../errors.js";
import { describeChecks } from "../../render/check.js";
import { classToCsv, classToJson, classToMarkdown, describeClass } from "../../render/class.js";
import type { ClassRow } from "../../render/class-row.js";
import type { ColorLevel } from "../../render/color.js";
import { gradescopeResults } from "../../render/gradescope.js";
import { lowerToText } from "../../render/text.js";
import { textWidth } from "../../runs/finished-run.js";
import type { FileToWrite, Io } from "../../runs/io.js";
import { isFile, type ViewSettings } from "../../runs/views.js";

/** As what a class is written. */
export interface ClassOutput {
  readonly format: "table" | "json" | "csv" | "markdown";
  readonly gradescope: boolean;
  /** The folder for the marked sheets. */
  readonly feedback?: string;
}

/** What is printed, and how. */
interface Printing extends ClassOutput {
  readonly rows: readonly ClassRow[];
  readonly views: ViewSettings;
}

/** Prints the rows of a class, and writes the marked sheet of each person. Throws USAGE for several sheets to Gradescope. */
export async function printClass(printing: Printing, io: Io): Promise<void> {
  const { feedback, gradescope, views } = printing;
  if (feedback !== undefined) await writeFeedback(printing, feedback, io);
  const text = await (gradescope ? gradescopeText(printing) : classText(printing, io));
  const { output: file, force } = views;
  if (isFile(file)) return io.writeFiles([[file, [text]]], { force });
  io.write(text, true);
}

async function classText({ rows, format, views }: Printing, io: Io): Promise<string> {
  if (format === "json") return `${JSON.stringify(classToJson(rows), undefined, 2)}\n`;
  if (format === "csv") return classToCsv(rows);
  if (format === "markdown") return classToMarkdown(rows);
  const { color, width, ascii, output } = views;
  const colorLevel = isFile(output) && color === "auto" ? 0 : await io.colorLevel(color);
  // Of one sheet there is no table to make: it is marked cell by cell, as --check marks it.
  if (rows.length === 1) return markedText(rows[0], views, colorLevel, textWidth(width, io));
  return joined(lowerToText(describeClass(rows), { width: textWidth(width, io), colorLevel, ascii }));
}

/** The marked sheet of one person. */
function markedText(
  row: ClassRow,
  { hint, showSolution, ascii }: ViewSettings,
  colorLevel: ColorLevel,
  width = WIDTH,
): Promise<string> {
  if ("error" in row) return Promise.resolve(`${errorText(row)}\n`);
  return joined(lowerToText(describeChecks([row], { hint, showSolution }), { width, colorLevel, ascii }));
}

const WIDTH = 80;

const errorText = ({ name, error }: Extract<ClassRow, { error: UserError }>) => {
  const { location, hint } = error.details;
  const place = placeText({ source: name, ...location });
  return `This sheet could not be read: ${place}: ${error.message}${hint === undefined ? "" : `\n${hint}`}`;
};

async function joined(chunks: AsyncIterable<string> | Iterable<string>): Promise<string> {
  let text = "";
  for await (const chunk of chunks) text += chunk;
  return text;
}

async function gradescopeText({ rows, views }: Printing): Promise<string> {
  const [row] = rows;
  if (rows.length !== 1) {
    throw new UserError("USAGE", `--gradescope is for one submission, and there are ${rows.length} sheets.`, {
      hint: "Its autograder runs once for each: qkv check problem.json submission/sheet.txt --gradescope.",
    });
  }
  return `${JSON.stringify(gradescopeResults(row, await markedText(row, views, 1)), undefined, 2)}\n`;
}

async function writeFeedback({ rows, format, views }: Printing, folder: string, io: Io): Promise<void> {
  const isMarkdown = format === "markdown";
  const names = namesOf(rows);
  const files: FileToWrite[] = [];
  for (const [at, row] of rows.entries()) {
    const text = await markedText(row, views, 0);
    const shown = isMarkdown
      ? `# ${names[at].replace(/[\\`*_<>[\]#]/g, "\\$&")}\n\n\`\`\`text\n${text}\`\`\`\n`
      : text;
    files.push([`${folder.replace(/[/\\]$/, "")}/${names[at]}${isMarkdown ? ".md" : ".txt"}`, [shown]]);
  }
  io.makeFolder(folder);
  await io.writeFiles(files, { force: views.force });
}

/** Files called like the sheets; where two would be called alike, with a number behind it. */
function namesOf(rows: readonly ClassRow[]): readonly string[] {
  const taken = new Set<string>();
  return rows.map(({ name }) => {
    const stem = (/([^/\\]+?)(?:\.\w+)?$/.exec(name)?.[1] ?? "sheet")
      .replace(/[^\p{L}\p{N}._ -]+/gu, "_")
      .slice(0, 80);
    let own = stem;
    for (let count = 2; taken.has(own.toLowerCase()); count++) own = `${stem}-${count}`;
    taken.add(own.toLowerCase());
    return own;
  });
}
