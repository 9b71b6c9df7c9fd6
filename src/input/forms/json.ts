import { CLOSE_BRACKET, SEMICOLON } from "../bytes.js";
import { cellsOf } from "../json/cells.js";
import { pickedOf } from "../json/pick.js";
import { readJson } from "../json/reader.js";
import { namedTable } from "../json/records.js";
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

/** How much of a text with a long first row is looked at. */
const ROW_START = 2048;

/**
 * `{` with a key in double quotes or nothing in it, or `[`s around a first row as JSON writes it: nothing but commas and space between its words, no
 * row outside brackets below, no comment beside it.
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

/** Whether words stand between commas, none of them a name, a call, or digits that may go on behind a comma (1,000). */
function isRow(text: string): boolean {
  const row = text.replace(/"(?:[^"\\]|\\.)*"/g, "0");
  if (!/^[^\s,[({<']*\s*(?:,|$)/.test(row) || /\d,0\d\d|[\uff0b-\uff1b]/.test(row)) return false;
  return !/[^\s,]\s+[^\s,]|\w[({]|'/.test(row) && !/[A-Za-z_]/.test(row.replace(WORDS, ""));
}

/** All that is spelled with letters in a list of JSON or JavaScript or Python numbers; of a long row the last may be cut. */
const WORDS = /\b(?:nan|inf(?:inity)?|null|none|true|false)\b|\d\.?[ed][-+]?\d|\w+$/gi;
