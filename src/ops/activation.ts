import type { Arrays } from "../trace/arrays.js";
import { call, constant, product } from "../trace/expression.js";
import type { Op } from "../trace/op.js";
import { define } from "./define.js";

// What a loss's gradient becomes on its way back through an activation: dY ∘ f′(X). dY, X: n×d → n×d.

const activationGradient = (name: string, slope: <A>(arrays: Arrays<A>, x: A) => A): Op =>
  define({
    name,
    rows: "all",
    of: (arrays, [gradient, x]) => arrays.multiply(gradient, slope(arrays, x)),
  });

export const HALF = constant(0.5, "½");
export const ROOT_OF_2 = call("sqrt", constant(2));

/** dy where x > 0, else 0. */
export const reluGradient = define({
  name: "relu-gradient",
  rows: "all",
  of({ where, less, because, exactly }, [gradient, x]) {
    const kept = exactly(gradient, (_row, _col, own) => product(own, constant(1, "1, since x > 0")));
    return where(less(0, x), kept, because(0, "0, since x is not above 0"));
  },
});

/** dy·(Φ(x) + x φ(x)), with Φ(x) = ½(1 + erf(x/√2)) and its density φ(x) = e^(−x²/2) / √(2π). */
export const geluGradient = activationGradient("gelu-gradient", (arrays, x) => {
  const { multiply, divide, add, square, negative, known } = arrays;
  const below = multiply(known(HALF), add(1, arrays.call("erf", divide(x, known(ROOT_OF_2)))));
  const size = known(call("sqrt", constant(2 * Math.PI, "2π")));
  const density = divide(arrays.call("exp", negative(divide(square(x), 2))), size);
  return add(below, multiply(x, density));
});

/** √(2/π), and the weight of x³ in the approximation of GELU. */
export const GELU_ROOT = constant(Math.sqrt(2 / Math.PI), "√(2/π)");
export const GELU_CUBE = 0.044715;

/** dy·(½(1 + t) + ½x(1 − t²)·√(2/π)(1 + 3·0.044715x²)), with t the hyperbolic tangent that the approximation takes. */
export const geluTanhGradient = activationGradient("gelu-tanh-gradient", (arrays, x) => {
  const { multiply, add, subtract, power, square, known } = arrays;
  const [root, half] = [known(GELU_ROOT), known(HALF)];
  const t = arrays.call("tanh", multiply(root, add(x, multiply(GELU_CUBE, power(x, 3)))));
  const slope = multiply(root, add(1, multiply(multiply(3, GELU_CUBE), square(x))));
  const inner = multiply(multiply(multiply(half, x), subtract(1, square(t))), slope);
  return add(multiply(half, add(1, t)), inner);
});

/** dy·σ(x)(1 + x(1 − σ(x))), with σ(x) = 1 / (1 + e^(−x)). */
export const siluGradient = activationGradient("silu-gradient", (arrays, x) => {
  const { multiply, divide, add, subtract, negative } = arrays;
  const share = divide(1, add(1, arrays.call("exp", negative(x))));
  return multiply(share, add(1, multiply(x, subtract(1, share))));
});

// What a feed-forward does to each number between its two products. n×d → n×d.

/** Its gradient as an op, and the derivative in words, of x. */
interface Slope {
  readonly op: Op;
  readonly text: (x: string) => string;
}

const activation = (name: string, slope: Slope, apply: <A>(arrays: Arrays<A>, x: A) => A): Op =>
  define({
    name,
    rows: [0],
    of: (arrays, [x]) => apply(arrays, x),
    gradient(back, { inputs: [x], gradient }) {
      const formula = `${back.dOutput} ∘ ${slope.text(back.symbol(x))}`;
      back.give(0, slope.op, [gradient, x], formula);
    },
  });

/** max(0, x). */
export const relu = activation(
  "relu",
  { op: reluGradient, text: (x) => `(1 where ${x} > 0, else 0)` },
  ({ atLeast }, x) => atLeast(x, 0),
);

/** ½x·(1 + share). */
const halfOf = <A>({ multiply, add, known }: Arrays<A>, x: A, share: A): A =>
  multiply(multiply(known(HALF), x), add(1, share));

/** x·Φ(x) = ½x·(1 + erf(x/√2)) (Hendrycks and Gimpel 2016). */
export const gelu = activation(
  "gelu",
  { op: geluGradient, text: (x) => `(Φ(x) + x φ(x)), x = ${x}` },
  (arrays, x) => halfOf(arrays, x, arrays.call("erf", arrays.divide(x, arrays.known(ROOT_OF_2)))),
);

/** ½x·(1 + tanh(√(2/π)·(x + 0.044715x³))), which GPT and BERT's released code compute in place of Φ. */
export const geluTanh = activation(
  "gelu-tanh",
  {
    op: geluTanhGradient,
    text: (x) => `(½(1 + t) + ½x(1 − t²) u′), x = ${x}, t = tanh u, u = √(2/π)(x + 0.044715x³)`,
  },
  (arrays, x) => {
    const { multiply, add, power, known } = arrays;
    const cube = multiply(GELU_CUBE, power(x, 3));
    const bent = multiply(known(GELU_ROOT), add(x, cube));
    return halfOf(arrays, x, arrays.call("tanh", bent));
  },
);

/** x·σ(x) = x / (1 + e^(−x)), also called swish. */
export const silu = activation(
  "silu",
  { op: siluGradient, text: (x) => `σ(x)(1 + x(1 − σ(x))), x = ${x}` },
  ({ divide, add, call: apply, negative }, x) => divide(x, add(1, apply("exp", negative(x)))),
);
