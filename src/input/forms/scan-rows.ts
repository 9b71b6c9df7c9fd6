import { isRoundedInteger } from "../cell.js";
import { createNumbers, type GrowingNumbers, growNumbers, takeNumbers } from "../growing.js";
import { type Cursor, cursorOver, scanNumber } from "../number.js";
import { textOf } from "../source.js";
import { type Delimiter, isLineBreak, nextLine, TAB } from "./rows.js";

export interface NumberTable {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float64Array;
}

const SPACE = 32;
const HASH = 35;
const TWO_53 = 2 ** 53;

/**
 * Reads rows of plain numbers from byte `start` to the end, quickly. Gives undefined for anything out of the ordinary
 * (words, quotes, empty cells, ragged rows, blank lines within), which a slower reader understands or explains.
 */
export function scanRows(bytes: Uint8Array, start: number, delimiter: Delimiter): NumberTable | undefined {
  const numbers = createNumbers();
  const cursor = cursorOver(bytes);
  cursor.position = start;
  const stop = delimiter.charCodeAt(0);
  let rows = 0;
  let cols = 0;
  let blank = false;
  while (cursor.position < bytes.length) {
    skipBlanks(bytes, cursor, stop);
    const byte = bytes[cursor.position];
    if (byte === HASH) skipLine(bytes, cursor);
    else if (byte === undefined || isLineBreak(byte)) blank = rows > 0;
    else {
      const count = blank ? -1 : scanLine(bytes, cursor, numbers, stop, start);
      if (count < 0 || (rows > 0 && count !== cols)) return undefined;
      cols = count;
      rows++;
    }
    cursor.position = nextLine(bytes, cursor.position);
  }
  return rows === 0 ? undefined : { rows, cols, data: takeNumbers(numbers) };
}

/** The numbers of one line, up to its line break: how many, or -1. */
function scanLine(
  bytes: Uint8Array,
  cursor: Cursor,
  numbers: GrowingNumbers,
  delimiter: number,
  tableStart: number,
): number {
  let count = 0;
  for (;;) {
    const start = cursor.position;
    const value = scanNumber(cursor);
    if (cursor.position === start) return -1;
    if (value >= TWO_53 || value <= -TWO_53) {
      if (isRoundedInteger(textOf(bytes, start, cursor.position), value)) return -1;
    }
    if (numbers.length === numbers.data.length) {
      growNumbers(numbers, cursor.position - tableStart, bytes.length - tableStart);
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
