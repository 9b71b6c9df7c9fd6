import type { JudgedCells } from "./judge-cells.js";
import { type StepCase, sumOf } from "./step-case.js";

export interface Pricing {
  readonly price: number;
  readonly size: StepCase["size"];
  /** What the step costs now, and each of its rows. */
  readonly now: number;
  readonly rowBits: readonly number[];
  readonly canBeInRows: boolean;
}

/** What a variant costs in all rows, in one of them, and in those that it makes cheaper. */
export function priceScopes(
  bits: Float64Array,
  { price, size, now, rowBits, canBeInRows }: Pricing,
): readonly { readonly total: number; readonly rows: readonly number[] | undefined }[] {
  const after = rowSums(bits, size);
  const whole = { total: price + after.reduce((sum, by) => sum + by, 0), rows: undefined };
  if (!canBeInRows) return [whole];
  const gains = rowBits.map((by, row) => by - after[row]);
  const one = gains.map((gain, row) => ({
    total: price + 1 + Math.log2(size.rows) + now - gain,
    rows: [row],
  }));
  const rows = gains.flatMap((gain, row) => (gain > 0 ? [row] : []));
  if (rows.length < 2 || rows.length === size.rows) return [whole, ...one];
  const saved = rows.reduce((sum, row) => sum + gains[row], 0);
  return [whole, ...one, { total: price + 1 + size.rows + now - saved, rows }];
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
