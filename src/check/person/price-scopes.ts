import type { JudgedCells } from "./judge-cells.js";
import { type StepCase, sumOf } from "./step-case.js";

export interface Pricing {
  readonly price: number;
  readonly size: StepCase["size"];
  /** What the step costs now, and each of its rows. */
  readonly now: number;
  readonly rowBits: readonly number[];
  readonly canBeInRows: boolean;
  /** Rows in which something else was done at the same steps: it is done in others. */
  readonly taken: ReadonlySet<number>;
}

/** What a variant costs in all rows, in one of them, and in those that it makes cheaper and in which it mends enough. */
export function priceScopes(
  bits: Float64Array,
  isEnough: (rows: readonly number[] | undefined) => boolean,
  { price, size, now, rowBits, canBeInRows, taken }: Pricing,
): readonly { readonly total: number; readonly rows: readonly number[] | undefined }[] {
  const after = rowSums(bits, size);
  const all = { total: price + after.reduce((sum, by) => sum + by, 0), rows: undefined };
  const whole = taken.size === 0 && isEnough(undefined) ? [all] : [];
  if (!canBeInRows) return whole;
  const gains = rowBits.map((by, row) => by - after[row]);
  const open = Array.from(gains.keys()).filter((row) => !taken.has(row) && isEnough([row]));
  const one = open.map((row) => ({
    total: price + 1 + Math.log2(size.rows) + now - gains[row],
    rows: [row],
  }));
  const rows = open.filter((row) => gains[row] > 0);
  if (rows.length < 2 || rows.length === size.rows) return [...whole, ...one];
  const saved = rows.reduce((sum, row) => sum + gains[row], 0);
  return [...whole, ...one, { total: price + 1 + size.rows + now - saved, rows }];
}

/** How many bad cells are mended, in some rows or all. */
export function countMended(
  { bad }: JudgedCells,
  isMended: (index: number) => boolean,
  rows: readonly number[] | undefined,
  cols: number,
): number {
  return bad.reduce((count, isBad, index) => {
    const isIn = !rows || rows.includes(Math.floor(index / cols));
    return isBad && isIn && isMended(index) ? count + 1 : count;
  }, 0);
}

export const rowSums = (bits: Float64Array, { rows, cols }: StepCase["size"]): readonly number[] =>
  Array.from({ length: rows }, (_, row) => sumOf(bits.subarray(row * cols, (row + 1) * cols)));
