import { isNameOfStep } from "../../attention/names.js";
import { STEPS } from "../../attention/steps.js";
import { setting, userError } from "../../errors.js";
import { type GivenSheet, type ReadingAnswers, readSheets } from "../../input/answers.js";
import type { Files } from "../../input/open.js";
import type { ClassRow } from "../../render/class.js";
import { withoutInfinities } from "../../render/json-value.js";
import { judgeSheet } from "../../runs/check/judge-run.js";
import type { FinishedRun } from "../../runs/finished-run.js";
import { fileOf, filesOf, findSheets, type HandIn } from "./hand-ins.js";

/** A sheet of a class, or the error of reading it. */
export type ClassSheet = GivenSheet | ReturnType<typeof rowOfError>;

/** Reads files that belong together. A file that cannot be read becomes a row with its error. */
type Read = (files: readonly string[], name: string) => Promise<readonly ClassSheet[]>;

/** Reads the sheets that words of a command line name. Throws USAGE for a folder or pattern without a file. */
export async function readClass(
  words: readonly string[],
  files: Files,
  reading: ReadingAnswers,
): Promise<readonly ClassSheet[]> {
  const sheets: ClassSheet[] = [];
  const read: Read = (given, name) =>
    readSheets(given, files, reading).catch((error) => [rowOfError(name, error)]);
  for (const handIn of findSheets(words, files)) sheets.push(...(await readHandIn(handIn, read)));
  const areFiles = sheets.length > 1 && sheets.every(({ name }, at) => name === words[at]);
  const folders = new Set(words.map((word) => word.slice(0, -fileOf(word).length)));
  const steps = stepsOfOne(sheets);
  return steps && areFiles && folders.size === 1 ? [{ name: words.join(", "), answers: steps }] : sheets;
}

/**
 * Returns the answers of sheets if each has the name and the numbers of a different step: `scores.txt weights.txt
 * output.txt`.
 */
function stepsOfOne(sheets: readonly ClassSheet[]) {
  const answers = sheets.flatMap((sheet) =>
    isRead(sheet) && sheet.answers.length === 1 && !sheet.reading ? sheet.answers : [],
  );
  return new Set(answers.map(({ key }) => stepCalled(key))).size === sheets.length ? answers : undefined;
}

/** Returns the id of a step by any of its names: `a` and `weights` are the same step. */
const stepCalled = (name: string) => Object.keys(STEPS).find((id) => isNameOfStep(id, name)) ?? name;

/**
 * Reads the sheets that a person handed in. Several files are one sheet if each is one step, else one sheet per file.
 */
async function readHandIn(handIn: HandIn, read: Read) {
  const { name, files } = handIn;
  if (files.length > 1) {
    const [together, another] = await read(files, name);
    if (another === undefined && isRead(together)) return [{ ...together, name }];
  }
  const each: ClassSheet[] = [];
  for (const { file, name } of filesOf(handIn)) {
    const isNamed = (sheet: ClassSheet) => name === file && sheet.name !== setting("check");
    // The name of a file comes from the command line. A name from the file's form would say less.
    each.push(...(await read([file], name)).map((sheet) => (isNamed(sheet) ? sheet : { ...sheet, name })));
  }
  return each;
}

/**
 * Returns one row per sheet: its judgement, or the error of reading or judging it. A sheet is judged as if it were
 * alone.
 */
export function judgeClass(sheets: readonly ClassSheet[], run: FinishedRun): readonly ClassRow[] {
  const known = new Map<string, ReturnType<typeof judgeSheet>>();
  return sheets.map((sheet) => {
    if ("error" in sheet) return sheet;
    const { name, answers, reading } = sheet;
    // Equal sheets are frequent in a class, and are judged once. A sheet with its own way of reading, or with stored
    // arrays, is judged separately.
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

/**
 * Replacer for JSON that makes equal answers equal texts. It leaves out the places, and writes −∞ and NaN as strings,
 * because JSON would write both as null.
 */
function plainly(member: string, value: unknown) {
  return member === "source" || member === "line" ? undefined : withoutInfinities(member, value);
}

/** Returns the row of a sheet that cannot be read or judged. Throws errors that the user cannot fix. */
export const rowOfError = (name: string, error: unknown) => ({ name, error: userError(error) });

/** Whether a sheet could be read. */
export const isRead = (sheet: ClassSheet): sheet is GivenSheet => !("error" in sheet);
