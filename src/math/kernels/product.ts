import type { Matrix } from "../matrix.js";
import { type Kernels, reserve } from "./instance.js";
import { LANES, packRows, panelsOf } from "./panels.js";

/** Rows of A that are multiplied at a time, so that the memory does not grow with the result. */
const ROWS = 256;

/**
 * A·Bᵀ by the kernel: the same bits as `multiplyPlainly`, whose sums run in the same order. Undefined when B does not
 * fit into its memory.
 */
export function multiplyByKernel(kernels: Kernels, a: Matrix, b: Matrix): Matrix | undefined {
  const size = a.cols;
  const panelsB = panelsOf(b.rows);
  const stride = panelsB * LANES;
  const rowsAtOnce = Math.min(ROWS, panelsOf(a.rows) * LANES);
  const areas = reserve(kernels, [8 * rowsAtOnce * size, 8 * stride * size, 8 * rowsAtOnce * stride]);
  if (!areas) return undefined;
  const [atA, atB, to] = areas;
  const { buffer } = kernels.memory;
  const panelsOfA = new Float64Array(buffer, atA, rowsAtOnce * size);
  packRows(b, new Float64Array(buffer, atB, stride * size));
  const product = new Float64Array(buffer, to, rowsAtOnce * stride);
  const result = new Float64Array(a.rows * b.rows);
  for (let first = 0; first < a.rows; first += ROWS) {
    const end = Math.min(first + ROWS, a.rows);
    packRows(a, panelsOfA, first, end);
    kernels.exports.multiplyPanels(atA, panelsOf(end - first), atB, panelsB, size, to);
    for (let row = first; row < end; row++) {
      const from = (row - first) * stride;
      result.set(product.subarray(from, from + b.rows), row * b.rows);
    }
  }
  return { rows: a.rows, cols: b.rows, data: result };
}
