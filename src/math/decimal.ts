import { tabulate } from "./lists.js";
/**
 * Rounds to a number of decimals as a person does on paper: halves away from zero. 1.005 counts as a half, although its
 * double is smaller. So does a number that misses a half by the noise of a sum: 2.9·0.97 + 1.1·0.62 = 3.495 is
 * 3.4949999999999997 in doubles. NaN and infinities stay.
 */
export function roundDecimals(value: number, decimals: number): number {
  if (!Number.isFinite(value) || value === 0) return value;
  const power = POWERS_OF_TEN[decimals];
  const scaled = Math.abs(value) * power;
  const below = Math.floor(scaled);
  const fromHalf = Math.abs(scaled - below - 0.5);
  if (scaled < 1e9 && (fromHalf > 1e-6 || fromHalf < NOISE)) {
    return withSignOf(value, (fromHalf < NOISE ? below + 1 : Math.round(scaled)) / power);
  }
  const { digits, exponent } = shortestDigits(value);
  const keep = exponent + 1 + decimals;
  if (keep >= digits.length) return value;
  return withSignOf(value, Number(`${(keep < 0 ? "" : roundDigits(digits, keep)) || "0"}e${-decimals}`));
}

/** A number that rounds to zero becomes 0, never −0. */
const withSignOf = (value: number, size: number) => Math.sign(value) * size + 0;

/**
 * The powers of ten that a double holds exactly. Others are undefined: a product with them is NaN, and the digits
 * decide.
 */
const POWERS_OF_TEN = tabulate(23, (power) => Number(`1e${power}`));

/**
 * In units of the last decimal. It is larger than the error of everyday sums, and smaller than differences in a
 * person's decimals.
 */
const NOISE = 1e-9;

/**
 * Cuts off the digits after these decimals. A number that only misses its last digit because of binary rounding keeps
 * it.
 */
export function truncateDecimals(value: number, decimals: number): number {
  const power = 10 ** decimals;
  return Math.trunc(value * power + Math.sign(value) * 1e-9) / power;
}

/** Rounds to a number of significant digits, halves away from zero as a person does. */
export function roundSignificant(value: number, count: number): number {
  return roundDecimals(value, count - 1 - shortestDigits(value).exponent);
}

/**
 * Returns the shortest decimal that reads back as |value| ≠ 0: d.ddd·10^exponent, with its digits without the point.
 */
export function shortestDigits(value: number): { digits: string; exponent: number } {
  const [mantissa, exponent] = Math.abs(value).toExponential().split("e");
  return { digits: mantissa.replace(".", ""), exponent: Number(exponent) };
}

/** Returns how many decimals a number needs to be written fully; 0 if it is not finite. */
export function decimalsNeeded(value: number): number {
  if (!Number.isFinite(value) || value === 0) return 0;
  const { digits, exponent } = shortestDigits(value);
  return Math.max(0, digits.length - 1 - exponent);
}

/** Returns the first `keep` digits, filled with zeros. The last digit is rounded up if the next one is 5 or above. */
export function roundDigits(digits: string, keep: number): string {
  const kept = digits.slice(0, keep).padEnd(keep, "0");
  if (keep >= digits.length || digits[keep] < "5") return kept;
  return String(BigInt(kept) + 1n);
}
