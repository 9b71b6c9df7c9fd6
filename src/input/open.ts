import { isAscii } from "node:buffer";
import { UserError } from "../errors.js";
import { splitPick } from "./binary/pick.js";
import { readCell, startsLikeNumber } from "./cell.js";
import { decodeSource } from "./decode.js";
import type { LargeFile, Source } from "./source.js";

/** How bytes are fetched; the command line passes the real ones, tests pass fakes. */
export interface Files {
  readFile(path: string): Uint8Array;
  readStdin(): Uint8Array;
  /** A file of at least so many bytes, to be read piece by piece; undefined for any other. Without this all are read whole. */
  openFile?(path: string, least: number): LargeFile | undefined;
}

/** Opens what people write where a matrix or a file is expected. */
export interface Opener {
  /**
   * A value of an option or a positional SOURCE: `-` is stdin, `@path` a file, `[[1, 0]]` or `1 0; 0 1` the text itself,
   * anything else a file, a binary one perhaps with a pick behind it. `place` names it in messages: "--query", or "" for a SOURCE. Throws FILE_UNREADABLE, STDIN_TWICE or SYNTAX.
   */
  open(given: string, place: string): Source;
}

export function createOpener(files: Files): Opener {
  let stdinPlace: string | undefined;
  return {
    open(given, place) {
      if (given === "-") {
        if (stdinPlace !== undefined) refuseStdin(stdinPlace, place);
        stdinPlace = place;
        return decodeSource(files.readStdin(), "stdin", "stdin");
      }
      if (isLiteral(given)) return literalSource(given, place);
      if (given.trim() === "") refuseNothing(place);
      const name = given.startsWith("@") ? given.slice(1) : given;
      const { path, text } = splitPick(name) ?? { path: name };
      const large = text === undefined ? openLarge(files, path) : undefined;
      if (large) return large;
      const bytes = readFile(files, path, given, place);
      if (!bytes) return literalSource(given, place);
      return { ...decodeSource(bytes, path, "file"), ...(text !== undefined && { pick: text }) };
    },
  };
}

const FILE_NAME = /\.[a-z]{2,4}$/i;
const ASSIGNED = /^\s*[A-Za-z_]\w*\s*(?::?=\s*(?:[[({\\<\d.+-]|[A-Za-z_][\w.]*\()|:\s*[[({])/;
const CONSTRUCTED = /^\s*(?:[A-Za-z_][\w.]*(?:\(\s*[[({]|\[\s*[-+.\d])|(?:c|rbind)\()/;

/**
 * True for text that is a matrix itself: it starts with a bracket, perhaps behind a name (`Q = [`, `tensor([`), with
 * LaTeX or a table's bar, or holds `;`, a line break or several numbers.
 */
export function isLiteral(given: string): boolean {
  if (/^\s*[[{(|<\\]/.test(given) || /[;\n]/.test(given)) return true;
  if (/[=([]/.test(given) && !FILE_NAME.test(given) && (ASSIGNED.test(given) || CONSTRUCTED.test(given)))
    return true;
  const words = wordsOf(given);
  return words.length > 1 && words.every((word) => readCell(word) !== undefined);
}

function wordsOf(given: string): string[] {
  return given.split(/[\s,]+/).filter((word) => word !== "");
}

function literalSource(text: string, place: string): Source {
  return decodeSource(Buffer.from(text, "utf8"), place === "" ? "SOURCE" : place, "literal");
}

/** From this size on a text of numbers alone is read without holding it in memory. */
const LARGE_BYTES = 4 * 1024 * 1024;

/** A file of text that is large enough to be read piece by piece; undefined for any other, and for none. */
function openLarge(files: Files, path: string): Source | undefined {
  const open = () => files.openFile?.(path, LARGE_BYTES);
  if (!isText(open)) return undefined;
  let whole: Source | undefined;
  return {
    name: path,
    kind: "file",
    get bytes() {
      whole ??= decodeSource(files.readFile(path), path, "file");
      return whole.bytes;
    },
    large: open,
  };
}

/** False also for what cannot be opened, of which `readFile` tells. Binary formats do not start with ASCII alone. */
function isText(open: () => LargeFile | undefined): boolean {
  let file: LargeFile | undefined;
  try {
    file = open();
    const start = new Uint8Array(64);
    return file !== undefined && file.read(start) === start.length && isAscii(start) && !start.includes(0);
  } catch {
    return false;
  } finally {
    file?.close();
  }
}

/** The bytes of a file; undefined when there is none of that name and the name looks like numbers, a literal after all. */
function readFile(files: Files, path: string, given: string, place: string): Uint8Array | undefined {
  try {
    return files.readFile(path);
  } catch (cause) {
    const code = errorCode(cause);
    if (code === "ENOENT" && wordsOf(given).every(startsLikeNumber)) return undefined;
    throw new UserError(
      "FILE_UNREADABLE",
      `${place === "" ? "" : `${place}: `}cannot read ${path}: ${reasonFor(code, cause)}.`,
      {
        hint: "Give a file, - for standard input, or the numbers themselves, such as '1 0; 0 1'.",
        location: { source: path },
      },
    );
  }
}

function errorCode(cause: unknown): string | undefined {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
}

function reasonFor(code: string | undefined, cause: unknown): string {
  switch (code) {
    case "ENOENT":
      return "there is no such file";
    case "EISDIR":
      return "it is a folder";
    case "EACCES":
    case "EPERM":
      return "permission denied";
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}

function refuseNothing(place: string): never {
  throw new UserError(
    "EMPTY_MATRIX",
    `${place || "SOURCE"} is empty: it names no file and holds no number.`,
    {
      hint: "Give a file, - for standard input, or the numbers themselves, such as '1 0; 0 1'.",
      location: { source: place || "SOURCE" },
    },
  );
}

function refuseStdin(first: string, second: string): never {
  throw new UserError(
    "STDIN_TWICE",
    `standard input can be read once, but ${first} and ${second} both ask for it.`,
    {
      hint: "Give one of them a file, or put both matrices in one JSON object.",
      location: { source: "stdin" },
    },
  );
}
