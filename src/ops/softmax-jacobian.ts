import { cellOf, createMatrix, rowOf } from "../math/matrix.js";
import { call, constant, type Expression, negative, product, sum } from "../trace/expression.js";
import { cell, cellsOfRow, type Op, oneColumn } from "../trace/op.js";

// How a softmax answers when a score changes: ∂p_j/∂s_k = p_j (δ_jk − p_k).

/** diag(p) − p pᵀ of row `row` of P. P: n×m → m×m. Its rows sum to 0 when p sums to 1; it is 0 where p is one-hot. */
export const softmaxJacobian: Op<{ readonly row: number }> = {
  name: "softmax-jacobian",
  shape: ([weights]) => ({ rows: weights.cols, cols: weights.cols }),
  compute: ([weights], { row }) =>
    createMatrix(weights.cols, weights.cols, (j, k) => {
      const p = cellOf(weights, row, j);
      return j === k ? p * (1 - p) : -p * cellOf(weights, row, k);
    }),
  explainCell(inputs, { row }, j, k) {
    const p = cell(inputs, 0, row, j);
    if (j === k) return product(p, sum([constant(1), negative(p)]));
    return negative(product(p, cell(inputs, 0, row, k)));
  },
};

/**
 * ‖diag(p) − p pᵀ‖, the Frobenius norm, for each row p of P: √(Σ_j p_j² ((Σ_{k≠j} p_k)² + Σ_{k≠j} p_k²)). P: n×m → n×1.
 * The sums over k ≠ j stand for 1 − p_j, which loses every digit where the softmax is saturated.
 */
export const jacobianNorm: Op = {
  name: "jacobian-norm",
  rows: [0],
  shape: oneColumn,
  compute: ([weights]) => createMatrix(weights.rows, 1, (row) => normOfJacobian(rowOf(weights, row))),
  explainCell(inputs, _, row) {
    const cells = cellsOfRow(inputs, row);
    const terms = cells.map((p, j): Expression => {
      const others = cells.filter((_other, k) => k !== j);
      const rest = sum(others);
      return product(p, p, sum([product(rest, rest), ...others.map((other) => product(other, other))]));
    });
    return call("sqrt", sum(terms));
  },
};

/** ‖diag(p) − p pᵀ‖ of one distribution. */
function normOfJacobian(p: Float64Array): number {
  // Sums of everything behind a place, then of everything before it: never a difference.
  const behind = new Float64Array(p.length + 1);
  const behindSquares = new Float64Array(p.length + 1);
  for (let j = p.length - 1; j >= 0; j--) {
    behind[j] = behind[j + 1] + p[j];
    behindSquares[j] = behindSquares[j + 1] + p[j] * p[j];
  }
  let before = 0;
  let beforeSquares = 0;
  let total = 0;
  for (let j = 0; j < p.length; j++) {
    const rest = before + behind[j + 1];
    total += p[j] * p[j] * (rest * rest + beforeSquares + behindSquares[j + 1]);
    before += p[j];
    beforeSquares += p[j] * p[j];
  }
  return Math.sqrt(total);
}
