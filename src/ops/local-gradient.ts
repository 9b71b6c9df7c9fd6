import { cellOf, createMatrix, type Matrix } from "../math/matrix.js";
import {
  call,
  constant,
  type Expression,
  named,
  negative,
  product,
  quotient,
  sum,
  sumOver,
} from "../trace/expression.js";
import { cell, type Op, oneColumn, vectorCell } from "../trace/op.js";

// What a loss's gradient becomes on its way back through local attention: from the fall-off to the places that queries look
// at, and on to what the places were predicted from.

/** Σ_j dF_ij f_ij (j − p_i) / σ², by the places p that a fall-off F is around. dF, F: n×m, p: n×1 → n×1. */
export const gaussianGradient: Op<{ readonly sigma: number }> = {
  name: "gaussian-gradient",
  rows: "all",
  shape: oneColumn,
  compute: ([gradient, falloff, places], { sigma }) =>
    createMatrix(gradient.rows, 1, (row) => {
      let total = 0;
      for (let col = 0; col < gradient.cols; col++) {
        const slope = (cellOf(falloff, row, col) * (col - cellOf(places, row, 0))) / (sigma * sigma);
        total += cellOf(gradient, row, col) * slope;
      }
      return total;
    }),
  explainCell(inputs, { sigma }, row) {
    const width = product(named(sigma, "σ"), named(sigma, "σ"));
    return sumOver(inputs[0].cols, (col) => {
      const distance = sum([named(col, `key ${col}`), negative(cell(inputs, 2, row, 0))]);
      const change = product(cell(inputs, 0, row, col), cell(inputs, 1, row, col), distance);
      return quotient(change, width);
    });
  },
};

export interface PredictedPlaces {
  readonly numKeys: number;
}

/** dp_i · p_i (1 − p_i/S): by what the sigmoid of a place was taken of. */
const slopeAt = ([gradient, places]: readonly Matrix[], { numKeys }: PredictedPlaces, row: number) =>
  cellOf(gradient, row, 0) * cellOf(places, row, 0) * (1 - cellOf(places, row, 0) / numKeys);

function explainSlope(inputs: readonly Matrix[], { numKeys }: PredictedPlaces, row: number): Expression {
  const place = cell(inputs, 1, row, 0);
  const rest = sum([constant(1), negative(quotient(place, named(numKeys, "S")))]);
  return product(cell(inputs, 0, row, 0), place, rest);
}

/** dp_i p_i (1 − p_i/S) v_c (1 − tanh² f_ic), by features. dp, p: n×1, F: n×c, v: c numbers → n×c. */
export const placeFeatureGradient: Op<PredictedPlaces> = {
  name: "place-feature-gradient",
  rows: [0, 1, 2],
  shape: ([, , features]) => features,
  compute(inputs, params) {
    const [, , features, v] = inputs;
    return createMatrix(features.rows, features.cols, (row, col) => {
      return slopeAt(inputs, params, row) * v.data[col] * (1 - Math.tanh(cellOf(features, row, col)) ** 2);
    });
  },
  explainCell(inputs, params, row, col) {
    const feature = call("tanh", cell(inputs, 2, row, col));
    const rest = sum([constant(1), negative(product(feature, feature))]);
    return product(explainSlope(inputs, params, row), vectorCell(inputs, 3, col), rest);
  },
};

/** Σ_i dp_i p_i (1 − p_i/S) tanh f_ic, by v. dp, p: n×1, F: n×c, v: 1×c or c×1 → as v. */
export const placeWeightGradient: Op<PredictedPlaces> = {
  name: "place-weight-gradient",
  sumsRows: [0, 1, 2],
  shape: ([, , , v]) => v,
  compute(inputs, params) {
    const [, , features, v] = inputs;
    const result = createMatrix(v.rows, v.cols);
    for (let row = 0; row < features.rows; row++) {
      const slope = slopeAt(inputs, params, row);
      for (let c = 0; c < features.cols; c++) result.data[c] += slope * Math.tanh(cellOf(features, row, c));
    }
    return result;
  },
  explainCell(inputs, params, row, col) {
    const c = row + col;
    return sumOver(inputs[2].rows, (i) =>
      product(explainSlope(inputs, params, i), call("tanh", cell(inputs, 2, i, c))),
    );
  },
};
