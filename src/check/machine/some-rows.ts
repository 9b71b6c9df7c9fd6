import type { Matrix } from "../../math/matrix.js";
import { indicesWhere } from "./where.js";

// A check of some rows alone. Of what is right, the other rows are the answer's own: they are neither right nor wrong.

/**
 * So many rows, in order; undefined where that is all of them. Half of them lie at edges of tiles, those of the largest tiles first, since
 * that is where kernels go wrong; the others are evenly spread.
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

/** The largest tile that ends or begins at a row: a power of two. The first row and the last are edges of every tile. */
function tileAt(row: number, count: number): number {
  if (row === 0 || row === count - 1) return Number.POSITIVE_INFINITY;
  const powerIn = (index: number) => index & -index;
  return Math.max(powerIn(row), powerIn(row + 1));
}

/** What is right, in the rows that are compared; in the others the answer itself. */
export function inRows(want: Matrix, got: Matrix, rows: readonly number[] | undefined): Matrix {
  if (!rows) return want;
  const { cols } = want;
  const data = got.data.slice();
  for (const row of rows) data.set(want.data.subarray(row * cols, (row + 1) * cols), row * cols);
  return { ...want, data };
}
