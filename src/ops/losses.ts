import { cellOf, createMatrix, mapCells, type Shape } from "../math/matrix.js";
import { constant, negative, product, quotient, sum } from "../trace/expression.js";
import { cell, type Op, shapeOfFirst } from "../trace/op.js";

// One number that is to be small, made of all that came out, and its gradient.

const oneCell = (): Shape => ({ rows: 1, cols: 1 });

/** Σ of all cells. n×d → 1×1. */
export const sumOfCells: Op = {
  name: "sum-of-cells",
  shape: oneCell,
  compute: ([{ data }]) => createMatrix(1, 1, () => data.reduce((total, value) => total + value, 0)),
  explainCell: (inputs) => {
    const { rows, cols } = inputs[0];
    return sum(
      Array.from({ length: rows * cols }, (_, index) =>
        cell(inputs, 0, Math.floor(index / cols), index % cols),
      ),
    );
  },
};

/** Σ (o − t)² over the number of cells. O, T: n×d → 1×1. */
export const meanSquaredError: Op = {
  name: "mean-squared-error",
  shape: oneCell,
  compute: ([output, target]) =>
    createMatrix(1, 1, () => {
      const total = output.data.reduce((part, value, index) => part + (value - target.data[index]) ** 2, 0);
      return total / output.data.length;
    }),
  explainCell: (inputs) => {
    const { rows, cols } = inputs[0];
    const squares = Array.from({ length: rows * cols }, (_, index) => {
      const [row, col] = [Math.floor(index / cols), index % cols];
      const error = sum([cell(inputs, 0, row, col), negative(cell(inputs, 1, row, col))]);
      return product(error, error);
    });
    return quotient(sum(squares), constant(rows * cols));
  },
};

/** 2 (o − t) over the number of cells, the gradient of the mean squared error. O, T: n×d → n×d. */
export const meanSquaredErrorGradient: Op = {
  name: "mean-squared-error-gradient",
  shape: shapeOfFirst,
  compute: ([output, target]) =>
    mapCells(output, (value, row, col) => (2 * (value - cellOf(target, row, col))) / output.data.length),
  explainCell: (inputs, _, row, col) => {
    const error = sum([cell(inputs, 0, row, col), negative(cell(inputs, 1, row, col))]);
    return quotient(product(constant(2), error), constant(inputs[0].rows * inputs[0].cols));
  },
};

/** The one number there is in every cell. 1×1 → rows×cols. */
export const repeatCell: Op<Shape> = {
  name: "repeat-cell",
  shape: (_, { rows, cols }) => ({ rows, cols }),
  compute: ([{ data }], { rows, cols }) => createMatrix(rows, cols, () => data[0]),
  explainCell: (inputs) => cell(inputs, 0, 0, 0),
};
