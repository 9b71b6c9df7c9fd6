import type { Matrix } from "../matrix.js";
import type { Kernels } from "./instance.js";

/** Rows that stand side by side in a panel: two vectors of two. */
export const LANES = 4;

/** How many panels so many rows take; the last one may not be full. */
export const panelsOf = (rows: number): number => Math.ceil(rows / LANES);

/** Which rows are packed, by default all, and whether as float32, into half of the room, or as float64. */
export interface Packing {
  readonly firstRow?: number;
  readonly endRow?: number;
  readonly isSingle?: boolean;
}

/** Rows of a matrix as panels [column][4] from the address `at` on; rows that are not there are zeros. `scratch`: room for a panel. */
export function packRows(
  { memory, exports }: Kernels,
  { rows, cols, data }: Matrix,
  [at, scratch]: readonly [number, number],
  { firstRow = 0, endRow = rows, isSingle = false }: Packing = {},
): void {
  const panels = panelsOf(endRow - firstRow);
  const into = new Float64Array(memory.buffer, at, panels * LANES * cols);
  into.set(data.subarray(firstRow * cols, endRow * cols));
  into.fill(0, (endRow - firstRow) * cols);
  exports.pack(at, panels, cols, scratch, isSingle);
}
