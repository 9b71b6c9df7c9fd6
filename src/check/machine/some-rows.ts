import type { Matrix } from "../../math/matrix.js";
import { indicesWhere } from "./where.js";

// Checks of some rows only. In the expected matrix, the other rows are copied from the answer, so they count as right.

/**
 * Chooses `most` of `count` rows, in ascending order. Returns undefined if that is all rows. Half of them are at edges
 * of tiles, largest tiles first, because kernels often fail there. The others are evenly spread.
 */
export function someRows(count: number, most: number): readonly number[] | undefined {
  if (most >= count) return undefined;
  const edges = indicesWhere(count).toSorted((a, b) => tileAt(b, count) - tileAt(a, count) || a - b);
  const chosen = new Set(edges.slice(0, Math.ceil(most / 2)));
  const others = indicesWhere(count, (row) => !chosen.has(row));
  const rest = most - chosen.size;
  for (let at = 0; at < rest; at++) chosen.add(others[Math.floor(((at + 0.5) * others.length) / rest)]);
  return [...chosen].sort((a, b) => a - b);
}

/**
 * Returns the largest power of two whose tiles begin or end at a row. The first and the last row are edges of every
 * tile.
 */
function tileAt(row: number, count: number): number {
  if (row === 0 || row === count - 1) return Number.POSITIVE_INFINITY;
  const powerIn = (index: number) => index & -index;
  return Math.max(powerIn(row), powerIn(row + 1));
}

/** Returns the right numbers in the rows that are compared, and the answer's own numbers in the others. */
export function inRows(want: Matrix, got: Matrix, rows: readonly number[] | undefined): Matrix {
  if (!rows) return want;
  const { cols } = want;
  const data = got.data.slice();
  for (const row of rows) data.set(want.data.subarray(row * cols, (row + 1) * cols), row * cols);
  return { ...want, data };
}
