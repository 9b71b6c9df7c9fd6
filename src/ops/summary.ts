import { createMatrix, rowOf } from "../math/matrix.js";
import { extremesOf, rowMaxima } from "../math/rows.js";
import {
  type Cell,
  call,
  callOnAll,
  constant,
  type Expression,
  named,
  negative,
  product,
  quotient,
  sum,
} from "../trace/expression.js";
import { cellsOfRow, type Op, oneColumn } from "../trace/op.js";
import { fuseLogSumExp, fuseRowMeasure } from "./fused-attention.js";

// One number that describes each row of a distribution. n×m → n×1.

/** H of a row over ln m: 0 when it looks at one key, 1 when it looks at all alike. 0 when there is one key. */
export const relativeEntropy: Op = {
  name: "relative-entropy",
  rows: [0],
  shape: oneColumn,
  compute: ([weights]) =>
    createMatrix(weights.rows, 1, (row) =>
      weights.cols === 1 ? 0 : entropyOf(rowOf(weights, row)) / Math.log(weights.cols),
    ),
  explainCell(inputs, _, row) {
    const { cols } = inputs[0];
    if (cols === 1) return constant(0, "0, because there is one key");
    return quotient(explainEntropy(cellsOfRow(inputs, row)), call("ln", named(cols, "m")));
  },
  fused: ({ inputs: [weights] }, numbers) =>
    fuseRowMeasure(
      weights,
      numbers,
      // With D = Σ_j e^d_j and d_j = s_j − maximum it is ln D − Σ_j e^d_j·d_j / D.
      ({ sum: sums, moment }, row, numKeys) =>
        numKeys === 1 ? 0 : (Math.log(sums[row]) - moment[row] / sums[row]) / Math.log(numKeys),
      { zero: () => 0, nan, uniform: (numKeys) => (numKeys === 1 ? 0 : 1) },
    ),
};

/** e^H: how many keys a row looks at, if it looked at all of them alike. 0 for a row of zeros. */
export const effectiveKeys: Op = {
  name: "effective-keys",
  rows: [0],
  shape: oneColumn,
  compute: ([weights]) =>
    createMatrix(weights.rows, 1, (row) => {
      const shares = rowOf(weights, row);
      return shares.every((p) => p === 0) ? 0 : Math.exp(entropyOf(shares));
    }),
  explainCell(inputs, _, row) {
    const cells = cellsOfRow(inputs, row);
    if (cells.every((p) => p.value === 0)) return constant(0, "0, because no key may be attended");
    return call("exp", explainEntropy(cells));
  },
};

/** H = −Σ p ln p, where p is the row over its sum: those of local attention sum below 1. 0 for a row of zeros. */
function entropyOf(row: Float64Array): number {
  const total = row.reduce((part, w) => part + w, 0);
  const whole = sumsToOne(total) ? 1 : total;
  let entropy = 0;
  for (const w of row) {
    if (w === 0) continue; // 0·ln 0 counts 0, the limit of p ln p.
    const p = w / whole;
    entropy -= p * Math.log(p);
  }
  return entropy;
}

/** For p = w / Z it is ln Z − Σ w ln w / Z. */
function explainEntropy(cells: readonly Cell[]): Expression {
  const shares = cells.filter(({ value }) => value !== 0);
  const total = sum(shares.map((w) => product(w, call("ln", w))));
  const whole = shares.reduce((all, { value }) => all + value, 0);
  if (sumsToOne(whole) || whole === 0) return negative(total);
  return sum([call("ln", sum(shares)), negative(quotient(total, sum(shares)))]);
}

/** As far as a softmax does: what rounding leaves is no reason to divide. */
const sumsToOne = (total: number) => Math.abs(total - 1) < 1e-12;

/** The largest number of each row. */
export const rowMaximum: Op = {
  name: "row-maximum",
  rows: [0],
  shape: oneColumn,
  compute: ([weights]) => {
    const maxima = rowMaxima(weights);
    return createMatrix(weights.rows, 1, (row) => maxima[row]);
  },
  explainCell: (inputs, _, row) => callOnAll("max", cellsOfRow(inputs, row)),
  fused: ({ inputs: [weights] }, numbers) =>
    fuseRowMeasure(weights, numbers, ({ sum: sums }, row) => 1 / sums[row], {
      zero: () => 0,
      nan,
      uniform: (numKeys) => 1 / numKeys,
    }),
};

/** Where the largest number of each row stands, the first place if several; NaN for a row of zeros or with NaN. */
export const rowArgmax: Op = {
  name: "row-argmax",
  rows: [0],
  shape: oneColumn,
  compute: ([weights]) => {
    const maxima = rowMaxima(weights);
    return createMatrix(weights.rows, 1, (row) =>
      maxima[row] > 0 ? rowOf(weights, row).indexOf(maxima[row]) : Number.NaN,
    );
  },
  explainCell(inputs, _, row) {
    const cells = cellsOfRow(inputs, row);
    if (cells.some((p) => p.value > 0) && !cells.some((p) => Number.isNaN(p.value))) {
      return callOnAll("argmax", cells);
    }
    return constant(Number.NaN, "NaN, because no key stands out");
  },
  fused: ({ inputs: [weights] }, numbers) =>
    fuseRowMeasure(
      weights,
      numbers,
      ({ strongest, sum: sums }, row) => (Number.isNaN(sums[row]) ? Number.NaN : strongest[row]),
      { zero: nan, nan, uniform: () => 0 },
    ),
};

const nan = () => Number.NaN;

/** ln Σ_j e^s_j of each row; −∞ when nothing may be attended. n×m → n×1. */
export const rowLogSumExp: Op = {
  name: "row-log-sum-exp",
  rows: [0],
  shape: oneColumn,
  compute([scores]) {
    const maxima = rowMaxima(scores);
    return createMatrix(scores.rows, 1, (row) => {
      if (isEmpty(maxima[row])) return maxima[row];
      const powers = rowOf(scores, row).map((score) => Math.exp(score - maxima[row]));
      return maxima[row] + Math.log(powers.reduce((total, power) => total + power, 0));
    });
  },
  explainCell(inputs, _, row) {
    const scores = cellsOfRow(inputs, row).filter(({ value }) => !isEmpty(value));
    if (scores.length === 0) return constant(Number.NEGATIVE_INFINITY, "−∞, because no key may be attended");
    // By its name: max(…) in every power could not be read. NaN is nowhere.
    const [, most] = extremesOf(scores.map(({ value }) => value));
    const largest = scores.find(({ value }) => value === most) ?? callOnAll("max", scores);
    const powers = scores.map((score) => call("exp", sum([score, negative(largest)])));
    return sum([largest, call("ln", sum(powers))]);
  },
  fused: ({ inputs: [key] }, numbers) => fuseLogSumExp({ key }, numbers),
};

const isEmpty = (rowMaximum: number) => rowMaximum === Number.NEGATIVE_INFINITY;
