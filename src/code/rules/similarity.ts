import { hasProducts } from "../../ops/similarity-gradient.js";
import { type Arrays, asRow, negative, type Operand, orOne, type Rules, whole } from "../arrays.js";

// Scores beyond the plain product, local attention, and the ways back through them.

/** tanh(a_ic + b_jc), n×m×c. */
const features = <A>(arrays: Arrays<A>, a: A, b: A): A =>
  arrays.call("tanh", arrays.add(arrays.insertAxis(a, 1), arrays.insertAxis(b, 0)));

/** A vector as it was given, from one that lies. */
const likeGiven = <A>(arrays: Arrays<A>, row: A, { shape }: Operand<A>): A =>
  shape.rows === 1 ? row : arrays.transpose(row);

/** dS_ij v_c (1 − tanh²(a_ic + b_jc)), n×m×c. */
function tanhSlopes<A>(arrays: Arrays<A>, [gradient, a, b, v]: readonly Operand<A>[]): A {
  const feature = features(arrays, a.array, b.array);
  const slope = arrays.subtract(arrays.number(1), arrays.multiply(feature, feature));
  const weighted = v ? arrays.multiply(asRow(arrays, v), slope) : slope;
  return arrays.multiply(arrays.insertAxis(gradient.array, 2), weighted);
}

const lengths = <A>(arrays: Arrays<A>, a: A): A => arrays.call("sqrt", arrays.sum(arrays.multiply(a, a), 1));

/** ‖a_i‖ ‖b_j‖, n×m. */
const sizes = <A>(arrays: Arrays<A>, a: A, b: A): A =>
  arrays.matmul(lengths(arrays, a), arrays.transpose(lengths(arrays, b)));

/** By the rows of A of their cosines with those of B; `turn` is for what is n×m, when A are the keys. */
function cosineGradient<A>(arrays: Arrays<A>, gradient: A, scores: A, a: A, b: A): A {
  const size = sizes(arrays, a, b);
  const isZero = arrays.equal(size, arrays.number(0));
  const change = arrays.where(isZero, arrays.number(0), gradient);
  const toward = arrays.matmul(arrays.divide(change, orOne(arrays, size)), b);
  const along = arrays.sum(arrays.multiply(change, scores), 1);
  const square = orOne(arrays, arrays.sum(arrays.multiply(a, a), 1));
  return arrays.subtract(toward, arrays.divide(arrays.multiply(along, a), square));
}

/** Part `index` of w = [w_a; w_b; w_both] as a row. */
const partOf = <A>(arrays: Arrays<A>, w: Operand<A>, d: number, index: number): A =>
  arrays.slice(asRow(arrays, w), whole(1), { from: index * d, to: (index + 1) * d });

/** By the rows of A of w·[a; b; a∘b]; `own` is which part of w is theirs. */
function concatenatedGradient<A>(
  arrays: Arrays<A>,
  gradient: A,
  [mine, others, w]: readonly [Operand<A>, Operand<A>, Operand<A>],
  own: 0 | 1,
): A {
  const d = mine.shape.cols;
  const plain = arrays.multiply(arrays.sum(gradient, 1), partOf(arrays, w, d, own));
  if (!hasProducts(mine.shape, w.shape)) return plain;
  const products = arrays.matmul(gradient, others.array);
  return arrays.add(plain, arrays.multiply(products, partOf(arrays, w, d, 2)));
}

/** dp_i p_i (1 − p_i/S). */
function placeSlope<A>(
  arrays: Arrays<A>,
  gradient: Operand<A>,
  { array: p }: Operand<A>,
  numKeys: number,
): A {
  const rest = arrays.subtract(arrays.number(1), arrays.divide(p, arrays.number(numKeys)));
  return arrays.multiply(arrays.multiply(gradient.array, p), rest);
}

export const SIMILARITY = {
  tanhSum(arrays, [a, b, v]) {
    const feature = features(arrays, a.array, b.array);
    return arrays.sumAway(v ? arrays.multiply(asRow(arrays, v), feature) : feature, [2]);
  },
  tanhSumQueryGradient: (arrays, inputs) => arrays.sumAway(tanhSlopes(arrays, inputs), [1]),
  tanhSumKeyGradient: (arrays, inputs) => arrays.sumAway(tanhSlopes(arrays, inputs), [0]),
  tanhSumWeightGradient(arrays, [gradient, a, b, v]) {
    const feature = features(arrays, a.array, b.array);
    const sum = arrays.sumAway(arrays.multiply(arrays.insertAxis(gradient.array, 2), feature), [0, 1]);
    return likeGiven(arrays, arrays.insertAxis(sum, 0), v);
  },
  cosine(arrays, [a, b]) {
    const size = sizes(arrays, a.array, b.array);
    return arrays.divide(arrays.matmul(a.array, arrays.transpose(b.array)), orOne(arrays, size));
  },
  cosineQueryGradient: (arrays, [gradient, scores, a, b]) =>
    cosineGradient(arrays, gradient.array, scores.array, a.array, b.array),
  cosineKeyGradient(arrays, [gradient, scores, a, b]) {
    const [change, turned] = [arrays.transpose(gradient.array), arrays.transpose(scores.array)];
    return cosineGradient(arrays, change, turned, b.array, a.array);
  },
  concatenatedDot(arrays, [a, b, w]) {
    const d = a.shape.cols;
    const own = arrays.matmul(a.array, arrays.transpose(partOf(arrays, w, d, 0)));
    const other = arrays.matmul(partOf(arrays, w, d, 1), arrays.transpose(b.array));
    const plain = arrays.add(own, other);
    if (!hasProducts(a.shape, w.shape)) return plain;
    const both = arrays.multiply(a.array, partOf(arrays, w, d, 2));
    return arrays.add(plain, arrays.matmul(both, arrays.transpose(b.array)));
  },
  concatenatedDotQueryGradient: (arrays, [gradient, a, b, w]) =>
    concatenatedGradient(arrays, gradient.array, [a, b, w], 0),
  concatenatedDotKeyGradient: (arrays, [gradient, a, b, w]) =>
    concatenatedGradient(arrays, arrays.transpose(gradient.array), [b, a, w], 1),
  concatenatedDotWeightGradient(arrays, [gradient, a, b, w]) {
    const own = arrays.matmul(arrays.transpose(arrays.sum(gradient.array, 1)), a.array);
    const other = arrays.matmul(arrays.sum(gradient.array, 0), b.array);
    const both = () => arrays.sum(arrays.multiply(a.array, arrays.matmul(gradient.array, b.array)), 0);
    const parts = hasProducts(a.shape, w.shape) ? [own, other, both()] : [own, other];
    return likeGiven(arrays, arrays.joinColumns(parts), w);
  },
  ownPlaces: (arrays, _, { rows, offset }) => arrays.add(arrays.rowNumbers(rows), arrays.number(offset)),
  predictedPlaces(arrays, [f, v], { numKeys }) {
    const weights = arrays.transpose(asRow(arrays, v));
    const sum = arrays.matmul(arrays.call("tanh", f.array), weights);
    const power = arrays.call("exp", negative(arrays, sum));
    return arrays.divide(arrays.number(numKeys), arrays.add(arrays.number(1), power));
  },
  gaussian(arrays, [places], { cols, sigma }) {
    const distance = arrays.subtract(arrays.columnNumbers(cols), places.array);
    const share = arrays.divide(arrays.multiply(distance, distance), arrays.number(-2 * sigma * sigma));
    return arrays.call("exp", share);
  },
  gaussianGradient(arrays, [gradient, falloff, places], { sigma }) {
    const distance = arrays.subtract(arrays.columnNumbers(gradient.shape.cols), places.array);
    const change = arrays.multiply(arrays.multiply(gradient.array, falloff.array), distance);
    return arrays.divide(arrays.sum(change, 1), arrays.number(sigma * sigma));
  },
  placeFeatureGradient(arrays, [gradient, places, f, v], { numKeys }) {
    const feature = arrays.call("tanh", f.array);
    const slope = arrays.subtract(arrays.number(1), arrays.multiply(feature, feature));
    const change = placeSlope(arrays, gradient, places, numKeys);
    return arrays.multiply(arrays.multiply(change, asRow(arrays, v)), slope);
  },
  placeWeightGradient(arrays, [gradient, places, f, v], { numKeys }) {
    const change = arrays.transpose(placeSlope(arrays, gradient, places, numKeys));
    return likeGiven(arrays, arrays.matmul(change, arrays.call("tanh", f.array)), v);
  },
} satisfies Partial<Rules>;
