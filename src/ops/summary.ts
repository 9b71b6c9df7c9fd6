import { sumOver } from "../math/lists.js";
import { createMatrix, rowOf } from "../math/matrix.js";
import {
  abs,
  add,
  assign,
  because,
  divide,
  equal,
  exactly,
  exp,
  explainAs,
  less,
  log,
  max,
  orOne,
  strongest,
  subtract,
  sum,
  type Term,
  where,
  xlogx,
  zeros,
} from "../trace/arrays.js";
import { call, constant, type Expression, named, valueIn } from "../trace/expression.js";
import { define } from "./define.js";
import { fuseLogSumExp, fuseRowMeasure } from "./fused-attention.js";
import { EMPTY_ROW_WEIGHT, finiteRowMaximum, isEmptyRow } from "./softmax.js";

// Measures that describe each row of a distribution by one number. n×m → n×1.

/** A sum of weights that is nearer to 1 than this is 1. */
const SUM_ROUNDING = 1e-12;

const NO_KEY = "0, because no key may be attended";

/**
 * The entropy H of a row divided by ln m: 0 if the row attends to one key, 1 if it attends to all keys equally. 0 if
 * there is only one key.
 */
export const relativeEntropy = define({
  name: "relative-entropy",
  rowwise: [0],
  definition([weights]) {
    const { rows, cols } = weights;
    if (cols === 1) return exactly(zeros({ rows, cols: 1 }), constant(0, "0, because there is one key"));
    const most = exactly(Math.log(cols), call("ln", named(cols, "m")));
    return explainAs(divide(entropy(weights), most), equal(sum(weights, 1), 0), 0, NO_KEY);
  },
  // One row at a time: a sweep computes hundreds of thousands of small matrices.
  kernel: ([weights]) => createMatrix(weights.rows, 1, (row) => relativeEntropyOf(rowOf(weights, row))),
  fused: ({ inputs: [weights] }, numbers) =>
    fuseRowMeasure(
      weights,
      numbers,
      // With d_j = s_j − maximum and D = Σ_j e^d_j, the entropy is ln D − Σ_j e^d_j·d_j / D.
      ({ sum: sums, moment }, row, numKeys) =>
        numKeys === 1 ? 0 : (Math.log(sums[row]) - moment[row] / sums[row]) / Math.log(numKeys),
      { zero: () => 0, nan, uniform: (numKeys) => (numKeys === 1 ? 0 : 1) },
    ),
});

/** e^H: the number of keys that a row with equal weights and this entropy would attend to. 0 for a row of zeros. */
export const effectiveKeys = define({
  name: "effective-keys",
  rowwise: [0],
  definition([weights]) {
    return where(equal(sum(weights, 1), 0), because(0, NO_KEY), exp(entropy(weights)));
  },
});

/**
 * Returns H = −Σ p ln p, where p is the row divided by its sum Z: H = ln Z − Σ w ln w / Z. The division is needed
 * because the weights of local attention sum to less than 1. If the sum is 1 except for rounding error, there is no
 * division. 0 for a row of zeros.
 */
function entropy(weights: Term): Term {
  const [total, again] = assign("total", sum(weights, 1));
  const isOne = less(abs(subtract(total, 1)), SUM_ROUNDING);
  const terms = sum(xlogx(weights), 1);
  const divided = subtract(log(orOne(again)), divide(terms, orOne(again)));
  return where(isOne, subtract(0, terms), divided);
}

/** Returns the entropy of one row divided by ln m, in the order of the definition. */
function relativeEntropyOf(row: Float64Array): number {
  const total = sumOver(row);
  if (row.length === 1 || total === 0) return 0;
  const terms = sumOver(row, (weight) => (weight === 0 ? 0 : weight * Math.log(weight)));
  const isOne = Math.abs(total - 1) < SUM_ROUNDING;
  return (isOne ? 0 - terms : Math.log(total) - terms / total) / Math.log(row.length);
}

/** The largest number of each row. */
export const rowMaximum = define({
  name: "row-maximum",
  rowwise: [0],
  definition: ([weights]) => max(weights, 1),
  fused: ({ inputs: [weights] }, numbers) =>
    fuseRowMeasure(weights, numbers, ({ sum: sums }, row) => 1 / sums[row], EMPTY_ROW_WEIGHT),
});

/** The index of the largest number of each row, the first in a tie. NaN for a row of zeros or with NaN. */
export const rowArgmax = define({
  name: "row-argmax",
  rowwise: [0],
  definition: ([weights]) => strongest(weights),
  fused: ({ inputs: [weights] }, numbers) =>
    fuseRowMeasure(
      weights,
      numbers,
      ({ strongest, sum: sums }, row) => (Number.isNaN(sums[row]) ? Number.NaN : strongest[row]),
      { zero: nan, nan, uniform: () => 0 },
    ),
});

const nan = () => Number.NaN;

/** ln Σ_j e^s_j per row; −∞ if the row may attend to no key. n×m → n×1. */
export const rowLogSumExp = define({
  name: "row-log-sum-exp",
  rowwise: [0],
  definition([scores]) {
    // The maximum is shown as its cell: max(…) inside every power would be unreadable.
    const top = exactly(finiteRowMaximum(scores), (_row, _col, cell) => cellOfMaximum(cell));
    const [shift, again] = assign("shift", top);
    const isNothing = equal(scores, Number.NEGATIVE_INFINITY);
    const powers = explainAs(exp(subtract(scores, again)), isNothing, 0);
    const logSums = add(shift, log(sum(powers, 1)));
    const reason = "−∞, because no key may be attended";
    return explainAs(logSums, isEmptyRow(scores), Number.NEGATIVE_INFINITY, reason);
  },
  fused: ({ inputs: [key] }, numbers) => fuseLogSumExp({ key }, numbers),
});

/** Returns the cell that is the maximum in max(a, b, …). If it is NaN, returns the call itself. */
function cellOfMaximum(maximum: Expression): Expression {
  const value = valueIn(maximum);
  const cells = maximum.kind === "call" ? maximum.args : [];
  return cells.find((cell) => cell.kind === "cell" && cell.value === value) ?? maximum;
}
