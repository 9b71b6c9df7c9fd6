import { MINUS, PLUS, POINT } from "./bytes.js";

/** A position in bytes that moves during reading. */
export interface Cursor {
  readonly bytes: Buffer;
  /** The next byte to read, from 0 to bytes.length. */
  position: number;
}

/** Describes for a message what is at the cursor: `there is "]"`, `the text ends`. */
export function foundText({ bytes, position }: Cursor): string {
  if (position >= bytes.length) return "the text ends";
  const [, word = " "] = /^\s*(\w+|\S{1,12})/.exec(bytes.toString("utf8", position, position + 60)) ?? [];
  return `there is ${JSON.stringify(word)}`;
}

/** From this number on, float64 does not contain every integer. */
export const TWO_53 = 2 ** 53;

/** Returns a cursor at the start of the bytes. */
export function cursorOver({ buffer, byteOffset, byteLength }: Uint8Array): Cursor {
  return { bytes: Buffer.from(buffer, byteOffset, byteLength), position: 0 };
}

/** Returns the value of a text that `numberEnd` accepts. Number() does not know the d in exponents of Fortran. */
export function toNumber(text: string): number {
  const value = Number(text);
  return Number.isNaN(value) ? Number(text.toLowerCase().replace("d", "e")) : value;
}

/**
 * Returns where the decimal number at byte `start` ends; `start` if there is none. A number has a sign, digits with a
 * point anywhere (`.5` and `5.` too), and an exponent after e, E, d or D. In `1e` and `1e+` the number is `1`.
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

/** Multiplies by a power of ten, rounded once: 0.0123 with the factor 1.0e+05 gives `Number("0.0123e5")`. */
export function multiplyByPower(data: Float64Array, exponent: number): void {
  for (const [cell, value] of data.entries()) {
    const [digits, own = "0"] = String(value).split("e");
    if (Number.isFinite(value)) data[cell] = Number(`${digits}e${Number(own) + exponent}`);
  }
}
