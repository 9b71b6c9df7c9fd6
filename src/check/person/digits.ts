import { roundDecimals, truncateDecimals } from "../../math/decimal.js";
import { type Matrix, mapCells } from "../../math/matrix.js";
import { remember } from "../../math/remember.js";
import { toleranceOf, type WrittenNumber } from "../../math/written.js";
import type { Answer, Sheet } from "../answers.js";
import { significantIn } from "../answers.js";
import { isWhole, magnitudeOf } from "../significant.js";
import { halfUnitIn } from "./last-digits.js";

/** How a person rounds numbers that the sheet does not show: as precisely as those that they write. */
export interface Digits {
  /** Returns the decimals of a step, or undefined if its numbers are whole. */
  of(key: string): number | undefined;
  /** Rounds the numbers of a step as the sheet rounds. */
  keep(matrix: Matrix, key: string): Matrix;
  /** Returns half a unit of the last digit of a number in a step. */
  halfUnit(key: string, value: number): number;
}

/** The minimum number of decimals of numbers that are not shown. An output with one decimal needs weights with two. */
const USUAL_DECIMALS = 2;

/** Whether no number of a step was written with decimals. */
export const isWholeAnswer = ({ written }: Answer): boolean =>
  written.every((cell) => !cell || !Number.isFinite(cell.value) || cell.decimals <= 0);

/** Returns the digits of the numbers that lead to a written step. Digits are cut off or rounded. */
export function digitsTowards(
  answer: Answer,
  sheet: Sheet,
  isWholeStep: (key: string) => boolean,
  { isCutting, isPrinted }: { readonly isCutting: boolean; readonly isPrinted: boolean },
): Digits {
  const significant = significantIn(sheet);
  const usual = fewestDecimals(sheet);
  const own = isWholeAnswer(answer) ? usual : Math.max(USUAL_DECIMALS, Math.min(usual, answer.decimals));
  const of = (key: string) => {
    if (isWholeStep(key)) return undefined;
    const written = sheet.get(key);
    if (!written) return own;
    return isWholeAnswer(written) ? undefined : written.decimals;
  };
  const round = isCutting ? truncateDecimals : roundDecimals;
  /** Returns the decimals of one number of a step. */
  const decimalsAt = (value: number, ofStep: number) =>
    significant === undefined ? ofStep : significant - 1 - magnitudeOf(value);
  return {
    of,
    keep(matrix, key) {
      const decimals = of(key);
      if (decimals === undefined) return matrix;
      // On a sheet with significant digits, a whole number keeps all its digits.
      return mapCells(matrix, (value) =>
        significant !== undefined && isWhole(value) ? value : round(value, decimalsAt(value, decimals)),
      );
    },
    halfUnit(key, value) {
      const decimals = of(key);
      if (decimals === undefined || !Number.isFinite(value)) return 0;
      const written = sheet.get(key);
      if (written && isPrinted) return halfUnitOfAnswer(written)(value);
      return 0.5 * 10 ** -decimalsAt(value, decimals);
    },
  };
}

/** A cache, because it is looked up for every cell. */
const HALF_UNITS = new WeakMap<Answer, (value: number) => number>();
const halfUnitOfAnswer = (answer: Answer) => remember(HALF_UNITS, answer, () => halfUnitIn(answer.cells));

function fewestDecimals(sheet: Sheet): number {
  const written = Array.from(sheet.values()).filter(
    (answer) => !isWholeAnswer(answer) && answer.cells.some(Boolean),
  );
  if (written.length === 0) return USUAL_DECIMALS;
  return Math.max(USUAL_DECIMALS, Math.min(...written.map(({ decimals }) => decimals)));
}

/**
 * The minimum number of cells for a 0 as the last digit of all of them to mean something. In fewer cells it is chance.
 */
const MIN_ZEROS = 4;

/**
 * Returns the answer with one digit fewer if every last digit is 0, because 0.50 may have been computed as 0.5. Returns
 * undefined if a last digit is not 0.
 */
export function withFewerDigits(answer: Answer): Answer | undefined {
  const rounded = answer.cells.filter((cell) => cell && Number.isFinite(cell.value));
  const isLastZero = (cell: WrittenNumber | null) => {
    const shorter = (cell?.value ?? 0) * 10 ** ((cell?.decimals ?? 0) - 1);
    return cell !== null && cell.decimals > 0 && Math.abs(shorter - Math.round(shorter)) < 1e-6;
  };
  if (rounded.length < MIN_ZEROS || !rounded.every(isLastZero)) return undefined;
  if (rounded.every((cell) => Number.isInteger(cell?.value))) return undefined;
  const cells = answer.cells.map(
    (cell) => cell && (Number.isFinite(cell.value) ? { ...cell, decimals: cell.decimals - 1 } : cell),
  );
  const tolerances = answer.tolerances.map((_, index) => {
    const cell = cells[index];
    return cell && Number.isFinite(cell.value) ? toleranceOf(cell) : 0;
  });
  return { ...answer, cells, tolerances, decimals: answer.decimals - 1 };
}
