import { kernelsForProduct } from "./kernels/instance.js";
import { multiplyByKernel, type SumType } from "./kernels/product.js";
import { createMatrix, type Matrix, transpose } from "./matrix.js";

/**
 * Returns the matrix product A·B. A: n×k, B: k×m → n×m. The caller has checked that the inner sizes agree. The sums run
 * over k in order. In float32, both factors are rounded to float32, then each product and each sum, as on a machine
 * without fused multiply-add.
 */
export function multiply(a: Matrix, b: Matrix, sums: SumType = "float64"): Matrix {
  const kernels = kernelsForProduct(a.rows * b.cols * a.cols);
  return (
    (kernels && multiplyByKernel(kernels, a, b, "columns", sums)) ?? multiplyPlainly(a, transpose(b), sums)
  );
}

/** Returns A·Bᵀ: the dot product of each row of A with each row of B, like `multiply`. A: n×k, B: m×k → n×m. */
export function multiplyTransposed(a: Matrix, b: Matrix, sums: SumType = "float64"): Matrix {
  const kernels = kernelsForProduct(a.rows * b.rows * a.cols);
  return (kernels && multiplyByKernel(kernels, a, b, "rows", sums)) ?? multiplyPlainly(a, b, sums);
}

/** Returns A·Bᵀ without the kernel, with the same bits. The kernel is compared with this. */
export function multiplyPlainly(a: Matrix, b: Matrix, sums: SumType = "float64"): Matrix {
  if (sums !== "float32") return createMatrix(a.rows, b.rows, (row, col) => dotRows(a, row, b, col));
  const [singles, others] = [toSingles(a), toSingles(b)];
  return createMatrix(a.rows, b.rows, (row, col) =>
    dotSingles(singles, row * a.cols, others, col * a.cols, a.cols),
  );
}

const toSingles = ({ data }: Matrix) => Float32Array.from(data);

/**
 * Returns the dot product of `size` numbers from p and from q on, in float32. A product of two float32 is exact in
 * float64, so each product is rounded once.
 */
function dotSingles(own: Float32Array, p: number, other: Float32Array, q: number, size: number) {
  let dot = 0;
  for (let k = 0; k < size; k++) dot = Math.fround(dot + Math.fround(own[p + k] * other[q + k]));
  return dot;
}

/** Returns the dot product of row `i` of A with row `j` of B. */
export function dotRows(a: Matrix, i: number, b: Matrix, j: number): number {
  const size = a.cols;
  const { data: own } = a;
  const { data: other } = b;
  let dot = 0;
  for (let p = i * size, q = j * size, end = p + size; p < end; p++, q++) dot += own[p] * other[q];
  return dot;
}
