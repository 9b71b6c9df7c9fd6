import { scannerFor, scanPlainLines } from "../../math/kernels/scan.js";
import type { TextKernels } from "../../math/kernels/text.js";
import { HASH, SPACE, TAB } from "../bytes.js";
import { isRoundedInteger } from "../cell.js";
import { appendNumbers, createNumbers, type GrowingNumbers, growNumbers, takeNumbers } from "../growing.js";
import { type Cursor, cursorOver, scanNumber, TWO_53 } from "../number.js";
import { textOf } from "../source.js";
import { type Delimiter, isComment, isLineBreak, nextLine } from "./rows.js";

export interface NumberTable {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float64Array;
}

/** A table of plain numbers that is being read, perhaps from several pieces of a text. */
export interface RowScan {
  readonly numbers: GrowingNumbers;
  readonly delimiter: number;
  rows: number;
  /** Numbers of a row; as long as none was read, how many are likely. */
  cols: number;
  /** A blank line came after some rows: only blank lines and comments may follow. */
  blank: boolean;
  comments: boolean;
}

/** Where a piece stands in the text: how many of its bytes come before and after. */
export interface PiecePlace {
  readonly before: number;
  readonly after: number;
}

/** `cols`: how many numbers a row is likely to hold. */
export function startRows(delimiter: Delimiter, cols: number): RowScan {
  const numbers = createNumbers();
  return { numbers, delimiter: delimiter.charCodeAt(0), rows: 0, cols, blank: false, comments: false };
}

/**
 * Reads rows of plain numbers, likely `cols` each, from byte `start` to the end, quickly. Gives undefined for anything out of the ordinary
 * (words, quotes, empty cells, ragged rows, blank lines within), which a slower reader understands or explains.
 */
export function scanRows(
  bytes: Uint8Array,
  start: number,
  delimiter: Delimiter,
  cols: number,
): RowScan | undefined {
  const scan = startRows(delimiter, cols);
  return scanPiece(scan, bytes, start, { before: -start, after: 0 }) ? scan : undefined;
}

/** The rows that were read, leaving none behind; undefined when there were none. */
export function takeRows({ numbers, rows, cols }: RowScan): NumberTable | undefined {
  return rows === 0 ? undefined : { rows, cols, data: takeNumbers(numbers) };
}

/** Reads rows of plain numbers from whole lines of a longer text; false when there is anything out of the ordinary. */
export function scanPiece(scan: RowScan, bytes: Uint8Array, start: number, place: PiecePlace): boolean {
  const cursor = cursorOver(bytes);
  const scanner = scannerFor(place.before + bytes.length + place.after);
  cursor.position = start;
  while (cursor.position < bytes.length) {
    if (scanner && !scan.blank && scanQuickly(scanner, cursor, scan, place)) continue;
    skipBlanks(bytes, cursor, scan.delimiter);
    const byte = bytes[cursor.position];
    if (byte === HASH && isComment(bytes, cursor.position)) {
      scan.comments = true;
      skipLine(bytes, cursor);
    } else if (byte === undefined || isLineBreak(byte)) scan.blank = scan.rows > 0;
    else {
      const count = scan.blank ? -1 : scanLine(bytes, cursor, scan, place);
      if (count < 0 || (scan.rows > 0 && count !== scan.cols)) return false;
      scan.cols = count;
      scan.rows++;
    }
    cursor.position = nextLine(bytes, cursor.position);
  }
  return true;
}

/** Takes lines of as many numbers, as far as the kernel reads them; false when it reads none. */
function scanQuickly(scanner: TextKernels, cursor: Cursor, scan: RowScan, place: PiecePlace): boolean {
  const { bytes, position } = cursor;
  const { rows, numbers, end } = scanPlainLines(scanner, bytes, position, scan.cols, scan.delimiter);
  if (rows === 0) return false;
  appendNumbers(scan.numbers, numbers, place.before + end, place.before + bytes.length + place.after);
  scan.rows += rows;
  cursor.position = end;
  return true;
}

/** The numbers of one line, up to its line break: how many, or -1. */
function scanLine(bytes: Uint8Array, cursor: Cursor, scan: RowScan, place: PiecePlace): number {
  const { numbers, delimiter } = scan;
  let count = 0;
  for (;;) {
    const start = cursor.position;
    const value = scanNumber(cursor);
    if (cursor.position === start) return -1;
    if (value >= TWO_53 || value <= -TWO_53) {
      if (isRoundedInteger(textOf(bytes, start, cursor.position), value)) return -1;
    }
    if (numbers.length === numbers.data.length) {
      const read = place.before + cursor.position;
      growNumbers(numbers, read, read + bytes.length - cursor.position + place.after);
    }
    numbers.data[numbers.length++] = value;
    count++;

    const end = cursor.position;
    if (bytes[end] === SPACE || (bytes[end] === TAB && delimiter !== TAB))
      skipBlanks(bytes, cursor, delimiter);
    const byte = bytes[cursor.position];
    if (byte === undefined || isLineBreak(byte)) return count;
    if (delimiter === SPACE) {
      if (cursor.position === end) return -1;
    } else {
      if (byte !== delimiter) return -1;
      cursor.position++;
      skipBlanks(bytes, cursor, delimiter);
    }
  }
}

function skipBlanks(bytes: Uint8Array, cursor: Cursor, delimiter: number): void {
  let at = cursor.position;
  while (bytes[at] === SPACE || (bytes[at] === TAB && delimiter !== TAB)) at++;
  cursor.position = at;
}

function skipLine(bytes: Uint8Array, cursor: Cursor): void {
  let at = cursor.position;
  while (at < bytes.length && !isLineBreak(bytes[at])) at++;
  cursor.position = at;
}
