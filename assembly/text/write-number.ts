import { findShortest, shortestDigits, shortestExponent } from "./shortest";

const PLUS: u8 = 43;
const MINUS: u8 = 45;
const POINT: u8 = 46;
const ZERO: u8 = 48;
const LETTER_E: u8 = 101;
const ZEROS: u64 = 0x3030303030303030;

/** The number of digits that are written; the shortest decimal never has more. */
const DIGITS: i32 = 17;
const TEN_TO_16: u64 = 10000000000000000;
const TEN_TO_8: u64 = 100000000;

/** Numbers with more whole digits are written with an exponent, as in JavaScript. */
const MOST_WHOLE_DIGITS: i32 = 21;
const MOST_ZEROS: i32 = 5;

/** Writes a finite float64 like String(x) in JavaScript, except −0 as `-0`, and returns the address after it. */
// @ts-ignore: decorator
@inline
export function writeNumber(bits: u64, to: usize): usize {
  store<u8>(to, MINUS);
  to += <usize>(bits >> 63);
  const magnitude = bits & 0x7fffffffffffffff;
  if (magnitude === 0) {
    store<u8>(to, ZERO);
    return to + 1;
  }
  findShortest(magnitude);
  let digits = shortestDigits;
  // With 17 digits, the number is 0.digits · 10^point.
  let point = shortestExponent + DIGITS;
  while (digits < TEN_TO_16) {
    digits *= 10;
    point--;
  }
  return placeDigits(digits, point, to);
}

/** Writes the 17 digits of 0.digits · 10^point as JavaScript would, without zeros at the end. */
// @ts-ignore: decorator
@inline
function placeDigits(digits: u64, point: i32, to: usize): usize {
  const nine = <u32>(digits / TEN_TO_8);
  const first = nine / <u32>TEN_TO_8;
  const middle = splitDigits(nine - first * <u32>TEN_TO_8);
  const last = splitDigits(<u32>(digits - <u64>nine * TEN_TO_8));
  const count = last !== 0 ? 17 - <i32>(clz(last) >> 3) : middle !== 0 ? 9 - <i32>(clz(middle) >> 3) : 1;

  if (point > 0 && point <= MOST_WHOLE_DIGITS) {
    storeDigits(to, first, middle, last);
    store<u64>(to + DIGITS, ZEROS);
    if (count <= point) return to + <usize>point;
    v128.store(to + <usize>point + 1, v128.load(to + <usize>point));
    store<u8>(to + <usize>point, POINT);
    return to + <usize>count + 1;
  }
  if (point <= 0 && point >= -MOST_ZEROS) {
    store<u64>(to, ZEROS);
    store<u8>(to + 1, POINT);
    to += <usize>(2 - point);
    storeDigits(to, first, middle, last);
    return to + <usize>count;
  }
  storeDigits(to + 1, first, middle, last);
  store<u8>(to, ZERO + <u8>first);
  store<u8>(to + 1, POINT);
  return writeExponent(point - 1, count === 1 ? to + 1 : to + <usize>count + 1);
}

/** Splits eight digits into bytes, the first one in the lowest byte: into halves, quarters and eighths, all at once. */
// @ts-ignore: decorator
@inline
function splitDigits(eight: u32): u64 {
  // Multiplications and shifts divide by 100 and by 10. This is exact for such small numbers.
  const upper = eight / 10000;
  const fours = <u64>upper | (<u64>(eight - upper * 10000) << 32);
  const hundreds = ((fours * 10486) >> 20) & 0x0000007f0000007f;
  const pairs = hundreds | ((fours - hundreds * 100) << 16);
  const tens = ((pairs * 103) >> 10) & 0x000f000f000f000f;
  return tens | ((pairs - tens * 10) << 8);
}

// @ts-ignore: decorator
@inline
function storeDigits(to: usize, first: u32, middle: u64, last: u64): void {
  store<u8>(to, ZERO + <u8>first);
  store<u64>(to, middle | ZEROS, 1);
  store<u64>(to, last | ZEROS, 9);
}

/** Writes the exponent: `e+21`, `e-7`, `e-324`. */
function writeExponent(exponent: i32, to: usize): usize {
  store<u8>(to, LETTER_E);
  store<u8>(to, exponent < 0 ? MINUS : PLUS, 1);
  to += 2;
  const magnitude = abs(exponent);
  if (magnitude >= 100) store<u8>(to++, ZERO + <u8>(magnitude / 100));
  if (magnitude >= 10) store<u8>(to++, ZERO + <u8>((magnitude / 10) % 10));
  store<u8>(to++, ZERO + <u8>(magnitude % 10));
  return to;
}
