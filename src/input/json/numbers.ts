import { scannerFor, scanPlainLists } from "../../math/kernels/scan.js";
import { CLOSE_BRACKET, COMMA, OPEN_BRACKET, QUOTE } from "../bytes.js";
import { readWord } from "../cell.js";
import { appendNumbers, makeRoom } from "../growing.js";
import { numberEnd, TWO_53, toNumber } from "../number.js";
import { textOf } from "../source.js";
import { ahead, moveTo, placeOf } from "../window.js";
import { endsWord, type JsonScan, quotedEnd, scanWord, skipSpace } from "./scan.js";

/**
 * Reads `[1, 2.5, …]` at the cursor, appends its numbers, and returns their count. Returns -1 for anything else and
 * leaves cursor and numbers unchanged; a slower reader then finds the error.
 */
export function scanRow(scan: JsonScan, arrayStart: number): number {
  const { numbers } = scan;
  const start = placeOf(scan);
  const before = numbers.length;
  const undo = (): number => {
    moveTo(scan, start);
    numbers.length = before;
    return -1;
  };

  for (let byte = COMMA; byte === COMMA; byte = skipSpace(scan)) {
    scan.position++;
    if (skipSpace(scan) === CLOSE_BRACKET) break;
    ahead(scan);
    const value = scanCell(scan);
    if (value === undefined) return undo();
    if (numbers.length === numbers.data.length) {
      const { bytes, before, after } = scan;
      makeRoom(
        numbers,
        numbers.length + 1,
        placeOf(scan) - arrayStart,
        before + bytes.length + after - arrayStart,
      );
    }
    numbers.data[numbers.length++] = value;
  }
  if (scan.bytes[scan.position] !== CLOSE_BRACKET) return undo();
  scan.position++;
  return numbers.length - before;
}

/**
 * Reads `[[1, 2], [3, 4]]` at the cursor, with rows of equal length, and appends its numbers. A comma may follow the
 * last row, as in Python and JavaScript. Returns undefined for anything else and leaves cursor and numbers unchanged.
 */
export function scanGrid(scan: JsonScan): { readonly rows: number; readonly cols: number } | undefined {
  const { numbers } = scan;
  const start = placeOf(scan);
  const before = numbers.length;
  let rows = 0;
  let cols = 0;
  let next = COMMA;
  while (next === COMMA) {
    scan.position++;
    const byte = skipSpace(scan);
    if (byte === CLOSE_BRACKET && rows > 0) {
      next = byte;
      break;
    }
    if (byte === OPEN_BRACKET && rows > 0) rows += scanQuickly(scan, cols, start);
    const count = byte === OPEN_BRACKET ? scanRow(scan, start) : -1;
    if (rows === 0) cols = count;
    rows++;
    next = count >= 0 && count === cols ? skipSpace(scan) : -1;
  }
  if (next === CLOSE_BRACKET) {
    scan.position++;
    return { rows, cols };
  }
  moveTo(scan, start);
  numbers.length = before;
  return undefined;
}

/**
 * Reads as many further rows of this length as the kernel can, and returns their number. At least one row is left for
 * the slower reader.
 */
function scanQuickly(scan: JsonScan, cols: number, arrayStart: number): number {
  const { bytes, before, after } = scan;
  const total = before + bytes.length + after;
  const scanner = cols > 0 ? scannerFor(total) : undefined;
  if (!scanner) return 0;
  const { rows, numbers, end } = scanPlainLists(scanner, bytes, scan.position, cols);
  if (rows > 0) appendNumbers(scan.numbers, numbers, before + end - arrayStart, total - arrayStart);
  scan.position = end;
  return rows;
}

/**
 * Reads the number, word or quoted word at the cursor. Returns undefined if it is none, or an integer that a float64
 * cannot represent.
 */
function scanCell(scan: JsonScan): number | undefined {
  const { bytes, position } = scan;
  const end = numberEnd(bytes, position);
  const plain = end > position && endsWord(bytes[end]) ? toNumber(textOf(bytes, position, end)) : Number.NaN;
  if (plain < TWO_53 && plain > -TWO_53) {
    scan.position = end;
    return plain;
  }
  if (bytes[position] === QUOTE) return scanQuoted(scan);
  const word = scanWord(scan);
  if (typeof word !== "boolean") return word;
  if (scan.firstBoolean < 0) scan.firstBoolean = scan.numbers.length;
  return word ? 1 : 0;
}

/** Reads `"NaN"`, `"Infinity"` or `"-Infinity"`, the only strings that are numbers. */
function scanQuoted(scan: JsonScan): number | undefined {
  const end = quotedEnd(scan);
  const { bytes, position: start } = scan;
  // The longest of them is "-Infinity" with its quotes.
  if (end < 0 || end - start > 11) return undefined;
  const value = readWord(textOf(bytes, start + 1, end - 1));
  if (typeof value !== "number") return undefined;
  scan.position = end;
  return value;
}
