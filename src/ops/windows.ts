import { upTo } from "../math/lists.js";
import type { Shape } from "../math/matrix.js";
import {
  add,
  equal,
  explainIfEmpty,
  joinColumns,
  matmul,
  row,
  rowNumbers,
  slice,
  type Term,
  takeRows,
  transpose,
  where,
} from "../trace/arrays.js";
import { define } from "./define.js";

// Windows of rows: a convolution over rows is the product of its windows and its weights.

export interface Windows {
  /** The number of rows in a window. */
  readonly kernel: number;
  /** The number of rows from the start of a window to the start of the next. */
  readonly stride: number;
}

/** Returns the number of windows in `rows` rows. Rows after the last whole window are in none. */
export const countWindows = (rows: number, { kernel, stride }: Windows): number =>
  Math.max(0, Math.floor((rows - kernel) / stride) + 1);

/**
 * The windows of rows, each as one row: all rows of column 0, then all rows of column 1, …, in the order of torch's
 * Conv1d weights. n×d → ⌊(n − kernel) / stride⌋ + 1 rows of d·kernel.
 */
export const rowWindows = define<Windows>({
  name: "row-windows",
  definition([a], windows) {
    const { rows, cols } = a;
    const { kernel, stride } = windows;
    const starts = upTo(countWindows(rows, windows)).map((window) => window * stride);
    const parts = upTo(kernel).map((at) =>
      takeRows(
        a,
        starts.map((start) => at + start),
      ),
    );
    // Here a window is ordered by row, then by column. The weights of a convolution are ordered by column, then by row.
    const order = upTo(cols * kernel).map((col) => (col % kernel) * cols + Math.floor(col / kernel));
    return transpose(takeRows(transpose(joinColumns(parts)), order));
  },
  gradient(back, { inputs: [{ shape }], params, gradient, d }) {
    const formula = `the cells of ${d}, added where each was taken from`;
    back.record(0, addWindows, [gradient], formula, { ...params, rows: shape.rows });
  },
});

/** Adds rows to the rows of a zero table that `to` names. */
export function indexAdd(array: Term, to: readonly number[], numRows: number): Term {
  const isTaken = equal(rowNumbers(numRows), row("rows", Float64Array.from(to)));
  return matmul(where(isTaken, 1, 0), array);
}

/** Adds each number of the windows to the cell it was taken from. m×(d·kernel) → rows×d. */
export const addWindows = define<Windows & Pick<Shape, "rows">>({
  name: "add-windows",
  definition([a], { kernel, stride, rows }) {
    const parts = upTo(kernel).map((at) => {
      const part = slice(a, {}, { from: at, step: kernel });
      const to = upTo(a.rows).map((window) => at + window * stride);
      return indexAdd(part, to, rows);
    });
    return explainIfEmpty(parts.toReversed().reduce(add), "0, because no window has this row");
  },
});
