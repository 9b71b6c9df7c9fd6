import { shorten } from "../cell.js";
import { plainSource } from "../decode.js";
import { refuseAt, type Source, textOf } from "../source.js";
import { withoutNotes } from "./comments.js";
import {
  alternatesCommas,
  mayBeDecimals,
  mixesCommasAndSpaces,
  refuseGroups,
  refuseMixedCommas,
} from "./decimal-comma.js";
import type { Form, FormOptions, Parsed } from "./form.js";
import { lineEndFinder } from "./rows.js";
import { parseTable, type TextTable } from "./table.js";

/** `1 0; 0 1` without brackets: a semicolon ends a row, commas or spaces separate cells. */
export const literal: Form = {
  name: "literal",
  looksLike(source, options) {
    if (isInLines(source.bytes)) return false;
    const { bytes } = withoutNotes(plainSource(source));
    const text = textOf(bytes, 0, bytes.length).trim();
    if (/["[\]{}\t|&\\]|^\(/.test(text)) return false;
    if (/[\r\n]/.test(text)) return linesEndWithSemicolons(text);
    if (source.kind === "literal") return true;
    // In a file a lone line of cells may be semicolon-separated text: it is when the name or the person says so.
    return text.includes(";") && !/\.[ct]sv$/i.test(source.name) && !options.decimalComma;
  },
  parse: (source, options) => parseLiteral(withoutNotes(plainSource(source)), options),
};

/** A word of the literal: the text of a cell, or a comma, with its byte offset. */
interface Word {
  readonly text: string;
  readonly start: number;
}

/** True when more stands below the first line, which no semicolon ends. */
function isInLines(bytes: Uint8Array): boolean {
  const isSeen = (byte: number) => byte > 32;
  const start = bytes.findIndex(isSeen);
  const end = lineEndFinder(bytes)(start);
  return bytes.findLastIndex(isSeen) > end && !textOf(bytes, start, end).trimEnd().endsWith(";");
}

/** MATLAB's way over several lines: each ends with the semicolon that ends its row. */
function linesEndWithSemicolons(text: string): boolean {
  const lines = text.split(/\r\n?|\n/);
  return (
    lines.slice(0, -1).every((line) => /^[^;]+;\s*$/.test(line)) && /^[^;]+;?$/.test(lines[lines.length - 1])
  );
}

function parseLiteral(source: Source, options: FormOptions): Parsed {
  const rows = splitRows(source, options);
  const cells = rows.map((row) => row.map((word) => word.text));
  const spanOf: TextTable["spanOf"] = (row, col) => {
    const words = rows[row];
    const { start, text } = words[Math.min(col, words.length - 1)];
    const end = start + Buffer.byteLength(text);
    return { start: col < words.length ? start : end, end };
  };
  const remarks = options.decimalComma ? ["read with decimal commas"] : [];
  return parseTable({ source, cells, spanOf }, options, { form: "literal", remarks });
}

function splitRows(source: Source, options: FormOptions): Word[][] {
  const text = textOf(source.bytes, 0, source.bytes.length);
  const parts = text.split(";");
  // `1 0; 0 1;` ends its last row, and starts no further one.
  if (parts.length > 1 && parts[parts.length - 1].trim() === "") parts.pop();
  refuseSemicolonLine(source, parts, options.subject);
  if (!options.decimalComma && mayBeDecimals(parts)) refuseMixedCommas(source, 0, parts.join(";").trim());
  let start = 0;
  return parts.map((part, row) => {
    const words = splitCells(source, part, start, options);
    if (words.length === 0) refuseEmptyRow(source, start, parts.length, row, options.subject);
    start += Buffer.byteLength(part) + 1;
    return words;
  });
}

function splitCells(source: Source, part: string, start: number, options: FormOptions): Word[] {
  if (options.decimalComma) return wordsOf(part, start, /\S+/g);
  refuseGroups(source, start, part);
  if (mixesCommasAndSpaces(part) || alternatesCommas(part)) {
    const [first] = wordsOf(part, start, /\S+/g);
    refuseMixedCommas(source, first.start, part.trim());
  }
  const refuse = (at: number, where: string) =>
    refuseAt(source, at, "EMPTY_CELL", `${options.subject}: a cell is empty ${where}.`, FILL);
  const words: Word[] = [];
  let afterComma = true;
  for (const word of wordsOf(part, start, /[^\s,]+|,/g)) {
    if (word.text !== ",") words.push(word);
    else if (afterComma) refuse(word.start, "before this comma");
    afterComma = word.text === ",";
  }
  const last = words.at(-1);
  if (afterComma && last) refuse(last.start, `behind "${last.text},"`);
  return words;
}

const FILL = "Write a number there, or NaN.";

function wordsOf(part: string, start: number, pattern: RegExp): Word[] {
  let at = 0;
  let offset = start;
  return Array.from(part.matchAll(pattern), ({ 0: text, index }) => {
    offset += Buffer.byteLength(part.slice(at, index));
    at = index;
    return { text, start: offset };
  });
}

function refuseEmptyRow(source: Source, start: number, rows: number, row: number, subject: string): never {
  if (rows === 1) {
    const message = `${subject}: the text is empty.`;
    return refuseAt(source, start, "EMPTY_MATRIX", message, "Give at least one number.");
  }
  const message = `${subject}: row ${row} is empty.`;
  return refuseAt(source, start, "EMPTY_CELL", message, "Remove the extra semicolon.");
}

/** A file with the single line `1,0;0,1` or `1;2;3` is two rows to MATLAB and one row of a European CSV file. */
function refuseSemicolonLine(source: Source, parts: readonly string[], subject: string): void {
  const text = parts.join(";").trim();
  if (source.kind === "literal" || parts.length < 2 || /\s/.test(text)) return;
  const message = `${subject}: "${shorten(text, 60)}" may be ${parts.length} rows ended by semicolons, or one row of ${parts.length} cells.`;
  const hint =
    "Write one row a line with spaces between the cells; or, for one row of cells, name the file .csv.";
  refuseAt(source, 0, "AMBIGUOUS", message, hint);
}
