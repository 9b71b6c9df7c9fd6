import { constant, named, product } from "../trace/expression.js";
import { define } from "./define.js";
import {
  distancesTo,
  gaussianGradient,
  placeFeatureGradient,
  placeWeightGradient,
} from "./local-gradient.js";

// Attention around a place: where a query looks among the keys, and how weights fall off from there.

/** Place i + offset for query i. → n×1. */
export const ownPlaces = define<{ readonly rows: number; readonly offset: number }>({
  name: "own-places",
  of: ({ add, rowNumbers, exactly, known }, _, { rows, offset }) =>
    add(
      exactly(rowNumbers(rows), (row) => named(row, `query ${row}`)),
      known(named(offset, "offset")),
    ),
});

/** S·σ(Σ_c v_c tanh(f_ic)) with σ(x) = 1 / (1 + e^−x). F: n×c, v: 1×c or c×1 → n×1, in (0, S). */
export const predictedPlaces = define<{ readonly numKeys: number }>({
  name: "predicted-places",
  rows: [0],
  of(arrays, [features, v], { numKeys }, [, own]) {
    const { divide, add, call, multiply, sum, negative, asRow, known } = arrays;
    const total = sum(multiply(asRow(v, own), call("tanh", features)), 1);
    return divide(known(named(numKeys, "S")), add(1, call("exp", negative(total))));
  },
  gradient(back, { inputs: [features, v], params, output, gradient }) {
    const [d, p, f, w] = [back.dOutput, back.symbol(output), back.symbol(features), back.symbol(v)];
    const slope = `${d} ${p} (1 − ${p}/S)`;
    const given = [gradient, output, features, v];
    back.give(0, placeFeatureGradient, given, `${slope} ${w} (1 − tanh² ${f})`, params);
    back.give(1, placeWeightGradient, given, `Σ_i ${slope} tanh ${f}`, params);
  },
});

/** e^(−(j − p_i)² / 2σ²). Places p: n×1 → n×m. */
export const gaussian = define<{ readonly cols: number; readonly sigma: number }>({
  name: "gaussian",
  rows: [0],
  of(arrays, [places], { cols, sigma }) {
    const { call, divide, square, negative, known } = arrays;
    const width = known(product(constant(2), named(sigma, "σ"), named(sigma, "σ")));
    return call("exp", negative(divide(square(distancesTo(arrays, places, cols)), width)));
  },
  gradient(back, { inputs: [places], params: { sigma }, output, gradient }) {
    const [d, f, p] = [back.dOutput, back.symbol(output), back.symbol(places)];
    const formula = `Σ_j ${d} ${f} (j − ${p}) / σ²`;
    back.give(0, gaussianGradient, [gradient, output, places], formula, { sigma });
  },
});
