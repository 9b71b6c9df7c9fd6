import { isUtf8 } from "node:buffer";
import { type Cursor, cursorOver } from "./number.js";
import type { Source } from "./source.js";
import { readFrom } from "./stored.js";

/** A text and a position in it. The bytes are the whole text, or a moving piece of a large text. */
export interface Window extends Cursor {
  readonly source: Source;
  bytes: Buffer;
  /** The number of bytes of the text before and after this piece. */
  before: number;
  after: number;
  /** The buffer for the pieces. */
  buffer: Uint8Array;
}

/** Thrown for a piece of a large text that is not UTF-8, or not certainly. Then the whole text is needed. */
export class NeedsWholeText extends Error {}

/** Small enough to stay in the processor's cache during reading. */
const PIECE_BYTES = 256 * 1024;

/** Longer than any word, key or string that is read without checking for the end of the piece. */
const MIN_AHEAD = 64 * 1024;

/** Opens a window on a text, with the cursor at byte offset `start`. */
export function openWindow(source: Source, start: number): Window {
  const bytes = source.stored ? NOTHING : source.bytes;
  const window = { ...cursorOver(bytes), source, before: 0, after: 0, buffer: NOTHING };
  if (source.stored) load(window, start);
  else window.position = start;
  return window;
}

const NOTHING = new Uint8Array(0);

/** Returns the byte offset of the cursor in the text. */
export function placeOf({ before, position }: Window): number {
  return before + position;
}

/** Moves the cursor to a byte offset of the text. */
export function moveTo(window: Window, place: number): void {
  if (place >= window.before) window.position = place - window.before;
  else load(window, place);
}

/** Makes sure that enough bytes, or the end of the text, follow the cursor. */
export function ahead(window: Window): void {
  if (window.after > 0 && window.bytes.length - window.position < MIN_AHEAD) widen(window);
}

/** Moves the window to the cursor. If it already starts there, doubles its length. */
export function widen(window: Window): void {
  load(window, placeOf(window), window.position > 0 ? PIECE_BYTES : 2 * window.buffer.length);
}

function load(window: Window, place: number, size = PIECE_BYTES): void {
  const { source, buffer } = window;
  if (!source.stored) throw new RangeError("the whole text is one piece");
  const kept = buffer.length >= size ? buffer : Buffer.allocUnsafeSlow(size);
  const piece = wholeCharacters(readFrom(source.stored, place, size, kept));
  if (!isUtf8(piece) || piece.includes(0)) throw new NeedsWholeText();
  Object.assign(window, {
    buffer: kept,
    ...cursorOver(piece),
    before: place,
    after: Math.max(0, source.stored.size - place - piece.length),
  });
}

/** Removes an incomplete last character. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] & 0xc0) === 0x80) end--;
  const cut = end > 0 && bytes[end - 1] >= 0xc0;
  return cut && !isUtf8(bytes.subarray(end - 1)) ? bytes.subarray(0, end - 1) : bytes;
}
