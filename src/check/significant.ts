import { EXACT_DECIMALS, type WrittenNumber } from "../math/written.js";

type Cells = readonly (WrittenNumber | null)[];

/**
 * To how many significant digits a sheet was rounded: 3 when 0.0512 and 1.48 stand in one step. Nothing for a sheet whose
 * steps have so many decimals, where only the largest numbers have the most digits.
 */
export function significantDigitsOf(steps: readonly Cells[]): number | undefined {
  const fractions = steps.map((cells) => cells.filter(isRoundedFraction));
  const most = fractions.flat().reduce((digits, cell) => Math.max(digits, digitsOf(cell)), 0);
  const isMixed = fractions.some((cells) => {
    const decimals = cells.filter((cell) => digitsOf(cell) === most).map((cell) => cell.decimals);
    return decimals.some((other) => other !== decimals[0]);
  });
  return isMixed ? most : undefined;
}

/**
 * A whole number of a sheet with so many significant digits claims no more than these: 148 may be 148.4, and 1100 be 1097.
 * A bare 0 beside them claims as many decimals: it is no answer to 0.0358.
 */
export function claimDigits(cells: Cells, digits: number): Cells {
  return cells.map((cell) =>
    cell && cell.decimals === 0 && Number.isFinite(cell.value)
      ? { value: cell.value, decimals: cell.value === 0 ? digits : digits - 1 - magnitudeOf(cell.value) }
      : cell,
  );
}

const isRoundedFraction = (cell: WrittenNumber | null): cell is WrittenNumber =>
  cell !== null &&
  cell.value !== 0 &&
  Number.isFinite(cell.value) &&
  cell.decimals > 0 &&
  cell.decimals < EXACT_DECIMALS;

/** The digits of a number from its first that is not 0. */
const digitsOf = ({ value, decimals }: WrittenNumber) => decimals + 1 + magnitudeOf(value);

/** The power of ten of the first digit: 2 of 148, −2 of 0.0512. */
export const magnitudeOf = (value: number) => Math.floor(Math.log10(Math.abs(value)) + 1e-12);
