import { lowerOf, upperOf, upperProduct } from "./powers";

/** The result of `findShortest`: the number is shortestDigits·10^shortestExponent. */
export let shortestDigits: u64 = 0;
export let shortestExponent: i32 = 0;

/**
 * Finds the shortest decimal that reads back to a positive finite float64; of several, the nearest. The algorithm is
 * Schubfach (Giulietti, "The Schubfach way to render doubles", 2020), section 9 and figure 4, with the names of the
 * paper. The digits may end with zeros.
 */
// @ts-ignore: decorator
@inline
export function findShortest(bits: u64): void {
  const fraction = bits & 0xfffffffffffff;
  const biased = <i32>(bits >> 52);
  const c = biased === 0 ? fraction : fraction | (<u64>1 << 52);
  const q = max(biased, 1) - 1075;
  const isEven = (c & 1) === 0;
  // Below a power of two the distance between doubles is half as large.
  const isCloser = fraction === 0 && biased > 1;
  // k = ⌊log₁₀ 2^q⌋, or ⌊log₁₀ ¾·2^q⌋; h = q + ⌊log₂ 10^−k⌋ + 1.
  const k = (q * 1262611 - (isCloser ? 524031 : 0)) >> 22;
  const h = <u64>(q + ((-k * 1741647) >> 19) + 1);
  const upper = upperOf(-k);
  // The paper rounds up every power that is not exact in 128 bits; those from 10^0 to 10^55 are exact.
  const lower = lowerOf(-k) + <u64>(-k > 55);
  // The product in 192 bits. The products for the two borders differ from it by the shifted power, which saves two
  // thirds of the multiplications.
  const factor = (c << 2) << h;
  const carried = upperProduct(lower, factor);
  const bottom = lower * factor;
  const middle = upper * factor + carried;
  const top = upperProduct(upper, factor) + <u64>(middle < carried);
  const number = roundToOdd(top, middle);
  const low = subtractShifted(top, middle, bottom, upper, lower, isCloser ? h : h + 1) + <u64>!isEven;
  const high = addShifted(top, middle, bottom, upper, lower, h + 1) - <u64>!isEven;

  const s = number >> 2;
  const tens = 10 * (s / 10);
  const isTenBelow = low <= 4 * tens;
  const isTenAbove = 4 * tens + 40 <= high;
  const isBelow = low <= 4 * s;
  const isAbove = 4 * s + 4 <= high;
  const half = 4 * s + 2;
  const isNearerAbove = number > half || (number === half && (s & 1) === 1);
  // Without branches, because the choice is unpredictable.
  const one = s + <u64>select(isAbove, isNearerAbove, isBelow !== isAbove);
  shortestDigits = select(tens + 10 * <u64>isTenAbove, one, s >= 10 && isTenBelow !== isTenAbove);
  shortestExponent = k;
}

/**
 * Returns the upper 64 of 192 bits. The last bit is set if a bit after it is set (section 9.9). The lowest of the
 * middle 64 bits is ignored, because it may come from rounding the power up.
 */
// @ts-ignore: decorator
@inline
function roundToOdd(top: u64, middle: u64): u64 {
  return top | <u64>(middle > 1);
}

/** Returns `roundToOdd` of a sum: 192 bits plus a power times 2^shift. */
// @ts-ignore: decorator
@inline
function addShifted(top: u64, middle: u64, bottom: u64, upper: u64, lower: u64, shift: u64): u64 {
  const carry = <u64>(bottom + (lower << shift) < bottom);
  const step = (upper << shift) | (lower >> (64 - shift));
  const sum = middle + step;
  const total = sum + carry;
  return roundToOdd(top + (upper >> (64 - shift)) + <u64>(sum < step) + <u64>(total < sum), total);
}

/** Returns the same for a difference. */
// @ts-ignore: decorator
@inline
function subtractShifted(top: u64, middle: u64, bottom: u64, upper: u64, lower: u64, shift: u64): u64 {
  const borrow = <u64>(bottom < lower << shift);
  const step = (upper << shift) | (lower >> (64 - shift));
  const rest = middle - step;
  return roundToOdd(top - (upper >> (64 - shift)) - <u64>(middle < step) - <u64>(rest < borrow), rest - borrow);
}
