import { readFrom, type Stored } from "../stored.js";

/** Lines of a text, and how many of its bytes stand before and after them. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly before: number;
  readonly after: number;
}

/** Small enough to stay in the processor's cache while it is read. */
const PIECE_BYTES = 256 * 1024;

/** A line longer than this is not looked for the end of. */
const LONGEST_LINE = 32 * 1024 * 1024;

const LINE_FEED = 10;

/**
 * A text in pieces that end with a line feed; only the last may end otherwise. Each is good until the next one is asked
 * for. Stops early, with some of the text after the last piece, at a line of more than 32 MiB.
 */
export function* linesInPieces(stored: Stored): Generator<Piece> {
  let buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
  let before = 0;
  while (before < stored.size) {
    const read = readFrom(stored, before, buffer.length, buffer);
    const isLast = before + read.length >= stored.size;
    const end = isLast ? read.length : read.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) {
      yield { bytes: read.subarray(0, end), before, after: stored.size - before - end };
      before += end;
    } else if (read.length < buffer.length || buffer.length >= LONGEST_LINE) return;
    else buffer = Buffer.allocUnsafeSlow(2 * buffer.length);
  }
}
