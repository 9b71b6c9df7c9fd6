import { INFINITY, nearestDouble } from "./nearest";

const PLUS: u8 = 43;
const MINUS: u8 = 45;
const POINT: u8 = 46;
const ZERO: u32 = 48;
const ZEROS: u64 = 0x3030303030303030;
const LETTER_E: u8 = 101;

/** Every integer with up to this many digits fits into 64 bits. */
const MOST_DIGITS: i32 = 19;

/** Larger exponents do not change the result, and this limit keeps the exponent far from overflow. */
const MOST_EXPONENT: i32 = 99999;

const SMALL_POWERS = memory.data<u64>([1, 10, 100, 1000, 10000, 100000, 1000000, 10000000]);

/**
 * Reads the decimal number at `at`, stores its float64 at `to`, and returns the address after it. Returns 0 if
 * src/input/number.ts must read it: text that is not a number, more than 19 digits, numbers beyond the largest double,
 * and integers above 2^53, which may need a warning about rounding. It reads 8 bytes at a time; the text must end with
 * a byte that is not a digit.
 */
// @ts-ignore: decorator
@inline
export function scanNumber(at: usize, to: usize): usize {
  // Without a branch: signs are often random, and a mispredicted branch costs as much as several digits.
  const negative = <u64>(load<u8>(at) === MINUS);
  at += <usize>negative;
  if (load<u8>(at) === PLUS && !negative) at++;
  const first = at;
  let value: u64 = 0;
  for (let digit = <u32>load<u8>(at) - ZERO; digit <= 9; digit = <u32>load<u8>(++at) - ZERO) {
    value = value * 10 + digit;
  }
  let count = <i32>(at - first);
  let exponent = 0;
  let isInteger = true;
  if (load<u8>(at) === POINT) {
    isInteger = false;
    const fraction = ++at;
    let eight = load<u64>(at) ^ ZEROS;
    let others = otherBytes(eight);
    while (others === 0) {
      value = value * 100000000 + joinDigits(eight);
      at += 8;
      eight = load<u64>(at) ^ ZEROS;
      others = otherBytes(eight);
    }
    // Without a loop, whose end would be mispredicted: the remaining digits are padded with zeros in front.
    const rest = ctz(others) & 56;
    value = value * load<u64>(SMALL_POWERS + <usize>rest) + joinDigits((eight << (56 - rest)) << 8);
    at += <usize>(rest >> 3);
    exponent = <i32>(fraction - at);
    count -= exponent;
  }
  if (count === 0) return 0;
  if (count > MOST_DIGITS && count - leadingZeros(first) > MOST_DIGITS) return 0;
  if ((load<u8>(at) | 32) === LETTER_E) {
    const end = scanExponent(at + 1);
    if (end === 0) return 0;
    isInteger = false;
    exponent += written;
    at = end;
  }
  if (isInteger && value > <u64>1 << 53) return 0;
  const bits = nearestDouble(value, exponent);
  if (bits === INFINITY) return 0;
  store<u64>(to, bits | (negative << 63));
  return at;
}

/**
 * Returns the top bit of each byte that is not a digit. The input has the upper half of digits removed by XOR. A byte
 * that is not a digit has its top bit set already, or adding 118 sets it. A carry can only affect bytes after such a
 * byte.
 */
// @ts-ignore: decorator
@inline
function otherBytes(eight: u64): u64 {
  return ((eight + 0x7676767676767676) | eight) & 0x8080808080808080;
}

/**
 * Returns the integer of eight digits, the first one in the lowest byte: neighbours are joined to pairs, fours and
 * eight.
 */
// @ts-ignore: decorator
@inline
function joinDigits(eight: u64): u64 {
  const pairs = eight * 10 + (eight >> 8);
  const upper = (pairs & 0x000000ff000000ff) * ((<u64>1000000 << 32) + 100);
  const lower = ((pairs >> 16) & 0x000000ff000000ff) * ((<u64>10000 << 32) + 1);
  return (upper + lower) >> 32;
}

/** The exponent that `scanExponent` read. */
let written: i32 = 0;

/** Reads the exponent after its letter. Returns 0 if it is not an integer, or too large. */
function scanExponent(at: usize): usize {
  const sign = load<u8>(at);
  if (sign === MINUS || sign === PLUS) at++;
  const first = at;
  written = 0;
  for (let digit = <u32>load<u8>(at) - ZERO; digit <= 9; digit = <u32>load<u8>(++at) - ZERO) {
    written = written * 10 + digit;
    if (written > MOST_EXPONENT) return 0;
  }
  if (sign === MINUS) written = -written;
  return at === first ? 0 : at;
}

/** Counts the zeros before the first other digit. A point may stand between them. */
function leadingZeros(at: usize): i32 {
  let zeros = 0;
  for (let byte = load<u8>(at); byte === ZERO || byte === POINT; byte = load<u8>(++at)) {
    if (byte === ZERO) zeros++;
  }
  return zeros;
}
