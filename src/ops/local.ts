import { cellOf, createMatrix } from "../math/matrix.js";
import { call, constant, named, negative, product, quotient, sum } from "../trace/expression.js";
import { cell, type Op, oneColumn, shapeOfFirst, vectorCell } from "../trace/op.js";
import { gaussianGradient, placeFeatureGradient, placeWeightGradient } from "./local-gradient.js";

// Attention around a place: where a query looks among the keys, and how weights fall off from there.

/** Place i + offset for query i. → n×1. */
export const ownPlaces: Op<{ readonly rows: number; readonly offset: number }> = {
  name: "own-places",
  shape: (_, { rows }) => ({ rows, cols: 1 }),
  compute: (_, { rows, offset }) => createMatrix(rows, 1, (row) => row + offset),
  explainCell: (_, { offset }, row) => sum([named(row, `query ${row}`), named(offset, "offset")]),
};

/** S·σ(Σ_c v_c tanh(f_ic)) with σ(x) = 1 / (1 + e^−x). F: n×c, v: 1×c or c×1 → n×1, in (0, S). */
export const predictedPlaces: Op<{ readonly numKeys: number }> = {
  name: "predicted-places",
  rows: [0],
  shape: oneColumn,
  compute: ([features, v], { numKeys }) =>
    createMatrix(features.rows, 1, (row) => {
      let total = 0;
      for (let c = 0; c < features.cols; c++) total += v.data[c] * Math.tanh(cellOf(features, row, c));
      return numKeys / (1 + Math.exp(-total));
    }),
  explainCell(inputs, { numKeys }, row) {
    const terms = Array.from({ length: inputs[0].cols }, (_, c) =>
      product(vectorCell(inputs, 1, c), call("tanh", cell(inputs, 0, row, c))),
    );
    return quotient(named(numKeys, "S"), sum([constant(1), call("exp", negative(sum(terms)))]));
  },
  gradient(back, { inputs: [features, v], params, output, gradient }) {
    const [d, p, f, w] = [back.dOutput, back.symbol(output), back.symbol(features), back.symbol(v)];
    const slope = `${d} ${p} (1 − ${p}/S)`;
    const given = [gradient, output, features, v];
    back.give(0, placeFeatureGradient, given, params, { formula: `${slope} ${w} (1 − tanh² ${f})` });
    back.give(1, placeWeightGradient, given, params, { formula: `Σ_i ${slope} tanh ${f}` });
  },
};

/** e^(−(j − p_i)² / 2σ²). Places p: n×1 → n×m. */
export const gaussian: Op<{ readonly cols: number; readonly sigma: number }> = {
  name: "gaussian",
  rows: [0],
  shape: ([places], { cols }) => ({ rows: places.rows, cols }),
  compute: ([places], { cols, sigma }) =>
    createMatrix(places.rows, cols, (row, col) =>
      Math.exp(-((col - cellOf(places, row, 0)) ** 2) / (2 * sigma * sigma)),
    ),
  explainCell(inputs, { sigma }, row, col) {
    const distance = sum([named(col, `key ${col}`), negative(cell(inputs, 0, row, 0))]);
    const width = product(constant(2), named(sigma, "σ"), named(sigma, "σ"));
    return call("exp", negative(quotient(product(distance, distance), width)));
  },
  gradient(back, { inputs: [places], params: { sigma }, output, gradient }) {
    const [d, f, p] = [back.dOutput, back.symbol(output), back.symbol(places)];
    const formula = `Σ_j ${d} ${f} (j − ${p}) / σ²`;
    back.give(0, gaussianGradient, [gradient, output, places], { sigma }, { formula });
  },
};

/** The product of two matrices cell by cell. n×m and n×m → n×m. */
export const multiplyCells: Op = {
  name: "multiply-cells",
  rows: "all",
  shape: shapeOfFirst,
  compute: ([a, b]) => createMatrix(a.rows, a.cols, (row, col) => cellOf(a, row, col) * cellOf(b, row, col)),
  explainCell: (inputs, _, row, col) => product(cell(inputs, 0, row, col), cell(inputs, 1, row, col)),
  gradient(back, { inputs: [a, b], gradient }) {
    const d = back.dOutput;
    back.give(0, multiplyCells, [gradient, b], undefined, { formula: `${d} ∘ ${back.symbol(b)}` });
    back.give(1, multiplyCells, [gradient, a], undefined, { formula: `${d} ∘ ${back.symbol(a)}` });
  },
};
