import { shortestDigits } from "./decimal.js";
import { tabulate } from "./lists.js";

/** A number with the precision it was written with: 1.0 and 1.00 are different claims. */
export interface WrittenNumber {
  readonly value: number;
  /** Digits after the decimal point: 2 for 0.50, 0 for 3 and 1e2, −1 for 1.5e2. */
  readonly decimals: number;
}

/** The decimals of a number that was written exactly (1/3, √2), or with as many digits as a double has. */
export const EXACT_DECIMALS = 15;

/**
 * Returns how many decimals a typed number has: 2 in "0.50", 7 in "3e-7", EXACT_DECIMALS in anything except a plain
 * decimal. With a power of ten, the digits after the point give the precision: −1 in "1.5e2". "1e2" and "1.e+02" have
 * no such digits and count as the whole number 100.
 */
export function typedDecimals(text: string): number {
  const plain = /^[-+]?(?:\d+(?:\.(\d*))?|\.(\d+))(?:[eE]([-+]?\d+))?$/.exec(text.trim());
  if (!plain) return EXACT_DECIMALS;
  const [, fraction = "", onlyFraction = fraction, exponent = 0] = plain;
  return Math.min(EXACT_DECIMALS, timesPowerOfTen(onlyFraction.length, Number(exponent)));
}

/** Returns a plain decimal as it is typed, also with a decimal comma. */
export function typedNumber(text: string): WrittenNumber {
  const plain = text.replace(",", ".").replace("−", "-");
  return { value: Number(plain), decimals: typedDecimals(plain) };
}

/** Returns the decimals of a number after it is multiplied by 10^exponent. A whole number stays whole. */
export function timesPowerOfTen(decimals: number, exponent: number): number {
  return decimals === 0 ? Math.max(0, -exponent) : decimals - exponent;
}

/**
 * Half a unit of the last digit, by number of decimals. Computing a power for every cell would take most of the time of
 * a check.
 */
const HALF_UNITS = tabulate(EXACT_DECIMALS + 1, (decimals) => 0.5 * 10 ** -decimals);

/** Returns half a unit of the last digit of a number with these decimals. */
export const halfUnit = (decimals: number) => HALF_UNITS[decimals] ?? 0.5 * 10 ** -decimals;

/** Returns half a unit of the last digit, plus the possible error of binary arithmetic. */
export const halfUnitOf = ({ value, decimals }: WrittenNumber): number =>
  halfUnit(decimals) + 1e-9 * Math.max(1, Math.abs(value));

/**
 * Returns the tolerance of a written number: half a unit of its last digit, plus the float32 error if it was computed
 * in float32.
 */
export const toleranceOf = (number: WrittenNumber): number => halfUnitOf(number) + noiseOf(number);

/** Returns the float32 error of a number that is a float32. Sums of doubles add almost nothing. */
export const noiseOf = (number: WrittenNumber): number =>
  isSingle(number) ? 2 ** -22 * Math.max(1, Math.abs(number.value)) : 0;

/** This many digits identify a float32. */
const DIGITS_OF_SINGLE = 7;

/** Whether a number with many digits is a float32, as far as its digits show. */
const isSingle = ({ value, decimals }: WrittenNumber) =>
  decimals >= DIGITS_OF_SINGLE - 1 &&
  Math.abs(Math.fround(value) - value) <= halfUnit(decimals) &&
  shortestDigits(value).digits.length >= DIGITS_OF_SINGLE;

/** A masked score that somebody wrote as a number: −1e9, −10000, −100. e^−100 is 0 with any number of decimals. */
export const STANDS_FOR_MINUS_INFINITY = -100;

/** The largest number that a program uses for a masked score. A right score may be less than −100. */
const LARGEST_FILL = -1000;

/** Whether a number rounds to the written one. −∞ and a number that stands for it are the same, on either side. */
export function isWrittenAs(number: number, written: WrittenNumber): boolean {
  if (Number.isNaN(number)) return Number.isNaN(written.value);
  if (number === Number.NEGATIVE_INFINITY) return written.value <= STANDS_FOR_MINUS_INFINITY;
  if (written.value === Number.NEGATIVE_INFINITY) return number <= LARGEST_FILL;
  if (!Number.isFinite(number) || !Number.isFinite(written.value)) return number === written.value;
  return Math.abs(number - written.value) <= toleranceOf(written);
}
