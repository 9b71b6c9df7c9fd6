import {
  add,
  atLeast,
  because,
  divide,
  erf,
  exactly,
  exp,
  less,
  multiply,
  negative,
  power,
  square,
  subtract,
  symbolic,
  type Term,
  tanh,
  where,
} from "../trace/arrays.js";
import { call, constant, product } from "../trace/expression.js";
import type { Op } from "../trace/op.js";
import { define } from "./define.js";

// The activation of a feed-forward layer, between its two products, and the gradient through it: dY ∘ f′(X). n×d → n×d.

type OfNumber = (x: Term) => Term;

/**
 * Defines an activation and its gradient. The gradient comes from the derivative `slope`, or is an op itself. `text`
 * writes the derivative with respect to x.
 */
function activation(
  name: string,
  text: (x: string) => string,
  apply: OfNumber,
  slope: OfNumber | Op,
): readonly [op: Op, gradient: Op] {
  const gradientOp =
    typeof slope === "object"
      ? slope
      : define({
          name: `${name}-gradient`,
          rowwise: "all",
          definition: ([gradient, x]) => multiply(gradient, slope(x)),
        });
  const op = define({
    name,
    rowwise: [0],
    definition: ([x]) => apply(x),
    gradient(back, { inputs: [x], gradient, d }) {
      back.record(0, gradientOp, [gradient, x], `${d} ∘ ${text(back.symbol(x))}`);
    },
  });
  return [op, gradientOp];
}

const HALF = constant(0.5, "½");
const ROOT_OF_2 = call("sqrt", constant(2));

/** max(0, x). Its gradient is dy where x > 0, else 0. */
export const [relu, reluGradient] = activation(
  "relu",
  (x) => `(1 where ${x} > 0, else 0)`,
  (x) => atLeast(x, 0),
  define({
    name: "relu-gradient",
    rowwise: "all",
    definition([gradient, x]) {
      const kept = exactly(gradient, (_row, _col, dy) => product(dy, constant(1, "1, since x > 0")));
      return where(less(0, x), kept, because(0, "0, since x is not above 0"));
    },
  }),
);

/** Returns ½x·(1 + share). */
const halfOf = (x: Term, share: Term): Term => multiply(multiply(symbolic(HALF), x), add(1, share));

/**
 * x·Φ(x) = ½x·(1 + erf(x/√2)) (Hendrycks and Gimpel 2016). Its gradient is dy·(Φ(x) + x φ(x)), with Φ(x) = ½(1 +
 * erf(x/√2)) and its density φ(x) = e^(−x²/2) / √(2π).
 */
export const [gelu, geluGradient] = activation(
  "gelu",
  (x) => `(Φ(x) + x φ(x)), x = ${x}`,
  (x) => halfOf(x, erf(divide(x, symbolic(ROOT_OF_2)))),
  (x) => {
    const below = multiply(symbolic(HALF), add(1, erf(divide(x, symbolic(ROOT_OF_2)))));
    const size = symbolic(call("sqrt", constant(2 * Math.PI, "2π")));
    const density = divide(exp(negative(divide(square(x), 2))), size);
    return add(below, multiply(x, density));
  },
);

/** √(2/π). GELU_CUBE is the weight of x³ in the approximation of GELU. */
const GELU_ROOT = constant(Math.sqrt(2 / Math.PI), "√(2/π)");
const GELU_CUBE = 0.044715;

/** Computes t, the hyperbolic tangent in the approximation of GELU. */
const geluTangent: OfNumber = (x) =>
  tanh(multiply(symbolic(GELU_ROOT), add(x, multiply(GELU_CUBE, power(x, 3)))));

/**
 * ½x·(1 + tanh(√(2/π)·(x + 0.044715x³))), which GPT and the released code of BERT use instead of Φ. Its gradient is
 * dy·(½(1 + t) + ½x(1 − t²)·√(2/π)(1 + 3·0.044715x²)).
 */
export const [geluTanh, geluTanhGradient] = activation(
  "gelu-tanh",
  (x) => `(½(1 + t) + ½x(1 − t²) u′), x = ${x}, t = tanh u, u = √(2/π)(x + 0.044715x³)`,
  (x) => halfOf(x, geluTangent(x)),
  (x) => {
    const [root, half, t] = [symbolic(GELU_ROOT), symbolic(HALF), geluTangent(x)];
    const slope = multiply(root, add(1, multiply(multiply(3, GELU_CUBE), square(x))));
    const inner = multiply(multiply(multiply(half, x), subtract(1, square(t))), slope);
    return add(multiply(half, add(1, t)), inner);
  },
);

/** x·σ(x) = x / (1 + e^(−x)), also called swish. Its gradient is dy·σ(x)(1 + x(1 − σ(x))). */
export const [silu, siluGradient] = activation(
  "silu",
  (x) => `σ(x)(1 + x(1 − σ(x))), x = ${x}`,
  (x) => divide(x, add(1, exp(negative(x)))),
  (x) => {
    const share = divide(1, add(1, exp(negative(x))));
    return multiply(share, add(1, multiply(x, subtract(1, share))));
  },
);
