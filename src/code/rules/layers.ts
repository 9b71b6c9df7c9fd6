import { GELU_CUBE, GELU_ROOT } from "../../ops/activation-gradient.js";
import { NOT_COUNTED } from "../../ops/losses.js";
import type { Arrays, Rules, Shapes } from "../arrays.js";
import { EPS } from "./cells.js";

// The ways back through norms and activations, and the loss of logits.

/** Which rows count, n×1, and which of V columns is that of its id, n×V as true and false. */
function chosen<A>({ equal, where, columnNumbers, asColumn }: Arrays<A>, given: A, { inputs }: Shapes) {
  const [logits, shape] = inputs;
  const ids = asColumn(given, shape);
  return { counts: where(equal(ids, NOT_COUNTED), 0, 1), isOwn: equal(ids, columnNumbers(logits.cols)) };
}

export const LAYERS = {
  crossEntropy(arrays, [logits, ids], _, shapes) {
    const { add, subtract, multiply, divide, where, call, sum, max, total } = arrays;
    const { counts, isOwn } = chosen(arrays, ids, shapes);
    const largest = max(logits, 1);
    const powers = call("exp", subtract(logits, largest));
    const logSum = add(call("log", sum(powers, 1)), largest);
    const right = sum(where(isOwn, logits, 0), 1);
    return divide(total(multiply(counts, subtract(logSum, right))), total(counts));
  },
  crossEntropyGradient(arrays, [shares, ids], _, shapes) {
    const { subtract, multiply, divide, where, total } = arrays;
    const { counts, isOwn } = chosen(arrays, ids, shapes);
    return divide(multiply(counts, subtract(shares, where(isOwn, 1, 0))), total(counts));
  },
  reluGradient: ({ where, less }, [gradient, x]) => where(less(0, x), gradient, 0),
  geluGradient({ multiply, divide, add, call, square }, [gradient, x]) {
    const share = call("erf", divide(x, Math.SQRT2));
    const below = multiply(0.5, add(1, share));
    const density = divide(call("exp", divide(square(x), -2)), Math.sqrt(2 * Math.PI));
    return multiply(gradient, add(below, multiply(x, density)));
  },
  geluTanhGradient({ multiply, add, subtract, power, call, square }, [gradient, x]) {
    const bent = call("tanh", multiply(GELU_ROOT, add(x, multiply(GELU_CUBE, power(x, 3)))));
    const slope = multiply(GELU_ROOT, add(1, multiply(3 * GELU_CUBE, square(x))));
    const inner = multiply(multiply(multiply(0.5, x), subtract(1, square(bent))), slope);
    return multiply(gradient, add(multiply(0.5, add(1, bent)), inner));
  },
  siluGradient({ multiply, divide, add, subtract, call, negative }, [gradient, x]) {
    const share = divide(1, add(1, call("exp", negative(x))));
    const slope = add(1, multiply(x, subtract(1, share)));
    return multiply(gradient, multiply(share, slope));
  },
  rowMeansGradient: ({ add, divide, multiply, zeros }, [gradient], _, { result }) =>
    add(divide(multiply(1, gradient), result.cols), zeros(result)),
  rowVariancesGradient: ({ multiply, divide, subtract }, [gradient, x, means], _, { result }) =>
    multiply(divide(multiply(2, gradient), result.cols), subtract(x, means)),
  varianceMeansGradient: ({ multiply, divide, subtract, sum }, [gradient, x, means], _, { inputs }) =>
    multiply(divide(multiply(-2, gradient), inputs[1].cols), sum(subtract(x, means), 1)),
  rowMeanSquaresGradient: ({ multiply, divide }, [gradient, x], _, { result }) =>
    multiply(divide(multiply(2, gradient), result.cols), x),
  rootGradient({ add, multiply, divide, sum, constant }, [gradient, normalised, squares], { eps }) {
    const dots = sum(multiply(gradient, normalised), 1);
    return divide(dots, multiply(-2, add(squares, constant("EPS", eps, EPS))));
  },
  standardiseMeansGradient({ add, divide, sum, call, constant, negative }, [gradient, variances], { eps }) {
    const under = add(variances, constant("EPS", eps, EPS));
    return negative(divide(sum(gradient, 1), call("sqrt", under)));
  },
  columnDots: ({ sum, multiply }, [a, b]) => sum(multiply(a, b), 0),
} satisfies Partial<Rules>;
