import type { ErrorCode } from "../../errors.js";
import type { EmptyCells } from "../blank.js";
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from "../bytes.js";
import { cellProblem, valueOfCell } from "../cell-problem.js";
import { createNumbers, type GrowingNumbers } from "../growing.js";
import { refuseAt, type Source, textOf } from "../source.js";
import { openWindow, placeOf, type Window, widen } from "../window.js";

/** The state of parsing a JSON text. For a large file, the window moves along. */
export interface JsonScan extends Window {
  /** The numbers of the array that is being read. */
  readonly numbers: GrowingNumbers;
  /** The index of this array's first number that was written true or false, or -1. */
  firstBoolean: number;
  readonly emptyCells: EmptyCells;
}

/** The maximum length of a word that may be a number. Longer words are not decoded. */
const LONGEST_WORD = 64;

export function startScan(source: Source, start = 0, emptyCells: EmptyCells = "refused"): JsonScan {
  return { ...openWindow(source, start), numbers: createNumbers(), firstBoolean: -1, emptyCells };
}

/** Skips white space, including typographic spaces. Returns the next byte, or -1 at the end. */
export function skipSpace(scan: JsonScan): number {
  for (;;) {
    const { bytes, position } = scan;
    let at = position;
    while (at < bytes.length && (bytes[at] <= 32 || bytes[at] >= 0xc2)) {
      const width = bytes[at] <= 32 ? 1 : wideSpace(bytes, at);
      if (width === 0) break;
      at += width;
    }
    scan.position = at;
    if (at < bytes.length) return bytes[at];
    if (scan.after === 0) return -1;
    widen(scan);
  }
}

/**
 * Returns the length in bytes of the typographic space at `at`: U+00A0, U+2000 to U+200A, U+202F, U+205F, U+3000.
 * Returns 0 if there is none.
 */
function wideSpace(bytes: Uint8Array, at: number): number {
  const third = bytes[at + 2];
  if (bytes[at] === 0xc2) return bytes[at + 1] === 0xa0 ? 2 : 0;
  if (bytes[at] === 0xe3) return bytes[at + 1] === 0x80 && third === 0x80 ? 3 : 0;
  if (bytes[at] !== 0xe2) return 0;
  if (bytes[at + 1] === 0x80) return (third >= 0x80 && third <= 0x8a) || third === 0xaf ? 3 : 0;
  return bytes[at + 1] === 0x81 && third === 0x9f ? 3 : 0;
}

/** Whether a byte ends a number or word in JSON; also true at the end of the text. */
export function endsWord(byte: number | undefined): boolean {
  return (
    byte === undefined ||
    byte <= 32 ||
    byte === COMMA ||
    byte === CLOSE_BRACKET ||
    byte === CLOSE_BRACE ||
    byte === COLON ||
    byte === OPEN_BRACKET ||
    byte === OPEN_BRACE ||
    byte === QUOTE
  );
}

/** Returns the end of the number or word at `start`. */
export function wordEnd(bytes: Uint8Array, start: number): number {
  let end = start;
  while (!endsWord(bytes[end]) && wideSpace(bytes, end) === 0) end++;
  return end;
}

/** Reads the word at `start`, as `valueOfCell` does. */
export function wordAt({ bytes, emptyCells }: JsonScan, start: number, end: number) {
  const text = textOf(bytes, start, end);
  // Between commas, `//` may be Python's (3 // 7 = 0) or Julia's, so it is not read.
  return text.includes("//") ? cellProblem(text) : valueOfCell(text, emptyCells);
}

/** Reads the word at the cursor and moves past it. Returns undefined, without moving, if it is no number or boolean. */
export function scanWord(scan: JsonScan): number | boolean | undefined {
  const { bytes, position: start, emptyCells } = scan;
  const end = wordEnd(bytes, start);
  if (end === start || end - start > LONGEST_WORD) return undefined;
  const read = wordAt(scan, start, end);
  // A missing value is NaN if it is allowed.
  const value = read === null && emptyCells !== "refused" ? Number.NaN : read;
  if (typeof value === "object") return undefined;
  scan.position = end;
  return value;
}

/**
 * Returns the position after the closing quote of the string at the cursor, however long the string is, or -1 if it is
 * not closed.
 */
export function quotedEnd(scan: JsonScan): number {
  for (;;) {
    const { bytes } = scan;
    let at = scan.position + 1;
    while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
    if (at < bytes.length) return at + 1;
    if (scan.after === 0) return -1;
    widen(scan);
  }
}

/** Throws a UserError that points at the cursor. */
export function fail(scan: JsonScan, message: string, hint: string, code: ErrorCode = "SYNTAX"): never {
  return refuseAt(scan.source, placeOf(scan), code, message, hint);
}
