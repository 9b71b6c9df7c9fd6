import * as arrays from "../trace/arrays.js";
import { call, constant, quotient } from "../trace/expression.js";
import { define } from "./define.js";
import { columnSums } from "./product.js";

export interface Scale {
  readonly factor: number;
  /** How the factor is written: "1/√4". */
  readonly text: string;
  /** Given if the factor is 1/√root, so that it is written as people do: s / √root. */
  readonly root?: number;
}

/** Every cell times one number. */
export const scale = define<Scale>({
  name: "scale",
  rowwise: [0],
  definition([a], { factor, text, root }) {
    const isNamed = text.includes("√") || Math.fround(factor) !== factor;
    const written =
      root === undefined ? constant(factor, text) : quotient(constant(1), call("sqrt", constant(root)));
    const number = isNamed ? arrays.convention("SCALE", factor, `a multiplier: ${text}`) : factor;
    return arrays.multiply(a, arrays.exactly(number, written));
  },
  kernel([{ rows, cols, data }], { factor }) {
    const scaled = new Float64Array(data.length);
    for (let at = 0; at < data.length; at++) scaled[at] = data[at] * factor;
    return { rows, cols, data: scaled };
  },
  gradient(back, { params, gradient, d }) {
    const formula = params.root === undefined ? `${params.text} · ${d}` : `${d} / √${params.root}`;
    back.record(0, scale, [gradient], { formula, isZeroWhereMasked: true }, params);
  },
});

/** C·tanh(s / C): squeezes scores into (−C, C). */
export const softcap = define<{ readonly cap: number }>({
  name: "softcap",
  rowwise: [0],
  definition([a], { cap }) {
    const limit = arrays.convention("SOFTCAP", cap, "scores are squeezed between it and its negative");
    return arrays.multiply(limit, arrays.tanh(arrays.divide(a, limit)));
  },
  gradient(back, { params, output, gradient, d }) {
    const symbol = back.symbol(output);
    const formula = `${d} ∘ (1 − (${symbol} / ${params.cap})²)`;
    back.record(0, tanhGradient, [gradient, output], { formula, isZeroWhereMasked: true }, params);
  },
});

/** tanh of every cell. */
export const tanh = define({
  name: "tanh",
  rowwise: [0],
  definition: ([a]) => arrays.tanh(a),
  gradient(back, { output, gradient, d }) {
    const symbol = back.symbol(output);
    back.record(0, tanhGradient, [gradient, output], `${d} ∘ (1 − ${symbol}²)`, { cap: 1 });
  },
});

/** dY ∘ (1 − (Y / C)²), the gradient with respect to s, for Y = C·tanh(s / C). dY, Y: n×m → n×m. */
export const tanhGradient = define<{ readonly cap: number }>({
  name: "tanh-gradient",
  rowwise: "all",
  definition: ([gradient, output], { cap }) =>
    arrays.multiply(gradient, arrays.subtract(1, arrays.square(arrays.divide(output, cap)))),
});

/** The sum of the inputs, cell by cell. An input with one row is added to every row. n×m and n×m or 1×m → n×m. */
export const add = define({
  name: "add",
  rowwise: "all",
  definition: (inputs) => inputs.reduce(arrays.add),
  kernel([first, ...others]) {
    const { rows, cols } = first;
    const data = first.data.slice();
    for (const { rows: addedRows, data: added } of others) {
      const step = addedRows === 1 ? 0 : cols;
      for (let row = 0, at = 0, from = 0; row < rows; row++, from += step) {
        for (let col = 0; col < cols; col++) data[at++] += added[from + col];
      }
    }
    return { rows, cols, data };
  },
  gradient(back, { inputs, output, gradient, d }) {
    for (const [index, { shape }] of inputs.entries()) {
      if (shape.rows === output.shape.rows)
        back.record(index, add, [gradient], { formula: d, isZeroWhereMasked: true });
      else back.record(index, columnSums, [gradient], `Σ_i ${d}_i`);
    }
  },
});

/** The matrix unchanged, recorded under another name. */
export const identity = define({
  name: "same",
  rowwise: [0],
  definition: ([a]) => a,
  kernel: ([matrix]) => matrix,
  gradient(back, { gradient, d }) {
    back.record(0, identity, [gradient], { formula: d, isZeroWhereMasked: true });
  },
});

/** A − B, cell by cell. */
export const subtract = define({
  name: "subtract",
  rowwise: "all",
  definition: ([a, b]) => arrays.subtract(a, b),
  gradient(back, { gradient, d }) {
    back.record(0, add, [gradient], d);
    back.record(1, scale, [gradient], `−${d}`, { factor: -1, text: "−1" });
  },
});

/** The mean of the inputs, cell by cell. */
export const mean = define({
  name: "mean",
  rowwise: "all",
  definition: (inputs) => arrays.divide(inputs.reduce(arrays.add), inputs.length),
  gradient(back, { inputs, gradient, d }) {
    const share = { factor: 1 / inputs.length, text: `1/${inputs.length}` };
    const formula = `${d} / ${inputs.length}`;
    for (const index of inputs.keys()) back.record(index, scale, [gradient], formula, share);
  },
});

/** The product of two matrices cell by cell. n×m and n×m → n×m. */
export const multiplyCells = define({
  name: "multiply-cells",
  rowwise: "all",
  definition: ([a, b]) => arrays.multiply(a, b),
  gradient(back, { inputs: [a, b], gradient, d }) {
    back.record(0, multiplyCells, [gradient, b], `${d} ∘ ${back.symbol(b)}`);
    back.record(1, multiplyCells, [gradient, a], `${d} ∘ ${back.symbol(a)}`);
  },
});
