import { cellOf, createMatrix, type Matrix, mapCells } from "../../math/matrix.js";
import { multiply, multiplyTransposed } from "../../math/product.js";
import { type Expression, product, sum } from "../expression.js";
import { cell, type Op } from "../op.js";

/** A·B, plus a row c added to every row when a third input is given. A: n×k, B: k×m, c: 1×m → n×m. */
export const matmul: Op = {
  name: "matmul",
  compute: ([a, b, row]) => addRow(multiply(a, b), row),
  explainCell: (inputs, _, row, col) =>
    dotProduct(inputs, col, (k) => product(cell(inputs, 0, row, k), cell(inputs, 1, k, col))),
};

/** A·Bᵀ, plus a row c added to every row when a third input is given. A: n×k, B: m×k, c: 1×m → n×m. */
export const matmulTransposed: Op = {
  name: "matmul-transposed",
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
  compute: ([matrix], { firstRow, firstCol, rows, cols }) =>
    createMatrix(rows, cols, (row, col) => cellOf(matrix, firstRow + row, firstCol + col)),
  explainCell: (inputs, { firstRow, firstCol }, row, col) => cell(inputs, 0, firstRow + row, firstCol + col),
};
