import { optionOf } from "../../errors.js";
import { knownKind } from "../../input/binary/read.js";
import { isModel } from "../../input/model/model-files.js";
import { type Files, isThere } from "../../input/open.js";
import { openSheet } from "../../input/open-sheet.js";
import { textOf } from "../../input/source.js";
import { once } from "../../math/remember.js";
import { settingsOf, type Values } from "../../runs/command-spec.js";
import type { Io } from "../../runs/io.js";
import { readingSettings } from "../../runs/read/reading-settings.js";
import { unquotedWords } from "../../runs/shell-quotes.js";
import { commandOfProblem, KINDS } from "./command-of-problem.js";
import { filesOf, findSheets } from "./hand-ins.js";
import type { OwnProblem } from "./own-problem.js";

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
  const { source, text } = await openSheet(word, files);
  knownKind(source.bytes, source.name);
  if (source.isBinary || source.stored) return undefined;
  const printed = problemPrinted(text ?? textOf(source.bytes));
  if (printed || text === undefined) return printed;
  return (await import("./own-problem.js")).problemOnSheet({ text, name: source.name }, values);
}

/**
 * Returns the name of the command that fits the content of a file or folder: `check` for a sheet with its own problem.
 * Returns undefined if the file does not exist.
 */
export async function commandOfFile(path: string, io: Io): Promise<string | undefined> {
  const inside = io.files.listFolder?.(path);
  if (!inside && !isThere(path, io.files)) return undefined;
  if (isModel(path, io.files)) return "model";
  if (!inside && (await problemIn(path, {}, io.files))) return "check";
  const { name } = await commandOfProblem(path, {}, io);
  // A single array: its axes show whether it has heads.
  return name === "attend" && !inside ? (await commandOfProblem(undefined, { query: path }, io)).name : name;
}

/** The end of what qkv prints: the command that repeats the run. In Markdown it stands between fences. */
const REPEATED = /^#* *To repeat this run\s+(?:```\w*\s+)?qkv ([a-z-]+) (.+)$/m;

/** The start of a run in JSON, which contains its problem. */
const RUN = /^\s*\{\s*"schema":\s*"qkv\/1",\s*"command":\s*"([a-z-]+)"/;

/**
 * Returns the problem of a run that qkv printed: of a run in JSON its inputs, otherwise the command at its end, as if
 * it were typed. Returns undefined for any other text, and for a command whose words are not all inputs, tokens and
 * settings.
 */
function problemPrinted(text: string) {
  const [, name, line] = RUN.exec(text) ?? REPEATED.exec(text) ?? [];
  const kind = KINDS.find((one) => one.name === name);
  if (!kind) return undefined;
  if (line === undefined) return { kind, words: [text], values: {} };
  const table = { ...readingSettings(kind, kind.inputs, kind.labels), ...settingsOf(kind) };
  const names = new Map(Object.keys(table).map((one) => [optionOf(one), one]));
  const words = unquotedWords(line);
  const values: Record<string, unknown> = {};
  for (let at = 0; at < words.length; at++) {
    const setting = names.get(words[at]);
    if (setting === undefined) return undefined;
    const isFlag = at + 1 === words.length || names.has(words[at + 1]);
    values[setting] = table[setting].parse(isFlag ? true : words[++at]);
  }
  return { kind, words: [], values };
}
