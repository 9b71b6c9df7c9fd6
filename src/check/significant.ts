import { EXACT_DECIMALS, type WrittenNumber } from "../math/written.js";

/** The cells of a step as they were written; null where nothing was answered. */
export type Cells = readonly (WrittenNumber | null)[];

/** Fewer are no sign of how a sheet was rounded: 0.9, 0.1 and 0.02 may be 0.90, 0.10 and 0.02 without their zeros. */
const FEWEST_DIGITS = 2;

/**
 * To how many significant digits a sheet was rounded: 3 when 0.0512 and 1.48 stand in one step. Nothing for a sheet whose
 * steps have so many decimals, where only the largest numbers have the most digits.
 */
export function significantDigitsOf(steps: readonly Cells[]): number | undefined {
  const numbers = steps.map((cells) => cells.filter(hasDigits));
  const most = numbers.flat().reduce((digits, cell) => Math.max(digits, digitsOf(cell)), 0);
  const isMixed = numbers.some((cells) => {
    const decimals = cells.filter((cell) => digitsOf(cell) === most).map((cell) => cell.decimals);
    return decimals.some((other) => other !== decimals[0]);
  });
  return isMixed && most >= FEWEST_DIGITS ? most : undefined;
}

/** Whether the digits of a number say how it was rounded: those behind a point, also of a power of ten; a whole number has none. */
const hasDigits = (cell: WrittenNumber | null): cell is WrittenNumber =>
  cell !== null &&
  cell.value !== 0 &&
  Number.isFinite(cell.value) &&
  cell.decimals !== 0 &&
  cell.decimals < EXACT_DECIMALS;

/** The digits of a number from its first that is not 0. */
export const digitsOf = ({ value, decimals }: WrittenNumber) => decimals + 1 + magnitudeOf(value);

/** The power of ten of the first digit: 2 of 148, −2 of 0.0512. */
export const magnitudeOf = (value: number) => Math.floor(Math.log10(Math.abs(value)) + 1e-12);

/** Whether a number is whole, but for what binary arithmetic adds. */
export const isWhole = (value: number): boolean =>
  Math.abs(value - Math.round(value)) <= 1e-9 * Math.max(1, Math.abs(value));
