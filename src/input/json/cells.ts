import type { Span } from "../forms/form.js";
import type { Source } from "../source.js";
import {
  CLOSE_BRACKET,
  COMMA,
  OPEN_BRACKET,
  QUOTE,
  skipSpace,
  startScan,
  stringEnd,
  wordEnd,
} from "./scan.js";

/** Where the numbers, words and strings stand of the array at byte offset `start`, in order: positions are found again, not kept. */
export function* cellsOf(source: Source, start: number): Generator<Span> {
  const scan = startScan(source, start);
  const { bytes, cursor } = scan;
  let depth = 0;
  do {
    const byte = skipSpace(scan);
    if (byte === -1) return;
    if (byte === OPEN_BRACKET || byte === CLOSE_BRACKET || byte === COMMA) {
      depth += byte === COMMA ? 0 : byte === OPEN_BRACKET ? 1 : -1;
      cursor.position++;
      continue;
    }
    const cellStart = cursor.position;
    const end = byte === QUOTE ? stringEnd(bytes, cellStart) : wordEnd(bytes, cellStart);
    if (end <= cellStart) return;
    cursor.position = end;
    yield { start: cellStart, end };
  } while (depth > 0);
}
