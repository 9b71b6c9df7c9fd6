import { createMatrix, type Matrix } from "../math/matrix.js";
import { multiply } from "../math/product.js";
import { columnSums as sumColumns, rowSums as sumRows } from "../math/rows.js";
import { sum, sumOver } from "../trace/expression.js";
import { cell, cellsOfRow, type Op, oneColumn } from "../trace/op.js";

const ones = (rows: number, cols: number): Matrix => createMatrix(rows, cols, () => 1);

/** Σ of each row. n×m → n×1. */
export const rowSums: Op = {
  name: "row-sums",
  rows: [0],
  shape: oneColumn,
  compute: ([matrix]) => sumRows(matrix),
  computeInSingles: ([matrix]) => multiply(matrix, ones(matrix.cols, 1), "float32"),
  explainCell: (inputs, _, row) => sum(cellsOfRow(inputs, row)),
};

/** Σ of each column. n×m → 1×m. */
export const columnSums: Op = {
  name: "column-sums",
  sumsRows: [0],
  shape: ([matrix]) => ({ rows: 1, cols: matrix.cols }),
  compute: ([matrix]) => sumColumns(matrix),
  computeInSingles: ([matrix]) => multiply(ones(1, matrix.rows), matrix, "float32"),
  explainCell: (inputs, _params, _row, col) => sumOver(inputs[0].rows, (row) => cell(inputs, 0, row, col)),
};
