import { type Matrix, transpose } from "../math/matrix.js";
import { multiply, multiplyTransposed } from "../math/product.js";
import { columnSums as sumColumns, rowSums as sumRows } from "../math/rows.js";
import * as arrays from "../trace/arrays.js";
import { sum } from "../trace/arrays.js";
import { define } from "./define.js";

const plusRow = (product: arrays.Term, row: arrays.Term | undefined): arrays.Term =>
  row ? arrays.add(product, row) : product;

/** A·B, plus a row c added to every row if there is a third input. A: n×k, B: k×m, c: 1×m → n×m. */
export const matmul = define({
  name: "matmul",
  rowwise: [0],
  isSum: true,
  definition: ([a, b, row]) => plusRow(arrays.matmul(a, b), row),
  kernel: ([a, b, row]) => addRow(multiply(a, b), row),
  gradient(back, { inputs: [a, b, c], gradient, d }) {
    back.record(1, transposedMatmul, [a, gradient], `${back.symbol(a)}ᵀ ${d}`);
    if (c) back.record(2, columnSums, [gradient], `Σ_i ${d}_i`);
    back.record(0, matmulTransposed, [gradient, b], `${d} ${back.symbol(b)}ᵀ`);
  },
});

/** A·Bᵀ, plus a row c added to every row if there is a third input. A: n×k, B: m×k, c: 1×m → n×m. */
export const matmulTransposed = define({
  name: "matmul-transposed",
  rowwise: [0],
  isSum: true,
  definition: ([a, b, row]) => plusRow(arrays.matmul(a, arrays.transpose(b)), row),
  kernel: ([a, b, row]) => addRow(multiplyTransposed(a, b), row),
  gradient(back, { inputs: [a, b, c], gradient, d }) {
    back.record(0, matmul, [gradient, b], `${d} ${back.symbol(b)}`);
    back.record(1, transposedMatmul, [gradient, a], `${d}ᵀ ${back.symbol(a)}`);
    if (c) back.record(2, columnSums, [gradient], `Σ_i ${d}_i`);
  },
});

/** Aᵀ·B: the sum of the outer products of row i of A and row i of B. A: n×k, B: n×m → k×m. */
export const transposedMatmul = define({
  name: "transposed-matmul",
  sumsOverRows: [0, 1],
  isSum: true,
  definition: ([a, b]) => arrays.matmul(arrays.transpose(a), b),
  kernel: ([a, b]) => multiply(transpose(a), b),
});

/** Σ_c v_c a_ic of each row. A: n×c, v: 1×c or c×1 → 1×n. */
export const combineColumns = define({
  name: "combine-columns",
  isSmooth: true,
  definition: ([a, v]) => arrays.matmul(arrays.asRow(v), arrays.transpose(a)),
});

/** Adds a row in place. The product is new, so no other code can see the change. */
function addRow(product: Matrix, row: Matrix | undefined): Matrix {
  if (!row) return product;
  const { cols, data } = product;
  const added = row.data;
  for (let first = 0; first < data.length; first += cols) {
    for (let col = 0; col < cols; col++) data[first + col] += added[col];
  }
  return product;
}

/** The sum of each row. n×m → n×1. */
export const rowSums = define({
  name: "row-sums",
  rowwise: [0],
  isSum: true,
  definition: ([a]) => sum(a, 1),
  kernel: ([matrix]) => sumRows(matrix),
});

/** The sum of each column. n×m → 1×m. */
export const columnSums = define({
  name: "column-sums",
  sumsOverRows: [0],
  isSum: true,
  definition: ([a]) => sum(a, 0),
  kernel: ([matrix]) => sumColumns(matrix),
});
