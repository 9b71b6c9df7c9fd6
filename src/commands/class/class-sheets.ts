import { UserError } from "../../errors.js";
import { type GivenSheet, type ReadingAnswers, readSheets } from "../../input/answers.js";
import type { Files } from "../../input/open.js";
import type { ClassRow } from "../../render/class-row.js";
import { judgeSheet } from "../../runs/check/judge.js";
import type { FinishedRun } from "../../runs/finished-run.js";
import { findSheets } from "./find-sheets.js";

/** Why the sheet of this name could not be read or judged. */
type Refused = Extract<ClassRow, { readonly error: UserError }>;

/** A sheet of a class as it was read, or why it could not be. */
export type ClassSheet = GivenSheet | Refused;

/** Reads the sheets that words of a command line name. Throws USAGE for a folder or pattern without a file. */
export async function readClass(
  words: readonly string[],
  files: Files,
  reading: ReadingAnswers,
): Promise<readonly ClassSheet[]> {
  const sheets: ClassSheet[] = [];
  for (const word of findSheets(words, files)) {
    const read = await readSheets([word], files, reading).catch((error) => [rowOfError(word, error)]);
    // A file is called as it was named: what a form says of it is less.
    for (const sheet of read) sheets.push(sheet.name === "--check" ? { ...sheet, name: word } : sheet);
  }
  return sheets;
}

/** A row for each sheet: how it was judged, each as it would be alone, or why it could not be. */
export function judgeClass(sheets: readonly ClassSheet[], run: FinishedRun): readonly ClassRow[] {
  const known = new Map<string, ReturnType<typeof judgeSheet>>();
  return sheets.map((sheet) => {
    if ("error" in sheet) return sheet;
    const { name, answers } = sheet;
    // In a class sheets are often alike.
    const isStored = answers.some(({ stored }) => stored !== undefined);
    const same = isStored ? undefined : JSON.stringify(answers, plainly);
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

function rowOfError(name: string, error: unknown): Refused {
  if (error instanceof UserError) return { name, error };
  throw error;
}

/** Whether a sheet could be read. */
export const isRead = (sheet: ClassSheet): sheet is GivenSheet => !("error" in sheet);
