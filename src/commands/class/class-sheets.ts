import { UserError } from "../../errors.js";
import { type GivenSheet, type ReadingAnswers, readSheets } from "../../input/answers.js";
import type { Files } from "../../input/open.js";
import type { ClassRow } from "../../render/class-row.js";
import { judgeSheet } from "../../runs/check/judge-sheet.js";
import type { FinishedRun } from "../../runs/finished-run.js";
import { findSheets } from "./find-sheets.js";
import type { HandIn } from "./hand-ins.js";

/** A sheet of a class as it was read, or why it could not be. */
export type ClassSheet =
  | { readonly name: string; readonly sheet: GivenSheet }
  | { readonly name: string; readonly error: UserError };

/** How the sheets of a class are read. */
export interface ReadingClass {
  readonly files: Files;
  readonly answers: ReadingAnswers;
}

/** Reads the sheets that words of a command line name. Throws USAGE for a folder or pattern without a file. */
export async function readClass(
  words: readonly string[],
  reading: ReadingClass,
): Promise<readonly ClassSheet[]> {
  const opened = words.some((word) => /\.zip$/i.test(word))
    ? await (await import("../../input/containers/archive-files.js")).withArchives(words, reading.files)
    : reading.files;
  const sheets: ClassSheet[] = [];
  for (const handIn of findSheets(words, opened))
    sheets.push(...(await readHandIn(handIn, { ...reading, files: opened })));
  return sheets;
}

/** The sheets that somebody handed in: several files are one sheet where each is one step, and otherwise a sheet each. */
async function readHandIn(handIn: HandIn, reading: ReadingClass): Promise<readonly ClassSheet[]> {
  const [only, second] = handIn.files;
  if (second === undefined) return readFile(only, handIn.name, reading);
  const together = await readTogether(handIn, reading);
  if (together) return [together];
  const each: ClassSheet[] = [];
  for (const file of handIn.files)
    each.push(...(await readFile(file, `${handIn.name}, ${file.slice(file.lastIndexOf("/") + 1)}`, reading)));
  return each;
}

async function readTogether({ name, files: given }: HandIn, { files, answers }: ReadingClass) {
  try {
    const [sheet, second] = await readSheets(given, files, answers);
    return sheet && second === undefined ? { name, sheet: { ...sheet, name } } : undefined;
  } catch (error) {
    asRefused(error);
    return undefined;
  }
}

async function readFile(
  file: string,
  name: string,
  { files, answers }: ReadingClass,
): Promise<readonly ClassSheet[]> {
  try {
    const sheets = await readSheets([file], files, answers);
    return sheets.map((sheet) => {
      // A file that was named is called so: what a form says of it is less.
      const called = name === file && sheet.name !== "--check" ? sheet.name : name;
      return { name: called, sheet: { ...sheet, name: called } };
    });
  } catch (error) {
    return [{ name, error: asRefused(error) }];
  }
}

function asRefused(error: unknown): UserError {
  if (error instanceof UserError) return error;
  throw error;
}

/** A row for each sheet: how it was judged, each as it would be alone, or why it could not be. */
export function judgeClass(sheets: readonly ClassSheet[], run: FinishedRun): readonly ClassRow[] {
  const judge = remembering((sheet) => judgeSheet(run, sheet));
  return sheets.map((one) => {
    if ("error" in one) return one;
    const { name, sheet } = one;
    try {
      return { name, check: judge(sheet) };
    } catch (error) {
      return { name, error: asRefused(error) };
    }
  });
}

/** A function of sheets that gives what it gave for equal ones: in a class they are often alike. */
function remembering<T>(judge: (sheet: GivenSheet) => T): (sheet: GivenSheet) => T {
  const known = new Map<string, T>();
  return (sheet) => {
    const { answers } = sheet;
    if (answers.some(({ stored }) => stored !== undefined)) return judge(sheet);
    const same = JSON.stringify(
      answers.map(({ source: _, line: __, ...answer }) => answer),
      // JSON has one word for −∞, NaN and no answer.
      (_, value: unknown) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value),
    );
    const found = known.get(same) ?? judge(sheet);
    known.set(same, found);
    return found;
  };
}
