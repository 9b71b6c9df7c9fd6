import { remember } from "../math/remember.js";
import type { Trace } from "../trace/trace.js";

// In a class, sheet after sheet is compared with the same solutions. What does not hang on a sheet is kept with its Trace,
// and goes when that goes.

/** Of larger solutions nothing is kept: all mistakes and ways to round together would be too much. */
const MOST_CELLS_KEPT = 10_000;
const small = new WeakMap<Trace, boolean>();

/** Whether what is made of a solution may be kept for the next sheet. */
export function isKept(trace: Trace): boolean {
  const countCells = () => trace.steps.reduce((count, { shape }) => count + shape.rows * shape.cols, 0);
  return remember(small, trace, () => countCells() <= MOST_CELLS_KEPT);
}
