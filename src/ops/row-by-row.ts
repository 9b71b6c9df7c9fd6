import { attendRowByRow } from "../math/attend.js";
import type { Attended } from "../math/attention.js";
import { createMatrix, type Matrix } from "../math/matrix.js";
import { columnSums } from "../math/rows.js";
import { call, constant, type Expression, negative, product, quotient, sum } from "../trace/expression.js";
import { cell, type Op } from "../trace/op.js";
import { attentionOf, largestOf, powersOf, type RowByRow } from "./row-scores.js";

// Attention row by row: the n×m scores and weights are made one row at a time, and forgotten. One pass over the keys
// gives every op of this file its numbers. Inputs: query n×d, key m×d, value m×d_v, then the bias (n×m or 1×m) and v_a
// (d numbers) where there are any.

/** The pass that was made last with these parameters: several steps read it. */
const passes = new WeakMap<RowByRow, { readonly inputs: readonly Matrix[]; readonly attended: Attended }>();

function passOf(inputs: readonly Matrix[], params: RowByRow): Attended {
  const known = passes.get(params);
  if (known?.inputs.every((matrix, index) => matrix === inputs[index])) return known.attended;
  const attended = attendRowByRow(attentionOf(inputs, params));
  passes.set(params, { inputs, attended });
  return attended;
}

/** What a measure is for a row that may attend to nothing, by policy. */
type OfEmptyRow = Readonly<Record<RowByRow["emptyRow"], (numKeys: number) => number>>;

/** One number a row. n×1. */
function measure(of: (attended: Attended, row: number, numKeys: number) => number, ofEmptyRow: OfEmptyRow) {
  return (inputs: readonly Matrix[], params: RowByRow): Matrix => {
    const attended = passOf(inputs, params);
    const numKeys = inputs[1].rows;
    return createMatrix(inputs[0].rows, 1, (row) =>
      attended.sum[row] === 0 ? ofEmptyRow[params.emptyRow](numKeys) : of(attended, row, numKeys),
    );
  };
}

function explainEmptyRow(
  inputs: readonly Matrix[],
  { emptyRow }: RowByRow,
  ofEmptyRow: OfEmptyRow,
): Expression {
  const value = ofEmptyRow[emptyRow](inputs[1].rows);
  return constant(value, `${String(value).replace("-Infinity", "−∞")}, because no key may be attended`);
}

const nan = () => Number.NaN;

/** α·V. n×d_v. */
export const outputRowByRow: Op<RowByRow> = {
  name: "attend-row-by-row",
  compute(inputs, params) {
    const { output, sum: sums } = passOf(inputs, params);
    const [, key, value] = inputs;
    if (params.emptyRow === "zero" || sums.every((total) => total !== 0)) return output;
    const totals = columnSums(value).data;
    const fill = params.emptyRow === "nan" ? nan : (col: number) => totals[col] / key.rows;
    const { rows, cols, data } = output;
    return createMatrix(rows, cols, (row, col) => (sums[row] === 0 ? fill(col) : data[row * cols + col]));
  },
  explainCell(inputs, params, row, col) {
    const powers = powersOf(inputs, params, row);
    const value = (key: number) => cell(inputs, 2, key, col);
    if (powers.length === 0) return explainEmptyOutput(inputs, params, value);
    return quotient(
      sum(powers.map(({ key, power }) => product(power, value(key)))),
      sum(powers.map(({ power }) => power)),
    );
  },
};

function explainEmptyOutput(
  inputs: readonly Matrix[],
  { emptyRow }: RowByRow,
  value: (key: number) => Expression,
): Expression {
  const numKeys = inputs[1].rows;
  if (emptyRow !== "uniform") {
    return constant(
      emptyRow === "nan" ? Number.NaN : 0,
      `${emptyRow === "nan" ? "NaN" : "0"}, because no key may be attended`,
    );
  }
  return quotient(sum(Array.from({ length: numKeys }, (_, key) => value(key))), constant(numKeys, "m"));
}

const NO_SUM: OfEmptyRow = {
  zero: () => Number.NEGATIVE_INFINITY,
  nan: () => Number.NEGATIVE_INFINITY,
  uniform: () => Number.NEGATIVE_INFINITY,
};

/** ln Σ_j e^s_j: −∞ for a row that may attend to nothing. n×1. */
export const logSumExp: Op<RowByRow> = {
  name: "log-sum-exp",
  compute: measure(({ maximum, sum: sums }, row) => maximum[row] + Math.log(sums[row]), NO_SUM),
  explainCell(inputs, params, row) {
    const powers = powersOf(inputs, params, row);
    if (powers.length === 0) return explainEmptyRow(inputs, params, NO_SUM);
    return sum([largestOf(powers), call("ln", sum(powers.map(({ power }) => power)))]);
  },
};

const NO_KEY: OfEmptyRow = { zero: nan, nan, uniform: () => 0 };

/** The key with the largest weight, the first if several. n×1. */
export const strongestRowByRow: Op<RowByRow> = {
  name: "strongest-row-by-row",
  compute: measure(
    ({ strongest, sum: sums }, row) => (Number.isNaN(sums[row]) ? Number.NaN : strongest[row]),
    NO_KEY,
  ),
  explainCell(inputs, params, row) {
    const powers = powersOf(inputs, params, row);
    if (powers.length === 0) return explainEmptyRow(inputs, params, NO_KEY);
    const scoreOfKey = new Map(powers.map(({ key, score }) => [key, score]));
    const masked = constant(Number.NEGATIVE_INFINITY, "masked");
    return call(
      "argmax",
      ...Array.from({ length: inputs[1].rows }, (_, key) => scoreOfKey.get(key) ?? masked),
    );
  },
};

const NO_WEIGHT: OfEmptyRow = { zero: () => 0, nan, uniform: (numKeys) => 1 / numKeys };

/** The largest weight: 1 / Σ_j e^(s_j − maximum). n×1. */
export const largestRowByRow: Op<RowByRow> = {
  name: "largest-row-by-row",
  compute: measure(({ sum: sums }, row) => 1 / sums[row], NO_WEIGHT),
  explainCell(inputs, params, row) {
    const powers = powersOf(inputs, params, row);
    if (powers.length === 0) return explainEmptyRow(inputs, params, NO_WEIGHT);
    return quotient(constant(1), sum(powers.map(({ power }) => power)));
  },
};

const NO_ENTROPY: OfEmptyRow = { zero: () => 0, nan, uniform: (numKeys) => (numKeys === 1 ? 0 : 1) };

/** Entropy of the weights over ln m. With D = Σ_j e^d_j and d_j = s_j − maximum it is (ln D − Σ_j e^d_j·d_j / D) / ln m. n×1. */
export const entropyRowByRow: Op<RowByRow> = {
  name: "entropy-row-by-row",
  compute: measure(({ sum: sums, moment }, row, numKeys) => {
    if (numKeys === 1) return 0;
    return (Math.log(sums[row]) - moment[row] / sums[row]) / Math.log(numKeys);
  }, NO_ENTROPY),
  explainCell(inputs, params, row) {
    const numKeys = inputs[1].rows;
    const powers = powersOf(inputs, params, row);
    if (powers.length === 0) return explainEmptyRow(inputs, params, NO_ENTROPY);
    if (numKeys === 1) return constant(0, "0, because there is one key");
    const total = sum(powers.map(({ power }) => power));
    const moment = sum(powers.map(({ power, distance }) => product(power, distance)));
    return quotient(
      sum([call("ln", total), negative(quotient(moment, total))]),
      call("ln", constant(numKeys, "m")),
    );
  },
};
