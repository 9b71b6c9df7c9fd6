import type { BlockedKeys } from "../math/blocked.js";
import { type BooleanMatrix, createBooleanMatrix, isTrue } from "../math/matrix.js";
import {
  add,
  and,
  columnNumbers,
  flags,
  less,
  literal,
  type Operand,
  or,
  rowNumbers,
  subtract,
  type Term,
} from "../trace/arrays.js";

/** Returns which keys queries may not attend to, as a rule if there is one: j ≥ i + 1 is causal. */
export function blockedRule(keys: BlockedKeys): Term {
  const { rows, cols, numRuled, low, high } = keys;
  const [i, j] = [rowNumbers(rows), columnNumbers(cols)];
  const below = boundOf(i, low, { none: 0, most: numRuled, before: 0 });
  const last = boundOf(i, high, { none: numRuled, most: numRuled, before: 1 });
  const parts = [
    ...(below === undefined ? [] : [less(j, below)]),
    ...(last === undefined ? [] : [less(last, j)]),
    ...(keys.cells ? [flags("blocked_cells", widened(keys.cells, cols))] : []),
  ];
  if (parts.length === 0) return less(j, subtract(i, rows));
  const blocked = parts.reduce(or);
  return numRuled === cols ? blocked : and(blocked, less(j, numRuled));
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
function boundOf(
  i: Term,
  bounds: Float64Array,
  { none, most, before }: { readonly none: number; readonly most: number; readonly before: number },
): Operand | undefined {
  if (bounds.every((bound) => bound === none)) return undefined;
  if (bounds.every((bound) => bound === bounds[0])) return bounds[0] - before;
  const row = bounds.findIndex((bound) => bound > 0 && bound < most);
  const offset = bounds[row] - row;
  const isShifted = bounds.every((bound, at) => bound === Math.min(most, Math.max(0, at + offset)));
  if (row >= 0 && isShifted) {
    return offset === before ? i : add(i, offset - before);
  }
  const data = bounds.map((bound) => bound - before);
  return literal("bounds", { rows: bounds.length, cols: 1, data });
}
