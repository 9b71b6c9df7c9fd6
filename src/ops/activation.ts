import type { Arrays } from "../trace/arrays.js";
import type { Op } from "../trace/op.js";
import {
  GELU_CUBE,
  GELU_ROOT,
  geluGradient,
  geluTanhGradient,
  HALF,
  ROOT_OF_2,
  reluGradient,
  siluGradient,
} from "./activation-gradient.js";
import { define } from "./define.js";

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
