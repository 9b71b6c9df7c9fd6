import { cellsOf } from "../json/cells.js";
import { readJson } from "../json/reader.js";
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  skipSpace,
  startScan,
  stringEnd,
  wordEnd,
} from "../json/scan.js";
import type { Source } from "../source.js";
import { type Form, rememberLast } from "./form.js";

/** JSON: a matrix as a list of rows, or an object that names several. */
export const json: Form = {
  name: "JSON",
  looksLike: (source) => startsLikeJson(source),
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

/** `{` with a quoted key or nothing in it, or `[`s around a first value that a comma or `]` follows. */
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
  const end = byte === QUOTE ? stringEnd(bytes, cursor.position) : wordEnd(bytes, cursor.position);
  if (end < 0) return true;
  cursor.position = end;
  byte = skipSpace(scan);
  return byte === COMMA || byte === CLOSE_BRACKET || byte === -1;
}
