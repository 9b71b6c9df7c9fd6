import type { Matrix } from "../matrix.js";
import type { Kernels } from "./instance.js";

/** Rows that are side by side in a panel: two vectors of two float64. */
export const LANES = 4;

/** Returns how many panels the rows need. The last panel may not be full. */
export const panelsOf = (rows: number): number => Math.ceil(rows / LANES);

/** Which rows are packed (by default all), and whether as float32, which takes half the room, or as float64. */
export interface Packing {
  readonly firstRow?: number;
  readonly endRow?: number;
  readonly isSingle?: boolean;
}

/**
 * Packs rows of a matrix into panels [column][4], beginning at the address `at`. Missing rows are zeros. `scratch` is
 * room for one panel.
 */
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
