import type { BlockedKeys } from "../math/blocked.js";
import { type BooleanMatrix, createBooleanMatrix, isTrue } from "../math/matrix.js";
import type { Operand, Primitives } from "../trace/arrays.js";

/**
 * Writes which keys queries may not attend to, as a rule if there is one: j ≥ i + 1 is causal. Keys that are blocked
 * one by one are given as `cells`.
 */
export function blockedRule<A>(
  arrays: Primitives<A>,
  keys: BlockedKeys,
  cells: (flags: BooleanMatrix) => A,
): A {
  const { rows, cols, numRuled, low, high } = keys;
  const [i, j] = [arrays.rowNumbers(rows), arrays.columnNumbers(cols)];
  const below = boundOf(arrays, i, low, { none: 0, most: numRuled, before: 0 });
  const last = boundOf(arrays, i, high, { none: numRuled, most: numRuled, before: 1 });
  const parts = [
    ...(below === undefined ? [] : [arrays.less(j, below)]),
    ...(last === undefined ? [] : [arrays.less(last, j)]),
    ...(keys.cells ? [cells(widened(keys.cells, cols))] : []),
  ];
  if (parts.length === 0) return arrays.less(j, arrays.subtract(i, rows));
  const blocked = parts.reduce((all, part) => arrays.or(all, part));
  return numRuled === cols ? blocked : arrays.and(blocked, arrays.less(j, numRuled));
}

/** Extends the cells to all keys. The keys that no rule reaches come last, and are not blocked. */
const widened = (cells: BooleanMatrix, cols: number): BooleanMatrix =>
  cells.cols === cols
    ? cells
    : createBooleanMatrix(cells.rows, cols, (row, col) => col < cells.cols && isTrue(cells, row, col));

/**
 * Returns the bound of each row minus `before`: as i + offset, as one number, or as a column of numbers. Returns
 * undefined if the bound blocks nothing.
 */
function boundOf<A>(
  arrays: Primitives<A>,
  i: A,
  bounds: Float64Array,
  { none, most, before }: { readonly none: number; readonly most: number; readonly before: number },
): Operand<A> | undefined {
  if (bounds.every((bound) => bound === none)) return undefined;
  if (bounds.every((bound) => bound === bounds[0])) return bounds[0] - before;
  const row = bounds.findIndex((bound) => bound > 0 && bound < most);
  const offset = bounds[row] - row;
  const isShifted = bounds.every((bound, at) => bound === Math.min(most, Math.max(0, at + offset)));
  if (row >= 0 && isShifted) {
    return offset === before ? i : arrays.add(i, offset - before);
  }
  const data = bounds.map((bound) => bound - before);
  return arrays.literal("bounds", { rows: bounds.length, cols: 1, data });
}
