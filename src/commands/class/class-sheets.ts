import { UserError } from "../../errors.js";
import { type GivenSheet, type ReadingAnswers, readSheets } from "../../input/answers.js";
import type { Files } from "../../input/open.js";
import type { ClassRow } from "../../render/class-row.js";
import { judgeSheet } from "../../runs/check/judge-sheet.js";
import type { FinishedRun } from "../../runs/finished-run.js";
import { findSheets } from "./find-sheets.js";

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
  { files, answers }: ReadingClass,
): Promise<readonly ClassSheet[]> {
  const sheets: ClassSheet[] = [];
  for (const word of findSheets(words, files)) {
    try {
      for (const sheet of await readSheets([word], files, answers)) {
        sheets.push({ name: nameOf(word, sheet), sheet });
      }
    } catch (error) {
      sheets.push({ name: word, error: asRefused(error) });
    }
  }
  return sheets;
}

/** A file is called as it was named: what a form says of it is less. */
const nameOf = (word: string, { name }: GivenSheet) => (name === "--check" ? word : name);

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
    const { answers, reading } = sheet;
    // How it was read is each sheet's own.
    if (reading || answers.some(({ stored }) => stored !== undefined)) return judge(sheet);
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
