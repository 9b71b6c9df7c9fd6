import { knownKind } from "../../input/binary/read.js";
import { createOpener, type Files } from "../../input/open.js";
import { isSheet } from "../../input/read-as-document.js";
import { asSheet } from "../../input/sheet-source.js";
import { textOf } from "../../input/source.js";
import { once } from "../../math/remember.js";
import type { Values } from "../../runs/command-spec.js";
import { filesOf, findSheets } from "./hand-ins.js";
import type { OwnProblem } from "./own-problem.js";
import { problemPrinted } from "./printed-problem.js";

/** A file that was handed in, with the problem that it contains. The problem is searched once. */
export interface OwnSheet {
  readonly name: string;
  readonly file: string;
  readonly problem: () => Promise<OwnProblem | undefined>;
}

/** Returns the sheets that words name, one per file. Throws USAGE for a folder or pattern without a file. */
export const sheetsNamed = (words: readonly string[], values: Values, files: Files) =>
  findSheets(words, files)
    .flatMap(filesOf)
    .map((sheet) => ({ ...sheet, problem: once(() => problemIn(sheet.file, values, files)) }));

/**
 * Returns the problem that a file, a piped text or a typed one contains: a run that qkv printed, or a sheet with its own Q, K and V.
 * Throws the errors of reading it.
 */
export async function problemIn(word: string, values: Values, files: Files): Promise<OwnProblem | undefined> {
  if (word !== "-" && files.listFolder?.(word)) return undefined;
  const { source } = await asSheet(createOpener(files).open(word, ""));
  knownKind(source.bytes, source.name);
  if (source.isBinary || source.stored) return undefined;
  const printed = problemPrinted(textOf(source.bytes, 0, source.bytes.length));
  if (printed || !isSheet(source)) return printed;
  return (await import("./own-problem.js")).problemOnSheet(source, values);
}
