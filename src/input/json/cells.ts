import { CLOSE_BRACKET, COMMA, OPEN_BRACKET, QUOTE } from "../bytes.js";
import type { Span } from "../forms/form.js";
import type { Source } from "../source.js";
import { ahead, placeOf } from "../window.js";
import { type JsonScan, quotedEnd, skipSpace, startScan, wordEnd } from "./scan.js";

/**
 * Yields the places of the numbers, words and strings in the array at byte `start`, in order. Places are not stored
 * while parsing, so this scans the text again.
 */
export function* cellsOf(source: Source, start: number): Generator<Span> {
  const scan = startScan(source, start);
  let depth = 0;
  let last = 0;
  do {
    const byte = skipSpace(scan);
    if (byte === -1) return;
    if (byte === OPEN_BRACKET) depth++;
    if (byte === CLOSE_BRACKET) depth--;
    // On a sheet, an empty place before a comma is a cell too.
    const isBlank = byte === COMMA && (last === COMMA || last === OPEN_BRACKET);
    if (isBlank) yield { start: placeOf(scan), end: placeOf(scan) };
    last = byte;
    if (MARKS.includes(byte)) scan.position++;
    else {
      const cell = passCell(scan, byte);
      if (!cell) return;
      yield cell;
    }
  } while (depth > 0);
}

const MARKS: readonly number[] = [OPEN_BRACKET, CLOSE_BRACKET, COMMA];

/** Moves past the number, word or string at the cursor, and returns its place. */
function passCell(scan: JsonScan, first: number): Span | undefined {
  ahead(scan);
  const start = placeOf(scan);
  const end = first === QUOTE ? quotedEnd(scan) : wordEnd(scan.bytes, scan.position);
  if (end <= scan.position) return undefined;
  scan.position = end;
  return { start, end: placeOf(scan) };
}
