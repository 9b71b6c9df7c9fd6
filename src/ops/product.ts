import { type Matrix, mapCells, rowOf } from "../math/matrix.js";
import { multiply, multiplyTransposed } from "../math/product.js";
import { constant, type Expression, product, sum } from "../trace/expression.js";
import { cell, type Op } from "../trace/op.js";

/** A·B, plus a row c added to every row when a third input is given. A: n×k, B: k×m, c: 1×m → n×m. */
export const matmul: Op = {
  name: "matmul",
  rows: [0],
  shape: ([a, b]) => ({ rows: a.rows, cols: b.cols }),
  compute: ([a, b, row]) => addRow(multiply(a, b), row),
  explainCell: (inputs, _, row, col) =>
    dotProduct(inputs, col, (k) => product(cell(inputs, 0, row, k), cell(inputs, 1, k, col))),
};

/** A·Bᵀ, plus a row c added to every row when a third input is given. A: n×k, B: m×k, c: 1×m → n×m. */
export const matmulTransposed: Op = {
  name: "matmul-transposed",
  rows: [0],
  shape: ([a, b]) => ({ rows: a.rows, cols: b.rows }),
  compute: ([a, b, row]) => addRow(multiplyTransposed(a, b), row),
  explainCell: (inputs, _, row, col) =>
    dotProduct(inputs, col, (k) => product(cell(inputs, 0, row, k), cell(inputs, 1, col, k))),
};

function addRow(matrix: Matrix, row: Matrix | undefined): Matrix {
  return row ? mapCells(matrix, (value, _, col) => value + row.data[col]) : matrix;
}

function dotProduct(inputs: readonly Matrix[], col: number, factor: (k: number) => Expression): Expression {
  const terms = Array.from({ length: inputs[0].cols }, (_, k) => factor(k));
  return sum(inputs.length > 2 ? [...terms, cell(inputs, 2, 0, col)] : terms);
}

export interface Slice {
  readonly firstRow: number;
  readonly firstCol: number;
  readonly rows: number;
  readonly cols: number;
}

/** Some consecutive rows and columns of a matrix. */
export const slice: Op<Slice> = {
  name: "slice",
  shape: (_, { rows, cols }) => ({ rows, cols }),
  compute([matrix], { firstRow, firstCol, rows, cols }) {
    const data = new Float64Array(rows * cols);
    for (let row = 0; row < rows; row++) {
      data.set(rowOf(matrix, firstRow + row).subarray(firstCol, firstCol + cols), row * cols);
    }
    return { rows, cols, data };
  },
  explainCell: (inputs, { firstRow, firstCol }, row, col) => cell(inputs, 0, firstRow + row, firstCol + col),
};

/** The rows of several matrices one below the other, and then `zeroRows` rows of zeros. Each n_i×d → (Σ n_i + zeroRows)×d. */
export const stackRows: Op<{ readonly zeroRows: number }> = {
  name: "stack-rows",
  shape: (inputs, { zeroRows }) => ({
    rows: inputs.reduce((count, { rows }) => count + rows, zeroRows),
    cols: inputs[0].cols,
  }),
  compute(inputs, { zeroRows }) {
    const cols = inputs[0].cols;
    const rows = inputs.reduce((count, matrix) => count + matrix.rows, zeroRows);
    const data = new Float64Array(rows * cols);
    let end = 0;
    for (const matrix of inputs) {
      data.set(matrix.data, end);
      end += matrix.data.length;
    }
    return { rows, cols, data };
  },
  explainCell(inputs, _, row, col) {
    let first = 0;
    for (const [index, matrix] of inputs.entries()) {
      if (row < first + matrix.rows) return cell(inputs, index, row - first, col);
      first += matrix.rows;
    }
    return constant(0, "0, because it is an added row of zeros");
  },
};

/** The columns of several matrices side by side. Each n×d_i → n×Σ d_i. */
export const joinColumns: Op = {
  name: "join-columns",
  rows: "all",
  shape: (inputs) => ({
    rows: inputs[0].rows,
    cols: inputs.reduce((count, { cols }) => count + cols, 0),
  }),
  compute(inputs) {
    const { rows } = inputs[0];
    const cols = inputs.reduce((count, matrix) => count + matrix.cols, 0);
    const data = new Float64Array(rows * cols);
    let first = 0;
    for (const matrix of inputs) {
      for (let row = 0; row < rows; row++) data.set(rowOf(matrix, row), row * cols + first);
      first += matrix.cols;
    }
    return { rows, cols, data };
  },
  explainCell(inputs, _, row, col) {
    let first = 0;
    for (const [index, matrix] of inputs.entries()) {
      if (col < first + matrix.cols) return cell(inputs, index, row, col - first);
      first += matrix.cols;
    }
    throw new RangeError(`column ${col} is beyond the joined ${first}`);
  },
};

/** A matrix and behind it `zeroCols` columns of zeros. n×m → n×(m + zeroCols). */
export const padColumns: Op<{ readonly zeroCols: number }> = {
  name: "pad-columns",
  rows: [0],
  shape: ([{ rows, cols }], { zeroCols }) => ({ rows, cols: cols + zeroCols }),
  compute([matrix], { zeroCols }) {
    const cols = matrix.cols + zeroCols;
    const data = new Float64Array(matrix.rows * cols);
    for (let row = 0; row < matrix.rows; row++) data.set(rowOf(matrix, row), row * cols);
    return { rows: matrix.rows, cols, data };
  },
  explainCell: (inputs, _, row, col) =>
    col < inputs[0].cols
      ? cell(inputs, 0, row, col)
      : constant(0, "0, because it is an added column of zeros"),
};
