import { cellOf, createMatrix, type Matrix, mapCells, rowOf, type Shape } from "../math/matrix.js";
import { call, constant, named, negative, product, quotient, sum, sumOver } from "../trace/expression.js";
import { cell, cellsOfRow, type Op, shapeOfFirst } from "../trace/op.js";

// One number that is to be small, made of all that came out, and its gradient.

const oneCell = (): Shape => ({ rows: 1, cols: 1 });

/** Σ of all cells. n×d → 1×1. */
export const sumOfCells: Op = {
  name: "sum-of-cells",
  shape: oneCell,
  compute: ([{ data }]) => createMatrix(1, 1, () => data.reduce((total, value) => total + value, 0)),
  explainCell: (inputs) => {
    const { rows, cols } = inputs[0];
    return sumOver(rows * cols, (index) => cell(inputs, 0, Math.floor(index / cols), index % cols));
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

/** In place of an id: a row that does not count (torch's ignore_index). */
export const NOT_COUNTED = -100;

const countRows = ({ data }: Matrix) => data.filter((id) => id !== NOT_COUNTED).length;

/** Σ (ln Σ_j e^(l_ij) − l_it) over the rows that count, over their number; t is the id of row i. L: n×V, ids: n numbers → 1×1. */
export const crossEntropy: Op = {
  name: "cross-entropy",
  shape: oneCell,
  compute: ([logits, ids]) =>
    createMatrix(1, 1, () => {
      let total = 0;
      for (let row = 0; row < logits.rows; row++) {
        const id = ids.data[row];
        if (id === NOT_COUNTED) continue;
        const own = rowOf(logits, row);
        const largest = largestOf(own);
        const sumOfPowers = own.reduce((part, logit) => part + Math.exp(logit - largest), 0);
        total += Math.log(sumOfPowers) + largest - own[id];
      }
      return total / countRows(ids);
    }),
  explainCell(inputs) {
    const [logits, ids] = inputs;
    const terms = Array.from(ids.data, (id, row) => {
      if (id === NOT_COUNTED) return [];
      const largest = named(largestOf(rowOf(logits, row)), "row maximum");
      const powers = cellsOfRow(inputs, row).map((logit) => call("exp", sum([logit, negative(largest)])));
      return [sum([call("ln", sum(powers)), largest, negative(cell(inputs, 0, row, id))])];
    });
    return quotient(sum(terms.flat()), constant(countRows(ids)));
  },
};

const largestOf = (row: Float64Array) =>
  row.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);

/** (p_ij − 1 where j is the id of row i) over the number of rows that count; 0 in the others. P: n×V, ids: n numbers → n×V. */
export const crossEntropyGradient: Op = {
  name: "cross-entropy-gradient",
  shape: shapeOfFirst,
  compute([probabilities, ids]) {
    const count = countRows(ids);
    return mapCells(probabilities, (share, row, col) => {
      const id = ids.data[row];
      return id === NOT_COUNTED ? 0 : (share - (col === id ? 1 : 0)) / count;
    });
  },
  explainCell(inputs, _, row, col) {
    const [, ids] = inputs;
    const id = ids.data[row];
    if (id === NOT_COUNTED) return constant(0, "0, because this row does not count");
    const share = cell(inputs, 0, row, col);
    return quotient(col === id ? sum([share, constant(-1)]) : share, constant(countRows(ids)));
  },
};

/** The one number there is in every cell. 1×1 → rows×cols. */
export const repeatCell: Op<Shape> = {
  name: "repeat-cell",
  shape: (_, { rows, cols }) => ({ rows, cols }),
  compute: ([{ data }], { rows, cols }) => createMatrix(rows, cols, () => data[0]),
  explainCell: (inputs) => cell(inputs, 0, 0, 0),
};
