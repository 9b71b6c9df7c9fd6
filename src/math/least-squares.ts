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
  const { matrix, right: x } = normalEquations(equations, size);
  factorize(matrix, size);
  substitute(matrix, x);
  return x.every(Number.isFinite) ? x : undefined;
}

/** Returns AᵀA and Aᵀb of some equations A x = b. Of AᵀA only the lower triangle is computed. */
export function normalEquations(equations: Iterable<Equation>, size: number) {
  const matrix = new Float64Array(size * size);
  const right = new Float64Array(size);
  for (const equation of equations) addEquation(equation, matrix, right);
  return { matrix, right };
}

/** Adds an equation to the lower triangle of AᵀA and to Aᵀb. */
function addEquation({ factors, right }: Equation, matrix: Float64Array, x: Float64Array) {
  const size = x.length;
  for (let a = 0; a < size; a++) {
    const factor = factors[a];
    if (factor === 0) continue;
    x[a] += factor * right;
    for (let b = 0; b <= a; b++) matrix[a * size + b] += factor * factors[b];
  }
}

/** Replaces the lower triangle of a matrix by that of L, where L Lᵀ is the matrix. */
function factorize(matrix: Float64Array, size: number) {
  for (let a = 0; a < size; a++) {
    const at = a * size + a;
    matrix[at] = matrix[at] * (1 + LIFT) || 1;
    for (let b = 0; b <= a; b++) {
      let sum = matrix[a * size + b];
      for (let k = 0; k < b; k++) sum -= matrix[a * size + k] * matrix[b * size + k];
      matrix[a * size + b] = a === b ? Math.sqrt(sum) : sum / matrix[b * size + b];
    }
  }
}

/** Solves L Lᵀ x = b in place: x contains b before and the solution after. */
function substitute(lower: Float64Array, x: Float64Array) {
  const size = x.length;
  for (let a = 0; a < size; a++) {
    for (let k = 0; k < a; k++) x[a] -= lower[a * size + k] * x[k];
    x[a] /= lower[a * size + a];
  }
  for (let a = size - 1; a >= 0; a--) {
    for (let k = a + 1; k < size; k++) x[a] -= lower[k * size + a] * x[k];
    x[a] /= lower[a * size + a];
  }
}
