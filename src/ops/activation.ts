import { erf } from "../math/erf.js";
import { call, constant, type Expression, negative, product, quotient, sum } from "../trace/expression.js";
import { cell, type Op, shapeOfFirst } from "../trace/op.js";
import {
  GELU_CUBE,
  GELU_ROOT,
  geluGradient,
  geluTanhGradient,
  reluGradient,
  siluGradient,
} from "./activation-gradient.js";

// What a feed-forward does to each number between its two products. n×d → n×d.

/** Its gradient as an op, and the derivative in words, of x. */
interface Slope {
  readonly op: Op;
  readonly text: (x: string) => string;
}

function activation(
  name: string,
  apply: (x: number) => number,
  explain: (x: Expression) => Expression,
  slope: Slope,
): Op {
  return {
    name,
    rows: [0],
    shape: shapeOfFirst,
    compute([{ rows, cols, data }]) {
      // A loop of its own calls one function and no other, which engines then put in its place.
      const applied = new Float64Array(data.length);
      for (let at = 0; at < data.length; at++) applied[at] = apply(data[at]);
      return { rows, cols, data: applied };
    },
    explainCell: (inputs, _, row, col) => explain(cell(inputs, 0, row, col)),
    gradient(back, { inputs: [x], gradient }) {
      const formula = `${back.dOutput} ∘ ${slope.text(back.symbol(x))}`;
      back.give(0, slope.op, [gradient, x], undefined, { formula });
    },
  };
}

/** max(0, x). */
export const relu = activation(
  "relu",
  (x) => Math.max(0, x),
  (x) => call("max", constant(0), x),
  { op: reluGradient, text: (x) => `(1 where ${x} > 0, else 0)` },
);

const HALF = constant(0.5, "½");

/** x·Φ(x) = ½x·(1 + erf(x/√2)) (Hendrycks and Gimpel 2016). */
export const gelu = activation(
  "gelu",
  (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  (x) => product(HALF, x, sum([constant(1), call("erf", quotient(x, call("sqrt", constant(2))))])),
  { op: geluGradient, text: (x) => `(Φ(x) + x φ(x)), x = ${x}` },
);

/** ½x·(1 + tanh(√(2/π)·(x + 0.044715x³))), which GPT and BERT's released code compute in place of Φ. */
export const geluTanh = activation(
  "gelu-tanh",
  (x) => 0.5 * x * (1 + Math.tanh(GELU_ROOT * (x + GELU_CUBE * x * x * x))),
  (x) => {
    const bent = sum([x, product(constant(GELU_CUBE), x, x, x)]);
    return product(HALF, x, sum([constant(1), call("tanh", product(constant(GELU_ROOT, "√(2/π)"), bent))]));
  },
  {
    op: geluTanhGradient,
    text: (x) => `(½(1 + t) + ½x(1 − t²) u′), x = ${x}, t = tanh u, u = √(2/π)(x + 0.044715x³)`,
  },
);

/** x·σ(x) = x / (1 + e^(−x)), also called swish. */
export const silu = activation(
  "silu",
  (x) => x / (1 + Math.exp(-x)),
  (x) => quotient(x, sum([constant(1), call("exp", negative(x))])),
  { op: siluGradient, text: (x) => `σ(x)(1 + x(1 − σ(x))), x = ${x}` },
);
