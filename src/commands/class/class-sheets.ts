import { isNameOfStep } from "../../attention/names.js";
import { STEPS } from "../../attention/steps.js";
import { type UserError, userError } from "../../errors.js";
import { type GivenSheet, type ReadingAnswers, readSheets } from "../../input/answers.js";
import type { Files } from "../../input/open.js";
import type { ClassRow } from "../../render/class-row.js";
import { judgeSheet } from "../../runs/check/judge.js";
import type { FinishedRun } from "../../runs/finished-run.js";
import { setting } from "../../setting-names.js";
import { findSheets } from "./find-sheets.js";
import { fileOf, filesOf, type HandIn } from "./hand-ins.js";

/** Why the sheet of this name could not be read or judged. */
type Refused = Extract<ClassRow, { readonly error: UserError }>;

/** A sheet of a class as it was read, or why it could not be. */
export type ClassSheet = GivenSheet | Refused;

/** How the sheets of a class are read, and from where. */
interface ReadingClass {
  readonly files: Files;
  readonly reading: ReadingAnswers;
}

/** Reads the sheets that words of a command line name. Throws USAGE for a folder or pattern without a file. */
export async function readClass(
  words: readonly string[],
  files: Files,
  reading: ReadingAnswers,
): Promise<readonly ClassSheet[]> {
  const sheets: ClassSheet[] = [];
  for (const handIn of findSheets(words, files))
    sheets.push(...(await readHandIn(handIn, { files, reading })));
  return areStepsOfOne(words, sheets) ? [together(words, sheets)] : sheets;
}

/** Whether each of several files in one folder is named after another step and is that alone: `scores.txt weights.txt output.txt`. */
function areStepsOfOne(words: readonly string[], sheets: readonly ClassSheet[]): sheets is GivenSheet[] {
  const steps = sheets.flatMap((sheet) =>
    isOfStep(sheet) ? sheet.answers.map(({ key }) => stepCalled(key)) : [],
  );
  const folders = new Set(words.map((word) => word.slice(0, -fileOf(word).length)));
  const areFiles = sheets.length > 1 && sheets.every(({ name }, at) => name === words[at]);
  return areFiles && folders.size === 1 && new Set(steps).size === sheets.length;
}

/** `a` and `weights` are one step. */
const stepCalled = (name: string): string => Object.keys(STEPS).find((id) => isNameOfStep(id, name)) ?? name;

const isOfStep = (sheet: ClassSheet): sheet is GivenSheet =>
  isRead(sheet) && sheet.answers.length === 1 && sheet.reading === undefined;

const together = (words: readonly string[], sheets: readonly GivenSheet[]): GivenSheet => ({
  name: words.join(", "),
  answers: sheets.flatMap(({ answers }) => answers),
});

/** The sheets that somebody handed in: several files are one sheet where each is one step, and otherwise a sheet each. */
async function readHandIn(handIn: HandIn, of: ReadingClass): Promise<readonly ClassSheet[]> {
  const { name, files } = handIn;
  if (files.length > 1) {
    const [together, another] = await sheetsIn(files, name, of);
    if (another === undefined && isRead(together)) return [{ ...together, name }];
  }
  const each: ClassSheet[] = [];
  for (const one of filesOf(handIn)) each.push(...(await readFile(one.file, one.name, of)));
  return each;
}

async function readFile(file: string, name: string, of: ReadingClass): Promise<readonly ClassSheet[]> {
  const read = await sheetsIn([file], name, of);
  // A file is called as it was named: what a form says of it is less.
  return read.map((sheet) => (name !== file || sheet.name === setting("check") ? { ...sheet, name } : sheet));
}

const sheetsIn = (words: readonly string[], name: string, { files, reading }: ReadingClass) =>
  readSheets(words, files, reading).catch((error): readonly ClassSheet[] => [rowOfError(name, error)]);

/** A row for each sheet: how it was judged, each as it would be alone, or why it could not be. */
export function judgeClass(sheets: readonly ClassSheet[], run: FinishedRun): readonly ClassRow[] {
  const known = new Map<string, ReturnType<typeof judgeSheet>>();
  return sheets.map((sheet) => {
    if ("error" in sheet) return sheet;
    const { name, answers, reading } = sheet;
    // In a class sheets are often alike; how one was read is its own.
    const isAlone = reading !== undefined || answers.some(({ stored }) => stored !== undefined);
    const same = isAlone ? undefined : JSON.stringify(answers, plainly);
    try {
      const check = known.get(same ?? "") ?? judgeSheet(run, sheet);
      if (same !== undefined) known.set(same, check);
      return { name, check };
    } catch (error) {
      return rowOfError(name, error);
    }
  });
}

/** What equal answers have alike, for JSON, which has one word for −∞, NaN and no answer. */
function plainly(member: string, value: unknown): unknown {
  if (member === "source" || member === "line") return undefined;
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

/** The row of what cannot be read or judged. Throws what the user cannot put right. */
export const rowOfError = (name: string, error: unknown): Refused => ({ name, error: userError(error) });

/** Whether a sheet could be read. */
export const isRead = (sheet: ClassSheet): sheet is GivenSheet => !("error" in sheet);
