import { type Arrays, onDiagonal, orOne, type Rules, strongest, whole } from "../arrays.js";

// The softmax in its steps, the way back through it, and what is said of its rows.

/** The largest number of each row; 0 where there is nothing but −∞, so that e^(s − largest) is 0 there. */
function largest<A>(arrays: Arrays<A>, scores: A): A {
  const [maximum, again] = arrays.keep("top", arrays.max(scores, 1));
  const isEmpty = arrays.equal(maximum, arrays.number(Number.NEGATIVE_INFINITY));
  return arrays.where(isEmpty, arrays.number(0), again);
}

/** −Σ p ln p with 0 ln 0 = 0, where p is the row over its sum. */
function entropy<A>(arrays: Arrays<A>, weights: A): A {
  const [total, divisor] = arrays.keep("total", arrays.sum(weights, 1));
  const isZero = arrays.equal(total, arrays.number(0));
  const [p, again] = arrays.keep(
    "p",
    arrays.divide(weights, arrays.where(isZero, arrays.number(1), divisor)),
  );
  const terms = arrays.multiply(p, arrays.call("log", orOne(arrays, again)));
  return arrays.subtract(arrays.number(0), arrays.sum(terms, 1));
}

/** What is worked out where a sum is not 0; 0 elsewhere. */
const unlessEmpty = <A>(arrays: Arrays<A>, sums: A, a: A): A =>
  arrays.where(arrays.equal(sums, arrays.number(0)), arrays.number(0), a);

export const SOFTMAX = {
  exponentials: (arrays, [{ array: scores }], { isShifted }) =>
    arrays.call("exp", isShifted ? arrays.subtract(scores, largest(arrays, scores)) : scores),
  normalizeRows(arrays, [{ array: powers, shape }, { array: sums }], { emptyRow }) {
    if (emptyRow === "zero") return arrays.divide(powers, orOne(arrays, sums));
    const isEmpty = arrays.equal(sums, arrays.number(0));
    const [value, meaning] = emptyRow === "nan" ? [Number.NaN, "NaN"] : [1 / shape.cols, "all keys alike"];
    const weight = arrays.constant("EMPTY_ROW", value, `a row that may attend to nothing: ${meaning}`);
    return arrays.where(isEmpty, weight, arrays.divide(powers, orOne(arrays, sums)));
  },
  rowLogSumExp(arrays, [{ array: scores }]) {
    const [top, again] = arrays.keep("shift", largest(arrays, scores));
    const powers = arrays.call("exp", arrays.subtract(scores, again));
    return arrays.add(top, arrays.call("log", arrays.sum(powers, 1)));
  },
  rowDots: (arrays, [a, b]) => arrays.sum(arrays.multiply(a.array, b.array), 1),
  softmaxGradient: (arrays, [weights, gradient, dots, sums]) =>
    unlessEmpty(
      arrays,
      sums.array,
      arrays.multiply(weights.array, arrays.subtract(gradient.array, dots.array)),
    ),
  normalizationGradient(arrays, [gradient, dots, sums]) {
    const difference = arrays.subtract(gradient.array, dots.array);
    return unlessEmpty(arrays, sums.array, arrays.divide(difference, orOne(arrays, sums.array)));
  },
  relativeEntropy: (arrays, [weights], _, shape) =>
    weights.shape.cols === 1
      ? arrays.zeros(shape)
      : arrays.divide(entropy(arrays, weights.array), arrays.number(Math.log(weights.shape.cols))),
  effectiveKeys: (arrays, [{ array: weights }]) =>
    unlessEmpty(arrays, arrays.sum(weights, 1), arrays.call("exp", entropy(arrays, weights))),
  rowMaximum: (arrays, [weights]) => arrays.max(weights.array, 1),
  rowArgmax: (arrays, [weights]) => strongest(arrays, weights.array),
  softmaxJacobian(arrays, [weights], { row }) {
    const { cols } = weights.shape;
    const p = arrays.slice(weights.array, { from: row, to: row + 1 }, whole(cols));
    const own = arrays.multiply(p, arrays.subtract(arrays.number(1), p));
    const others = arrays.multiply(arrays.multiply(arrays.number(-1), arrays.transpose(p)), p);
    return arrays.where(onDiagonal(arrays, cols), own, others);
  },
  jacobianNorm(arrays, [{ array: p, shape }]) {
    // Sums over the other places: 1 − p would lose every digit where the softmax is saturated.
    const others = arrays.where(onDiagonal(arrays, shape.cols), arrays.number(0), arrays.number(1));
    const rest = arrays.matmul(p, others);
    const squares = arrays.matmul(arrays.multiply(p, p), others);
    const terms = arrays.multiply(arrays.multiply(p, p), arrays.add(arrays.multiply(rest, rest), squares));
    return arrays.call("sqrt", arrays.sum(terms, 1));
  },
} satisfies Partial<Rules>;
