import { greatest } from "../math/lists.js";
import { EXACT_DECIMALS, type WrittenNumber } from "../math/written.js";

/** The cells of a step as they were written, null if not answered. */
export type Cells = readonly (WrittenNumber | null)[];

/**
 * The minimum number of significant digits that show how a sheet was rounded. With fewer, 0.9, 0.1 and 0.02 may be
 * 0.90, 0.10 and 0.02 without their zeros.
 */
const MIN_DIGITS = 2;

/**
 * Returns the number of significant digits that a sheet was rounded to: 3 if 0.0512 and 1.48 are in one step. Returns
 * undefined for a sheet that was rounded to decimals, in which only the largest numbers have the most digits.
 */
export function significantDigitsOf(steps: readonly Cells[]): number | undefined {
  const numbers = steps.map((cells) => cells.filter(hasDigits));
  const most = greatest(numbers.flat(), digitsOf);
  const isMixed = numbers.some((cells) => {
    const decimals = cells.filter((cell) => digitsOf(cell) === most).map((cell) => cell.decimals);
    return decimals.some((other) => other !== decimals[0]);
  });
  return isMixed && most >= MIN_DIGITS ? most : undefined;
}

/**
 * Whether the digits of a number show how it was rounded. Digits after a decimal point do, and so do those of a number
 * with a power of ten. Those of a whole number do not.
 */
const hasDigits = (cell: WrittenNumber | null): cell is WrittenNumber =>
  cell !== null &&
  cell.value !== 0 &&
  Number.isFinite(cell.value) &&
  cell.decimals !== 0 &&
  cell.decimals < EXACT_DECIMALS;

/** Returns the number of digits of a number, counted from its first digit other than 0. */
export const digitsOf = ({ value, decimals }: WrittenNumber) => decimals + 1 + magnitudeOf(value);

/** Returns the power of ten of the first digit: 2 for 148, −2 for 0.0512. */
export const magnitudeOf = (value: number) => Math.floor(Math.log10(Math.abs(value)) + 1e-12);

/** Whether a number is whole, except for binary rounding errors. */
export const isWhole = (value: number): boolean =>
  Math.abs(value - Math.round(value)) <= 1e-9 * Math.max(1, Math.abs(value));
