import { cellOf, createMatrix, mapCells } from "../math/matrix.js";
import { rowSums } from "../math/rows.js";
import { call, constant, negative, product, quotient, sum, sumOver } from "../trace/expression.js";
import { cell, cellsOfRow, type Op, oneColumn } from "../trace/op.js";

// What a loss's gradient becomes on its way back through a norm: each number that was measured of a row has a gradient of its
// own, and what the row was taken from is the sum of what comes by way of them. X: n×d, what is measured of its rows: n×1.

/** What is added to a variance or a mean square, so that nothing is divided by 0. */
export interface Epsilon {
  readonly eps: number;
}

/** dm / d in each of the d columns, by the numbers whose mean is m. dm: n×1 → n×d. */
export const rowMeansGradient: Op<{ readonly cols: number }> = {
  name: "row-means-gradient",
  rows: [0],
  shape: ([{ rows }], { cols }) => ({ rows, cols }),
  compute: ([gradient], { cols }) =>
    createMatrix(gradient.rows, cols, (row) => cellOf(gradient, row, 0) / cols),
  explainCell: (inputs, { cols }, row) => quotient(cell(inputs, 0, row, 0), constant(cols)),
};

/** 2 dσ² (x − μ) / d, by the numbers whose variance is σ². dσ²: n×1, X: n×d, μ: n×1 → n×d. */
export const rowVariancesGradient: Op = {
  name: "row-variances-gradient",
  rows: "all",
  shape: ([, matrix]) => matrix,
  compute: ([gradient, matrix, means]) =>
    mapCells(matrix, (x, row) => (2 * gradient.data[row] * (x - means.data[row])) / matrix.cols),
  explainCell: (inputs, _, row, col) => {
    const distance = sum([cell(inputs, 1, row, col), negative(cell(inputs, 2, row, 0))]);
    return quotient(product(constant(2), cell(inputs, 0, row, 0), distance), constant(inputs[1].cols));
  },
};

/** −2 dσ² Σ (x − μ) / d, by the mean: 0 but for rounding, as distances from a mean add up to 0. As above → n×1. */
export const varianceMeansGradient: Op = {
  name: "variance-means-gradient",
  rows: "all",
  shape: oneColumn,
  compute: ([gradient, matrix, means]) =>
    mapCells(gradient, (value, row) => {
      let total = 0;
      for (let col = 0; col < matrix.cols; col++) total += cellOf(matrix, row, col) - means.data[row];
      return (-2 * value * total) / matrix.cols;
    }),
  explainCell(inputs, _params, row) {
    const distances = Array.from({ length: inputs[1].cols }, (_, col) =>
      sum([cell(inputs, 1, row, col), negative(cell(inputs, 2, row, 0))]),
    );
    return quotient(product(constant(-2), cell(inputs, 0, row, 0), sum(distances)), constant(inputs[1].cols));
  },
};

/** 2 dm x / d, by the numbers x whose mean square is m. dm: n×1, X: n×d → n×d. */
export const rowMeanSquaresGradient: Op = {
  name: "row-mean-squares-gradient",
  rows: "all",
  shape: ([, matrix]) => matrix,
  compute: ([gradient, matrix]) => mapCells(matrix, (x, row) => (2 * gradient.data[row] * x) / matrix.cols),
  explainCell: (inputs, _, row, col) =>
    quotient(
      product(constant(2), cell(inputs, 0, row, 0), cell(inputs, 1, row, col)),
      constant(inputs[1].cols),
    ),
};

/** −Σ dx̂ x̂ / (2(v + ε)), by v, where x̂ is something over √(v + ε). dx̂, x̂: n×d, v: n×1 → n×1. */
export const rootGradient: Op<Epsilon> = {
  name: "root-gradient",
  rows: "all",
  shape: oneColumn,
  compute: ([gradient, normalised, squares], { eps }) =>
    createMatrix(gradient.rows, 1, (row) => {
      let total = 0;
      for (let col = 0; col < gradient.cols; col++) {
        total += cellOf(gradient, row, col) * cellOf(normalised, row, col);
      }
      return -total / (2 * (squares.data[row] + eps));
    }),
  explainCell(inputs, { eps }, row) {
    const products = cellsOfRow(inputs, row).map((gradient) =>
      product(gradient, cell(inputs, 1, row, gradient.col)),
    );
    const under = product(constant(2), sum([cell(inputs, 2, row, 0), constant(eps)]));
    return negative(quotient(sum(products), under));
  },
};

/** −Σ dx̂ / √(σ² + ε) of each row, by the mean μ in x̂ = (x − μ) / √(σ² + ε). dx̂: n×d, σ²: n×1 → n×1. */
export const standardiseMeansGradient: Op<Epsilon> = {
  name: "standardise-means-gradient",
  rows: "all",
  shape: oneColumn,
  compute: ([gradient, variances], { eps }) =>
    mapCells(rowSums(gradient), (total, row) => -total / Math.sqrt(variances.data[row] + eps)),
  explainCell(inputs, { eps }, row) {
    const deviation = call("sqrt", sum([cell(inputs, 1, row, 0), constant(eps)]));
    return negative(quotient(sum(cellsOfRow(inputs, row)), deviation));
  },
};

/** Σ_i a_ij b_ij of each column. A, B: n×d → 1×d. */
export const columnDots: Op = {
  name: "column-dots",
  sumsRows: [0, 1],
  shape: ([{ cols }]) => ({ rows: 1, cols }),
  compute([a, b]) {
    const result = createMatrix(1, a.cols);
    for (let at = 0; at < a.data.length; at++) result.data[at % a.cols] += a.data[at] * b.data[at];
    return result;
  },
  explainCell: (inputs, _params, _row, col) =>
    sumOver(inputs[0].rows, (row) => product(cell(inputs, 0, row, col), cell(inputs, 1, row, col))),
};
