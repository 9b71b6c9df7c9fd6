import { kernelsForProduct } from "./kernels/instance.js";
import { multiplyByKernel } from "./kernels/product.js";
import { createMatrix, type Matrix, transpose } from "./matrix.js";

/** Matrix product A·B. A: n×k, B: k×m → n×m. The caller has checked that the inner sizes agree. */
export function multiply(a: Matrix, b: Matrix): Matrix {
  const kernels = kernelsForProduct(a.rows * b.cols * a.cols);
  return (kernels && multiplyByKernel(kernels, a, b, "columns")) ?? multiplyPlainly(a, transpose(b));
}

/** A·Bᵀ: every row of A dotted with every row of B. A: n×k, B: m×k → n×m. The sums run over k in order, in the kernel too. */
export function multiplyTransposed(a: Matrix, b: Matrix): Matrix {
  const kernels = kernelsForProduct(a.rows * b.rows * a.cols);
  return (kernels && multiplyByKernel(kernels, a, b, "rows")) ?? multiplyPlainly(a, b);
}

/** A·Bᵀ without the kernel: what that is compared with. */
export function multiplyPlainly(a: Matrix, b: Matrix): Matrix {
  return createMatrix(a.rows, b.rows, (row, col) => dotRows(a, row, b, col));
}

/** The dot product of row `i` of A with row `j` of B. */
export function dotRows(a: Matrix, i: number, b: Matrix, j: number): number {
  const size = a.cols;
  const { data: own } = a;
  const { data: other } = b;
  let dot = 0;
  for (let p = i * size, q = j * size, end = p + size; p < end; p++, q++) dot += own[p] * other[q];
  return dot;
}
