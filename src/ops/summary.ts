import type { Arrays } from "../trace/arrays.js";
import { call, constant, type Expression, named, valueIn } from "../trace/expression.js";
import { define } from "./define.js";
import { fuseLogSumExp, fuseRowMeasure } from "./fused-attention.js";
import { isEmptyRow, largestOf } from "./softmax.js";

// One number that describes each row of a distribution. n×m → n×1.

const NO_KEY = "0, because no key may be attended";

/** H of a row over ln m: 0 when it looks at one key, 1 when it looks at all alike. 0 when there is one key. */
export const relativeEntropy = define({
  name: "relative-entropy",
  rows: [0],
  of(arrays, [weights], _, [{ rows, cols }]) {
    const { zeros, exactly, divide, told, equal, sum } = arrays;
    if (cols === 1) return exactly(zeros({ rows, cols: 1 }), constant(0, "0, because there is one key"));
    const most = exactly(Math.log(cols), call("ln", named(cols, "m")));
    return told(divide(entropy(arrays, weights), most), () => equal(sum(weights, 1), 0), 0, NO_KEY);
  },
  fused: ({ inputs: [weights] }, numbers) =>
    fuseRowMeasure(
      weights,
      numbers,
      // With D = Σ_j e^d_j and d_j = s_j − maximum it is ln D − Σ_j e^d_j·d_j / D.
      ({ sum: sums, moment }, row, numKeys) =>
        numKeys === 1 ? 0 : (Math.log(sums[row]) - moment[row] / sums[row]) / Math.log(numKeys),
      { zero: () => 0, nan, uniform: (numKeys) => (numKeys === 1 ? 0 : 1) },
    ),
});

/** e^H: how many keys a row looks at, if it looked at all of them alike. 0 for a row of zeros. */
export const effectiveKeys = define({
  name: "effective-keys",
  rows: [0],
  of(arrays, [weights]) {
    const { where, equal, sum, because, call: apply } = arrays;
    return where(equal(sum(weights, 1), 0), because(0, NO_KEY), apply("exp", entropy(arrays, weights)));
  },
});

/**
 * H = −Σ p ln p, where p is the row over its sum Z: ln Z − Σ w ln w / Z, since those of local attention sum below 1. 0 for a row of zeros. A
 * softmax sums to 1 as far as rounding lets it, which is no reason to divide.
 */
function entropy<A>(arrays: Arrays<A>, weights: A): A {
  const { keep, sum, where, less, subtract, divide, call: apply, xlogx, orOne } = arrays;
  const [total, again] = keep("total", sum(weights, 1));
  const isOne = less(apply("abs", subtract(total, 1)), 1e-12);
  const terms = sum(xlogx(weights), 1);
  const divided = subtract(apply("log", orOne(again)), divide(terms, orOne(again)));
  return where(isOne, subtract(0, terms), divided);
}

/** The largest number of each row. */
export const rowMaximum = define({
  name: "row-maximum",
  rows: [0],
  of: ({ max }, [weights]) => max(weights, 1),
  fused: ({ inputs: [weights] }, numbers) =>
    fuseRowMeasure(weights, numbers, ({ sum: sums }, row) => 1 / sums[row], {
      zero: () => 0,
      nan,
      uniform: (numKeys) => 1 / numKeys,
    }),
});

/** Where the largest number of each row stands, the first place if several; NaN for a row of zeros or with NaN. */
export const rowArgmax = define({
  name: "row-argmax",
  rows: [0],
  of: ({ strongest }, [weights]) => strongest(weights),
  fused: ({ inputs: [weights] }, numbers) =>
    fuseRowMeasure(
      weights,
      numbers,
      ({ strongest, sum: sums }, row) => (Number.isNaN(sums[row]) ? Number.NaN : strongest[row]),
      { zero: nan, nan, uniform: () => 0 },
    ),
});

const nan = () => Number.NaN;

/** ln Σ_j e^s_j of each row; −∞ when nothing may be attended. n×m → n×1. */
export const rowLogSumExp = define({
  name: "row-log-sum-exp",
  rows: [0],
  of(arrays, [scores]) {
    const { keep, exactly, subtract, add, call: apply, sum, told, equal } = arrays;
    // By its name: max(…) in every power could not be read.
    const top = exactly(largestOf(arrays, scores), (_row, _col, own) => cellOfMaximum(own));
    const [shift, again] = keep("shift", top);
    const isNothing = () => equal(scores, Number.NEGATIVE_INFINITY);
    const powers = told(apply("exp", subtract(scores, again)), isNothing, 0);
    const made = add(shift, apply("log", sum(powers, 1)));
    const reason = "−∞, because no key may be attended";
    return told(made, () => isEmptyRow(arrays, scores), Number.NEGATIVE_INFINITY, reason);
  },
  fused: ({ inputs: [key] }, numbers) => fuseLogSumExp({ key }, numbers),
});

/** Of max(a, b, …) the number that it is; NaN is nowhere. */
function cellOfMaximum(own: Expression): Expression {
  const value = valueIn(own);
  const cells = own.kind === "call" ? own.args : [];
  return cells.find((cell) => cell.kind === "cell" && cell.value === value) ?? own;
}
