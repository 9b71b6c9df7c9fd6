import type { JudgedCells } from "./judge-cells.js";
import { PRICES } from "./prices.js";
import type { StepCase } from "./step-case.js";

/** A number for each row of a step. */
type ByRow = Float64Array;

/** What speaks for a variant in each row of a step. */
export interface RowTally {
  /** What the row costs with it. */
  readonly bits: ByRow;
  /** How many of its bad cells are mended. */
  readonly mended: ByRow;
  /** How many of these are as they are written: what is only near may be wrong, or near a number that a hair more or less would change. */
  readonly given: ByRow;
}

/** Tells the rows of a step by what their cells cost with a variant; what costs less than a slip is mended. */
export function tallyRows(
  bits: Float64Array,
  { bad }: Pick<JudgedCells, "bad">,
  slipBits: number,
  { rows, cols }: StepCase["size"],
): RowTally {
  const byRow = () => new Float64Array(rows);
  const tally = { bits: byRow(), mended: byRow(), given: byRow() };
  for (let index = 0; index < bits.length; index++) {
    const row = Math.floor(index / cols);
    tally.bits[row] += bits[index];
    if (!bad[index]) continue;
    if (bits[index] < slipBits) tally.mended[row]++;
    if (bits[index] < PRICES.near) tally.given[row]++;
  }
  return tally;
}

/** The sum over some rows, or over all. */
export const sumIn = (by: ByRow, rows: readonly number[] | undefined): number =>
  rows ? rows.reduce((sum, row) => sum + by[row], 0) : by.reduce((sum, one) => sum + one, 0);

export interface Pricing {
  readonly price: number;
  readonly size: StepCase["size"];
  /** What each row of the step costs now. */
  readonly now: ByRow;
  readonly canBeInRows: boolean;
  /** Rows in which something else was done at the same steps: it is done in others. */
  readonly taken: ReadonlySet<number>;
}

/** What a variant costs in all rows, in one of them, and in those that it makes cheaper and in which it mends enough. */
export function priceScopes(
  { bits }: RowTally,
  isEnough: (rows: readonly number[] | undefined) => boolean,
  { price, size, now, canBeInRows, taken }: Pricing,
): readonly { readonly total: number; readonly rows: readonly number[] | undefined }[] {
  const all = { total: price + sumIn(bits, undefined), rows: undefined };
  const whole = taken.size === 0 && isEnough(undefined) ? [all] : [];
  if (!canBeInRows) return whole;
  const before = sumIn(now, undefined);
  const open = Array.from(now.keys()).filter((row) => !taken.has(row) && isEnough([row]));
  const one = open.map((row) => ({
    total: price + 1 + Math.log2(size.rows) + before - (now[row] - bits[row]),
    rows: [row],
  }));
  const rows = open.filter((row) => now[row] > bits[row]);
  if (rows.length < 2 || rows.length === size.rows) return [...whole, ...one];
  const saved = sumIn(now, rows) - sumIn(bits, rows);
  return [...whole, ...one, { total: price + 1 + size.rows + before - saved, rows }];
}
