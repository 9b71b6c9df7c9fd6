import { sinusoids } from "../ops/waves.js";
import type { Step } from "../trace/trace.js";
import { type Cells, digitsOf, isWhole, magnitudeOf } from "./significant.js";

// The precision of numbers that were written without decimals.

/**
 * The number of decimals that a bare 0 or 1 claims among weights, sines and cosines, because nobody rounds these to
 * whole numbers.
 */
const DECIMALS_OF_FRACTIONS = 2;

/**
 * Returns the cells of a step in which whole numbers have the decimals that they claim. `significant` is the number of
 * significant digits of the sheet.
 */
export function settleWholeNumbers(cells: Cells, step: Step, significant: number | undefined): Cells {
  const areFractions = needsDecimals(step);
  const claimed =
    significant === undefined
      ? claimDecimals(cells, areFractions)
      : claimDigits(cells, significant, areFractions);
  return exactWhereWhole(claimed, step);
}

/** The minimum number of digits that show how a whole number was rounded. With fewer, 12 beside 1.5 is 12.0. */
const MIN_DIGITS = 3;

/** Returns the number of digits of a whole number without the zeros at its end, which may come from rounding. */
const sureDigitsOf = (value: number): number => String(Math.abs(value)).replace(/0+$/, "").length;

/** Whether nearly all numbers of a step are between −1 and 1. */
const needsDecimals = ({ view, op }: Step) => view === "distribution" || op.name === sinusoids.name;

/**
 * A bare integer beside numbers with decimals is not rounded to a whole number. It claims the fewest decimals among
 * them. If there are none, a step of only 0, 1 and −1 still claims decimals: otherwise 0 and 1 would be right for 0.4
 * and 0.6. An integer with as many digits as the other numbers is rounded like them: 628 beside 6.28.
 */
function claimDecimals(cells: Cells, areFractions: boolean): Cells {
  const fewest = cells.reduce(
    (few, cell) => (cell && cell.decimals > 0 ? Math.min(few, cell.decimals) : few),
    Number.POSITIVE_INFINITY,
  );
  const least = Number.isFinite(fewest) ? fewest : 0;
  const areUnits = cells.every((cell) => !cell || !Number.isFinite(cell.value) || Math.abs(cell.value) <= 1);
  const claimed = areFractions || (areUnits && least === 0) ? Math.max(least, DECIMALS_OF_FRACTIONS) : least;
  const others = cells.flatMap((cell) =>
    cell && cell.decimals > 0 && cell.value !== 0 ? [digitsOf(cell)] : [],
  );
  const [fewestDigits, mostDigits] = [Math.min(...others), Math.max(...others)];
  return cells.map((cell) => {
    if (cell?.decimals !== 0) return cell;
    const isRounded =
      others.length > 0 && fewestDigits >= MIN_DIGITS && sureDigitsOf(cell.value) >= mostDigits;
    return isRounded ? cell : { value: cell.value, decimals: claimed };
  });
}

/**
 * On a sheet with significant digits, a whole number claims only these: 148 may be 148.4, and 1100 may be 1096.6. A
 * bare 0 claims as many decimals, so that it is not right for 0.0358.
 */
function claimDigits(cells: Cells, digits: number, areFractions: boolean): Cells {
  return cells.map((cell) => {
    if (cell?.decimals !== 0 || !Number.isFinite(cell.value)) return cell;
    const { value } = cell;
    const decimals = value === 0 ? digits : digits - 1 - magnitudeOf(value);
    return { value, decimals: areFractions ? Math.max(decimals, DECIMALS_OF_FRACTIONS) : decimals };
  });
}

/**
 * Nobody writes 16 for 12. If the right number is whole, the digits of a written whole number do not show how it was
 * rounded.
 */
function exactWhereWhole(cells: Cells, step: Step): Cells {
  if (!cells.some((cell) => cell && cell.decimals < 0)) return cells;
  const { data } = step.output();
  return cells.map((cell, index) =>
    cell && cell.decimals < 0 && isWhole(data[index]) ? { value: cell.value, decimals: 0 } : cell,
  );
}
