/** One linear equation: Σ factors · x = right. */
export interface Equation {
  readonly factors: ArrayLike<number>;
  readonly right: number;
}

/**
 * Each diagonal element grows by this fraction, so that the matrix stays invertible. An unknown that is in no equation
 * becomes 0.
 */
const LIFT = 1e-13;

/**
 * Returns the x that fits all equations best: it solves AᵀA x = Aᵀb (Cholesky). Returns undefined if x is not finite.
 */
export function leastSquares(equations: Iterable<Equation>, size: number): Float64Array | undefined {
  const matrix = new Float64Array(size * size);
  const x = new Float64Array(size);
  for (const { factors, right } of equations) {
    for (let a = 0; a < size; a++) {
      const own = factors[a];
      if (own === 0) continue;
      x[a] += own * right;
      for (let b = 0; b <= a; b++) matrix[a * size + b] += own * factors[b];
    }
  }
  for (let a = 0; a < size; a++) {
    const at = a * size + a;
    matrix[at] = matrix[at] * (1 + LIFT) || 1;
    for (let b = 0; b <= a; b++) {
      let sum = matrix[a * size + b];
      for (let k = 0; k < b; k++) sum -= matrix[a * size + k] * matrix[b * size + k];
      matrix[a * size + b] = a === b ? Math.sqrt(sum) : sum / matrix[b * size + b];
    }
    for (let k = 0; k < a; k++) x[a] -= matrix[a * size + k] * x[k];
    x[a] /= matrix[at];
  }
  for (let a = size - 1; a >= 0; a--) {
    for (let k = a + 1; k < size; k++) x[a] -= matrix[k * size + a] * x[k];
    x[a] /= matrix[a * size + a];
  }
  return x.every(Number.isFinite) ? x : undefined;
}
