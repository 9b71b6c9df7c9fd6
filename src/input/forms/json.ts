import type { EmptyCells } from "../blank.js";
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  HASH,
  LETTER_E,
  MINUS,
  NINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  PLUS,
  QUOTE,
  SEMICOLON,
  SLASH,
  ZERO,
} from "../bytes.js";
import { cellsOf } from "../json/cells.js";
import { pickedOf } from "../json/pick.js";
import { readJson } from "../json/reader.js";
import { namedTable } from "../json/records.js";
import { skipSpace, startScan } from "../json/scan.js";
import { type Source, textOf } from "../source.js";
import type { Value } from "../value.js";
import { type Form, type Parsed, rememberLast } from "./form.js";

/** JSON: a matrix as a list of rows or of objects, or an object that names several. */
export const json: Form = {
  name: "JSON",
  looksLike: startsLikeJson,
  parse: (source, { emptyCells }) =>
    describeJson(source, pickedOf(readJson(source, emptyCells), source), emptyCells),
};

/** What was read of a JSON text. */
export function describeJson(source: Source, value: Value, emptyCells: EmptyCells): Parsed {
  const cellsFrom = rememberLast((start) => [...cellsOf(source, start)]);
  const table = namedTable(value, source, emptyCells);
  return {
    source,
    value: table?.value ?? value,
    form: "JSON",
    remarks: table?.remarks ?? [],
    ...(table?.labels && { labels: table.labels }),
    spanOf: (numbers, cell) => {
      const start = table?.value === numbers ? table.starts?.[cell] : undefined;
      const found = start === undefined ? cellsFrom(numbers.start)[cell] : cellsFrom(start)[0];
      return found ?? { start: numbers.start, end: numbers.start };
    },
  };
}

/** `{` with a key in double quotes or nothing in it, or `[`s around a first row of values between commas. */
function startsLikeJson(source: Source): boolean {
  const scan = startScan(source);
  const { cursor } = scan;
  let byte = skipSpace(scan);
  if (byte === OPEN_BRACE) {
    cursor.position++;
    byte = skipSpace(scan);
    return byte === QUOTE || byte === CLOSE_BRACE || byte === -1;
  }
  if (byte !== OPEN_BRACKET) return false;
  let depth = 0;
  for (; byte === OPEN_BRACKET; depth++) {
    cursor.position++;
    byte = skipSpace(scan);
  }
  if (byte === OPEN_BRACE || byte === QUOTE) return true;
  return byte === -1 || startsWithRow(source, cursor.position, byte === CLOSE_BRACKET, depth);
}

/** How much of a long first row is looked at. */
const ROW_START = 2048;

/**
 * True for a row as JSON writes it: nothing but commas and space between its words, no row outside brackets below, no
 * comment beside it.
 */
function startsWithRow({ bytes }: Source, start: number, empty: boolean, depth: number): boolean {
  const close = bytes.indexOf(CLOSE_BRACKET, start);
  const end = close < 0 ? bytes.length : close;
  if (bytes.subarray(start, end).includes(SEMICOLON)) return false;
  if (!empty && !isPlainRow(bytes, start, end) && !isWordyRow(bytes, start, end)) return false;
  const behind = skipWhite(bytes, end + 1);
  if (bytes[behind] === COMMA) {
    const next = bytes[skipWhite(bytes, behind + 1)];
    return depth > 1 && next !== SLASH && next !== HASH;
  }
  return behind >= bytes.length || !"[0123456789.+-;".includes(String.fromCharCode(bytes[behind]));
}

function skipWhite(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] <= 32) at++;
  return at;
}

/** True for digits between commas, which most rows are; of others a slower look tells. */
function isPlainRow(bytes: Uint8Array, start: number, end: number): boolean {
  let last = COMMA;
  let spaced = false;
  let zero = false;
  for (let at = start; at < Math.min(end, start + ROW_START); at++) {
    const byte = bytes[at];
    if (byte <= 32) {
      spaced = true;
      continue;
    }
    const isNumber = (byte >= MINUS && byte <= NINE) || byte === PLUS || byte === LETTER_E;
    if (byte === SLASH || (!isNumber && byte !== COMMA)) return false;
    if (byte === COMMA ? last === COMMA : spaced && last !== COMMA) return false;
    // 1,000 may be one number; a slower look tells.
    if (zero && byte >= ZERO && byte <= NINE) return false;
    zero = byte === ZERO && last === COMMA;
    last = byte;
    spaced = false;
  }
  return true;
}

function isWordyRow(bytes: Uint8Array, start: number, end: number): boolean {
  const row = textOf(bytes, start, Math.min(end, start + ROW_START)).replace(/"(?:[^"\\]|\\.)*"/g, "0");
  if (!/^[^\s,[({<']*\s*(?:,|$)/.test(row) || /\d,0\d\d|[\uff0b-\uff1b]/.test(row)) return false;
  return !/[^\s,]\s+[^\s,]|\w[({]|'/.test(row) && !/[A-Za-z_]/.test(row.replace(WORDS, ""));
}

/** All that is spelled with letters in a list of JSON or JavaScript or Python numbers; of a long row the last may be cut. */
const WORDS = /\b(?:nan|inf(?:inity)?|null|none|true|false)\b|\d\.?[ed][-+]?\d|\w+$/gi;
