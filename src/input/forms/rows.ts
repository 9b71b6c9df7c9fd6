import { CARRIAGE_RETURN, HASH, LINE_FEED, QUOTE, SPACE, TAB } from "../bytes.js";
import { type Source, textOf } from "../source.js";
import type { Delimiter } from "./form-names.js";
import type { Line } from "./lines.js";

export type { Delimiter } from "./form-names.js";

/** The place of a row in the text, without its line break. */
export interface RowSpan {
  readonly start: number;
  readonly end: number;
  /** Whether blank lines separate it from an earlier row. */
  readonly afterBlank: boolean;
}

/**
 * Yields the rows of a text, without blank lines and `#` comments. A line break in quotes does not end a row. A line of
 * only tabs is a row if tabs are the delimiter.
 */
export function* rowsOf(bytes: Uint8Array, from = 0, delimiter: Delimiter = " "): Generator<RowSpan> {
  const lineEnd = lineEndFinder(bytes);
  const endOfRow = bytes.includes(QUOTE) ? (at: number) => rowEnd(bytes, at) : lineEnd;
  let start = from;
  let afterBlank = false;
  let seen = false;
  while (start < bytes.length) {
    const first = skipBlanks(bytes, start, delimiter);
    const comment = isComment(bytes, first);
    const end = comment ? lineEnd(first) : endOfRow(start);
    if (first === end) afterBlank = seen;
    else if (!comment) {
      yield { start, end, afterBlank };
      seen = true;
      afterBlank = false;
    }
    start = nextLine(bytes, end);
  }
}

/** `#N/A`, `#REF!`, `#NAME?` and the `####` of a narrow column, at the start of a spreadsheet's row. */
const SHEET_ERROR = /^#(?:N\/[A-Z]|NV\b|¡?\p{Lu}[^\s,;]*[!?]|#*[\t,;])/u;

/** Whether the `#` at a byte starts a comment line. */
export function isComment(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === HASH && !SHEET_ERROR.test(textOf(bytes, at, Math.min(at + 16, bytes.length)));
}

/** The maximum size in bytes of a text that is decoded whole. */
const MAX_DECODED = 2 ** 28;

/**
 * Returns rows as lines. If every byte is one character, they are cut from one decoded text, because decoding row by
 * row takes ten times as long.
 */
export function linesAt(source: Source, rows: readonly RowSpan[]): readonly Line[] {
  const { bytes } = source;
  const text = bytes.length <= MAX_DECODED ? textOf(bytes) : "";
  const isWhole = text.length === bytes.length;
  return rows.map(({ start, end }) => ({
    source,
    text: isWhole ? text.slice(start, end) : textOf(bytes, start, end),
    start,
  }));
}

/** Returns the row that starts at a byte. */
export function lineAt(source: Source, start: number): Line {
  return { source, text: textOf(source.bytes, start, rowEnd(source.bytes, start)), start };
}

/** Splits the text of a row without quotes into cells. */
export function splitRow(text: string, delimiter: Delimiter): string[] {
  if (delimiter === " ") return text.trim().split(/[ \t]+/);
  const cells = text.split(delimiter);
  for (let cell = 0; cell < cells.length; cell++) cells[cell] = cells[cell].trim(); // in place, because there may be millions of rows
  return cells;
}

/** Whether any line is a comment that starts with `#`. */
export function hasComments(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(HASH); at >= 0; at = bytes.indexOf(HASH, at + 1)) {
    const before = bytes[at - 1];
    const starts = at === 0 || before === LINE_FEED || before === CARRIAGE_RETURN;
    if (starts && isComment(bytes, at)) return true;
  }
  return false;
}

/** Returns the start of the line after the line break at `end`. CR, LF and CRLF are line breaks. */
export function nextLine(bytes: Uint8Array, end: number): number {
  return bytes[end] === CARRIAGE_RETURN && bytes[end + 1] === LINE_FEED ? end + 2 : end + 1;
}

export function isLineBreak(byte: number): boolean {
  return byte === LINE_FEED || byte === CARRIAGE_RETURN;
}

/**
 * Returns a function that finds the end of the line around a byte; bytes must be passed in increasing order. It uses
 * `indexOf`, because a loop over the bytes takes twenty times as long in a program that has just started.
 */
export function lineEndFinder(bytes: Uint8Array): (at: number) => number {
  let [lineFeed, carriageReturn] = [-1, -1];
  return (at) => {
    if (lineFeed < at) lineFeed = indexOrEnd(bytes, LINE_FEED, at);
    if (carriageReturn < at) carriageReturn = indexOrEnd(bytes, CARRIAGE_RETURN, at);
    return Math.min(lineFeed, carriageReturn);
  };
}

function indexOrEnd(bytes: Uint8Array, byte: number, from: number): number {
  const index = bytes.indexOf(byte, from);
  return index < 0 ? bytes.length : index;
}

function rowEnd(bytes: Uint8Array, start: number): number {
  let quoted = false;
  let at = start;
  while (at < bytes.length && (quoted || !isLineBreak(bytes[at]))) {
    if (bytes[at] === QUOTE) quoted = !quoted;
    at++;
  }
  return at;
}

/** Skips spaces, and tabs unless they are the delimiter. */
export function skipBlanks(bytes: Uint8Array, start: number, delimiter: Delimiter): number {
  let at = start;
  while (at < bytes.length && (bytes[at] === SPACE || (bytes[at] === TAB && delimiter !== "\t"))) at++;
  return at;
}
