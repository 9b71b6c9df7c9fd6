import { sumOver } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import { remember } from "../../math/remember.js";
import { STANDS_FOR_MINUS_INFINITY } from "../../math/written.js";
import type { Cell, Cells } from "./items.js";

/**
 * The agreement of a blank cell if the number is not masked: neither for nor against. Masked cells are often left
 * blank.
 */
const BLANK = 0.5;
const isMasked = (right: number): boolean => right === 0 || right === Number.NEGATIVE_INFINITY;
/**
 * Limits for the decimals that are compared. Digits after the third say little about which step it is, and printed
 * inputs differ there. A whole number is seldom a rounded one, so one decimal is the least.
 */
const MAX_DECIMALS = 3;
const MIN_DECIMALS = 1;

/** Returns how well a cell agrees with a number: 1 within rounding, else less than 0.5, depending on the distance. */
function agreement(cell: Cell, right: number): number {
  if (cell === null) return isMasked(right) ? 1 : BLANK;
  const { value, decimals } = cell;
  if (value === right) return 1;
  const off = Math.abs(value - right);
  if (!Number.isFinite(off))
    return value <= STANDS_FOR_MINUS_INFINITY && right === Number.NEGATIVE_INFINITY ? 1 : 0;
  if (off <= 0.51 * 10 ** -Math.max(MIN_DECIMALS, Math.min(decimals, MAX_DECIMALS)) + 1e-9) return 1;
  return Math.max(0, 0.5 - off / (1 + Math.abs(right)));
}

/** Returns the share of cells, 0 to 1, that agree with the best of several whole matrices. */
export function fitOfWhole(cells: Cells, matrices: readonly Matrix[]): number {
  return Math.max(0, ...matrices.map(({ data }) => fitAt(cells, data)));
}

/** Returns the share of cells that agree with the numbers of a matrix, in order. */
function fitAt(cells: Cells, data: Matrix["data"]): number {
  let [sum, count] = [0, 0];
  for (const row of cells) for (const cell of row) sum += agreement(cell, data[count++]);
  return sum / count;
}

/**
 * Returns the share of cells that agree with consecutive rows of a matrix, at the best position. A single cell is
 * compared with every cell.
 */
export function fitOfRows(cells: Cells, matrices: readonly Matrix[]): number {
  const width = cells[0].length;
  const isCell = width === 1 && cells.length === 1;
  let most = 0;
  for (const matrix of matrices) {
    if (!isCell && width !== matrix.cols) continue;
    const sums = cells.map((row) => agreementsOf(row, matrix));
    for (let at = 0; at + sums.length <= sums[0].length; at++) {
      const sum = sumOver(sums, (ofRow, row) => ofRow[at + row]);
      most = Math.max(most, sum / (cells.length * width));
    }
  }
  return most;
}

/** Cached agreements, by row of cells and by matrix. */
const AGREEMENTS = new WeakMap<readonly Cell[], WeakMap<Matrix, Float64Array>>();

/**
 * Returns, for each row of a matrix, the sum of agreements with a row of cells. A single cell is compared with each
 * number. The results are cached, because the same rows are tried in many ways.
 */
export function agreementsOf(row: readonly Cell[], matrix: Matrix): Float64Array {
  const known = remember(AGREEMENTS, row, () => new WeakMap());
  return remember(known, matrix, () => {
    const { data } = matrix;
    const sums = new Float64Array(data.length / row.length);
    for (let at = 0; at < data.length; at++)
      sums[Math.floor(at / row.length)] += agreement(row[at % row.length], data[at]);
    return sums;
  });
}

/** Whether all cells are 0, 1 or −∞, as in a mask. */
export const areOfMask = (cells: readonly Cell[]): boolean =>
  cells.every((cell) => [0, 1, Number.NEGATIVE_INFINITY].includes(cell?.value ?? Number.NaN));

/** The maximum rounding error in the sum of a row of weights, which is 1. */
const SUM_TOLERANCE = 0.035;

/** Returns the share of rows with numbers from 0 to 1 that add up to 1. */
export function shareOfSums(cells: Cells): number {
  const whole = cells.filter((row) => {
    const sum = sumOver(row, (cell) => cell?.value ?? 0);
    const isShare = row.every((cell) => cell === null || (cell.value >= 0 && cell.value <= 1));
    return isShare && Math.abs(sum - 1) < SUM_TOLERANCE;
  });
  return whole.length / cells.length;
}
