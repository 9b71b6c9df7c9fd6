import { createMatrix, rowOf } from "../math/matrix.js";
import {
  add,
  matmul,
  multiply,
  negative,
  onDiagonal,
  slice,
  sqrt,
  square,
  subtract,
  sum,
  transpose,
  where,
} from "../trace/arrays.js";
import { define } from "./define.js";

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
