import { CLOSE_BRACKET, COMMA, OPEN_BRACKET, QUOTE } from "../bytes.js";
import type { Span } from "../forms/form.js";
import type { Source } from "../source.js";
import { ahead, placeOf } from "../window.js";
import { quotedEnd, skipSpace, startScan, wordEnd } from "./scan.js";

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
    // On a sheet, an empty place before a comma is a cell too.
    if (byte === COMMA && (last === COMMA || last === OPEN_BRACKET))
      yield { start: placeOf(scan), end: placeOf(scan) };
    last = byte;
    if (byte === OPEN_BRACKET || byte === CLOSE_BRACKET || byte === COMMA) {
      depth += byte === COMMA ? 0 : byte === OPEN_BRACKET ? 1 : -1;
      scan.position++;
      continue;
    }
    ahead(scan);
    const cellStart = placeOf(scan);
    const end = byte === QUOTE ? quotedEnd(scan) : wordEnd(scan.bytes, scan.position);
    if (end <= scan.position) return;
    scan.position = end;
    yield { start: cellStart, end: placeOf(scan) };
  } while (depth > 0);
}
