import { erf } from "../math/erf.js";
import { cellOf, mapCells } from "../math/matrix.js";
import { call, constant, type Expression, negative, product, quotient, sum } from "../trace/expression.js";
import { cell, type Op, shapeOfFirst } from "../trace/op.js";

// What a loss's gradient becomes on its way back through an activation: dY ∘ f′(X). dY, X: n×d → n×d.

function activationGradient(
  name: string,
  slope: (x: number) => number,
  explain: (x: Expression & { readonly value: number }) => Expression,
): Op {
  return {
    name,
    rows: "all",
    shape: shapeOfFirst,
    compute: ([gradient, x]) =>
      mapCells(gradient, (value, row, col) => {
        const factor = slope(cellOf(x, row, col));
        return factor === 0 ? 0 : value * factor;
      }),
    explainCell(inputs, _, row, col) {
      const factor = explain(cell(inputs, 1, row, col));
      return factor.kind === "constant" && factor.value === 0
        ? factor
        : product(cell(inputs, 0, row, col), factor);
    },
  };
}

/** dy where x > 0, else 0. */
export const reluGradient = activationGradient(
  "relu-gradient",
  (x) => (x > 0 ? 1 : 0),
  ({ value }) => (value > 0 ? constant(1, "1, since x > 0") : constant(0, "0, since x is not above 0")),
);

const HALF = constant(0.5, "½");
const ROOT_TWO = call("sqrt", constant(2));

/** dy·(Φ(x) + x φ(x)), with Φ(x) = ½(1 + erf(x/√2)) and its density φ(x) = e^(−x²/2) / √(2π). */
export const geluGradient = activationGradient(
  "gelu-gradient",
  (x) => 0.5 * (1 + erf(x / Math.SQRT2)) + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI),
  (x) => {
    const below = product(HALF, sum([constant(1), call("erf", quotient(x, ROOT_TWO))]));
    const density = quotient(
      call("exp", negative(quotient(product(x, x), constant(2)))),
      call("sqrt", constant(2 * Math.PI, "2π")),
    );
    return sum([below, product(x, density)]);
  },
);

/** √(2/π), and the weight of x³ in the approximation of GELU. */
export const GELU_ROOT = Math.sqrt(2 / Math.PI);
export const GELU_CUBE = 0.044715;

/** dy·(½(1 + t) + ½x(1 − t²)·√(2/π)(1 + 3·0.044715x²)), with t the hyperbolic tangent that the approximation takes. */
export const geluTanhGradient = activationGradient(
  "gelu-tanh-gradient",
  (x) => {
    const t = Math.tanh(GELU_ROOT * (x + GELU_CUBE * x * x * x));
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * GELU_ROOT * (1 + 3 * GELU_CUBE * x * x);
  },
  (x) => {
    const root = constant(GELU_ROOT, "√(2/π)");
    const bent = sum([x, product(constant(GELU_CUBE), x, x, x)]);
    const t = call("tanh", product(root, bent));
    const slope = product(root, sum([constant(1), product(constant(3), constant(GELU_CUBE), x, x)]));
    const rest = sum([constant(1), negative(product(t, t))]);
    return sum([product(HALF, sum([constant(1), t])), product(HALF, x, rest, slope)]);
  },
);

/** dy·σ(x)(1 + x(1 − σ(x))), with σ(x) = 1 / (1 + e^(−x)). */
export const siluGradient = activationGradient(
  "silu-gradient",
  (x) => {
    const share = 1 / (1 + Math.exp(-x));
    return share * (1 + x * (1 - share));
  },
  (x) => {
    const share = quotient(constant(1), sum([constant(1), call("exp", negative(x))]));
    return product(share, sum([constant(1), product(x, sum([constant(1), negative(share)]))]));
  },
);
