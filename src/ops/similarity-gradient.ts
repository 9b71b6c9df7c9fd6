import type { Shape } from "../math/matrix.js";
import { type Arrays, whole } from "../trace/arrays.js";
import { define } from "./define.js";

// The way back through cosine similarity and through w·[a; b; a∘b].

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

/** Whether w has a part for a∘b beside those for a and b. */
export const hasProducts = (a: Pick<Shape, "cols">, w: Shape) => w.rows * w.cols === 3 * a.cols;

/** The parts of w = [w_a; w_b; w_both] that there are, each one row. */
export function partsOf<A>({ asRow, slice }: Arrays<A>, w: A, vectors: Shape, own: Shape): readonly A[] {
  const row = asRow(w, own);
  const { cols } = vectors;
  return Array.from({ length: hasProducts(vectors, own) ? 3 : 2 }, (_, index) =>
    slice(row, whole(1), { from: index * cols, to: (index + 1) * cols }),
  );
}

/** By the rows of A of w·[a; b; a∘b]: Σ over the others of dS (w_own + w_both ∘ other). */
function concatenatedGradient<A>(arrays: Arrays<A>, gradient: A, others: A, own: A, both: A | undefined): A {
  const { multiply, add, sum, matmul } = arrays;
  const plain = multiply(sum(gradient, 1), own);
  return both ? add(plain, multiply(matmul(gradient, others), both)) : plain;
}

/** By A: Σ_j dS_ij (w_a + w_both ∘ b_j) → n×d. */
export const concatenatedDotQueryGradient = define({
  name: "concatenated-dot-query-gradient",
  rows: [0, 1],
  of(arrays, [gradient, , b, w], _, [, shape, , own]) {
    const [first, , both] = partsOf(arrays, w, shape, own);
    return concatenatedGradient(arrays, gradient, b, first, both);
  },
});

/** By B: Σ_i dS_ij (w_b + w_both ∘ a_i) → m×d. */
export const concatenatedDotKeyGradient = define({
  name: "concatenated-dot-key-gradient",
  sumsRows: [0, 1],
  of(arrays, [gradient, a, , w], _, [, shape, , own]) {
    const [, second, both] = partsOf(arrays, w, shape, own);
    return concatenatedGradient(arrays, arrays.transpose(gradient), a, second, both);
  },
});

/** By w: Σ_ij dS_ij [a_i; b_j; a_i∘b_j] → as w. Inputs dS: n×m, A: n×d, B: m×d, w. */
export const concatenatedDotWeightGradient = define({
  name: "concatenated-dot-weight-gradient",
  sumsRows: [0, 1],
  of(arrays, [gradient, a, b], _, [, shape, , own]) {
    const { matmul, transpose, multiply, sum, joinColumns, asRow } = arrays;
    const parts = [matmul(transpose(sum(gradient, 1)), a), matmul(sum(gradient, 0), b)];
    const both = () => [sum(multiply(a, matmul(gradient, b)), 0)];
    return asRow(joinColumns([...parts, ...(hasProducts(shape, own) ? both() : [])]), own);
  },
});
