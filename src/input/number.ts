import { fillPower, MAX_POWER, MIN_POWER, POWER_STRIDE, powersOfTen, SPLITTER } from "./powers-of-ten.js";

/** A place in bytes that moves as they are read. `view` shows the same bytes: it reads four of them at once. */
export interface Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** From 0 to bytes.length. */
  position: number;
}

/** A cursor at the start of these bytes; make one a buffer, not one a number. */
export function cursorOver(bytes: Uint8Array): Cursor {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), position: 0 };
}

/** The powers of ten that doubles hold exactly. */
const exactPowers = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/**
 * The decimal number that starts at the cursor, bit for bit what Number() gives for it (±Infinity when too large), and
 * the cursor moved behind it; NaN, with the cursor left where it is, when none starts there.
 * Reads a sign, digits with a point anywhere (`.5` and `5.` too) and an exponent after e, E, d or D; in `1e` or `1e+`
 * the number is `1`, and the `e` is left.
 */
export function scanNumber(cursor: Cursor): number {
  // Constants live in the functions: V8 folds them there, but loads and checks those of a module each time.
  const ZERO = 48;
  const POINT = 46;
  const PLUS = 43;
  const MINUS = 45;
  const LETTERS = 65;
  const { bytes, view, position: start } = cursor;
  const length = bytes.length;
  if (start >= length) return Number.NaN;

  // 1 or 0 without a branch: signs are often random, and a mispredicted branch costs as much as several digits.
  const minus = ((bytes[start] ^ MINUS) - 1) >>> 31;
  const first = bytes[start] === PLUS ? start + 1 : start + minus;
  let at = first;
  while (at < length && bytes[at] === ZERO) at++;

  // The first nine significant digits go to `high`, the next nine to `low`: each fits an int32, quicker than a double.
  // `origin` is where the first one would stand if there were no point, so that at − origin counts them.
  let origin = at;
  let room = 9;
  let stop = Math.min(origin + room, length);
  let point = -1;
  let high = 0;
  let low = 0;
  for (;;) {
    if (point >= 0 && at + 8 <= stop) {
      const eight = eightDigits(view, at);
      if (eight >= 0) {
        low = (Math.imul(low, 100_000_000) + eight) | 0;
        at += 8;
      }
    }
    for (; at < stop; at++) {
      const digit = bytes[at] - ZERO;
      if (digit >>> 0 > 9) break;
      low = (Math.imul(low, 10) + digit) | 0;
    }
    if (room === 9 && at === origin + 9) {
      room = 18;
      high = low;
      low = 0;
    } else if (point < 0 && at < length && bytes[at] === POINT) {
      point = at++;
      origin++;
      if (high === 0 && low === 0) {
        while (at < length && bytes[at] === ZERO) at++;
        origin = at;
      }
    } else break;
    stop = Math.min(origin + room, length);
  }

  // Of the digits after eighteen it only matters how many there are, and whether one is not 0.
  let dropped = 0;
  let droppedBits = 0;
  if (at === origin + 18) {
    for (; at < length; at++) {
      const digit = bytes[at] - ZERO;
      if (digit >>> 0 <= 9) {
        dropped++;
        droppedBits |= digit;
      } else if (point < 0 && bytes[at] === POINT) {
        point = at;
        origin++;
      } else break;
    }
  }
  if (at - first === (point < 0 ? 0 : 1)) return Number.NaN;

  let exponent = dropped - (point < 0 ? 0 : at - point - 1);
  cursor.position = at;
  if (at < length && bytes[at] >= LETTERS) exponent += scanExponent(cursor);
  const magnitude = nearestDouble(high, low, at - origin - dropped, exponent, droppedBits !== 0);
  if (Number.isNaN(magnitude)) {
    return Number(textOf(bytes, start, cursor.position).replace(/d/i, "e"));
  }
  return magnitude * (1 - 2 * minus);
}

/** The integer that eight digits from bytes[at] on write, or −1 when one of them is no digit. */
function eightDigits(view: DataView, at: number): number {
  // Four bytes an int32, the first one on top, and 48 taken off each by ^. A byte is above 9 when it has its top bit or
  // gets it from 118 more; a byte of 138 or more also carries into the one above, where it can only look like more.
  const a = view.getInt32(at) ^ 0x30303030;
  const b = view.getInt32(at + 4) ^ 0x30303030;
  const above9 = (a + 0x76767676) | a | (b + 0x76767676) | b;
  if ((above9 & 0x80808080) !== 0) return -1;
  // Neighbours are joined: bytes 2 and 0 now hold two digits each.
  const pairsOfA = a + Math.imul(a >>> 8, 10);
  const pairsOfB = b + Math.imul(b >>> 8, 10);
  const upper = Math.imul((pairsOfA >>> 16) & 0xff, 100) + (pairsOfA & 0xff);
  const lower = Math.imul((pairsOfB >>> 16) & 0xff, 100) + (pairsOfB & 0xff);
  return Math.imul(upper, 10_000) + lower;
}

/** The exponent whose letter is at the cursor, which moves behind it; 0, with the cursor left, when there is none. */
function scanExponent(cursor: Cursor): number {
  const { bytes, position } = cursor;
  const length = bytes.length;
  const letter = bytes[position] | 32;
  if (letter !== 101 /* e */ && letter !== 100 /* d */) return 0;
  let at = position + 1;
  const negative = at < length && bytes[at] === 45; /* - */
  if (negative || (at < length && bytes[at] === 43) /* + */) at++;
  const first = at;
  let exponent = 0;
  for (; at < length; at++) {
    const digit = bytes[at] - 48;
    if (digit >>> 0 > 9) break;
    exponent = exponent * 10 + digit;
  }
  if (at === first) return 0;
  cursor.position = at;
  return negative ? -exponent : exponent;
}

/**
 * The double nearest to d·10^exponent, where d is the integer of `count` ≤ 18 digits, the first nine in `high` when
 * there are so many, or up to 1 more when `inexact`; NaN when the nearest is not certain from that.
 */
function nearestDouble(high: number, low: number, count: number, exponent: number, inexact: boolean): number {
  // Exact: high < 2^30, and 10^9 is 2^9 times a number below 2^21.
  const upper = count >= 9 ? high * exactPowers[count - 9] : 0;
  const mantissa = upper + low;
  if (mantissa < 2 ** 53 && exponent >= -22 && exponent <= 22) {
    // Two exact doubles, so one rounding (Clinger 1990).
    return exponent < 0 ? mantissa / exactPowers[-exponent] : mantissa * exactPowers[exponent];
  }
  if (mantissa === 0) return 0;
  if (exponent < MIN_POWER || exponent > MAX_POWER) return Number.NaN;

  const index = (exponent - MIN_POWER) * POWER_STRIDE;
  if (powersOfTen[index] === 0) fillPower(exponent);
  const power = powersOfTen[index];
  const powerUpper = powersOfTen[index + 1];
  const powerLower = powersOfTen[index + 2];
  const powerRest = powersOfTen[index + 3];

  // mantissa + rest is d exactly, and product + error is mantissa·power exactly (Dekker 1971).
  const rest = low - (mantissa - upper);
  const cut = mantissa * SPLITTER;
  const mantissaUpper = cut - (cut - mantissa);
  const mantissaLower = mantissa - mantissaUpper;
  const product = mantissa * power;
  const error =
    mantissaLower * powerLower -
    (product - mantissaUpper * powerUpper - mantissaLower * powerUpper - mantissaUpper * powerLower);
  const correction = error + (rest * power + mantissa * powerRest);

  // What was left out or rounded is below 2^-100 of the product: the slack is ample, and seldom in the way.
  const slack = product * 2 ** -90;
  const least = product + (correction - slack);
  const most = product + (correction + slack + (inexact ? power : 0));
  return least === most ? least : Number.NaN;
}

/**
 * True when bytes[start, end) is an integer literal (a sign and digits, no more) that no double equals, so that reading
 * it rounds it; not to be asked unless the value is beyond ±2^53.
 */
export function isInexactInteger(bytes: Uint8Array, start: number, end: number): boolean {
  const text = textOf(bytes, start, end);
  if (!/^[+-]?\d+$/.test(text)) return false;
  const value = Number(text);
  return !Number.isFinite(value) || BigInt(value) !== BigInt(text);
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
}
