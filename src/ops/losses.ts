import type { Shape } from "../math/matrix.js";
import type { Arrays } from "../trace/arrays.js";
import { constant, named, valueIn } from "../trace/expression.js";
import { define } from "./define.js";

// One number that is to be small, made of all that came out, and its gradient.

/** Σ of all cells. n×d → 1×1. */
export const sumOfCells = define({ name: "sum-of-cells", of: ({ total }, [a]) => total(a) });

/** Σ (o − t)² over the number of cells. O, T: n×d → 1×1. */
export const meanSquaredError = define({
  name: "mean-squared-error",
  of: ({ divide, total, square, subtract }, [output, target], _, [{ rows, cols }]) =>
    divide(total(square(subtract(output, target))), rows * cols),
});

/** 2 (o − t) over the number of cells, the gradient of the mean squared error. O, T: n×d → n×d. */
export const meanSquaredErrorGradient = define({
  name: "mean-squared-error-gradient",
  of: ({ divide, multiply, subtract }, [output, target], _, [{ rows, cols }]) =>
    divide(multiply(2, subtract(output, target)), rows * cols),
});

/** In place of an id: a row that does not count (torch's ignore_index). */
export const NOT_COUNTED = -100;

/** Which rows do not count, n×1, how many do, and which of V columns is that of a row's id, n×V. */
function chosen<A>(arrays: Arrays<A>, given: A, [logits, shape]: readonly Shape[]) {
  const { equal, where, columnNumbers, asColumn, total, exactly } = arrays;
  const ids = asColumn(given, shape);
  const isLeftOut = equal(ids, NOT_COUNTED);
  const count = exactly(total(where(isLeftOut, 0, 1)), (_row, _col, own) => constant(valueIn(own)));
  return { isLeftOut, count, isOwn: equal(ids, columnNumbers(logits.cols)) };
}

/** Σ (ln Σ_j e^(l_ij) − l_it) over the rows that count, over their number; t is the id of row i. L: n×V, ids: n numbers → 1×1. */
export const crossEntropy = define({
  name: "cross-entropy",
  of(arrays, [logits, ids], _, shapes) {
    const { add, subtract, divide, where, call, sum, max, total, exactly } = arrays;
    const { isLeftOut, count, isOwn } = chosen(arrays, ids, shapes);
    const largest = exactly(max(logits, 1), (_row, _col, own) => named(valueIn(own), "row maximum"));
    const powers = call("exp", subtract(logits, largest));
    const logSum = add(call("log", sum(powers, 1)), largest);
    const right = sum(where(isOwn, logits, 0), 1);
    return divide(total(where(isLeftOut, 0, subtract(logSum, right))), count);
  },
});

/** (p_ij − 1 where j is the id of row i) over the number of rows that count; 0 in the others. P: n×V, ids: n numbers → n×V. */
export const crossEntropyGradient = define({
  name: "cross-entropy-gradient",
  of(arrays, [shares, ids], _, shapes) {
    const { subtract, divide, where, because } = arrays;
    const { isLeftOut, count, isOwn } = chosen(arrays, ids, shapes);
    const distance = divide(where(isOwn, subtract(shares, 1), shares), count);
    return where(isLeftOut, because(0, "0, because this row does not count"), distance);
  },
});

/** The one number there is in every cell. 1×1 → rows×cols. */
export const repeatCell = define<Shape>({
  name: "repeat-cell",
  of: ({ add, zeros }, [a], shape) => add(a, zeros(shape)),
});
