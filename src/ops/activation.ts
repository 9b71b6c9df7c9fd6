import { erf } from "../math/erf.js";
import { mapCells } from "../math/matrix.js";
import { call, constant, type Expression, negative, product, quotient, sum } from "../trace/expression.js";
import { cell, type Op, shapeOfFirst } from "../trace/op.js";

// What a feed-forward does to each number between its two products. n×d → n×d.

function activation(name: string, apply: (x: number) => number, explain: (x: Expression) => Expression): Op {
  return {
    name,
    rows: [0],
    shape: shapeOfFirst,
    compute: ([matrix]) => mapCells(matrix, apply),
    explainCell: (inputs, _, row, col) => explain(cell(inputs, 0, row, col)),
  };
}

/** max(0, x). */
export const relu = activation(
  "relu",
  (x) => Math.max(0, x),
  (x) => call("max", constant(0), x),
);

const HALF = constant(0.5, "½");

/** x·Φ(x) = ½x·(1 + erf(x/√2)) (Hendrycks and Gimpel 2016). */
export const gelu = activation(
  "gelu",
  (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  (x) => product(HALF, x, sum([constant(1), call("erf", quotient(x, call("sqrt", constant(2))))])),
);

/** √(2/π), and the weight of x³ that makes the hyperbolic tangent follow Φ. */
const ROOT = Math.sqrt(2 / Math.PI);
const CUBE = 0.044715;

/** ½x·(1 + tanh(√(2/π)·(x + 0.044715x³))), which GPT and BERT's released code compute in place of Φ. */
export const geluTanh = activation(
  "gelu-tanh",
  (x) => 0.5 * x * (1 + Math.tanh(ROOT * (x + CUBE * x * x * x))),
  (x) => {
    const bent = sum([x, product(constant(CUBE), x, x, x)]);
    return product(HALF, x, sum([constant(1), call("tanh", product(constant(ROOT, "√(2/π)"), bent))]));
  },
);

/** x·σ(x) = x / (1 + e^(−x)), also called swish. */
export const silu = activation(
  "silu",
  (x) => x / (1 + Math.exp(-x)),
  (x) => quotient(x, sum([constant(1), call("exp", negative(x))])),
);
