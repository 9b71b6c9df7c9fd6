import { cellOf, mapCells } from "../math/matrix.js";
import { call, constant, negative, product, quotient, sum } from "../trace/expression.js";
import { cell, type Op, shapeOfFirst } from "../trace/op.js";
import { columnSums } from "./sums.js";

export interface Scale {
  readonly factor: number;
  /** How the factor is written: "1/√4". */
  readonly text: string;
  /** When the factor is 1/√root, as people write it: s / √root. */
  readonly root?: number;
}

/** Every cell times one number. */
export const scale: Op<Scale> = {
  name: "scale",
  rows: [0],
  shape: shapeOfFirst,
  compute([{ rows, cols, data }], { factor }) {
    const scaled = new Float64Array(data.length);
    for (let at = 0; at < data.length; at++) scaled[at] = data[at] * factor;
    return { rows, cols, data: scaled };
  },
  explainCell(inputs, { factor, text, root }, row, col) {
    const score = cell(inputs, 0, row, col);
    return root === undefined
      ? product(score, constant(factor, text))
      : quotient(score, call("sqrt", constant(root)));
  },
  gradient(back, { params, gradient }) {
    const d = back.dOutput;
    const formula = params.root === undefined ? `${params.text} · ${d}` : `${d} / √${params.root}`;
    back.give(0, scale, [gradient], params, { formula, isZeroWhereMasked: true });
  },
};

/** C·tanh(s / C): scores squeezed into (−C, C). */
export const softcap: Op<{ readonly cap: number }> = {
  name: "softcap",
  rows: [0],
  shape: shapeOfFirst,
  compute: ([matrix], { cap }) => mapCells(matrix, (value) => cap * Math.tanh(value / cap)),
  explainCell: (inputs, { cap }, row, col) =>
    product(constant(cap), call("tanh", quotient(cell(inputs, 0, row, col), constant(cap)))),
  gradient(back, { params, output, gradient }) {
    const symbol = back.symbol(output);
    const formula = `${back.dOutput} ∘ (1 − (${symbol} / ${params.cap})²)`;
    back.give(0, tanhGradient, [gradient, output], params, { formula, isZeroWhereMasked: true });
  },
};

/** tanh of every cell. */
export const tanh: Op = {
  name: "tanh",
  rows: [0],
  shape: shapeOfFirst,
  compute: ([matrix]) => mapCells(matrix, Math.tanh),
  explainCell: (inputs, _, row, col) => call("tanh", cell(inputs, 0, row, col)),
  gradient(back, { output, gradient }) {
    const symbol = back.symbol(output);
    back.give(
      0,
      tanhGradient,
      [gradient, output],
      { cap: 1 },
      { formula: `${back.dOutput} ∘ (1 − ${symbol}²)` },
    );
  },
};

/** dY ∘ (1 − (Y / C)²), the gradient by what Y = C·tanh(s / C) was made of. dY, Y: n×m → n×m. */
export const tanhGradient: Op<{ readonly cap: number }> = {
  name: "tanh-gradient",
  rows: "all",
  shape: shapeOfFirst,
  compute: ([gradient, output], { cap }) =>
    mapCells(gradient, (value, row, col) => value * (1 - (cellOf(output, row, col) / cap) ** 2)),
  explainCell(inputs, { cap }, row, col) {
    const value = cell(inputs, 1, row, col);
    const share = cap === 1 ? value : quotient(value, constant(cap));
    return product(cell(inputs, 0, row, col), sum([constant(1), negative(product(share, share))]));
  },
};

/** The sum of the inputs, cell by cell; one of a single row is added to every row. n×m and n×m or 1×m → n×m. */
export const add: Op = {
  name: "add",
  rows: "all",
  shape: shapeOfFirst,
  compute: ([first, ...others]) => {
    const { rows, cols } = first;
    const data = first.data.slice();
    for (const { rows: own, data: added } of others) {
      const step = own === 1 ? 0 : cols;
      for (let row = 0, at = 0, from = 0; row < rows; row++, from += step) {
        for (let col = 0; col < cols; col++) data[at++] += added[from + col];
      }
    }
    return { rows, cols, data };
  },
  explainCell: (inputs, _, row, col) =>
    sum(inputs.map((matrix, index) => cell(inputs, index, matrix.rows === 1 ? 0 : row, col))),
  gradient(back, { inputs, output, gradient }) {
    const d = back.dOutput;
    for (const [index, { shape }] of inputs.entries()) {
      if (shape.rows === output.shape.rows)
        back.give(index, add, [gradient], undefined, { formula: d, isZeroWhereMasked: true });
      else back.give(index, columnSums, [gradient], undefined, { formula: `Σ_i ${d}_i` });
    }
  },
};

/** A matrix as it is, where it goes on under another name. */
export const same: Op = {
  name: "same",
  rows: [0],
  shape: shapeOfFirst,
  compute: ([matrix]) => matrix,
  explainCell: (inputs, _, row, col) => cell(inputs, 0, row, col),
  gradient(back, { gradient }) {
    back.give(0, same, [gradient], undefined, { formula: back.dOutput, isZeroWhereMasked: true });
  },
};

/** A − B, cell by cell. */
export const subtract: Op = {
  name: "subtract",
  rows: "all",
  shape: shapeOfFirst,
  compute: ([a, b]) => mapCells(a, (value, row, col) => value - cellOf(b, row, col)),
  explainCell: (inputs, _, row, col) => sum([cell(inputs, 0, row, col), negative(cell(inputs, 1, row, col))]),
  gradient(back, { gradient }) {
    const d = back.dOutput;
    back.give(0, add, [gradient], undefined, { formula: d });
    back.give(1, scale, [gradient], { factor: -1, text: "−1" }, { formula: `−${d}` });
  },
};

/** The mean of the inputs, cell by cell. */
export const mean: Op = {
  name: "mean",
  rows: "all",
  shape: shapeOfFirst,
  compute: (inputs) =>
    mapCells(
      inputs[0],
      (_, row, col) => inputs.reduce((total, matrix) => total + cellOf(matrix, row, col), 0) / inputs.length,
    ),
  explainCell: (inputs, _, row, col) =>
    quotient(sum(inputs.map((_matrix, index) => cell(inputs, index, row, col))), constant(inputs.length)),
  gradient(back, { inputs, gradient }) {
    const share = { factor: 1 / inputs.length, text: `1/${inputs.length}` };
    const formula = `${back.dOutput} / ${inputs.length}`;
    for (const index of inputs.keys()) back.give(index, scale, [gradient], share, { formula });
  },
};
