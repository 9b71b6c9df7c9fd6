import { cellsOf } from "../json/cells.js";
import { readJson } from "../json/reader.js";
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  SEMICOLON,
  skipSpace,
  startScan,
} from "../json/scan.js";
import { type Source, textOf } from "../source.js";
import { type Form, rememberLast } from "./form.js";

/** JSON: a matrix as a list of rows, or an object that names several. */
export const json: Form = {
  name: "JSON",
  looksLike: startsLikeJson,
  parse(source, { nullIsNaN }) {
    const cellsFrom = rememberLast((start) => [...cellsOf(source, start)]);
    return {
      source,
      value: readJson(source, nullIsNaN),
      form: "JSON",
      remarks: [],
      spanOf: (numbers, cell) =>
        cellsFrom(numbers.start)[cell] ?? { start: numbers.start, end: numbers.start },
    };
  },
};

/** `{` with a key in double quotes or nothing in it, or `[`s around a first row of values between commas. */
function startsLikeJson(source: Source): boolean {
  const scan = startScan(source);
  const { bytes, cursor } = scan;
  let byte = skipSpace(scan);
  if (byte === OPEN_BRACE) {
    cursor.position++;
    byte = skipSpace(scan);
    return byte === QUOTE || byte === CLOSE_BRACE || byte === -1;
  }
  if (byte !== OPEN_BRACKET) return false;
  while (byte === OPEN_BRACKET) {
    cursor.position++;
    byte = skipSpace(scan);
  }
  if (byte === OPEN_BRACE) return true;
  if (byte === QUOTE) return true;
  return byte === -1 || startsWithRow(source, cursor.position, byte === CLOSE_BRACKET);
}

/** How much of a long first row is looked at. */
const ROW_START = 2048;

/** True for a row as JSON writes it: nothing but commas and space between its words, and no row outside brackets below. */
function startsWithRow({ bytes }: Source, start: number, empty: boolean): boolean {
  const close = bytes.indexOf(CLOSE_BRACKET, start);
  const end = close < 0 ? bytes.length : close;
  if (bytes.subarray(start, end).includes(SEMICOLON)) return false;
  const row = textOf(bytes, start, Math.min(end, start + ROW_START));
  if (!empty && !/^[^\s,[({<'"]*\s*(?:,|$)/.test(row)) return false;
  if (/[^\s,]\s+[^\s,]|\w[({]|'/.test(row)) return false;
  const behind = textOf(bytes, end + 1, end + 65).trimStart();
  return !/^[[\d.+-]/.test(behind);
}
