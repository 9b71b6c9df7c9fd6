import { cellOf, createMatrix, type Matrix, mapCells, rowOf } from "../math/matrix.js";
import { rowMaxima, columnSums as sumColumns, rowSums as sumRows } from "../math/rows.js";
import { call, constant, negative, quotient, sum } from "../trace/expression.js";
import { cell, cellsOfRow, type Op } from "../trace/op.js";

// The softmax in the three steps a person writes down: e^s, the sum of each row, the quotient.

/** Above this size of a score, e^s is taken of the distance to the row's largest score. */
export const LARGEST_PLAIN_SCORE = 80;

/**
 * e^s, as a person writes it down, while every finite |s| ≤ 80; otherwise e^(s − row maximum), which gives the same
 * weights without overflow. −∞ gives 0.
 */
export const exponentials: Op = {
  name: "exponentials",
  compute([scores]) {
    if (!needsShift(scores)) return mapCells(scores, Math.exp);
    const maxima = rowMaxima(scores);
    return mapCells(scores, (score, row) => (isEmpty(maxima[row]) ? 0 : Math.exp(score - maxima[row])));
  },
  explainCell(inputs, _, row, col) {
    const score = cell(inputs, 0, row, col);
    if (!needsShift(inputs[0])) return call("exp", score);
    const scores = cellsOfRow(inputs, row);
    if (scores.every((other) => isEmpty(other.value))) {
      return constant(0, "0, because no key may be attended");
    }
    return call("exp", sum([score, negative(call("max", ...scores))]));
  },
};

/** Whether e^s is taken relative to the row maximum: some score is beyond ±80, or +∞. */
export function needsShift(scores: Matrix): boolean {
  const known = shifts.get(scores);
  if (known !== undefined) return known;
  const isLarge = (score: number) =>
    Math.abs(score) > LARGEST_PLAIN_SCORE && score !== Number.NEGATIVE_INFINITY;
  const needed = scores.data.some(isLarge);
  shifts.set(scores, needed);
  return needed;
}

/** Found once for each matrix, since every cell's explanation asks. */
const shifts = new WeakMap<Matrix, boolean>();

const isEmpty = (rowMaximum: number) => rowMaximum === Number.NEGATIVE_INFINITY;

/** Σ of each row. n×m → n×1. */
export const rowSums: Op = {
  name: "row-sums",
  compute: ([matrix]) => sumRows(matrix),
  explainCell: (inputs, _, row) => sum(cellsOfRow(inputs, row)),
};

/** ln Σ_j e^s_j of each row; −∞ when nothing may be attended. n×m → n×1. */
export const rowLogSumExp: Op = {
  name: "row-log-sum-exp",
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
    const largest = call("max", ...scores);
    const powers = scores.map((score) => call("exp", sum([score, negative(largest)])));
    return sum([largest, call("ln", sum(powers))]);
  },
};

/** Σ of each column. n×m → 1×m. */
export const columnSums: Op = {
  name: "column-sums",
  compute: ([matrix]) => sumColumns(matrix),
  explainCell: (inputs, _params, _row, col) =>
    sum(Array.from({ length: inputs[0].rows }, (_, row) => cell(inputs, 0, row, col))),
};

export interface EmptyRows {
  /** What the weights of a row that may attend to nothing become: 0, NaN, or 1/m everywhere. */
  readonly emptyRow: "zero" | "nan" | "uniform";
}

/** Each cell over the sum of its row. E: n×m, sums: n×1 → n×m. */
export const normalizeRows: Op<EmptyRows> = {
  name: "normalize-rows",
  compute: ([matrix, sums], { emptyRow }) =>
    mapCells(matrix, (value, row) => {
      const total = cellOf(sums, row, 0);
      return total === 0 ? EMPTY_ROW_WEIGHT[emptyRow](matrix.cols) : value / total;
    }),
  explainCell(inputs, { emptyRow }, row, col) {
    if (cellOf(inputs[1], row, 0) !== 0) return quotient(cell(inputs, 0, row, col), cell(inputs, 1, row, 0));
    const weight = EMPTY_ROW_WEIGHT[emptyRow](inputs[0].cols);
    return constant(weight, `${EMPTY_ROW_TEXT[emptyRow]}, because no key may be attended`);
  },
};

const EMPTY_ROW_WEIGHT: Readonly<Record<EmptyRows["emptyRow"], (cols: number) => number>> = {
  zero: () => 0,
  nan: () => Number.NaN,
  uniform: (cols) => 1 / cols,
};

const EMPTY_ROW_TEXT: Readonly<Record<EmptyRows["emptyRow"], string>> = {
  zero: "0",
  nan: "NaN",
  uniform: "1/m",
};
