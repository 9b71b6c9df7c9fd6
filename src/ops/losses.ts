import type { Shape } from "../math/matrix.js";
import {
  add,
  asColumn,
  because,
  columnNumbers,
  divide,
  equal,
  exactly,
  exp,
  log,
  max,
  multiply,
  square,
  subtract,
  sum,
  type Term,
  total,
  where,
  zeros,
} from "../trace/arrays.js";
import { constant, named, valueIn } from "../trace/expression.js";
import { define } from "./define.js";

// Losses: one number computed from the whole output, and its gradient.

/** Σ of all cells. n×d → 1×1. */
export const sumOfCells = define({ name: "sum-of-cells", definition: ([a]) => total(a) });

/** Σ (o − t)² divided by the number of cells. O, T: n×d → 1×1. */
export const meanSquaredError = define({
  name: "mean-squared-error",
  definition: ([output, target]) =>
    divide(total(square(subtract(output, target))), output.rows * output.cols),
});

/** 2 (o − t) divided by the number of cells, the gradient of the mean squared error. O, T: n×d → n×d. */
export const meanSquaredErrorGradient = define({
  name: "mean-squared-error-gradient",
  definition: ([output, target]) => divide(multiply(2, subtract(output, target)), output.rows * output.cols),
});

/** The id that marks a row as ignored (torch's ignore_index). */
export const IGNORE_INDEX = -100;

/** Returns which rows are ignored, n×1, how many are counted, and which of V columns is each row's id, n×V. */
function readTargets(given: Term, numColumns: number) {
  const ids = asColumn(given);
  const isLeftOut = equal(ids, IGNORE_INDEX);
  const count = exactly(total(where(isLeftOut, 0, 1)), (_row, _col, cell) => constant(valueIn(cell)));
  return { isLeftOut, count, isTarget: equal(ids, columnNumbers(numColumns)) };
}

/**
 * Σ (ln Σ_j e^(l_ij) − l_it) over the counted rows, divided by their number; t is the id of row i. L: n×V, ids: n
 * numbers → 1×1.
 */
export const crossEntropy = define({
  name: "cross-entropy",
  definition([logits, ids]) {
    const { isLeftOut, count, isTarget } = readTargets(ids, logits.cols);
    const largest = exactly(max(logits, 1), (_row, _col, cell) => named(valueIn(cell), "row maximum"));
    const powers = exp(subtract(logits, largest));
    const logSum = add(log(sum(powers, 1)), largest);
    const right = sum(where(isTarget, logits, 0), 1);
    return divide(total(where(isLeftOut, 0, subtract(logSum, right))), count);
  },
});

/**
 * (p_ij − 1 if j is the id of row i, else p_ij) divided by the number of counted rows; 0 in ignored rows. P: n×V, ids:
 * n numbers → n×V.
 */
export const crossEntropyGradient = define({
  name: "cross-entropy-gradient",
  definition([shares, ids]) {
    const { isLeftOut, count, isTarget } = readTargets(ids, shares.cols);
    const distance = divide(where(isTarget, subtract(shares, 1), shares), count);
    return where(isLeftOut, because(0, "0, because this row does not count"), distance);
  },
});

/** The input's one number in every cell. 1×1 → rows×cols. */
export const repeatCell = define<Shape>({
  name: "repeat-cell",
  definition: ([a], shape) => add(a, zeros(shape)),
});
