import { GELU_CUBE, GELU_ROOT } from "../../ops/activation-gradient.js";
import type { Rules } from "../arrays.js";

// What is done to each cell, or to a row by its mean and spread.

const FILL = "what stands in the place of a masked score";
export const EPS = "is added before the root is taken";

export const CELLS = {
  scale: ({ multiply, constant }, [a], { factor, text }) =>
    multiply(
      a,
      text.includes("√") || Math.fround(factor) !== factor
        ? constant("SCALE", factor, `a multiplier: ${text}`)
        : factor,
    ),
  softcap({ multiply, divide, call, constant }, [a], { cap }) {
    const limit = constant("SOFTCAP", cap, "scores are squeezed between it and its negative");
    return multiply(limit, call("tanh", divide(a, limit)));
  },
  tanh: ({ call }, [a]) => call("tanh", a),
  tanhGradient({ multiply, subtract, divide, square }, [gradient, output], { cap }) {
    const share = cap === 1 ? output : divide(output, cap);
    return multiply(gradient, subtract(1, square(share)));
  },
  add: ({ add }, inputs) => inputs.reduce(add),
  subtract: ({ subtract }, [a, b]) => subtract(a, b),
  mean: ({ add, divide }, inputs) => divide(inputs.reduce(add), inputs.length),
  same: (_, [a]) => a,
  multiplyCells: ({ multiply }, [a, b]) => multiply(a, b),
  dropCells({ multiply, divide, subtract, constant }, [a, mask], { probability }) {
    const kept = multiply(a, mask);
    return probability === 0
      ? kept
      : divide(
          kept,
          subtract(1, constant("DROPOUT_P", probability, "the probability of a weight to be dropped")),
        );
  },
  relu: ({ atLeast }, [a]) => atLeast(a, 0),
  gelu({ multiply, add, divide, call }, [x]) {
    const share = call("erf", divide(x, Math.SQRT2));
    return multiply(multiply(0.5, x), add(1, share));
  },
  geluTanh({ multiply, add, power, call }, [x]) {
    const cube = multiply(GELU_CUBE, power(x, 3));
    const bent = call("tanh", multiply(GELU_ROOT, add(x, cube)));
    return multiply(multiply(0.5, x), add(1, bent));
  },
  silu: ({ divide, add, call, negative }, [x]) => divide(x, add(1, call("exp", negative(x)))),
  rowMeans: ({ divide, sum }, [a], _, { inputs: [{ cols }] }) => divide(sum(a, 1), cols),
  rowVariances: ({ divide, sum, square, subtract }, [a, means], _, { inputs: [{ cols }] }) =>
    divide(sum(square(subtract(a, means)), 1), cols),
  rowMeanSquares: ({ divide, sum, square }, [a], _, { inputs: [{ cols }] }) =>
    divide(sum(square(a), 1), cols),
  standardiseRows({ divide, subtract, add, call, constant }, [a, means, variances], { eps }) {
    const spread = add(variances, constant("EPS", eps, EPS));
    return divide(subtract(a, means), call("sqrt", spread));
  },
  divideByRootMeanSquare: ({ divide, add, call, constant }, [a, squares], { eps }) =>
    divide(a, call("sqrt", add(squares, constant("EPS", eps, EPS)))),
  scaleColumns({ multiply, add }, [a, weight, bias]) {
    const scaled = multiply(a, weight);
    return bias ? add(scaled, bias) : scaled;
  },
  mask: ({ where, blocked: isBlocked, constant }, [a], { blocked, fill }) =>
    where(isBlocked(blocked), fill === 0 ? 0 : constant("MASKED", fill, FILL), a),
  addToMasked({ where, blocked: isBlocked, add, constant }, [a], { blocked, amount }) {
    const isMasked = isBlocked(blocked);
    return where(isMasked, add(a, constant("MASKED", amount, "what is added to a masked score")), a);
  },
  eraseMasked: ({ where, blocked: isBlocked, multiply }, [a], { blocked }) =>
    where(isBlocked(blocked), multiply(a, 0), a),
  meanSquaredError: (
    { divide, total, square, subtract },
    [output, target],
    _,
    { inputs: [{ rows, cols }] },
  ) => divide(total(square(subtract(output, target))), rows * cols),
  meanSquaredErrorGradient: ({ divide, multiply, subtract }, [output, target], _, { result }) =>
    divide(multiply(2, subtract(output, target)), result.rows * result.cols),
} satisfies Partial<Rules>;
