import { MINUS, PLUS, POINT } from "./bytes.js";

/** A place in bytes that moves as they are read. */
export interface Cursor {
  readonly bytes: Buffer;
  /** From 0 to bytes.length. */
  position: number;
}

/** From here on float64 does not hold every integer. */
export const TWO_53 = 2 ** 53;

/** A cursor at the start of these bytes. */
export function cursorOver({ buffer, byteOffset, byteLength }: Uint8Array): Cursor {
  return { bytes: Buffer.from(buffer, byteOffset, byteLength), position: 0 };
}

/**
 * The decimal number that starts at the cursor (±Infinity when too large), and the cursor moved behind it; NaN, with the
 * cursor left where it is, when none starts there.
 */
export function scanNumber(cursor: Cursor): number {
  const { bytes, position } = cursor;
  const end = numberEnd(bytes, position);
  cursor.position = end;
  return end === position ? Number.NaN : toNumber(bytes.toString("latin1", position, end));
}

/** What a text says that `numberEnd` takes for a number: Number() does not know the d of Fortran's exponents. */
export function toNumber(text: string): number {
  const value = Number(text);
  return Number.isNaN(value) ? Number(text.replace(/d/i, "e")) : value;
}

/**
 * Where the decimal number ends that starts at byte `start`; `start` itself when none does. It has a sign, digits with a
 * point anywhere (`.5` and `5.` too) and an exponent after e, E, d or D; of `1e` and `1e+` the number is `1`.
 */
export function numberEnd(bytes: Uint8Array, start: number): number {
  const first = behindSign(bytes, start);
  const point = digitsEnd(bytes, first);
  const end = bytes[point] === POINT ? digitsEnd(bytes, point + 1) : point;
  if (end - first === (end === point ? 0 : 1)) return start;
  const letter = bytes[end] | 32;
  if (letter !== 101 /* e */ && letter !== 100 /* d */) return end;
  const exponent = behindSign(bytes, end + 1);
  const last = digitsEnd(bytes, exponent);
  return last === exponent ? end : last;
}

function behindSign(bytes: Uint8Array, at: number): number {
  return bytes[at] === PLUS || bytes[at] === MINUS ? at + 1 : at;
}

function digitsEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] >= 48 && bytes[at] <= 57) at++;
  return at;
}

/** Times a power of ten, rounded once: 0.0123 below the factor 1.0e+05 is what `Number("0.0123e5")` gives. */
export function multiplyByPower(data: Float64Array, exponent: number): void {
  for (const [cell, value] of data.entries()) {
    const [digits, own = "0"] = String(value).split("e");
    if (Number.isFinite(value)) data[cell] = Number(`${digits}e${Number(own) + exponent}`);
  }
}
