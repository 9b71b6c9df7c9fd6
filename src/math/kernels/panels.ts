import type { Matrix } from "../matrix.js";

/** Rows that stand side by side in a panel: two vectors of two. */
export const LANES = 4;

/** How many panels so many rows take; the last one may not be full. */
export const panelsOf = (rows: number): number => Math.ceil(rows / LANES);

/** Rows of a matrix, from `firstRow` on, as panels [column][4]; rows that are not there are zeros. */
export function packRows(
  { rows, cols, data }: Matrix,
  into: Float64Array,
  firstRow = 0,
  endRow = rows,
): void {
  const panels = panelsOf(endRow - firstRow);
  for (let panel = 0; panel < panels; panel++) {
    for (let lane = 0; lane < LANES; lane++) {
      const row = firstRow + panel * LANES + lane;
      let at = panel * cols * LANES + lane;
      for (let col = 0; col < cols; col++) {
        into[at] = row < endRow ? data[row * cols + col] : 0;
        at += LANES;
      }
    }
  }
}
