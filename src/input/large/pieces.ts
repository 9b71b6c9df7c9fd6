import type { LargeFile } from "../source.js";

/** A part of a text that ends where a row ends, and how many bytes of the text stand before and after it. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly before: number;
  readonly after: number;
}

/** Small enough to stay in the processor's cache while it is read. */
const PIECE_BYTES = 256 * 1024;

/** A row longer than this is not looked for the end of. */
const LONGEST_ROW = 32 * 1024 * 1024;

/**
 * The text of a file in pieces that end with the byte `terminator`; only the last may end otherwise. Each is good until
 * the next one is asked for, since all stand in the same buffer. Stops early, with some of `size` after the last piece,
 * at a row of more than 32 MiB.
 */
export function* piecesOf(file: LargeFile, terminator: number): Generator<Piece> {
  let buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
  let filled = 0;
  let before = 0;
  for (;;) {
    const count = file.read(buffer.subarray(filled));
    filled += count;
    const end = count === 0 ? filled : buffer.lastIndexOf(terminator, filled - 1) + 1;
    if (end > 0) {
      yield { bytes: buffer.subarray(0, end), before, after: Math.max(0, file.size - before - end) };
      buffer.copyWithin(0, end, filled);
      filled -= end;
      before += end;
    } else if (filled === buffer.length) {
      if (filled >= LONGEST_ROW) return;
      buffer = Buffer.concat([buffer], 2 * filled);
    }
    if (count === 0) return;
  }
}
