import { createMatrix, type Matrix, mapCells, rowOf } from "../math/matrix.js";
import { rowMaxima } from "../math/rows.js";
import {
  add,
  assign,
  because,
  convention,
  divide,
  equal,
  exactly,
  exp,
  explainAs,
  matmul,
  max,
  multiply,
  negative,
  onDiagonal,
  orOne,
  slice,
  sqrt,
  square,
  subtract,
  sum,
  type Term,
  transpose,
  where,
} from "../trace/arrays.js";
import { constant } from "../trace/expression.js";
import type { Graph, Ref } from "../trace/op.js";
import { define } from "./define.js";
import { eraseMasked } from "./masking.js";

// The backward pass of the softmax of each row.

/** Σ_j a_ij b_ij per row. A, B: n×m → n×1. */
export const rowDots = define({
  name: "row-dots",
  rowwise: "all",
  definition: ([a, b]) => sum(multiply(a, b), 1),
});

/**
 * α ∘ (dα − δ), the gradient with respect to the scores with softmax α. It is 0 in rows whose sum of exponentials is 0:
 * all keys are masked there. α, dα: n×m, δ = Σ_j α_ij dα_ij: n×1, sums: n×1 → n×m.
 */
export const softmaxGradient = define({
  name: "softmax-gradient",
  rowwise: "all",
  definition: ([weights, gradient, dots, sums]) =>
    where(equal(sums, 0), because(0, EMPTY), multiply(weights, subtract(gradient, dots))),
  kernel([weights, gradient, dots, sums]) {
    const { rows, cols } = weights;
    const result = createMatrix(rows, cols);
    for (let row = 0; row < rows; row++) {
      if (sums.data[row] === 0) continue;
      const dot = dots.data[row];
      for (let at = row * cols; at < (row + 1) * cols; at++) {
        // Adding 0 turns −0 into 0, for weights that are 0.
        result.data[at] = weights.data[at] * (gradient.data[at] - dot) + 0;
      }
    }
    return result;
  },
});

/**
 * (dY − δ) / Σ, the gradient with respect to numbers that were divided by the sum of their row. It is 0 if that sum is
 * 0. dY: n×m, δ = Σ_j y_ij dy_ij: n×1, sums: n×1 → n×m.
 */
export const normalizationGradient = define({
  name: "normalization-gradient",
  rowwise: "all",
  definition: ([gradient, dots, sums]) =>
    where(equal(sums, 0), because(0, EMPTY), divide(subtract(gradient, dots), orOne(sums))),
});

const EMPTY = "0, because no key may be attended";

// The softmax in the three steps a person writes down: e^s, the sum of each row, the quotient.

/** If a score is larger than this in size, the row maximum is subtracted from the scores before e^s. */
export const LARGEST_PLAIN_SCORE = 80;

interface Shift {
  /** Whether the row maximum is subtracted before e^s. This gives the same weights without overflow. */
  readonly isShifted: boolean;
}

/** Returns the largest number of each row. It is 0 if the row has only −∞, so that e^(s − largest) is 0 there. */
export function finiteRowMaximum(scores: Term): Term {
  const [maximum, again] = assign("top", max(scores, 1));
  return where(equal(maximum, Number.NEGATIVE_INFINITY), 0, again);
}

/** Whether a row contains only −∞. */
export const isEmptyRow = (scores: Term): Term => equal(max(scores, 1), Number.NEGATIVE_INFINITY);

/** e^s, or e^(s − row maximum). −∞ gives 0. n×m → n×m. */
export const exponentials = define<Shift>({
  name: "exponentials",
  rowwise: [0],
  definition([scores], { isShifted }) {
    if (!isShifted) return exp(scores);
    const powers = exp(subtract(scores, finiteRowMaximum(scores)));
    return explainAs(powers, isEmptyRow(scores), 0, "0, because no key may be attended");
  },
  kernel([scores], { isShifted }) {
    if (!isShifted) return mapCells(scores, Math.exp);
    const maxima = rowMaxima(scores);
    const isEmpty = (row: number) => maxima[row] === Number.NEGATIVE_INFINITY;
    return mapCells(scores, (score, row) => (isEmpty(row) ? 0 : Math.exp(score - maxima[row])));
  },
});

/**
 * Whether the row maximum must be subtracted before e^s: some score is beyond ±80, or +∞. A score of −∞ does not count.
 */
export function needsShift({ data }: Matrix): boolean {
  return data.some((score) => Math.abs(score) > LARGEST_PLAIN_SCORE && score !== Number.NEGATIVE_INFINITY);
}

export interface EmptyRows {
  /** The weights of a row that may attend to no key: 0, NaN, or 1/m in every cell. */
  readonly emptyRow: "zero" | "nan" | "uniform";
}

/** Each cell divided by the sum of its row. E: n×m, sums: n×1 → n×m. */
export const normalizeRows = define<EmptyRows>({
  name: "normalize-rows",
  rowwise: "all",
  definition([powers, sums], { emptyRow }) {
    const shares = divide(powers, orOne(sums));
    const isEmpty = equal(sums, 0);
    const reason = `${EMPTY_ROW_TEXT[emptyRow]}, because no key may be attended`;
    if (emptyRow === "zero") return explainAs(shares, isEmpty, 0, reason);
    const value = EMPTY_ROW_WEIGHT[emptyRow](powers.cols);
    const meaning = emptyRow === "nan" ? "NaN" : "all keys alike";
    const weight = convention("EMPTY_ROW", value, `a row that may attend to nothing: ${meaning}`);
    return where(isEmpty, exactly(weight, constant(value, reason)), shares);
  },
  kernel([{ rows, cols, data }, sums], { emptyRow }) {
    const result = createMatrix(rows, cols);
    for (let row = 0; row < rows; row++) {
      const total = sums.data[row];
      const [first, end] = [row * cols, (row + 1) * cols];
      if (total === 0) result.data.fill(EMPTY_ROW_WEIGHT[emptyRow](cols), first, end);
      else for (let at = first; at < end; at++) result.data[at] = data[at] / total;
    }
    return result;
  },
  gradient(back, { inputs, output, gradient, nodes, d }) {
    const y = back.symbol(output);
    const sums = inputs[1];
    const isSoftmax = scoresBehind(inputs[0], nodes) !== undefined;
    const named = isSoftmax
      ? { id: "d-row-dots", title: "Row dots" }
      : { id: "d-quotient-dots", title: "Row dots of the quotient" };
    const dots = back.recordIntermediate(
      { ...named, axes: sums.axes },
      rowDots,
      [output, gradient],
      `δ_i = Σ_j ${y}_ij ${d}_ij`,
    );
    if (!isSoftmax) {
      const formula = `(${d} − δ) / Σ`;
      back.record(0, normalizationGradient, [gradient, dots, sums], formula);
      return;
    }
    back.record(0, softmaxGradient, [output, gradient, dots, sums], {
      formula: `${y} ∘ (${d} − δ)`,
      notes: [
        `∂${y}_j/∂s_k = ${y}_j (1 − ${y}_k) for j = k, and −${y}_j ${y}_k for the others`,
        `so ds_k = Σ_j ${d}_j ∂${y}_j/∂s_k = ${y}_k (${d}_k − Σ_j ${y}_j ${d}_j) = ${y}_k (${d}_k − δ)`,
      ],
      isZeroWhereMasked: true,
    });
  },
  // A softmax is differentiated as a whole. Its exponentials may be too large, or shifted by a maximum, which is not
  // differentiable.
  gradientTo: ([powers], nodes) => [scoresBehind(powers, nodes) ?? powers],
});

/** Returns the scores if the normalised numbers are exponentials of scores; undefined otherwise. */
function scoresBehind({ key }: Ref, nodes: Graph): Ref | undefined {
  const powers = nodes.node(key);
  const exponentialNode = powers?.op === eraseMasked ? nodes.node(powers.inputs[0]) : powers;
  return exponentialNode?.op === exponentials ? nodes.ref(exponentialNode.inputs[0]) : undefined;
}

/** What a row that may attend to none of `cols` keys has, by policy. */
export type OfEmptyRow = Readonly<Record<EmptyRows["emptyRow"], (cols: number) => number>>;

/** The weight in each cell of a row that may attend to none of `cols` keys, by policy. */
export const EMPTY_ROW_WEIGHT: OfEmptyRow = {
  zero: () => 0,
  nan: () => Number.NaN,
  uniform: (cols) => 1 / cols,
};

const EMPTY_ROW_TEXT: Readonly<Record<EmptyRows["emptyRow"], string>> = {
  zero: "0",
  nan: "NaN",
  uniform: "1/m",
};

// The derivatives of a softmax with respect to its scores: ∂p_j/∂s_k = p_j (δ_jk − p_k).

/** diag(p) − p pᵀ for row `row` of P. P: n×m → m×m. Its rows sum to 0 if p sums to 1. It is 0 if p is one-hot. */
export const softmaxJacobian = define<{ readonly row: number }>({
  name: "softmax-jacobian",
  definition([weights], { row }) {
    const p = slice(weights, { from: row, to: row + 1 }, {});
    const others = negative(multiply(transpose(p), p));
    return where(onDiagonal(p.cols), multiply(p, subtract(1, p)), others);
  },
});

/**
 * ‖diag(p) − p pᵀ‖, the Frobenius norm, for each row p of P: √(Σ_j p_j² ((Σ_{k≠j} p_k)² + Σ_{k≠j} p_k²)). P: n×m → n×1.
 * It uses the sums over k ≠ j instead of 1 − p_j, which loses all digits if the softmax is saturated.
 */
export const jacobianNorm = define({
  name: "jacobian-norm",
  rowwise: [0],
  definition([p]) {
    const others = where(onDiagonal(p.cols), 0, 1);
    const rest = matmul(p, others);
    const squares = matmul(square(p), others);
    return sqrt(sum(multiply(square(p), add(square(rest), squares)), 1));
  },
  kernel: ([weights]) => createMatrix(weights.rows, 1, (row) => normOfJacobian(rowOf(weights, row))),
});

/** Returns ‖diag(p) − p pᵀ‖ for one distribution. */
function normOfJacobian(p: Float64Array): number {
  // Adds the sums after a position and before it, and never subtracts.
  const sumsAfter = new Float64Array(p.length + 1);
  const squaresAfter = new Float64Array(p.length + 1);
  for (let j = p.length - 1; j >= 0; j--) {
    sumsAfter[j] = sumsAfter[j + 1] + p[j];
    squaresAfter[j] = squaresAfter[j + 1] + p[j] * p[j];
  }
  let sumBefore = 0;
  let squaresBefore = 0;
  let total = 0;
  for (let j = 0; j < p.length; j++) {
    const rest = sumBefore + sumsAfter[j + 1];
    total += p[j] * p[j] * (rest * rest + squaresBefore + squaresAfter[j + 1]);
    sumBefore += p[j];
    squaresBefore += p[j] * p[j];
  }
  return Math.sqrt(total);
}
