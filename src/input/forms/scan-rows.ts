import { scannerFor, scanPlainLines } from "../../math/kernels/scan.js";
import type { TextKernels } from "../../math/kernels/text.js";
import type { Matrix } from "../../math/matrix.js";
import { HASH } from "../bytes.js";
import { isRoundedInteger } from "../cell.js";
import { appendNumbers, createNumbers, type GrowingNumbers, takeNumbers } from "../growing.js";
import { type Cursor, cursorOver, TWO_53, toNumber } from "../number.js";
import {
  type Delimiter,
  isComment,
  isLineBreak,
  lineEndFinder,
  nextLine,
  skipBlanks,
  splitRow,
} from "./rows.js";

/** A table of plain numbers that is being read, perhaps from several pieces of a text. */
export interface RowScan {
  readonly numbers: GrowingNumbers;
  readonly delimiter: Delimiter;
  rows: number;
  /** The number of numbers per row; before the first row, an expected number. */
  cols: number;
  /** Whether a blank line followed a row. Then only blank lines and comments may follow. */
  blank: boolean;
  comments: boolean;
}

/** The place of a piece in the text: the number of bytes before and after it. */
interface PiecePlace {
  readonly before: number;
  readonly after: number;
}

/** Starts reading a table; `cols` is the expected number of numbers per row. */
export function startRows(delimiter: Delimiter, cols: number): RowScan {
  const numbers = createNumbers();
  return { numbers, delimiter, rows: 0, cols, blank: false, comments: false };
}

/**
 * Reads rows of plain numbers, probably `cols` each, from byte `start` to the end: the fast path. Returns undefined for
 * anything unusual (words, quotes, empty cells, ragged rows, blank lines between rows), which a slower reader reads or
 * reports.
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

/** Returns the rows that were read and clears them. Returns undefined if there were none. */
export function takeRows({ numbers, rows, cols }: RowScan): Matrix | undefined {
  return rows === 0 ? undefined : { rows, cols, data: takeNumbers(numbers) };
}

/** Reads rows of plain numbers from whole lines of a longer text. Returns false if it finds anything unusual. */
export function scanPiece(scan: RowScan, bytes: Uint8Array, start: number, place: PiecePlace): boolean {
  const cursor = cursorOver(bytes);
  const lineEnd = lineEndFinder(bytes);
  const scanner = scannerFor(place.before + bytes.length + place.after);
  cursor.position = start;
  while (cursor.position < bytes.length) {
    if (scanner && !scan.blank && scanQuickly(scanner, cursor, scan, place)) continue;
    cursor.position = skipBlanks(bytes, cursor.position, scan.delimiter);
    const byte = bytes[cursor.position];
    if (byte === HASH && isComment(bytes, cursor.position)) {
      scan.comments = true;
      cursor.position = lineEnd(cursor.position);
    } else if (byte === undefined || isLineBreak(byte)) scan.blank = scan.rows > 0;
    else {
      const count = scan.blank ? -1 : scanLine(cursor, lineEnd(cursor.position), scan, place);
      if (count < 0 || (scan.rows > 0 && count !== scan.cols)) return false;
      scan.cols = count;
      scan.rows++;
    }
    cursor.position = nextLine(bytes, cursor.position);
  }
  return true;
}

/** Reads lines with `cols` numbers, as many as the kernel can. Returns false if it reads none. */
function scanQuickly(scanner: TextKernels, cursor: Cursor, scan: RowScan, place: PiecePlace): boolean {
  const { bytes, position } = cursor;
  const delimiter = scan.delimiter.charCodeAt(0);
  const { rows, numbers, end } = scanPlainLines(scanner, bytes, position, scan.cols, delimiter);
  if (rows === 0) return false;
  appendNumbers(scan.numbers, numbers, place.before + end, place.before + bytes.length + place.after);
  scan.rows += rows;
  cursor.position = end;
  return true;
}

/** The maximum number of bytes of a line that are split into cells at once. */
const MAX_BYTES = 64 * 1024;

/** Reads the numbers of the line that ends at `end`. Returns their number, or -1 if a cell is no plain number. */
function scanLine(cursor: Cursor, end: number, scan: RowScan, place: PiecePlace): number {
  const { bytes } = cursor;
  const total = place.before + bytes.length + place.after;
  let count = 0;
  for (let start = cursor.position; ; ) {
    const isLong = end - start > MAX_BYTES;
    const cut = isLong ? bytes.lastIndexOf(scan.delimiter, start + MAX_BYTES) : end;
    // A longer cell is no plain number.
    if (cut < start) return -1;
    const numbers = plainNumbers(bytes.toString("latin1", start, cut), scan.delimiter);
    if (!numbers) return -1;
    appendNumbers(scan.numbers, numbers, place.before + cut, total);
    count += numbers.length;
    if (cut === end) break;
    start = cut + 1;
  }
  cursor.position = end;
  return count;
}

/** The characters of plain numbers, and of what separates them. */
const PLAIN = /^[-+.\ddDeE \t,;]+$/;

/** Returns the numbers of a row, or undefined if a cell is anything else. */
function plainNumbers(row: string, delimiter: Delimiter): Float64Array | undefined {
  if (!PLAIN.test(row)) return undefined;
  const cells = splitRow(row, delimiter);
  const numbers = new Float64Array(cells.length);
  for (let at = 0; at < cells.length; at++) {
    const cell = cells[at];
    const value = toNumber(cell);
    if (Number.isNaN(value) || (value === 0 && cell === "")) return undefined;
    if ((value >= TWO_53 || value <= -TWO_53) && isRoundedInteger(cell, value)) return undefined;
    numbers[at] = value;
  }
  return numbers;
}
