import type { Arrays } from "../trace/arrays.js";
import { define } from "./define.js";

// The way back through cosine similarity.

const lengths = <A>({ call, sum, square }: Arrays<A>, a: A): A => call("sqrt", sum(square(a), 1));

/** ‖a_i‖ ‖b_j‖, n×m. */
export const sizes = <A>(arrays: Arrays<A>, a: A, b: A): A =>
  arrays.multiply(lengths(arrays, a), arrays.transpose(lengths(arrays, b)));

export const ZERO_VECTOR = "0, because one vector is zero";

/**
 * By one row of cosine similarity: Σ over the others of dS (other / (‖own‖ ‖other‖) − s own / ‖own‖²); 0 where a vector is
 * zero. Inputs dS, S: n×m, A: n×d, B: m×d.
 */
function cosineGradient<A>(arrays: Arrays<A>, [gradient, scores, a, b]: readonly A[]): A {
  const { where, equal, matmul, divide, multiply, subtract, sum, square, orOne, told } = arrays;
  const size = sizes(arrays, a, b);
  const change = where(equal(size, 0), 0, gradient);
  const toward = matmul(divide(change, orOne(size)), b);
  const own = sum(square(a), 1);
  const along = divide(multiply(sum(multiply(change, scores), 1), a), orOne(own));
  return told(subtract(toward, along), () => equal(own, 0), 0, ZERO_VECTOR);
}

/** By A: Σ_j dS_ij (b_j / (‖a_i‖ ‖b_j‖) − s_ij a_i / ‖a_i‖²) → n×d. */
export const cosineQueryGradient = define({
  name: "cosine-query-gradient",
  rows: [0, 1, 2],
  of: cosineGradient,
});

/** By B: Σ_i dS_ij (a_i / (‖a_i‖ ‖b_j‖) − s_ij b_j / ‖b_j‖²) → m×d. */
export const cosineKeyGradient = define({
  name: "cosine-key-gradient",
  sumsRows: [0, 1, 2],
  of: (arrays, [gradient, scores, a, b]) =>
    cosineGradient(arrays, [arrays.transpose(gradient), arrays.transpose(scores), b, a]),
});
