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
  let at = 0;
  let row = firstRow;
  for (; row + LANES <= endRow; row += LANES) {
    // Four rows are read beside each other, so that the panel is written in one go.
    let from = row * cols;
    for (const end = from + cols; from < end; from++) {
      into[at++] = data[from];
      into[at++] = data[from + cols];
      into[at++] = data[from + 2 * cols];
      into[at++] = data[from + 3 * cols];
    }
  }
  if (row >= endRow) return;
  for (let col = 0; col < cols; col++) {
    for (let lane = row; lane < row + LANES; lane++) into[at++] = lane < endRow ? data[lane * cols + col] : 0;
  }
}
