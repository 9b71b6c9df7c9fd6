import { type ErrorCode, type Location, refuseAs } from "../errors.js";
import { CARRIAGE_RETURN, LINE_FEED } from "./bytes.js";
import { columnName, type LinePlace } from "./containers/lines.js";
import type { Stored } from "./stored.js";

/** Something that the user gave, as UTF-8 bytes without a byte order mark. */
export interface Source {
  /** Its name in messages: the file, `stdin`, or the option of a literal, such as `--query`. */
  readonly name: string;
  readonly kind: "file" | "stdin" | "literal";
  /** For a large text, they are read on first use. */
  readonly bytes: Uint8Array;
  /** The text as typed, if its signs were replaced or parts were left out. It has the same lines and columns. */
  readonly typed?: Uint8Array;
  /** Access to a large text, which is read piece by piece. */
  readonly stored?: Stored;
  /** Whether the bytes are not text, so that places have no line and column. */
  readonly isBinary?: true;
  /** The part after the file name: `wq:0,3` in `model.npz:wq:0,3`. */
  readonly pick?: string;
  /** For a text made from a document: the places of its lines there. */
  readonly places?: readonly LinePlace[];
}

/** The maximum length of an excerpt. Longer lines are cut around the column, because JSON is often on one line. */
const EXCERPT_WIDTH = 100;
const EXCERPT_BEFORE = 40;

/** Returns the line, the column (in characters) and the text of the line at a byte offset. */
export function locationOf(source: Source, offset: number): Location {
  const { bytes, name } = source;
  if (source.isBinary) return { source: name };
  const offsetAt = Math.min(offset, bytes.length);
  const starts = lineStarts(bytes, offsetAt);
  const [line, lineStart] = [starts.length, starts[starts.length - 1]];
  const column = countCharacters(bytes, lineStart, offsetAt) + 1;
  const { typed = bytes } = source;
  const shownFrom = typed === bytes ? lineStart : lineStarts(typed, typed.length)[line - 1];
  return {
    source: name,
    line,
    column,
    ...(source.places && placeIn(source.places, line, textOf(bytes, lineStart, offsetAt))),
    ...excerptAround(typed, shownFrom, column),
  };
}

/**
 * Returns the place of a line in its document. For a spreadsheet it includes the cell, counted by the tabs in `before`.
 */
function placeIn(places: readonly LinePlace[], line: number, before: string): Partial<Location> {
  const { number = line, where, firstColumn, row } = places[line - 1] ?? {};
  if (where === undefined) return { line: number };
  const column = before.split("\t").length - 1;
  const cell = firstColumn === undefined ? "" : `, cell ${columnName(firstColumn + column)}${row ?? ""}`;
  return { line: number, where: `${where}${cell}` };
}

/** Returns the offsets at which the lines of a text start, up to an offset. */
function lineStarts(bytes: Uint8Array, last: number): readonly number[] {
  const starts = [0];
  for (let at = 0; at < last; at++) {
    const isPair = bytes[at] === CARRIAGE_RETURN && bytes[at + 1] === LINE_FEED;
    if (bytes[at] === LINE_FEED || (bytes[at] === CARRIAGE_RETURN && !isPair)) starts.push(at + 1);
  }
  return starts;
}

/** Throws a UserError that points at a byte offset of a source. */
export function refuseAt(
  source: Source,
  offset: number,
  code: ErrorCode,
  message: string,
  hint?: string,
): never {
  refuseAs(code, message, { location: locationOf(source, offset), hint });
}

export { refuseIn } from "../errors.js";

/** Returns the text of bytes[start, end), or of all bytes. */
export function textOf(bytes: Uint8Array, start = 0, end = bytes.length): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.max(0, end - start)).toString("utf8");
}

function countCharacters(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let index = start; index < end; index++) {
    // Bytes of the form 10xxxxxx continue a character.
    if ((bytes[index] & 0xc0) !== 0x80) count++;
  }
  return count;
}

function excerptAround(bytes: Uint8Array, lineStart: number, column: number): Partial<Location> {
  let lineEnd = lineStart;
  while (lineEnd < bytes.length && bytes[lineEnd] !== LINE_FEED && bytes[lineEnd] !== CARRIAGE_RETURN) {
    lineEnd++;
  }
  const first = column <= EXCERPT_WIDTH ? 1 : column - EXCERPT_BEFORE;
  // A character has at most four bytes. So a line of megabytes is not decoded as a whole.
  const start = first === 1 ? lineStart : skipCharacters(bytes, lineStart, first - 1);
  const text = textOf(bytes, start, Math.min(lineEnd, start + 4 * EXCERPT_WIDTH));
  if (text.trim() === "") return {}; // a caret under an empty line shows nothing
  const excerpt = Array.from(text).slice(0, EXCERPT_WIDTH).join("");
  return first === 1 ? { excerpt } : { excerpt, excerptColumn: first };
}

function skipCharacters(bytes: Uint8Array, start: number, count: number): number {
  let index = start;
  for (let skipped = 0; skipped < count; skipped++) {
    index++;
    while (index < bytes.length && (bytes[index] & 0xc0) === 0x80) index++;
  }
  return index;
}
