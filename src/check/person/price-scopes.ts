import { sumOver } from "../../math/lists.js";
import type { JudgedCells } from "./judge-cells.js";
import { PRICES } from "./prices.js";
import type { StepCase } from "./step-case.js";

/** A number for each row of a step. */
type ByRow = Float64Array;

/** The evidence for a variant in each row of a step. */
export interface RowTally {
  /** The cost of the row with the variant. */
  readonly bits: ByRow;
  /** The number of its bad cells that the variant explains. */
  readonly mended: ByRow;
  /**
   * The number of these that have the written digits. A cell that is only near may be wrong, or near a number that a
   * tiny change would round differently.
   */
  readonly given: ByRow;
}

/** Counts the evidence in each row by the costs of its cells. A bad cell that costs less than a slip is explained. */
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

/** Returns the sum over some rows, or over all. */
export const sumIn = (by: ByRow, rows: readonly number[] | undefined): number =>
  rows ? sumOver(rows, (row) => by[row]) : sumOver(by);

export interface Pricing {
  readonly price: number;
  readonly size: StepCase["size"];
  /** The current cost of each row. */
  readonly now: ByRow;
  readonly canBeInRows: boolean;
  /** Rows in which the same steps were already changed. The variant can only apply to other rows. */
  readonly taken: ReadonlySet<number>;
}

/** The minimum number of cells that a mistake must explain in the whole step, in a single row, or in several rows. */
const FEWEST = { whole: 1, inRow: 2, inRows: 3 };

/**
 * Returns the cost of a variant in all rows, in each single row, and in the rows that it makes cheaper and explains
 * well enough.
 */
export function priceScopes(
  { bits }: RowTally,
  isEnough: (fewest: number, rows: readonly number[] | undefined) => boolean,
  { price, size, now, canBeInRows, taken }: Pricing,
): readonly { readonly total: number; readonly rows: readonly number[] | undefined }[] {
  const all = { total: price + sumIn(bits, undefined), rows: undefined };
  const whole = taken.size === 0 && isEnough(FEWEST.whole, undefined) ? [all] : [];
  if (!canBeInRows) return whole;
  const before = sumIn(now, undefined);
  const open = Array.from(now.keys()).filter((row) => !taken.has(row) && isEnough(1, [row]));
  const inRows = (rows: readonly number[], fewest: number, bitsOfRows: number) => {
    const saved = sumIn(now, rows) - sumIn(bits, rows);
    return isEnough(fewest, rows) ? [{ total: price + 1 + bitsOfRows + before - saved, rows }] : [];
  };
  const one = open.flatMap((row) => inRows([row], FEWEST.inRow, Math.log2(size.rows)));
  const rows = open.filter((row) => now[row] > bits[row]);
  if (rows.length < 2 || rows.length === size.rows) return [...whole, ...one];
  return [...whole, ...one, ...inRows(rows, FEWEST.inRows, size.rows)];
}
