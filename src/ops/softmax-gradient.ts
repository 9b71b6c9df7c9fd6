import { cellOf, createMatrix, mapCells } from "../math/matrix.js";
import { constant, negative, product, quotient, sum, sumOver } from "../trace/expression.js";
import { cell, type Op, oneColumn, shapeOfFirst } from "../trace/op.js";

// What a loss's gradient by weights becomes on its way back through the softmax of each row.

/** Σ_j a_ij b_ij of each row. A, B: n×m → n×1. */
export const rowDots: Op = {
  name: "row-dots",
  rows: "all",
  shape: oneColumn,
  compute: ([a, b]) =>
    createMatrix(a.rows, 1, (row) => {
      let total = 0;
      for (let k = row * a.cols; k < (row + 1) * a.cols; k++) total += a.data[k] * b.data[k];
      return total;
    }),
  explainCell: (inputs, _, row) =>
    sumOver(inputs[0].cols, (col) => product(cell(inputs, 0, row, col), cell(inputs, 1, row, col))),
};

/**
 * α ∘ (dα − δ), the gradient by the scores whose softmax is α; 0 in rows that nothing was shared out in, where the sum of
 * exponentials is 0. α, dα: n×m, δ = Σ_j α_ij dα_ij: n×1, sums: n×1 → n×m.
 */
export const softmaxGradient: Op = {
  name: "softmax-gradient",
  rows: "all",
  shape: shapeOfFirst,
  compute([weights, gradient, dots, sums]) {
    const { rows, cols } = weights;
    const result = createMatrix(rows, cols);
    for (let row = 0; row < rows; row++) {
      if (sums.data[row] === 0) continue;
      const dot = dots.data[row];
      for (let at = row * cols; at < (row + 1) * cols; at++) {
        // A weight of 0 gives 0 and not −0.
        result.data[at] = weights.data[at] * (gradient.data[at] - dot) + 0;
      }
    }
    return result;
  },
  explainCell(inputs, _, row, col) {
    if (cellOf(inputs[3], row, 0) === 0) return constant(0, EMPTY);
    const difference = sum([cell(inputs, 1, row, col), negative(cell(inputs, 2, row, 0))]);
    return product(cell(inputs, 0, row, col), difference);
  },
};

/**
 * (dY − δ) / Σ, the gradient by numbers that were divided by the sum of their row; 0 where that sum is 0.
 * dY: n×m, δ = Σ_j y_ij dy_ij: n×1, sums: n×1 → n×m.
 */
export const normalizationGradient: Op = {
  name: "normalization-gradient",
  rows: "all",
  shape: shapeOfFirst,
  compute([gradient, dots, sums]) {
    return mapCells(gradient, (value, row) => {
      const total = cellOf(sums, row, 0);
      return total === 0 ? 0 : (value - cellOf(dots, row, 0)) / total;
    });
  },
  explainCell(inputs, _, row, col) {
    if (cellOf(inputs[2], row, 0) === 0) return constant(0, EMPTY);
    const difference = sum([cell(inputs, 0, row, col), negative(cell(inputs, 1, row, 0))]);
    return quotient(difference, cell(inputs, 2, row, 0));
  },
};

const EMPTY = "0, because no key may be attended";
