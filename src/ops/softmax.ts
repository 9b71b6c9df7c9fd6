import { cellOf, createMatrix, type Matrix, mapCells } from "../math/matrix.js";
import { rowMaxima } from "../math/rows.js";
import { call, callOnAll, constant, negative, quotient, sum } from "../trace/expression.js";
import { cell, cellsOfRow, type Nodes, type Op, type Ref, shapeOfFirst } from "../trace/op.js";
import { eraseMasked } from "./masking.js";
import { normalizationGradient, rowDots, softmaxGradient } from "./softmax-gradient.js";

// The softmax in the three steps a person writes down: e^s, the sum of each row, the quotient.

/** Above this size of a score, e^s is taken of the distance to the row's largest score. */
export const LARGEST_PLAIN_SCORE = 80;

export interface Shift {
  /** Whether e^s is taken of the distance to the row's largest score, which gives the same weights without overflow. */
  readonly isShifted: boolean;
}

/** e^s, or e^(s − row maximum). −∞ gives 0. n×m → n×m. */
export const exponentials: Op<Shift> = {
  name: "exponentials",
  rows: [0],
  shape: shapeOfFirst,
  compute([scores], { isShifted }) {
    if (!isShifted) return mapCells(scores, Math.exp);
    const maxima = rowMaxima(scores);
    return mapCells(scores, (score, row) => (isEmpty(maxima[row]) ? 0 : Math.exp(score - maxima[row])));
  },
  explainCell(inputs, { isShifted }, row, col) {
    const score = cell(inputs, 0, row, col);
    if (!isShifted) return call("exp", score);
    const scores = cellsOfRow(inputs, row);
    if (scores.every((other) => isEmpty(other.value))) {
      return constant(0, "0, because no key may be attended");
    }
    return call("exp", sum([score, negative(callOnAll("max", scores))]));
  },
};

/** Whether e^s is to be taken relative to the row maximum: some score is beyond ±80, or +∞. */
export function needsShift({ data }: Matrix): boolean {
  return data.some((score) => Math.abs(score) > LARGEST_PLAIN_SCORE && score !== Number.NEGATIVE_INFINITY);
}

const isEmpty = (rowMaximum: number) => rowMaximum === Number.NEGATIVE_INFINITY;

export interface EmptyRows {
  /** What the weights of a row that may attend to nothing become: 0, NaN, or 1/m everywhere. */
  readonly emptyRow: "zero" | "nan" | "uniform";
}

/** Each cell over the sum of its row. E: n×m, sums: n×1 → n×m. */
export const normalizeRows: Op<EmptyRows> = {
  name: "normalize-rows",
  rows: "all",
  shape: shapeOfFirst,
  compute([{ rows, cols, data }, sums], { emptyRow }) {
    const result = createMatrix(rows, cols);
    for (let row = 0; row < rows; row++) {
      const total = sums.data[row];
      const [first, end] = [row * cols, (row + 1) * cols];
      if (total === 0) result.data.fill(EMPTY_ROW_WEIGHT[emptyRow](cols), first, end);
      else for (let at = first; at < end; at++) result.data[at] = data[at] / total;
    }
    return result;
  },
  explainCell(inputs, { emptyRow }, row, col) {
    if (cellOf(inputs[1], row, 0) !== 0) return quotient(cell(inputs, 0, row, col), cell(inputs, 1, row, 0));
    const weight = EMPTY_ROW_WEIGHT[emptyRow](inputs[0].cols);
    return constant(weight, `${EMPTY_ROW_TEXT[emptyRow]}, because no key may be attended`);
  },
  gradient(back, { inputs, output, gradient, nodes }) {
    const [y, d] = [back.symbol(output), back.dOutput];
    const sums = inputs[1];
    const isSoftmax = scoresBehind(inputs[0], nodes) !== undefined;
    const named = isSoftmax
      ? { id: "d-row-dots", title: "Row dots" }
      : { id: "d-quotient-dots", title: "Row dots of the quotient" };
    const dots = back.between({ ...named, axes: sums.axes }, rowDots, [output, gradient], undefined, {
      formula: `δ_i = Σ_j ${y}_ij ${d}_ij`,
    });
    if (!isSoftmax) {
      const formula = `(${d} − δ) / Σ`;
      back.give(0, normalizationGradient, [gradient, dots, sums], undefined, { formula });
      return;
    }
    back.give(0, softmaxGradient, [output, gradient, dots, sums], undefined, {
      formula: `${y} ∘ (${d} − δ)`,
      notes: [
        `∂${y}_j/∂s_k = ${y}_j (1 − ${y}_k) for j = k, and −${y}_j ${y}_k for the others`,
        `so ds_k = Σ_j ${d}_j ∂${y}_j/∂s_k = ${y}_k (${d}_k − Σ_j ${y}_j ${d}_j) = ${y}_k (${d}_k − δ)`,
      ],
      isZeroWhereMasked: true,
    });
  },
  // A softmax is differentiated as a whole: its exponentials may be too large, or shifted by a maximum that has a kink.
  gradientTo: ([powers], nodes) => [scoresBehind(powers, nodes) ?? powers],
};

/** The scores whose softmax is normalised; undefined where other numbers are. */
function scoresBehind({ key }: Ref, nodes: Nodes): Ref | undefined {
  const powers = nodes.node(key);
  const whole = powers?.op === eraseMasked ? nodes.node(powers.inputs[0]) : powers;
  return whole?.op === exponentials ? nodes.ref(whole.inputs[0]) : undefined;
}

/** The weights of a row that may attend to none of `cols` keys, by policy. */
export const EMPTY_ROW_WEIGHT: Readonly<Record<EmptyRows["emptyRow"], (cols: number) => number>> = {
  zero: () => 0,
  nan: () => Number.NaN,
  uniform: (cols) => 1 / cols,
};

const EMPTY_ROW_TEXT: Readonly<Record<EmptyRows["emptyRow"], string>> = {
  zero: "0",
  nan: "NaN",
  uniform: "1/m",
};
