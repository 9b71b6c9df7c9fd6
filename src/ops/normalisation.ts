import {
  add,
  convention,
  divide,
  multiply,
  negative,
  sqrt,
  square,
  subtract,
  sum,
  type Term,
  zeros,
} from "../trace/arrays.js";
import { define } from "./define.js";
import { columnSums } from "./product.js";

// The backward pass of a norm. Each measure of a row (mean, variance) has its own gradient. The gradient of the row is
// the sum of the gradients through its measures. X: n×d, measures of its rows: n×1.

/** A small number that is added to a variance or mean square, so that nothing is divided by 0. */
export interface Epsilon {
  readonly eps: number;
}

/** Adds ε to a variance or mean square. */
const withEpsilon = (squares: Term, { eps }: Epsilon): Term =>
  add(squares, convention("EPS", eps, "is added before the root is taken"));

/** dm / d in each of the d columns, the gradient with respect to the numbers with mean m. dm: n×1 → n×d. */
export const rowMeansGradient = define<{ readonly cols: number }>({
  name: "row-means-gradient",
  rowwise: [0],
  definition: ([gradient], { cols }) => add(divide(gradient, cols), zeros({ rows: gradient.rows, cols })),
});

/** 2 dσ² (x − μ) / d, the gradient with respect to the numbers with variance σ². dσ²: n×1, X: n×d, μ: n×1 → n×d. */
export const rowVariancesGradient = define({
  name: "row-variances-gradient",
  rowwise: "all",
  definition: ([gradient, x, means]) => divide(multiply(multiply(2, gradient), subtract(x, means)), x.cols),
});

/**
 * −2 dσ² Σ (x − μ) / d, the gradient with respect to the mean. It is 0 except for rounding error, because distances
 * from a mean add up to 0. Inputs as above → n×1.
 */
export const varianceMeansGradient = define({
  name: "variance-means-gradient",
  rowwise: "all",
  definition: ([gradient, x, means]) =>
    divide(multiply(multiply(-2, gradient), sum(subtract(x, means), 1)), x.cols),
});

/** 2 dm x / d, the gradient with respect to the numbers x with mean square m. dm: n×1, X: n×d → n×d. */
export const rowMeanSquaresGradient = define({
  name: "row-mean-squares-gradient",
  rowwise: "all",
  definition: ([gradient, x]) => divide(multiply(multiply(2, gradient), x), x.cols),
});

/**
 * −Σ dx̂ x̂ / (2(v + ε)), the gradient with respect to v, if x̂ is something divided by √(v + ε). dx̂, x̂: n×d, v: n×1
 * → n×1.
 */
export const rootGradient = define<Epsilon>({
  name: "root-gradient",
  rowwise: "all",
  definition([gradient, normalised, squares], params) {
    const under = multiply(2, withEpsilon(squares, params));
    return negative(divide(sum(multiply(gradient, normalised), 1), under));
  },
});

/**
 * −Σ dx̂ / √(σ² + ε) per row, the gradient with respect to the mean μ in x̂ = (x − μ) / √(σ² + ε). dx̂: n×d, σ²: n×1 →
 * n×1.
 */
export const standardiseMeansGradient = define<Epsilon>({
  name: "standardise-means-gradient",
  rowwise: "all",
  definition([gradient, variances], params) {
    const deviation = sqrt(withEpsilon(variances, params));
    return negative(divide(sum(gradient, 1), deviation));
  },
});

/** Σ_i a_ij b_ij per column. A, B: n×d → 1×d. */
export const columnDots = define({
  name: "column-dots",
  sumsOverRows: [0, 1],
  definition: ([a, b]) => sum(multiply(a, b), 0),
});

// A norm in the steps a person writes down: the measures of each row, the normalised row, weight and bias.

/** μ, the mean of each row. n×d → n×1. */
export const rowMeans = define({
  name: "row-means",
  rowwise: [0],
  definition: ([a]) => divide(sum(a, 1), a.cols),
  gradient(back, { inputs: [{ shape }], gradient, d }) {
    back.record(0, rowMeansGradient, [gradient], `${d} / d`, { cols: shape.cols });
  },
});

/** σ² = Σ (x − μ)² / d of each row: divided by d, not by d − 1. X: n×d, μ: n×1 → n×1. */
export const rowVariances = define({
  name: "row-variances",
  rowwise: "all",
  definition: ([a, means]) => divide(sum(square(subtract(a, means)), 1), a.cols),
  gradient(back, { inputs: [x, mean], gradient, d }) {
    back.record(0, rowVariancesGradient, [gradient, x, mean], `2 ${d} (x − μ) / d`);
    back.record(1, varianceMeansGradient, [gradient, x, mean], {
      formula: `−2 ${d} Σ (x − μ) / d`,
      notes: ["0 but for rounding, since distances from a mean add up to 0"],
    });
  },
});

/** √σ², the standard deviation of each row. σ²: n×1 → n×1. */
export const rowDeviations = define({
  name: "row-deviations",
  rowwise: [0],
  definition: ([variances]) => sqrt(variances),
});

/** Each number less the measure of its row. X: n×d, measures: n×1 → n×d. */
export const subtractFromRows = define({
  name: "subtract-from-rows",
  rowwise: "all",
  definition: ([a, measures]) => subtract(a, measures),
});

/** The mean of x² in each row. n×d → n×1. */
export const rowMeanSquares = define({
  name: "row-mean-squares",
  rowwise: [0],
  definition: ([a]) => divide(sum(square(a), 1), a.cols),
  gradient(back, { inputs: [x], gradient, d }) {
    const formula = `2 ${d} x / d`;
    back.record(0, rowMeanSquaresGradient, [gradient, x], formula);
  },
});

/** (x − μ) / √(σ² + ε) (Ba et al. 2016, eq. 4). X: n×d, μ and σ²: n×1 → n×d. */
export const standardiseRows = define<Epsilon>({
  name: "standardise-rows",
  rowwise: "all",
  definition: ([a, means, variances], params) =>
    divide(subtract(a, means), sqrt(withEpsilon(variances, params))),
  gradient(back, { inputs: [, , variance], params, output, gradient, d }) {
    const over = "√(σ² + ε)";
    back.record(2, rootGradient, [gradient, output, variance], `−Σ ${d} x̂ / 2(σ² + ε)`, params);
    back.record(1, standardiseMeansGradient, [gradient, variance], `−Σ ${d} / ${over}`, params);
    back.record(0, divideByRootMeanSquare, [gradient, variance], `${d} / ${over}`, params);
  },
});

/** x / √(mean square + ε) (Zhang and Sennrich 2019, eq. 4). X: n×d, mean squares: n×1 → n×d. */
export const divideByRootMeanSquare = define<Epsilon>({
  name: "divide-by-root-mean-square",
  rowwise: "all",
  definition: ([a, squares], params) => divide(a, sqrt(withEpsilon(squares, params))),
  gradient(back, { inputs: [, square], params, output, gradient, d }) {
    const under = "mean square + ε";
    back.record(1, rootGradient, [gradient, output, square], `−Σ ${d} x̂ / 2(${under})`, params);
    back.record(0, divideByRootMeanSquare, [gradient, square], `${d} / √(${under})`, params);
  },
});

/** γ·x, plus β if there is a third input, column by column. X: n×d, γ and β: 1×d → n×d. */
export const scaleColumns = define({
  name: "scale-columns",
  rowwise: [0],
  definition([a, weight, bias]) {
    const scaled = multiply(a, weight);
    return bias ? add(scaled, bias) : scaled;
  },
  gradient(back, { inputs: [x, weight, bias], gradient, d }) {
    back.record(1, columnDots, [gradient, x], `Σ_i ${d}_i ∘ x̂_i`);
    if (bias) back.record(2, columnSums, [gradient], `Σ_i ${d}_i`);
    back.record(0, scaleColumns, [gradient, weight], `${d} ∘ ${back.symbol(weight)}`);
  },
});
