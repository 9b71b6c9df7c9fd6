import { negative, type Rules, total } from "../arrays.js";

// What is done to each cell, or to a row by its mean and spread.

const FILL = "what stands in the place of a masked score";
const EPS = "is added before the root is taken";

export const CELLS = {
  scale: (arrays, [a], { factor, text }) =>
    arrays.multiply(
      a.array,
      text.includes("√") || Math.fround(factor) !== factor
        ? arrays.constant("SCALE", factor, `a multiplier: ${text}`)
        : arrays.number(factor),
    ),
  softcap(arrays, [a], { cap }) {
    const limit = arrays.constant("SOFTCAP", cap, "scores are squeezed between it and its negative");
    return arrays.multiply(limit, arrays.call("tanh", arrays.divide(a.array, limit)));
  },
  tanh: (arrays, [a]) => arrays.call("tanh", a.array),
  tanhGradient(arrays, [gradient, output], { cap }) {
    const share = cap === 1 ? output.array : arrays.divide(output.array, arrays.number(cap));
    return arrays.multiply(gradient.array, arrays.subtract(arrays.number(1), arrays.multiply(share, share)));
  },
  add: (arrays, inputs) => inputs.map(({ array }) => array).reduce((sum, part) => arrays.add(sum, part)),
  subtract: (arrays, [a, b]) => arrays.subtract(a.array, b.array),
  mean(arrays, inputs) {
    const sum = inputs.map(({ array }) => array).reduce((part, array) => arrays.add(part, array));
    return arrays.divide(sum, arrays.number(inputs.length));
  },
  same: (_, [a]) => a.array,
  multiplyCells: (arrays, [a, b]) => arrays.multiply(a.array, b.array),
  relu: (arrays, [a]) => arrays.atLeast(a.array, 0),
  gelu(arrays, [a]) {
    const share = arrays.call("erf", arrays.divide(a.array, arrays.number(Math.SQRT2)));
    const half = arrays.multiply(arrays.number(0.5), a.array);
    return arrays.multiply(half, arrays.add(arrays.number(1), share));
  },
  geluTanh(arrays, [{ array: x }]) {
    const cube = arrays.multiply(arrays.number(0.044715), arrays.power(x, arrays.number(3)));
    const root = arrays.number(Math.sqrt(2 / Math.PI));
    const bent = arrays.call("tanh", arrays.multiply(root, arrays.add(x, cube)));
    return arrays.multiply(arrays.multiply(arrays.number(0.5), x), arrays.add(arrays.number(1), bent));
  },
  silu: (arrays, [{ array: x }]) =>
    arrays.divide(x, arrays.add(arrays.number(1), arrays.call("exp", negative(arrays, x)))),
  rowMeans: (arrays, [a]) => arrays.divide(arrays.sum(a.array, 1), arrays.number(a.shape.cols)),
  rowVariances(arrays, [a, means]) {
    const distance = arrays.subtract(a.array, means.array);
    const squares = arrays.sum(arrays.multiply(distance, distance), 1);
    return arrays.divide(squares, arrays.number(a.shape.cols));
  },
  rowMeanSquares: (arrays, [a]) =>
    arrays.divide(arrays.sum(arrays.multiply(a.array, a.array), 1), arrays.number(a.shape.cols)),
  standardiseRows(arrays, [a, means, variances], { eps }) {
    const spread = arrays.add(variances.array, arrays.constant("EPS", eps, EPS));
    return arrays.divide(arrays.subtract(a.array, means.array), arrays.call("sqrt", spread));
  },
  divideByRootMeanSquare: (arrays, [a, squares], { eps }) =>
    arrays.divide(a.array, arrays.call("sqrt", arrays.add(squares.array, arrays.constant("EPS", eps, EPS)))),
  scaleColumns(arrays, [a, weight, bias]) {
    const scaled = arrays.multiply(a.array, weight.array);
    return bias ? arrays.add(scaled, bias.array) : scaled;
  },
  mask: (arrays, [a], { blocked, fill }) =>
    arrays.where(
      arrays.blocked(blocked),
      fill === 0 ? arrays.number(0) : arrays.constant("MASKED", fill, FILL),
      a.array,
    ),
  addToMasked: (arrays, [a], { blocked, amount }) =>
    arrays.where(
      arrays.blocked(blocked),
      arrays.add(a.array, arrays.constant("MASKED", amount, "what is added to a masked score")),
      a.array,
    ),
  eraseMasked: (arrays, [a], { blocked }) =>
    arrays.where(arrays.blocked(blocked), arrays.multiply(a.array, arrays.number(0)), a.array),
  meanSquaredError(arrays, [output, target]) {
    const error = arrays.subtract(output.array, target.array);
    const { rows, cols } = output.shape;
    return arrays.divide(total(arrays, arrays.multiply(error, error)), arrays.number(rows * cols));
  },
  meanSquaredErrorGradient(arrays, [output, target]) {
    const { rows, cols } = output.shape;
    const twice = arrays.multiply(arrays.number(2), arrays.subtract(output.array, target.array));
    return arrays.divide(twice, arrays.number(rows * cols));
  },
} satisfies Partial<Rules>;
