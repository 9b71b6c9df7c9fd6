import type { Shape } from "../../math/matrix.js";
import { hasProducts } from "../../ops/similarity-gradient.js";
import { type Arrays, type Rules, whole } from "../arrays.js";

// Scores beyond the plain product, local attention, and the ways back through them.

/** tanh(a_ic + b_jc), n×m×c. */
const features = <A>({ call, add, insertAxis }: Arrays<A>, a: A, b: A): A =>
  call("tanh", add(insertAxis(a, 1), insertAxis(b, 0)));

/** dS_ij v_c (1 − tanh²(a_ic + b_jc)), n×m×c. */
function tanhSlopes<A>(arrays: Arrays<A>, [gradient, a, b, v]: readonly A[], shapes: readonly Shape[]): A {
  const { multiply, subtract, square, insertAxis, asRow } = arrays;
  const slope = subtract(1, square(features(arrays, a, b)));
  return multiply(insertAxis(gradient, 2), v ? multiply(asRow(v, shapes[3]), slope) : slope);
}

const lengths = <A>({ call, sum, square }: Arrays<A>, a: A): A => call("sqrt", sum(square(a), 1));

/** ‖a_i‖ ‖b_j‖, n×m. */
const sizes = <A>(arrays: Arrays<A>, a: A, b: A): A =>
  arrays.matmul(lengths(arrays, a), arrays.transpose(lengths(arrays, b)));

/** By the rows of A of their cosines with those of B, n×m; of keys as A, both are turned. */
function cosineGradient<A>(arrays: Arrays<A>, [gradient, scores, a, b]: readonly A[]): A {
  const { where, equal, matmul, divide, multiply, subtract, sum, square, orOne } = arrays;
  const size = sizes(arrays, a, b);
  const change = where(equal(size, 0), 0, gradient);
  const toward = matmul(divide(change, orOne(size)), b);
  const along = sum(multiply(change, scores), 1);
  return subtract(toward, divide(multiply(along, a), orOne(sum(square(a), 1))));
}

/** A weight w = [w_a; w_b; w_both] of vectors of d columns. */
interface Weight<A> {
  readonly row: A;
  readonly d: number;
  /** Whether w weighs the products of columns, too. */
  readonly hasBoth: boolean;
}

/** The weight of queries (or keys) and a weight vector of these shapes. */
const weightOf = <A>({ asRow }: Arrays<A>, w: A, vectors: Shape, own: Shape): Weight<A> => ({
  row: asRow(w, own),
  d: vectors.cols,
  hasBoth: hasProducts(vectors, own),
});

const partOf = <A>({ slice }: Arrays<A>, { row, d }: Weight<A>, index: number): A =>
  slice(row, whole(1), { from: index * d, to: (index + 1) * d });

/** By the rows of A of w·[a; b; a∘b]; `own` is which part of w is theirs. */
function concatenatedGradient<A>(
  arrays: Arrays<A>,
  gradient: A,
  others: A,
  weight: Weight<A>,
  own: 0 | 1,
): A {
  const { multiply, add, sum, matmul } = arrays;
  const plain = multiply(sum(gradient, 1), partOf(arrays, weight, own));
  if (!weight.hasBoth) return plain;
  return add(plain, multiply(matmul(gradient, others), partOf(arrays, weight, 2)));
}

/** dp_i p_i (1 − p_i/S). */
const placeSlope = <A>({ multiply, subtract, divide }: Arrays<A>, gradient: A, p: A, numKeys: number): A =>
  multiply(multiply(gradient, p), subtract(1, divide(p, numKeys)));

export const SIMILARITY = {
  tanhSum(arrays, [a, b, v], _, { inputs }) {
    const feature = features(arrays, a, b);
    return arrays.sumAway(v ? arrays.multiply(arrays.asRow(v, inputs[2]), feature) : feature, [2]);
  },
  tanhSumQueryGradient: (arrays, given, _, { inputs }) =>
    arrays.sumAway(tanhSlopes(arrays, given, inputs), [1]),
  tanhSumKeyGradient: (arrays, given, _, { inputs }) =>
    arrays.sumAway(tanhSlopes(arrays, given, inputs), [0]),
  tanhSumWeightGradient(arrays, [gradient, a, b], _, { result }) {
    const { sumAway, multiply, insertAxis, asRow } = arrays;
    const sum = sumAway(multiply(insertAxis(gradient, 2), features(arrays, a, b)), [0, 1]);
    return asRow(insertAxis(sum, 0), result);
  },
  cosine(arrays, [a, b]) {
    const size = sizes(arrays, a, b);
    return arrays.divide(arrays.matmul(a, arrays.transpose(b)), arrays.orOne(size));
  },
  cosineQueryGradient: (arrays, inputs) => cosineGradient(arrays, inputs),
  cosineKeyGradient: (arrays, [gradient, scores, a, b]) =>
    cosineGradient(arrays, [arrays.transpose(gradient), arrays.transpose(scores), b, a]),
  concatenatedDot(arrays, [a, b, w], _, { inputs }) {
    const { add, multiply, matmul, transpose } = arrays;
    const weight = weightOf(arrays, w, inputs[0], inputs[2]);
    const own = matmul(a, transpose(partOf(arrays, weight, 0)));
    const plain = add(own, matmul(partOf(arrays, weight, 1), transpose(b)));
    if (!weight.hasBoth) return plain;
    return add(plain, matmul(multiply(a, partOf(arrays, weight, 2)), transpose(b)));
  },
  concatenatedDotQueryGradient: (arrays, [gradient, , b, w], _, { inputs }) =>
    concatenatedGradient(arrays, gradient, b, weightOf(arrays, w, inputs[1], inputs[3]), 0),
  concatenatedDotKeyGradient(arrays, [gradient, a, , w], _, { inputs }) {
    const weight = weightOf(arrays, w, inputs[1], inputs[3]);
    return concatenatedGradient(arrays, arrays.transpose(gradient), a, weight, 1);
  },
  concatenatedDotWeightGradient(arrays, [gradient, a, b], _, { inputs, result }) {
    const { matmul, transpose, multiply, sum, joinColumns, asRow } = arrays;
    const own = matmul(transpose(sum(gradient, 1)), a);
    const other = matmul(sum(gradient, 0), b);
    const both = () => sum(multiply(a, matmul(gradient, b)), 0);
    return asRow(
      joinColumns(hasProducts(inputs[1], inputs[3]) ? [own, other, both()] : [own, other]),
      result,
    );
  },
  ownPlaces: ({ add, rowNumbers }, _, { rows, offset }) => add(rowNumbers(rows), offset),
  predictedPlaces(arrays, [f, v], { numKeys }, { inputs }) {
    const { divide, add, call, matmul, transpose, negative, asRow } = arrays;
    const sum = matmul(call("tanh", f), transpose(asRow(v, inputs[1])));
    return divide(numKeys, add(1, call("exp", negative(sum))));
  },
  gaussian({ call, divide, square, subtract, columnNumbers }, [places], { cols, sigma }) {
    const distance = subtract(columnNumbers(cols), places);
    return call("exp", divide(square(distance), -2 * sigma * sigma));
  },
  gaussianGradient(arrays, [gradient, falloff, places], { sigma }, { inputs: [{ cols }] }) {
    const { divide, sum, multiply, subtract, columnNumbers } = arrays;
    const distance = subtract(columnNumbers(cols), places);
    return divide(sum(multiply(multiply(gradient, falloff), distance), 1), sigma * sigma);
  },
  placeFeatureGradient(arrays, [gradient, places, f, v], { numKeys }, { inputs }) {
    const { multiply, subtract, call, square, asRow } = arrays;
    const slope = subtract(1, square(call("tanh", f)));
    const change = placeSlope(arrays, gradient, places, numKeys);
    return multiply(multiply(change, asRow(v, inputs[3])), slope);
  },
  placeWeightGradient(arrays, [gradient, places, f], { numKeys }, { result }) {
    const change = arrays.transpose(placeSlope(arrays, gradient, places, numKeys));
    return arrays.asRow(arrays.matmul(change, arrays.call("tanh", f)), result);
  },
} satisfies Partial<Rules>;
