import { shortestDigits } from "./decimal.js";
import { tabulate } from "./lists.js";

/** A number with the precision it was written with: 1.0 and 1.00 are different claims. */
export interface WrittenNumber {
  readonly value: number;
  /** Places of the last digit behind the point: 2 for 0.50, 0 for 3 and 1e2, −1 for 1.5e2. */
  readonly decimals: number;
}

/** Decimals of a number that was written exactly (as 1/3 or √2), or that no double can tell from it. */
export const EXACT_DECIMALS = 15;

/**
 * How many decimals a typed number has: 2 in "0.50", 7 in "3e-7", EXACT_DECIMALS in anything that is no plain decimal. Digits behind the
 * point of a power of ten say how precise it is, −1 in "1.5e2"; "1e2" and "1.e+02" have none and are the whole number 100.
 */
export function decimalsOf(text: string): number {
  const plain = /^[-+]?(?:\d+(?:\.(\d*))?|\.(\d+))(?:[eE]([-+]?\d+))?$/.exec(text.trim());
  if (!plain) return EXACT_DECIMALS;
  const [, fraction = "", onlyFraction = fraction, exponent = 0] = plain;
  return Math.min(EXACT_DECIMALS, timesPowerOfTen(onlyFraction.length, Number(exponent)));
}

/** The decimals of a number with so many once it is multiplied by 10^exponent. A whole number stays one. */
export function timesPowerOfTen(decimals: number, exponent: number): number {
  return decimals === 0 ? Math.max(0, -exponent) : decimals - exponent;
}

/** Half a unit of the last digit by decimals; a power for every cell would be most of the work of a check. */
const HALF_UNITS = tabulate(EXACT_DECIMALS + 1, (decimals) => 0.5 * 10 ** -decimals);

const halfUnit = (decimals: number): number => HALF_UNITS[decimals] ?? 0.5 * 10 ** -decimals;

/** Half a unit of the last digit, and what binary arithmetic may add. */
export const halfUnitOf = ({ value, decimals }: WrittenNumber): number =>
  halfUnit(decimals) + 1e-9 * Math.max(1, Math.abs(value));

/** By how much a number that was written may differ: half a unit of its last digit, and what float32 adds where it was worked in these. */
export const toleranceOf = (number: WrittenNumber): number => halfUnitOf(number) + noiseOf(number);

/** What float32 adds to a number that is one; sums of doubles add next to nothing. */
export const noiseOf = (number: WrittenNumber): number =>
  isSingle(number) ? 2 ** -22 * Math.max(1, Math.abs(number.value)) : 0;

/** A float32 is told by so many digits. */
const DIGITS_OF_SINGLE = 7;

/** Whether a number of many digits is a float32, as far as it is written. */
const isSingle = ({ value, decimals }: WrittenNumber): boolean =>
  decimals >= DIGITS_OF_SINGLE - 1 &&
  Math.abs(Math.fround(value) - value) <= halfUnit(decimals) &&
  shortestDigits(value).digits.length >= DIGITS_OF_SINGLE;

/** A number this low stands for −∞ in hand calculations and code: −1e9, −10000. */
const STANDS_FOR_MINUS_INFINITY = -1000;

/** Whether a number rounds to what was written. −∞ and what stands for it are the same, whichever of the two is right. */
export function isWrittenAs(number: number, written: WrittenNumber): boolean {
  if (Number.isNaN(number)) return Number.isNaN(written.value);
  if (number === Number.NEGATIVE_INFINITY) return written.value <= STANDS_FOR_MINUS_INFINITY;
  if (written.value === Number.NEGATIVE_INFINITY) return number <= STANDS_FOR_MINUS_INFINITY;
  if (!Number.isFinite(number) || !Number.isFinite(written.value)) return number === written.value;
  return Math.abs(number - written.value) <= toleranceOf(written);
}
