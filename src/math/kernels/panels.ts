import type { Matrix, Shape } from "../matrix.js";
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
  kernels: Kernels,
  { rows, cols, data }: Matrix,
  places: readonly [at: number, scratch: number],
  { firstRow = 0, endRow = rows, isSingle = false }: Packing = {},
): void {
  new Float64Array(kernels.memory.buffer, places[0]).set(data.subarray(firstRow * cols, endRow * cols));
  packWritten(kernels, { rows: endRow - firstRow, cols }, places, isSingle);
}

/** Packs a matrix whose rows are already at the address `at`. */
export function packWritten(
  { memory, exports }: Kernels,
  { rows, cols }: Shape,
  [at, scratch]: readonly [at: number, scratch: number],
  isSingle = false,
): void {
  const panels = panelsOf(rows);
  new Float64Array(memory.buffer, at, panels * LANES * cols).fill(0, rows * cols);
  exports.pack(at, panels, cols, scratch, isSingle);
}
