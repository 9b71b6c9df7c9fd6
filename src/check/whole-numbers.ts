import { sinusoids } from "../ops/waves.js";
import type { Step } from "../trace/trace.js";
import { type Cells, digitsOf, isWhole, magnitudeOf } from "./significant.js";

// How precise a number is that was written without decimals.

/** Nobody rounds weights, sines and cosines to whole numbers: a bare 0 or 1 among them claims so many decimals. */
const DECIMALS_OF_FRACTIONS = 2;

/** The cells of a step, row by row, whose whole numbers have the decimals that they claim on a sheet with so many significant digits. */
export function settleWholeNumbers(cells: Cells, step: Step, significant: number | undefined): Cells {
  const areFractions = needsDecimals(step);
  const claimed =
    significant === undefined
      ? claimDecimals(cells, areFractions)
      : claimDigits(cells, significant, areFractions);
  return exactWhereWhole(claimed, step);
}

/** Fewer digits are no sign of how a whole number was rounded: 12 beside 1.5 is 12.0. */
const FEWEST_DIGITS = 3;

/** The digits of a whole number that say how it was rounded: zeros at its end may be none. */
const sureDigitsOf = (value: number): number => String(Math.abs(value)).replace(/0+$/, "").length;

/** Whether nearly all numbers of a step lie between −1 and 1. */
const needsDecimals = ({ view, op }: Step) => view === "distribution" || op.name === sinusoids.name;

/**
 * A bare integer beside numbers with decimals is not rounded to a whole: it claims as many decimals as the least of them.
 * Without them a step of nothing but 0, 1 and −1 still claims decimals: as whole numbers they would be an answer to 0.4 and 0.6.
 * One that has as many digits as any of them is rounded as they are: 628 beside 6.28.
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
      others.length > 0 && fewestDigits >= FEWEST_DIGITS && sureDigitsOf(cell.value) >= mostDigits;
    return isRounded ? cell : { value: cell.value, decimals: claimed };
  });
}

/**
 * A whole number of a sheet with so many significant digits claims no more than these: 148 may be 148.4, and 1100 be 1096.6.
 * A bare 0 beside them claims as many decimals: it is no answer to 0.0358.
 */
function claimDigits(cells: Cells, digits: number, areFractions: boolean): Cells {
  return cells.map((cell) => {
    if (cell?.decimals !== 0 || !Number.isFinite(cell.value)) return cell;
    const { value } = cell;
    const decimals = value === 0 ? digits : digits - 1 - magnitudeOf(value);
    return { value, decimals: areFractions ? Math.max(decimals, DECIMALS_OF_FRACTIONS) : decimals };
  });
}

/** Nobody writes 16 for 12: where the right number is whole, the digits of a whole number say nothing of how it was rounded. */
function exactWhereWhole(cells: Cells, step: Step): Cells {
  if (!cells.some((cell) => cell && cell.decimals < 0)) return cells;
  const { data } = step.output();
  return cells.map((cell, index) =>
    cell && cell.decimals < 0 && isWhole(data[index]) ? { value: cell.value, decimals: 0 } : cell,
  );
}
