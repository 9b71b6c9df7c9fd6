import { tabulate } from "./lists.js";
/**
 * Rounds to so many decimals as a person does who works with decimal numbers: halves away from zero. 1.005 is a half
 * although its double lies below, and so is what misses one by the noise of a sum: 2.9·0.97 + 1.1·0.62 = 3.495 is
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

/** What rounds to nothing is 0, and no −0. */
const withSignOf = (value: number, size: number) => Math.sign(value) * size + 0;

/** The powers of ten that a double holds exactly. Others are undefined here: a product with them is NaN, and digits decide. */
const POWERS_OF_TEN = tabulate(23, (power) => Number(`1e${power}`));

/** In units of the last decimal: more than sums of everyday numbers go wrong by, less than a person's decimals differ by. */
const NOISE = 1e-9;

/** Rounds to so many significant digits, halves away from zero as a person does. */
export function roundSignificant(value: number, count: number): number {
  return roundDecimals(value, count - 1 - shortestDigits(value).exponent);
}

/** The shortest decimal that reads back to |value| ≠ 0: d.ddd·10^exponent, its digits without the point. */
export function shortestDigits(value: number): { digits: string; exponent: number } {
  const [mantissa, exponent] = Math.abs(value).toExponential().split("e");
  return { digits: mantissa.replace(".", ""), exponent: Number(exponent) };
}

/** With how many decimals a number has to be written; 0 for what is not finite. */
export function decimalsOf(value: number): number {
  if (!Number.isFinite(value) || value === 0) return 0;
  const { digits, exponent } = shortestDigits(value);
  return Math.max(0, digits.length - 1 - exponent);
}

/** The first `keep` digits, filled up with zeros, one more in the last place when the next digit is 5 or above. */
export function roundDigits(digits: string, keep: number): string {
  const kept = digits.slice(0, keep).padEnd(keep, "0");
  if (keep >= digits.length || digits[keep] < "5") return kept;
  return String(BigInt(kept) + 1n);
}
