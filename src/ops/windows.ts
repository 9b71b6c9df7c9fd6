import { upTo } from "../math/lists.js";
import type { Shape } from "../math/matrix.js";
import { type Arrays, whole } from "../trace/arrays.js";
import { define } from "./define.js";

// A convolution over rows is the product of its windows with its weights.

export interface Windows {
  /** Rows of a window. */
  readonly kernel: number;
  /** Rows from the beginning of a window to that of the next. */
  readonly stride: number;
}

/** How many windows there are in so many rows; rows behind the last whole one are in none. */
export const countWindows = (rows: number, { kernel, stride }: Windows): number =>
  Math.max(0, Math.floor((rows - kernel) / stride) + 1);

/**
 * The windows of some rows, each laid out as one row: all rows of column 0, then those of column 1, …, as torch lays out the
 * weights of a Conv1d. n×d → ⌊(n − kernel) / stride⌋ + 1 rows of d·kernel.
 */
export const rowWindows = define<Windows>({
  name: "row-windows",
  of({ takeRows, joinColumns, transpose }, [a], windows, [{ rows, cols }]) {
    const { kernel, stride } = windows;
    const starts = upTo(countWindows(rows, windows)).map((window) => window * stride);
    const parts = upTo(kernel).map((at) =>
      takeRows(
        a,
        starts.map((start) => at + start),
      ),
    );
    // Side by side the rows of a window come first; the columns do in the weights of a convolution.
    const order = upTo(cols * kernel).map((col) => (col % kernel) * cols + Math.floor(col / kernel));
    return transpose(takeRows(transpose(joinColumns(parts)), order));
  },
  gradient(back, { inputs: [{ shape }], params, gradient, d }) {
    const formula = `the cells of ${d}, added where each was taken from`;
    back.give(0, addWindows, [gradient], formula, { ...params, rows: shape.rows });
  },
});

/** Rows added to those of a table of zeros that `to` names. */
export function addedTo<A>(arrays: Arrays<A>, array: A, to: readonly number[], numRows: number): A {
  const isTaken = arrays.equal(arrays.rowNumbers(numRows), arrays.row("rows", Float64Array.from(to)));
  return arrays.matmul(arrays.where(isTaken, 1, 0), array);
}

/** Windows, each number added where it is taken from in so many rows. m×(d·kernel) → rows×d. */
export const addWindows = define<Windows & Pick<Shape, "rows">>({
  name: "add-windows",
  of(arrays, [a], { kernel, stride, rows }, [shape]) {
    const parts = upTo(kernel).map((at) => {
      const own = arrays.slice(a, whole(shape.rows), { from: at, to: shape.cols, step: kernel });
      const to = upTo(shape.rows).map((window) => at + window * stride);
      return addedTo(arrays, own, to, rows);
    });
    return arrays.orNothing(parts.toReversed().reduce(arrays.add), "0, because no window has this row");
  },
});
