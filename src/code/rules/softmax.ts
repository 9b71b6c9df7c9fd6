import { type Arrays, type Rules, whole } from "../arrays.js";

// The softmax in its steps, the way back through it, and what is said of its rows.

/** The largest number of each row; 0 where there is nothing but −∞, so that e^(s − largest) is 0 there. */
function largest<A>({ keep, max, equal, where }: Arrays<A>, scores: A): A {
  const [maximum, again] = keep("top", max(scores, 1));
  return where(equal(maximum, Number.NEGATIVE_INFINITY), 0, again);
}

/** −Σ p ln p with 0 ln 0 = 0, where p is the row over its sum. */
function entropy<A>(
  { keep, sum, where, equal, divide, multiply, subtract, call, orOne }: Arrays<A>,
  weights: A,
): A {
  const [total, divisor] = keep("total", sum(weights, 1));
  const [p, again] = keep("p", divide(weights, where(equal(total, 0), 1, divisor)));
  const terms = multiply(p, call("log", orOne(again)));
  return subtract(0, sum(terms, 1));
}

/** What is worked out where a sum is not 0; 0 elsewhere. */
const unlessEmpty = <A>({ where, equal }: Arrays<A>, sums: A, a: A): A => where(equal(sums, 0), 0, a);

export const SOFTMAX = {
  exponentials: (arrays, [scores], { isShifted }) =>
    arrays.call("exp", isShifted ? arrays.subtract(scores, largest(arrays, scores)) : scores),
  normalizeRows({ divide, orOne, equal, where, constant }, [powers, sums], { emptyRow }, { result }) {
    if (emptyRow === "zero") return divide(powers, orOne(sums));
    const isEmpty = equal(sums, 0);
    const [value, meaning] = emptyRow === "nan" ? [Number.NaN, "NaN"] : [1 / result.cols, "all keys alike"];
    const weight = constant("EMPTY_ROW", value, `a row that may attend to nothing: ${meaning}`);
    return where(isEmpty, weight, divide(powers, orOne(sums)));
  },
  rowLogSumExp(arrays, [scores]) {
    const { keep, subtract, add, call, sum } = arrays;
    const [top, again] = keep("shift", largest(arrays, scores));
    const powers = call("exp", subtract(scores, again));
    return add(top, call("log", sum(powers, 1)));
  },
  rowDots: ({ sum, multiply }, [a, b]) => sum(multiply(a, b), 1),
  softmaxGradient: (arrays, [weights, gradient, dots, sums]) =>
    unlessEmpty(arrays, sums, arrays.multiply(weights, arrays.subtract(gradient, dots))),
  normalizationGradient: (arrays, [gradient, dots, sums]) =>
    unlessEmpty(arrays, sums, arrays.divide(arrays.subtract(gradient, dots), arrays.orOne(sums))),
  relativeEntropy: (arrays, [weights], _, { inputs: [{ cols }], result }) =>
    cols === 1 ? arrays.zeros(result) : arrays.divide(entropy(arrays, weights), Math.log(cols)),
  effectiveKeys: (arrays, [weights]) =>
    unlessEmpty(arrays, arrays.sum(weights, 1), arrays.call("exp", entropy(arrays, weights))),
  rowMaximum: ({ max }, [weights]) => max(weights, 1),
  rowArgmax: ({ strongest }, [weights]) => strongest(weights),
  softmaxJacobian(
    { slice, multiply, subtract, transpose, where, onDiagonal },
    [weights],
    { row },
    { result },
  ) {
    const p = slice(weights, { from: row, to: row + 1 }, whole(result.cols));
    const own = multiply(p, subtract(1, p));
    const others = multiply(multiply(-1, transpose(p)), p);
    return where(onDiagonal(result.cols), own, others);
  },
  jacobianNorm(
    { where, onDiagonal, matmul, multiply, add, square, sum, call },
    [p],
    _,
    { inputs: [{ cols }] },
  ) {
    // Sums over the other places: 1 − p would lose every digit where the softmax is saturated.
    const others = where(onDiagonal(cols), 0, 1);
    const rest = matmul(p, others);
    const squares = matmul(square(p), others);
    return call("sqrt", sum(multiply(square(p), add(square(rest), squares)), 1));
  },
} satisfies Partial<Rules>;
