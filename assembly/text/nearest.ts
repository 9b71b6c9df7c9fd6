import { LOWEST_POWER, lowerOf, upperOf, upperProduct } from "./powers";

export const INFINITY: u64 = <u64>0x7ff << 52;

/** The powers of ten that float64 represents exactly. */
const EXACT_POWERS = memory.data<f64>([
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
]);

/** Returns the bits of the float64 nearest to digits·10^exponent, ties to even. */
// @ts-ignore: decorator
@inline
export function nearestDouble(digits: u64, exponent: i32): u64 {
  if (digits <= <u64>1 << 53 && exponent >= -14 && exponent <= 22) {
    // Both numbers are exact, so there is only one rounding (Clinger, "How to read floating point numbers accurately",
    // 1990).
    const power = load<f64>(EXACT_POWERS + (<usize>abs(exponent) << 3));
    const whole = <f64>digits;
    return reinterpret<u64>(exponent < 0 ? whole / power : whole * power);
  }
  if (digits === 0 || exponent < LOWEST_POWER) return 0;
  return exponent > 308 ? INFINITY : eiselLemire(digits, exponent);
}

/**
 * Rounds with 128 bits of the power, which are enough in every case (Lemire, "Number parsing at a gigabyte per second",
 * 2021, section 5; Mushtak and Lemire, "Fast number parsing without fallback", 2023).
 */
// @ts-ignore: decorator
@inline
function eiselLemire(digits: u64, exponent: i32): u64 {
  const zeros = clz(digits);
  const significand = digits << zeros;
  let upper = upperProduct(significand, upperOf(exponent));
  let lower = significand * upperOf(exponent);
  // 55 bits are needed. The lower half of the power can change them only if all remaining bits are ones.
  if ((upper & 0x1ff) === 0x1ff) {
    const carried = upperProduct(significand, lowerOf(exponent));
    lower += carried;
    if (lower < carried) upper++;
  }
  const top = <i32>(upper >> 63);
  let mantissa = upper >> (top + 9);
  // ⌊log₂ 10^exponent⌋ = (217706·exponent) >> 16.
  let binary = ((217706 * exponent) >> 16) + 63 + top - <i32>zeros + 1023;
  if (binary <= 0) return subnormal(mantissa, 1 - binary);
  // A number exactly between two doubles is rounded to the even one.
  const isExact = lower <= 1 && exponent >= -4 && exponent <= 23 && mantissa << (top + 9) === upper;
  if (isExact && (mantissa & 3) === 1) mantissa--;
  mantissa = (mantissa + (mantissa & 1)) >> 1;
  if (mantissa >> 53 !== 0) {
    mantissa >>= 1;
    binary++;
  }
  return binary >= 0x7ff ? INFINITY : (<u64>binary << 52) | (mantissa & 0xfffffffffffff);
}

/** Rounds 54 bits to a subnormal number. `surplus` + 1 of them are below its last bit. */
function subnormal(mantissa: u64, surplus: i32): u64 {
  if (surplus >= 64) return 0;
  const kept = mantissa >> surplus;
  // If this rounds up to 2^52, the bits are those of the smallest normal number.
  return (kept + (kept & 1)) >> 1;
}
