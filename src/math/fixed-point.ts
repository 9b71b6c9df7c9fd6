// Real numbers as whole multiples of 2^-192. Sums are exact; products and quotients are cut after the 192nd binary
// place.

export const FRACTION_BITS = 192n;
export const ONE = 1n << FRACTION_BITS;

/** π, cut after 192 binary places (hexadecimal digits). */
export const PI = 0x3_243f6a88_85a308d3_13198a2e_03707344_a4093822_299f31d0n;

/** Converts a float64 without rounding, unless it has digits below 2^-192. Throws RangeError if it is not finite. */
export function toFixedPoint(value: number): bigint {
  if (!Number.isFinite(value)) throw new RangeError(`${value} has no fixed-point number`);
  let whole = value;
  let halvings = 0n;
  for (; !Number.isInteger(whole); halvings++) whole *= 2;
  return (BigInt(whole) << FRACTION_BITS) >> halvings;
}

/** Returns the nearest float64. */
export function fromFixedPoint(value: bigint): number {
  return Number(value) * 2 ** -Number(FRACTION_BITS);
}

/** Returns a·b. */
export function multiplyFixed(a: bigint, b: bigint): bigint {
  return (a * b) >> FRACTION_BITS;
}

/** Returns a / b. Throws RangeError for b = 0. */
export function divideFixed(a: bigint, b: bigint): bigint {
  return (a << FRACTION_BITS) / b;
}

/**
 * Returns ln x, correct to about 2^-180 relative to the larger of 1 and |ln x|. Throws RangeError unless x is finite
 * and positive.
 */
export function lnFixed(x: number): bigint {
  if (!(x > 0 && Number.isFinite(x))) throw new RangeError(`${x} has no logarithm`);
  let mantissa = x;
  let exponent = 0;
  for (; mantissa >= 2; exponent++) mantissa /= 2;
  for (; mantissa < 1; exponent--) mantissa *= 2;
  return lnOfMantissa(toFixedPoint(mantissa)) + BigInt(exponent) * lnOfMantissa(2n * ONE);
}

/** Returns ln m = 2·artanh((m − 1) / (m + 1)), a series in z² ≤ 1/9 for 1 ≤ m ≤ 2. */
function lnOfMantissa(m: bigint) {
  const z = divideFixed(m - ONE, m + ONE);
  const square = multiplyFixed(z, z);
  let total = 0n;
  let power = z;
  for (let k = 1n; power !== 0n; k += 2n) {
    total += power / k;
    power = multiplyFixed(power, square);
  }
  return 2n * total;
}

const HALVINGS = 8n;

/** Returns e^x, correct to about 2^-175 relative to the larger of 1 and e^x. */
export function expFixed(x: bigint): bigint {
  const ln2 = lnOfMantissa(2n * ONE);
  const doublings = x / ln2;
  // e^r = (e^(r/256))^256: the series for the small argument is short.
  const small = (x - doublings * ln2) >> HALVINGS;
  let total = ONE;
  let term = ONE;
  for (let k = 1n; term !== 0n && term !== -1n; k++) {
    term = multiplyFixed(term, small) / k;
    total += term;
  }
  for (let k = 0n; k < HALVINGS; k++) total = multiplyFixed(total, total);
  return total << doublings;
}
