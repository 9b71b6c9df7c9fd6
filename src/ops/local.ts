import {
  add,
  asColumn,
  asRow,
  columnNumbers,
  divide,
  exactly,
  exp,
  multiply,
  negative,
  rowNumbers,
  square,
  subtract,
  sum,
  symbolic,
  type Term,
  tanh,
} from "../trace/arrays.js";
import { constant, named, product } from "../trace/expression.js";
import { define } from "./define.js";

// Local attention: the position that a query looks at, and how weights fall off from there.

/** Returns j − p_i; explanations call the keys by their position. */
const distancesTo = (places: Term, cols: number): Term =>
  subtract(
    exactly(columnNumbers(cols), (_, col) => named(col, `key ${col}`)),
    places,
  );

/**
 * Σ_j dF_ij f_ij (j − p_i) / σ², the gradient with respect to the positions p that the Gaussian F is centred on. dF, F:
 * n×m, p: n×1 → n×1.
 */
export const gaussianGradient = define<{ readonly sigma: number }>({
  name: "gaussian-gradient",
  rowwise: "all",
  definition([gradient, falloff, places], { sigma }) {
    const width = symbolic(product(named(sigma, "σ"), named(sigma, "σ")));
    const change = multiply(multiply(gradient, falloff), distancesTo(places, gradient.cols));
    return sum(divide(change, width), 1);
  },
});

interface PredictedPlaces {
  readonly numKeys: number;
}

/** Returns dp_i · p_i (1 − p_i/S), the gradient with respect to the argument of the sigmoid. */
const placeSlope = (gradient: Term, p: Term, { numKeys }: PredictedPlaces): Term =>
  multiply(multiply(gradient, p), subtract(1, divide(p, symbolic(named(numKeys, "S")))));

/**
 * dp_i p_i (1 − p_i/S) v_c (1 − tanh² f_ic), the gradient with respect to the features. dp, p: n×1, F: n×c, v: c
 * numbers → n×c.
 */
export const placeFeatureGradient = define<PredictedPlaces>({
  name: "place-feature-gradient",
  rowwise: [0, 1, 2],
  definition([gradient, places, features, v], params) {
    const slope = subtract(1, square(tanh(features)));
    return multiply(multiply(placeSlope(gradient, places, params), asRow(v)), slope);
  },
});

/**
 * Σ_i dp_i p_i (1 − p_i/S) tanh f_ic, the gradient with respect to v. dp, p: n×1, F: n×c, v: 1×c or c×1 → same shape as
 * v.
 */
export const placeWeightGradient = define<PredictedPlaces>({
  name: "place-weight-gradient",
  sumsOverRows: [0, 1, 2],
  definition([gradient, places, features, v], params) {
    const change = placeSlope(gradient, places, params);
    const sums = sum(multiply(change, tanh(features)), 0);
    return v.rows === 1 ? sums : asColumn(sums);
  },
});

/** Position i + offset for query i. → n×1. */
export const ownPlaces = define<{ readonly rows: number; readonly offset: number }>({
  name: "own-places",
  definition: (_, { rows, offset }) =>
    add(
      exactly(rowNumbers(rows), (row) => named(row, `query ${row}`)),
      symbolic(named(offset, "offset")),
    ),
});

/** S·σ(Σ_c v_c tanh(f_ic)) with σ(x) = 1 / (1 + e^−x). F: n×c, v: 1×c or c×1 → n×1, in (0, S). */
export const predictedPlaces = define<{ readonly numKeys: number }>({
  name: "predicted-places",
  rowwise: [0],
  definition([features, v], { numKeys }) {
    const total = sum(multiply(asRow(v), tanh(features)), 1);
    return divide(symbolic(named(numKeys, "S")), add(1, exp(negative(total))));
  },
  gradient(back, { inputs: [features, v], params, output, gradient, d }) {
    const [p, f, w] = [back.symbol(output), back.symbol(features), back.symbol(v)];
    const slope = `${d} ${p} (1 − ${p}/S)`;
    const given = [gradient, output, features, v];
    back.record(0, placeFeatureGradient, given, `${slope} ${w} (1 − tanh² ${f})`, params);
    back.record(1, placeWeightGradient, given, `Σ_i ${slope} tanh ${f}`, params);
  },
});

/** e^(−(j − p_i)² / 2σ²). Positions p: n×1 → n×m. */
export const gaussian = define<{ readonly cols: number; readonly sigma: number }>({
  name: "gaussian",
  rowwise: [0],
  definition([places], { cols, sigma }) {
    const width = symbolic(product(constant(2), named(sigma, "σ"), named(sigma, "σ")));
    return exp(negative(divide(square(distancesTo(places, cols)), width)));
  },
  gradient(back, { inputs: [places], params: { sigma }, output, gradient, d }) {
    const [f, p] = [back.symbol(output), back.symbol(places)];
    const formula = `Σ_j ${d} ${f} (j − ${p}) / σ²`;
    back.record(0, gaussianGradient, [gradient, output, places], formula, { sigma });
  },
});
