import { UserError } from "../errors.js";
import { tellProgress } from "../math/progress.js";
import { binaryKind } from "./binary/detect.js";
import { splitPick } from "./binary/pick.js";
import { readCell, startsLikeNumber } from "./cell.js";
import { decodeSource } from "./decode.js";
import { hasEnding } from "./endings.js";
import { ANSWER, PROMPT } from "./prompts.js";
import { refuseIn, type Source } from "./source.js";
import { readFrom, readWhole, type Stored } from "./stored.js";

/** Access to files. The command line passes the real one, tests pass fakes. */
export interface Files {
  openFile(path: string): Stored;
  openStdin(): Stored;
  /** Returns the names of the files in a folder, in order; undefined if it is not a folder. */
  listFolder?(path: string): readonly string[] | undefined;
  /** Returns the names of the folders in a folder, in order. */
  listFolders?(path: string): readonly string[];
  /** Whether a file or a folder of this name exists. */
  exists?(path: string): boolean;
}

/** Opens the arguments that stand for a matrix or a file. */
export interface Opener {
  /**
   * Opens a value of an option or a positional SOURCE. `-` is stdin, the name of an existing file is this file, `@path`
   * is a file, and `[[1, 0]]` or `1 0; 0 1` is the text itself. Anything else is a file; a binary file may have a pick
   * after its name. `place` is the name in messages: "--query", or "" for a SOURCE. Throws FILE_UNREADABLE, STDIN_TWICE
   * or SYNTAX.
   */
  open(given: string, place: string): Source;
  /** Returns a text as a source, whatever it looks like. */
  write(given: string, place: string): Source;
  /** Whether a file or a folder of exactly this name exists. */
  isThere(given: string): boolean;
}

/**
 * The place that has read standard input. It can be read only once, even if sources and answers are opened at different
 * times.
 */
const stdinPlaces = new WeakMap<Files["openStdin"], string>();

/** Whether a file is a workbook, by its ending. */
export const isWorkbook = (name: string): boolean => hasEnding(name, "xlsx xlsm ods");

/** Creates an opener. Several words are a row of numbers if `isCell` accepts each of them. */
export function createOpener(files: Files, isCell: IsCell = isNumber): Opener {
  return {
    isThere: (given) => isThere(given, files),
    write: literalSource,
    open(given, place) {
      if (given === "-") {
        const first = stdinPlaces.get(files.openStdin);
        if (first !== undefined) {
          const message = `standard input can be read once, but ${first} and ${place} both ask for it.`;
          const hint = "Give one of them a file, or put both matrices in one JSON object.";
          refuseIn("stdin", "STDIN_TWICE", message, hint);
        }
        stdinPlaces.set(files.openStdin, place);
        return readable(() => sourceOf(files.openStdin(), "stdin", "stdin"), "standard input", "");
      }
      if (isText(given, files, isCell)) return literalSource(given, place);
      if (given.trim() === "") {
        const message = "the text is empty: it is neither a file nor a number.";
        refuseIn(place || "SOURCE", "EMPTY_MATRIX", message, GIVE);
      }
      const name = given.startsWith("@") && !isThere(given, files) ? given.slice(1) : given;
      const pick = splitPick(name);
      const { path, text } = pick && !isThere(name, files) ? pick : { path: name, text: undefined };
      const open = () => sourceOf(files.openFile(path), path, "file");
      // `3` is a number unless a file has this name.
      const otherwise = () =>
        wordsOf(given).every(startsLikeNumber) ? literalSource(given, place) : undefined;
      const source = readable(open, path, place, otherwise);
      return text === undefined ? source : { ...source, pick: text };
    },
  };
}

/** Whether an argument is a matrix as text. If a file has exactly this name, it is the file. */
export const isText = (given: string, files: Files, isCell: IsCell = isNumber): boolean =>
  isLiteral(given, isCell) && !isThere(given, files);

type IsCell = (word: string) => boolean;

const isNumber: IsCell = (word) => readCell(word) !== undefined;

/** The maximum length of a path. */
const LONGEST_PATH = 4096;

/** Whether a file or a folder of exactly this name exists. */
export function isThere(given: string, files: Files): boolean {
  return given.trim() !== "" && given.length <= LONGEST_PATH && files.exists?.(given) === true;
}

const FILE_NAME = /\.[a-z]{2,4}$/i;
const ASSIGNED = /^\s*[A-Za-z_]\w*\s*(?:(?::?=|<-)\s*(?:[[({\\<\d.+-]|[A-Za-z_][\w.]*\()|:\s*[[({])/;
const CONSTRUCTED =
  /^\s*(?:[A-Za-z_][\w.]*(?:\(\s*[[({]|\[\s*[-+.\d]|!\s*\[)|(?:c|rbind|structure|matrix)\(|&\[|new\s[^=]*[[({])/;
/**
 * Declarations in typed languages: `let q: Vec<Vec<f64>> = vec![`, `double q[2][2] = {`, `val q : float array = [|`.
 */
const DECLARED = /^\s*[A-Za-z_][\w:<>,[\]&*\s]*=\s*(?:&?[[{]|new\s|\w+!\s*\[)/;

/**
 * True for a text that is itself a matrix. It starts with a bracket, perhaps after a name (`Q = [`, `tensor([`) or a
 * prompt, with LaTeX, or with the bar of a table; or it contains `;`, a line break or several numbers. After `@` there
 * is always a file name.
 */
function isLiteral(given: string, isCell: IsCell): boolean {
  if (given.startsWith("@")) return false;
  // A single word, which is the fastest test.
  if (/^[\w./-]+$/.test(given)) return false;
  if (/^\s*(?:[[{(|<\\]|\$+\s*\\)/.test(given) || /[;\n]/.test(given)) return true;
  // Text that was copied with its prompt. No file name begins like this.
  if ([PROMPT, ANSWER].some((prompt) => prompt.test(given.trimStart()))) return true;
  if (
    /[=([]/.test(given) &&
    !FILE_NAME.test(given) &&
    [ASSIGNED, CONSTRUCTED, DECLARED].some((sign) => sign.test(given))
  )
    return true;
  const words = wordsOf(given);
  return words.length > 1 && words.every(isCell);
}

/** Returns the words between spaces and commas. */
export const wordsOf = (given: string): string[] => given.split(/[\s,]+/).filter(Boolean);

/** The line break or tab that a shell passes on as two signs: `'1 2\n3 4'`. */
const TYPED_BREAK = /(?<=[\d.\]),])\s?\\[nt](?=\s*[-+.\d[(])/g;

function literalSource(text: string, place: string): Source {
  // As many signs as before, so that the places in errors stay right.
  const typed = text.replace(
    TYPED_BREAK,
    (signs) => " ".repeat(signs.length - 1) + (signs.endsWith("n") ? "\n" : "\t"),
  );
  return decodeSource(Buffer.from(typed, "utf8"), place === "" ? "SOURCE" : place, "literal");
}

/** The size from which a text is read piece by piece, if its form allows it. */
const LARGE_BYTES = 4 * 1024 * 1024;

/** The number of bytes that distinguish UTF-8 from UTF-16 and binary formats. */
const START_BYTES = 64;

function sourceOf(stored: Stored, name: string, kind: "file" | "stdin"): Source {
  if (stored.size < LARGE_BYTES || !startsAsText(stored, name)) {
    return decodeSource(readWhole(stored), name, kind);
  }
  let whole: Source | undefined;
  return {
    name,
    kind,
    stored: watched(stored, name),
    get bytes() {
      whole ??= decodeSource(readWhole(stored), name, kind);
      return whole.bytes;
    },
  };
}

function startsAsText(stored: Stored, name: string): boolean {
  const start = readFrom(stored, 0, START_BYTES);
  return start[0] < 0x80 && !start.includes(0) && !binaryKind(start, name);
}

/** Reports progress when stored bytes are read. */
function watched(stored: Stored, name: string): Stored {
  return {
    size: stored.size,
    read(into, position) {
      const count = stored.read(into, position);
      tellProgress(position + count, stored.size, `reading ${name}`);
      return count;
    },
  };
}

const GIVE = "Give a file, - for standard input, or the numbers themselves, such as '1 0; 0 1'.";

/** Returns the hint for an argument that is not a file. */
const hintFor = (name: string): string =>
  /^https?:\/\//i.test(name) ? `qkv opens no addresses: fetch it first, curl -sO ${name}` : GIVE;

/**
 * Returns the result of `open`. If there is no such file, returns the result of `otherwise`, if any. Throws
 * FILE_UNREADABLE.
 */
function readable(
  open: () => Source,
  name: string,
  place: string,
  otherwise: () => Source | undefined = () => undefined,
): Source {
  try {
    return open();
  } catch (cause) {
    const code = errorCode(cause);
    if (cause instanceof UserError || code === undefined) throw cause;
    const instead = code === "ENOENT" ? otherwise() : undefined;
    if (instead) return instead;
    const message = `${place === "" ? "" : `${place}: `}${reasonFor(cause)}.`;
    refuseIn(name, "FILE_UNREADABLE", message, hintFor(name));
  }
}

/** Returns the code of a system error. */
export function errorCode(cause: unknown): string | undefined {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
}

/** The reasons for system errors with files or folders, by code. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ELOOP: "its links form a circle",
  ENAMETOOLONG: "its name is too long",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on device",
  EDQUOT: "the disk quota is used up",
};

/** Returns the reason for a system error with a file or a folder. `others` overrides the meaning of some codes. */
export function reasonFor(cause: unknown, others: typeof REASONS = {}): string {
  const known = new Map(Object.entries({ ...REASONS, ...others })).get(errorCode(cause) ?? "");
  return known ?? (cause instanceof Error ? cause.message : String(cause));
}
