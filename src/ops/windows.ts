import { createMatrix, type Matrix, type Shape } from "../math/matrix.js";
import { constant, sum } from "../trace/expression.js";
import { cell, type Op } from "../trace/op.js";

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
export const rowWindows: Op<Windows> = {
  name: "row-windows",
  shape: ([{ rows, cols }], windows) => ({
    rows: countWindows(rows, windows),
    cols: cols * windows.kernel,
  }),
  compute: ([matrix], windows) =>
    createMatrix(countWindows(matrix.rows, windows), matrix.cols * windows.kernel, (row, col) => {
      const [from, of] = sourceOf(windows, row, col);
      return matrix.data[from * matrix.cols + of];
    }),
  explainCell: (inputs, windows, row, col) => cell(inputs, 0, ...sourceOf(windows, row, col)),
  gradient(back, { inputs: [{ shape }], params, gradient }) {
    const formula = `the cells of ${back.dOutput}, added where each was taken from`;
    back.give(0, addWindows, [gradient], { ...params, rows: shape.rows }, { formula });
  },
};

/** Windows, each number added where it is taken from in so many rows. m×(d·kernel) → rows×d. */
export const addWindows: Op<Windows & Pick<Shape, "rows">> = {
  name: "add-windows",
  shape: ([{ cols }], { rows, kernel }) => ({ rows, cols: cols / kernel }),
  compute([matrix], params) {
    const whole = createMatrix(params.rows, matrix.cols / params.kernel);
    for (let row = 0; row < matrix.rows; row++) {
      for (let col = 0; col < matrix.cols; col++) {
        const [to, of] = sourceOf(params, row, col);
        whole.data[to * whole.cols + of] += matrix.data[row * matrix.cols + col];
      }
    }
    return whole;
  },
  explainCell(inputs, params, row, col) {
    const terms = windowsWith(inputs[0], params, row).map((window) =>
      cell(inputs, 0, window, col * params.kernel + (row - window * params.stride)),
    );
    return terms.length === 0 ? constant(0, "0, because no window has this row") : sum(terms);
  },
};

/** Which row and column of the matrix a cell of a window is. */
const sourceOf = ({ kernel, stride }: Windows, window: number, col: number): [row: number, col: number] => [
  window * stride + (col % kernel),
  Math.floor(col / kernel),
];

/** The windows that a row is in. */
const windowsWith = ({ rows }: Matrix, { kernel, stride }: Windows, row: number): readonly number[] =>
  Array.from({ length: rows }, (_, window) => window).filter(
    (window) => row >= window * stride && row < window * stride + kernel,
  );
