import { INPUTS } from "../../attention/inputs.js";
import { UserError, userError } from "../../errors.js";
import { createOpener, type Files, isText } from "../../input/open.js";
import { asSheet } from "../../input/sheet-source.js";
import type { Io } from "../../runs/io.js";
import type { Request, Values } from "../../runs/request.js";
import { namesOfOptions } from "./command-of-problem.js";
import { findSheets } from "./find-sheets.js";

/** Whether options give the problem. */
export const isGivenBy = (values: Values): boolean =>
  values.demo === true || namesOfOptions(values).some((name) => Object.hasOwn(INPUTS, name));

/** A sheet with its own problem on it; standard input where no word names one, which can be read again. */
export async function sheetAlone(words: readonly string[], values: Values, io: Io) {
  if (words.length > 1 || isGivenBy(values)) return undefined;
  const [word = "-"] = words;
  if (words.length === 0 && io.isTerminal("stdin")) return undefined;
  const piped = word === "-" ? io.files.openStdin() : undefined;
  // Each reader of standard input is told apart by the function that it opens it with.
  const again = () => (piped ? { ...io.files, openStdin: () => piped } : io.files);
  const own = await ownProblemOf(word, values, again());
  if (!own) return undefined;
  if (own.assumed !== undefined && values.quiet !== true) io.writeError(`note: ${own.assumed}\n`);
  return { kind: own.kind, problem: [own.bundle], sheets: [word], io: { ...io, files: again() } };
}

/** Sheets each of which gives its own problem: who handed in which file, and what opens them. */
export interface OwnSheets {
  readonly sheets: readonly { readonly name: string; readonly file: string }[];
  readonly io: Io;
}

/**
 * The sheets that words name, or the folder of them, where the first is no problem of the others: it gives its own, and so does another, or
 * an error came of taking it for their problem. Undefined where that is not so.
 */
export async function sheetsOfOwnProblems(
  { words, values }: Request,
  io: Io,
  error?: unknown,
): Promise<OwnSheets | undefined> {
  const isOther = error !== undefined && !(error instanceof UserError);
  if (isOther || words.length === 0 || words.includes("-") || isGivenBy(values)) return undefined;
  const isArchive = words.some((word) => /\.zip$/i.test(word));
  const archives = isArchive ? await import("../../input/containers/archive-files.js") : undefined;
  try {
    const files = archives ? await archives.withArchives(words, io.files) : io.files;
    const sheets = findSheets(words, files).flatMap(({ name, files: [first, ...others] }) =>
      others.length === 0
        ? [{ name, file: first }]
        : [first, ...others].map((file) => ({
            name: `${name}, ${file.slice(file.lastIndexOf("/") + 1)}`,
            file,
          })),
    );
    const [{ file }, ...others] = sheets;
    // One file alone was tried as such.
    if (others.length === 0 && file === words[0]) return undefined;
    if (!(await ownProblemOf(file, values, files))) return undefined;
    const isClass = error !== undefined || (await anyGivesItsOwn(others, values, files));
    return isClass ? { sheets, io: { ...io, files } } : undefined;
  } catch (another) {
    userError(another);
    return undefined;
  }
}

async function anyGivesItsOwn(sheets: OwnSheets["sheets"], values: Values, files: Files): Promise<boolean> {
  for (const { file } of sheets) if (await ownProblemOf(file, values, files)) return true;
  return false;
}

async function ownProblemOf(word: string, values: Values, files: Files) {
  if (word !== "-" && (isText(word, files) || files.listFolder?.(word))) return undefined;
  const { source } = await asSheet(createOpener(files).open(word, ""));
  if (source.isBinary || source.stored) return undefined;
  return (await import("./own-problem.js")).problemOnSheet(source, values);
}
