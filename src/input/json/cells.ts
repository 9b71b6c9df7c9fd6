import { CLOSE_BRACKET, COMMA, OPEN_BRACKET, QUOTE } from "../bytes.js";
import type { Span } from "../forms/form.js";
import type { Source } from "../source.js";
import { ahead, placeOf } from "../window.js";
import { quotedEnd, skipSpace, startScan, wordEnd } from "./scan.js";

/** Where the numbers, words and strings stand of the array at byte offset `start`, in order: positions are found again, not kept. */
export function* cellsOf(source: Source, start: number): Generator<Span> {
  const scan = startScan(source, start);
  let depth = 0;
  let last = 0;
  do {
    const byte = skipSpace(scan);
    if (byte === -1) return;
    // Nothing before a comma is a cell of a sheet, too.
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
