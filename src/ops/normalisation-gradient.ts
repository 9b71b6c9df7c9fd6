import type { Arrays } from "../trace/arrays.js";
import { define } from "./define.js";

// What a loss's gradient becomes on its way back through a norm: each number that was measured of a row has a gradient of its
// own, and what the row was taken from is the sum of what comes by way of them. X: n×d, what is measured of its rows: n×1.

/** What is added to a variance or a mean square, so that nothing is divided by 0. */
export interface Epsilon {
  readonly eps: number;
}

/** A variance or a mean square with ε. */
export const withEpsilon = <A>({ add, constant }: Arrays<A>, squares: A, { eps }: Epsilon): A =>
  add(squares, constant("EPS", eps, "is added before the root is taken"));

/** dm / d in each of the d columns, by the numbers whose mean is m. dm: n×1 → n×d. */
export const rowMeansGradient = define<{ readonly cols: number }>({
  name: "row-means-gradient",
  rows: [0],
  of: ({ add, divide, zeros }, [gradient], { cols }, [{ rows }]) =>
    add(divide(gradient, cols), zeros({ rows, cols })),
});

/** 2 dσ² (x − μ) / d, by the numbers whose variance is σ². dσ²: n×1, X: n×d, μ: n×1 → n×d. */
export const rowVariancesGradient = define({
  name: "row-variances-gradient",
  rows: "all",
  of: ({ multiply, divide, subtract }, [gradient, x, means], _, [, { cols }]) =>
    divide(multiply(multiply(2, gradient), subtract(x, means)), cols),
});

/** −2 dσ² Σ (x − μ) / d, by the mean: 0 but for rounding, as distances from a mean add up to 0. As above → n×1. */
export const varianceMeansGradient = define({
  name: "variance-means-gradient",
  rows: "all",
  of: ({ multiply, divide, subtract, sum }, [gradient, x, means], _, [, { cols }]) =>
    divide(multiply(multiply(-2, gradient), sum(subtract(x, means), 1)), cols),
});

/** 2 dm x / d, by the numbers x whose mean square is m. dm: n×1, X: n×d → n×d. */
export const rowMeanSquaresGradient = define({
  name: "row-mean-squares-gradient",
  rows: "all",
  of: ({ multiply, divide }, [gradient, x], _, [, { cols }]) =>
    divide(multiply(multiply(2, gradient), x), cols),
});

/** −Σ dx̂ x̂ / (2(v + ε)), by v, where x̂ is something over √(v + ε). dx̂, x̂: n×d, v: n×1 → n×1. */
export const rootGradient = define<Epsilon>({
  name: "root-gradient",
  rows: "all",
  of(arrays, [gradient, normalised, squares], params) {
    const { multiply, divide, sum, negative } = arrays;
    const under = multiply(2, withEpsilon(arrays, squares, params));
    return negative(divide(sum(multiply(gradient, normalised), 1), under));
  },
});

/** −Σ dx̂ / √(σ² + ε) of each row, by the mean μ in x̂ = (x − μ) / √(σ² + ε). dx̂: n×d, σ²: n×1 → n×1. */
export const standardiseMeansGradient = define<Epsilon>({
  name: "standardise-means-gradient",
  rows: "all",
  of(arrays, [gradient, variances], params) {
    const deviation = arrays.call("sqrt", withEpsilon(arrays, variances, params));
    return arrays.negative(arrays.divide(arrays.sum(gradient, 1), deviation));
  },
});

/** Σ_i a_ij b_ij of each column. A, B: n×d → 1×d. */
export const columnDots = define({
  name: "column-dots",
  sumsRows: [0, 1],
  of: ({ sum, multiply }, [a, b]) => sum(multiply(a, b), 0),
});
