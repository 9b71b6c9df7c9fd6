import type { Shape } from "../math/matrix.js";
import type { Arrays } from "../trace/arrays.js";
import { define } from "./define.js";

// The way back through s_ij = Σ_c v_c tanh(a_ic + b_jc). Every op has the inputs dS: n×m, A: n×c, B: m×c, and v where there
// is one.

/** tanh(a_ic + b_jc), n×m×c. */
export const features = <A>({ call, add, insertAxis }: Arrays<A>, a: A, b: A): A =>
  call("tanh", add(insertAxis(a, 1), insertAxis(b, 0)));

/** dS_ij v_c (1 − tanh²(a_ic + b_jc)), n×m×c. */
function changes<A>(arrays: Arrays<A>, [gradient, a, b, v]: readonly A[], shapes: readonly Shape[]): A {
  const { multiply, subtract, square, insertAxis, asRow } = arrays;
  const slope = subtract(1, square(features(arrays, a, b)));
  const change = insertAxis(gradient, 2);
  return multiply(v ? multiply(change, asRow(v, shapes[3])) : change, slope);
}

/** By A: Σ_j dS_ij v_c (1 − tanh²(a_ic + b_jc)) → n×c. */
export const tanhSumQueryGradient = define({
  name: "tanh-sum-query-gradient",
  rows: [0, 1],
  of: (arrays, given, _, shapes) => arrays.sumAway(changes(arrays, given, shapes), [1]),
});

/** By B: Σ_i dS_ij v_c (1 − tanh²(a_ic + b_jc)) → m×c. */
export const tanhSumKeyGradient = define({
  name: "tanh-sum-key-gradient",
  sumsRows: [0, 1],
  of: (arrays, given, _, shapes) => arrays.sumAway(changes(arrays, given, shapes), [0]),
});

/** By v: Σ_ij dS_ij tanh(a_ic + b_jc) → as v. */
export const tanhSumWeightGradient = define({
  name: "tanh-sum-weight-gradient",
  sumsRows: [0, 1],
  of(arrays, [gradient, a, b], _, [, , , own]) {
    const { sumAway, multiply, insertAxis, asRow } = arrays;
    const sum = sumAway(multiply(insertAxis(gradient, 2), features(arrays, a, b)), [0, 1]);
    return asRow(insertAxis(sum, 0), own);
  },
});
