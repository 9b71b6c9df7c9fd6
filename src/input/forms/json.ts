import { CLOSE_BRACKET, SEMICOLON } from "../bytes.js";
import { cellsOf } from "../json/cells.js";
import { pickedOf } from "../json/pick.js";
import { readJson } from "../json/reader.js";
import { namedTable } from "../json/records.js";
import { type Source, textOf } from "../source.js";
import type { Value } from "../value.js";
import { type Form, type FormOptions, type Parsed, rememberLast } from "./form.js";

/** JSON: a matrix as a list of rows or of objects, or an object of several named matrices. */
export const json: Form = {
  keepsSigns: true,
  looksLike: startsLikeJson,
  parse: (source, options) =>
    describeJson(source, pickedOf(readJson(source, options.emptyCells), source), options),
};

/** Builds the parse result of a JSON value. */
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

/** The number of bytes of a long first row that are checked. */
const ROW_START = 2048;

/**
 * Whether a text starts like JSON: `{` with a key in double quotes or `}`, or `[` with a first row in JSON's syntax.
 * Such a row has only commas and spaces between its words; no row without brackets and no comment may follow it.
 */
function startsLikeJson({ bytes }: Source): boolean {
  const text = textOf(bytes, 0, Math.min(bytes.length, ROW_START));
  const [open = "", brackets = ""] = /^\s*(\{\s*|(?:\[\s*)+)/.exec(text) ?? [];
  const first = text[open.length] ?? '"';
  if (brackets.startsWith("{")) return first === '"' || first === "}";
  if (brackets === "" || first === "{" || first === '"') return brackets !== "";
  const close = bytes.indexOf(CLOSE_BRACKET);
  const end = close < 0 ? bytes.length : close;
  const [row] = text.slice(open.length).split("]", 1);
  if (bytes.subarray(0, end).includes(SEMICOLON) || (row !== "" && !isRow(row))) return false;
  const [, comma, next = ""] =
    /^\]\s*(,?)\s*(.?)/s.exec(textOf(bytes, end, Math.min(bytes.length, end + 64))) ?? [];
  if (comma) return (brackets.match(/\[/g)?.length ?? 0) > 1 && next !== "/" && next !== "#";
  return next === "" || !"[0123456789.+-;".includes(next);
}

/**
 * Whether a text is words separated by commas, without names, calls, or digits that may continue after a comma (1,000).
 */
function isRow(text: string): boolean {
  const row = text.replace(/"(?:[^"\\]|\\.)*"/g, "0");
  if (!/^[^\s,[({<']*\s*(?:,|$)/.test(row) || /\d,0\d\d|[\uff0b-\uff1b]/.test(row)) return false;
  return !/[^\s,]\s+[^\s,]|\w[({]|'/.test(row) && !/[A-Za-z_]/.test(row.replace(WORDS, ""));
}

/**
 * Everything with letters in a list of JSON, JavaScript or Python numbers. The last word may be incomplete, because a
 * long row is cut off.
 */
const WORDS = /\b(?:nan|inf(?:inity)?|null|none|true|false)\b|\d\.?[ed][-+]?\d|\w+$/gi;
