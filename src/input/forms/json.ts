import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  HASH,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  SEMICOLON,
  SLASH,
} from "../bytes.js";
import { cellsOf } from "../json/cells.js";
import { pickedOf } from "../json/pick.js";
import { readJson } from "../json/reader.js";
import { namedTable } from "../json/records.js";
import { skipSpace, startScan } from "../json/scan.js";
import { type Source, textOf } from "../source.js";
import type { Value } from "../value.js";
import { type Form, type FormOptions, type Parsed, rememberLast } from "./form.js";

/** JSON: a matrix as a list of rows or of objects, or an object that names several. */
export const json: Form = {
  keepsSigns: true,
  looksLike: startsLikeJson,
  parse: (source, options) =>
    describeJson(source, pickedOf(readJson(source, options.emptyCells), source), options),
};

/** What was read of a JSON text. */
export function describeJson(source: Source, value: Value, options: FormOptions): Parsed {
  const cellsFrom = rememberLast((start) => [...cellsOf(source, start)]);
  return {
    source,
    value,
    form: "JSON",
    remarks: [],
    spanOf: ({ start }, cell) => cellsFrom(start)[cell] ?? { start, end: start },
    ...namedTable(value, source, options),
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
  if (!empty && !isRow(textOf(bytes, start, Math.min(end, start + ROW_START)))) return false;
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

/** Whether words stand between commas, none of them a name, a call, or digits that may go on behind a comma (1,000). */
function isRow(text: string): boolean {
  const row = text.replace(/"(?:[^"\\]|\\.)*"/g, "0");
  if (!/^[^\s,[({<']*\s*(?:,|$)/.test(row) || /\d,0\d\d|[\uff0b-\uff1b]/.test(row)) return false;
  return !/[^\s,]\s+[^\s,]|\w[({]|'/.test(row) && !/[A-Za-z_]/.test(row.replace(WORDS, ""));
}

/** All that is spelled with letters in a list of JSON or JavaScript or Python numbers; of a long row the last may be cut. */
const WORDS = /\b(?:nan|inf(?:inity)?|null|none|true|false)\b|\d\.?[ed][-+]?\d|\w+$/gi;
