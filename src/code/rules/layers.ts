import { GELU_CUBE, GELU_ROOT } from "../../ops/activation-gradient.js";
import { NOT_COUNTED } from "../../ops/losses.js";
import { type Arrays, negative, type Operand, type Rules, total } from "../arrays.js";

// The ways back through norms and activations, and the loss of logits.

/** 1 / d of what comes by a row, for each of d columns. */
const perColumn = <A>(arrays: Arrays<A>, row: A, factor: number, cols: number): A =>
  arrays.divide(arrays.multiply(arrays.number(factor), row), arrays.number(cols));

/** 1 − a². */
const rest = <A>(arrays: Arrays<A>, a: A): A => arrays.subtract(arrays.number(1), arrays.multiply(a, a));

/** Which rows count, n×1, and which of V columns is that of its id, n×V as true and false. */
function chosen<A>(arrays: Arrays<A>, { array, shape }: Operand<A>, numColumns: number) {
  const ids = shape.cols === 1 ? array : arrays.transpose(array);
  const isLeftOut = arrays.equal(ids, arrays.number(NOT_COUNTED));
  return {
    counts: arrays.where(isLeftOut, arrays.number(0), arrays.number(1)),
    isOwn: arrays.equal(ids, arrays.columnNumbers(numColumns)),
  };
}

export const LAYERS = {
  crossEntropy(arrays, [logits, ids]) {
    const { counts, isOwn } = chosen(arrays, ids, logits.shape.cols);
    const largest = arrays.max(logits.array, 1);
    const powers = arrays.call("exp", arrays.subtract(logits.array, largest));
    const logSum = arrays.add(arrays.call("log", arrays.sum(powers, 1)), largest);
    const right = arrays.sum(arrays.where(isOwn, logits.array, arrays.number(0)), 1);
    const losses = arrays.multiply(counts, arrays.subtract(logSum, right));
    return arrays.divide(total(arrays, losses), total(arrays, counts));
  },
  crossEntropyGradient(arrays, [shares, ids]) {
    const { counts, isOwn } = chosen(arrays, ids, shares.shape.cols);
    const off = arrays.subtract(shares.array, arrays.where(isOwn, arrays.number(1), arrays.number(0)));
    return arrays.divide(arrays.multiply(counts, off), total(arrays, counts));
  },
  reluGradient: (arrays, [gradient, x]) =>
    arrays.where(arrays.less(arrays.number(0), x.array), gradient.array, arrays.number(0)),
  geluGradient(arrays, [gradient, { array: x }]) {
    const share = arrays.call("erf", arrays.divide(x, arrays.number(Math.SQRT2)));
    const below = arrays.multiply(arrays.number(0.5), arrays.add(arrays.number(1), share));
    const half = arrays.divide(arrays.multiply(x, x), arrays.number(-2));
    const density = arrays.divide(arrays.call("exp", half), arrays.number(Math.sqrt(2 * Math.PI)));
    return arrays.multiply(gradient.array, arrays.add(below, arrays.multiply(x, density)));
  },
  geluTanhGradient(arrays, [gradient, { array: x }]) {
    const cube = arrays.multiply(arrays.number(GELU_CUBE), arrays.power(x, arrays.number(3)));
    const root = arrays.number(GELU_ROOT);
    const bent = arrays.call("tanh", arrays.multiply(root, arrays.add(x, cube)));
    const half = arrays.number(0.5);
    const square = arrays.multiply(arrays.number(3 * GELU_CUBE), arrays.multiply(x, x));
    const slope = arrays.multiply(root, arrays.add(arrays.number(1), square));
    const inner = arrays.multiply(arrays.multiply(arrays.multiply(half, x), rest(arrays, bent)), slope);
    const outer = arrays.multiply(half, arrays.add(arrays.number(1), bent));
    return arrays.multiply(gradient.array, arrays.add(outer, inner));
  },
  siluGradient(arrays, [gradient, { array: x }]) {
    const one = arrays.number(1);
    const share = arrays.divide(one, arrays.add(one, arrays.call("exp", negative(arrays, x))));
    const slope = arrays.add(one, arrays.multiply(x, arrays.subtract(one, share)));
    return arrays.multiply(gradient.array, arrays.multiply(share, slope));
  },
  rowMeansGradient: (arrays, [gradient], _, shape) =>
    arrays.add(perColumn(arrays, gradient.array, 1, shape.cols), arrays.zeros(shape)),
  rowVariancesGradient: (arrays, [gradient, x, means]) =>
    arrays.multiply(
      perColumn(arrays, gradient.array, 2, x.shape.cols),
      arrays.subtract(x.array, means.array),
    ),
  varianceMeansGradient: (arrays, [gradient, x, means]) =>
    arrays.multiply(
      perColumn(arrays, gradient.array, -2, x.shape.cols),
      arrays.sum(arrays.subtract(x.array, means.array), 1),
    ),
  rowMeanSquaresGradient: (arrays, [gradient, x]) =>
    arrays.multiply(perColumn(arrays, gradient.array, 2, x.shape.cols), x.array),
  rootGradient(arrays, [gradient, normalised, squares], { eps }) {
    const dots = arrays.sum(arrays.multiply(gradient.array, normalised.array), 1);
    const under = arrays.add(squares.array, arrays.constant("EPS", eps, "is added before the root is taken"));
    return arrays.divide(dots, arrays.multiply(arrays.number(-2), under));
  },
  standardiseMeansGradient(arrays, [gradient, variances], { eps }) {
    const under = arrays.add(
      variances.array,
      arrays.constant("EPS", eps, "is added before the root is taken"),
    );
    return negative(arrays, arrays.divide(arrays.sum(gradient.array, 1), arrays.call("sqrt", under)));
  },
  columnDots: (arrays, [a, b]) => arrays.sum(arrays.multiply(a.array, b.array), 0),
} satisfies Partial<Rules>;
