import { shortestDigits } from "./decimal.js";

/** An exact fraction in lowest terms. Its denominator is positive. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Returns a fraction in lowest terms. Throws RangeError if the denominator is 0. */
export function fraction(numerator: bigint, denominator = 1n): Fraction {
  if (denominator === 0n) throw new RangeError("the denominator is 0");
  const common = commonDivisor(numerator, denominator);
  const divisor = denominator < 0n ? -common : common;
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

/**
 * Returns the fraction of the decimal number that a person sees: 0.1 is 1/10. Throws RangeError for NaN and infinities.
 */
export function toFraction(value: number): Fraction {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no fraction`);
  const { digits, exponent } = shortestDigits(value);
  const whole = value < 0 ? -BigInt(digits) : BigInt(digits);
  const places = exponent + 1 - digits.length;
  return places < 0 ? fraction(whole, 10n ** BigInt(-places)) : fraction(whole * 10n ** BigInt(places));
}

/** Returns a + b. */
export function addFractions(a: Fraction, b: Fraction): Fraction {
  return fraction(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

/** Returns a·b. */
export function multiplyFractions(a: Fraction, b: Fraction): Fraction {
  return fraction(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** Returns 1/a. Throws RangeError for 0. */
export function invertFraction({ numerator, denominator }: Fraction): Fraction {
  return fraction(denominator, numerator);
}

/** Larger square factors stay under the root. The result is then correct, but not the simplest. */
const LARGEST_TRIED = 1000n;

/** Returns √a = factor·√radicand with a radicand as small as possible. a ≥ 0. */
export function squareRoot({ numerator, denominator }: Fraction): { factor: Fraction; radicand: bigint } {
  // √(p/q) = √(p·q) / q
  let radicand = numerator * denominator;
  let outside = 1n;
  for (let k = 2n; k <= LARGEST_TRIED && k * k <= radicand; k++) {
    while (radicand % (k * k) === 0n) {
      radicand /= k * k;
      outside *= k;
    }
  }
  const whole = wholeRoot(radicand, 2);
  return whole === undefined
    ? { factor: fraction(outside, denominator), radicand }
    : { factor: fraction(outside * whole, denominator), radicand: 1n };
}

/** Returns the whole number whose `degree`-th power is `value`, or undefined. value ≥ 0. */
export function wholeRoot(value: bigint, degree: number): bigint | undefined {
  const near = Math.round(Number(value) ** (1 / degree));
  if (!Number.isSafeInteger(near)) return undefined;
  return BigInt(near) ** BigInt(degree) === value ? BigInt(near) : undefined;
}

/** Returns the greatest common divisor. It is positive also for negative numbers. */
function commonDivisor(a: bigint, b: bigint) {
  let [larger, smaller] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (smaller > 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}
