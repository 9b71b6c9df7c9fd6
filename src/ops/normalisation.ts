import { createMatrix, mapCells, rowOf } from "../math/matrix.js";
import { rowSums } from "../math/rows.js";
import { call, constant, negative, product, quotient, sum } from "../trace/expression.js";
import { cell, cellsOfRow, type Op, oneColumn, shapeOfFirst } from "../trace/op.js";
import {
  columnDots,
  type Epsilon,
  rootGradient,
  rowMeanSquaresGradient,
  rowMeansGradient,
  rowVariancesGradient,
  standardiseMeansGradient,
  varianceMeansGradient,
} from "./normalisation-gradient.js";
import { columnSums } from "./sums.js";

// A norm in the steps a person writes down: what is measured of each row, the row over it, weight and bias.

/** μ, the mean of each row. n×d → n×1. */
export const rowMeans: Op = {
  name: "row-means",
  rows: [0],
  shape: oneColumn,
  compute: ([matrix]) => mapCells(rowSums(matrix), (total) => total / matrix.cols),
  explainCell: (inputs, _, row) => quotient(sum(cellsOfRow(inputs, row)), constant(inputs[0].cols)),
  gradient(back, { inputs: [{ shape }], gradient }) {
    back.give(0, rowMeansGradient, [gradient], { cols: shape.cols }, { formula: `${back.dOutput} / d` });
  },
};

/** σ² = Σ (x − μ)² / d of each row: divided by d, not by d − 1. X: n×d, μ: n×1 → n×1. */
export const rowVariances: Op = {
  name: "row-variances",
  rows: "all",
  shape: oneColumn,
  compute: ([matrix, means]) =>
    createMatrix(matrix.rows, 1, (row) => {
      const mean = means.data[row];
      return rowOf(matrix, row).reduce((total, x) => total + (x - mean) * (x - mean), 0) / matrix.cols;
    }),
  explainCell(inputs, _, row) {
    const squares = cellsOfRow(inputs, row).map((x) => {
      const distance = sum([x, negative(cell(inputs, 1, row, 0))]);
      return product(distance, distance);
    });
    return quotient(sum(squares), constant(inputs[0].cols));
  },
  gradient(back, { inputs: [x, mean], gradient }) {
    const d = back.dOutput;
    back.give(0, rowVariancesGradient, [gradient, x, mean], undefined, { formula: `2 ${d} (x − μ) / d` });
    back.give(1, varianceMeansGradient, [gradient, x, mean], undefined, {
      formula: `−2 ${d} Σ (x − μ) / d`,
      notes: ["0 but for rounding, since distances from a mean add up to 0"],
    });
  },
};

/** The mean of x² in each row. n×d → n×1. */
export const rowMeanSquares: Op = {
  name: "row-mean-squares",
  rows: [0],
  shape: oneColumn,
  compute: ([matrix]) =>
    createMatrix(
      matrix.rows,
      1,
      (row) => rowOf(matrix, row).reduce((total, x) => total + x * x, 0) / matrix.cols,
    ),
  explainCell: (inputs, _, row) =>
    quotient(sum(cellsOfRow(inputs, row).map((x) => product(x, x))), constant(inputs[0].cols)),
  gradient(back, { inputs: [x], gradient }) {
    const formula = `2 ${back.dOutput} x / d`;
    back.give(0, rowMeanSquaresGradient, [gradient, x], undefined, { formula });
  },
};

/** (x − μ) / √(σ² + ε) (Ba et al. 2016, eq. 4). X: n×d, μ and σ²: n×1 → n×d. */
export const standardiseRows: Op<Epsilon> = {
  name: "standardise-rows",
  rows: "all",
  shape: shapeOfFirst,
  compute([matrix, means, variances], { eps }) {
    const { rows, cols, data } = matrix;
    const standardised = new Float64Array(data.length);
    for (let row = 0, at = 0; row < rows; row++) {
      const mean = means.data[row];
      const deviation = Math.sqrt(variances.data[row] + eps);
      for (let col = 0; col < cols; col++, at++) standardised[at] = (data[at] - mean) / deviation;
    }
    return { rows, cols, data: standardised };
  },
  explainCell: (inputs, { eps }, row, col) =>
    quotient(
      sum([cell(inputs, 0, row, col), negative(cell(inputs, 1, row, 0))]),
      call("sqrt", sum([cell(inputs, 2, row, 0), constant(eps)])),
    ),
  gradient(back, { inputs: [, , variance], params, output, gradient }) {
    const d = back.dOutput;
    const over = "√(σ² + ε)";
    back.give(2, rootGradient, [gradient, output, variance], params, { formula: `−Σ ${d} x̂ / 2(σ² + ε)` });
    back.give(1, standardiseMeansGradient, [gradient, variance], params, { formula: `−Σ ${d} / ${over}` });
    back.give(0, divideByRootMeanSquare, [gradient, variance], params, { formula: `${d} / ${over}` });
  },
};

/** x / √(mean square + ε) (Zhang and Sennrich 2019, eq. 4). X: n×d, mean squares: n×1 → n×d. */
export const divideByRootMeanSquare: Op<Epsilon> = {
  name: "divide-by-root-mean-square",
  rows: "all",
  shape: shapeOfFirst,
  compute([matrix, meanSquares], { eps }) {
    const { rows, cols, data } = matrix;
    const divided = new Float64Array(data.length);
    for (let row = 0, at = 0; row < rows; row++) {
      const root = Math.sqrt(meanSquares.data[row] + eps);
      for (let col = 0; col < cols; col++, at++) divided[at] = data[at] / root;
    }
    return { rows, cols, data: divided };
  },
  explainCell: (inputs, { eps }, row, col) =>
    quotient(cell(inputs, 0, row, col), call("sqrt", sum([cell(inputs, 1, row, 0), constant(eps)]))),
  gradient(back, { inputs: [, square], params, output, gradient }) {
    const d = back.dOutput;
    const under = "mean square + ε";
    back.give(1, rootGradient, [gradient, output, square], params, { formula: `−Σ ${d} x̂ / 2(${under})` });
    back.give(0, divideByRootMeanSquare, [gradient, square], params, { formula: `${d} / √(${under})` });
  },
};

/** γ·x, plus β when a third input is given, column by column. X: n×d, γ and β: 1×d → n×d. */
export const scaleColumns: Op = {
  name: "scale-columns",
  rows: [0],
  shape: shapeOfFirst,
  compute([{ rows, cols, data }, { data: weight }, bias]) {
    const added = bias?.data;
    const scaled = new Float64Array(data.length);
    for (let row = 0, at = 0; row < rows; row++) {
      for (let col = 0; col < cols; col++, at++) {
        const value = data[at] * weight[col];
        scaled[at] = added ? value + added[col] : value;
      }
    }
    return { rows, cols, data: scaled };
  },
  explainCell(inputs, _, row, col) {
    const scaled = product(cell(inputs, 0, row, col), cell(inputs, 1, 0, col));
    return inputs.length > 2 ? sum([scaled, cell(inputs, 2, 0, col)]) : scaled;
  },
  gradient(back, { inputs: [x, weight, bias], gradient }) {
    const d = back.dOutput;
    back.give(1, columnDots, [gradient, x], undefined, { formula: `Σ_i ${d}_i ∘ x̂_i` });
    if (bias) back.give(2, columnSums, [gradient], undefined, { formula: `Σ_i ${d}_i` });
    back.give(0, scaleColumns, [gradient, weight], undefined, { formula: `${d} ∘ ${back.symbol(weight)}` });
  },
};
