import { type Matrix, transpose } from "../math/matrix.js";
import { multiply, multiplyTransposed } from "../math/product.js";
import { type Expression, product, sum, sumOver } from "../trace/expression.js";
import { cell, type Op } from "../trace/op.js";
import { columnSums } from "./sums.js";

/** A·B, plus a row c added to every row when a third input is given. A: n×k, B: k×m, c: 1×m → n×m. */
export const matmul: Op = {
  name: "matmul",
  rows: [0],
  shape: ([a, b]) => ({ rows: a.rows, cols: b.cols }),
  compute: ([a, b, row]) => addRow(multiply(a, b), row),
  computeInSingles: ([a, b, row], _, asFactor) => addRow(multiply(asFactor(a), asFactor(b), "float32"), row),
  explainCell: (inputs, _, row, col) =>
    dotProduct(inputs, col, (k) => product(cell(inputs, 0, row, k), cell(inputs, 1, k, col))),
  gradient(back, { inputs: [a, b, c], gradient }) {
    const d = back.dOutput;
    back.give(1, transposedMatmul, [a, gradient], undefined, { formula: `${back.symbol(a)}ᵀ ${d}` });
    if (c) back.give(2, columnSums, [gradient], undefined, { formula: `Σ_i ${d}_i` });
    back.give(0, matmulTransposed, [gradient, b], undefined, { formula: `${d} ${back.symbol(b)}ᵀ` });
  },
};

/** A·Bᵀ, plus a row c added to every row when a third input is given. A: n×k, B: m×k, c: 1×m → n×m. */
export const matmulTransposed: Op = {
  name: "matmul-transposed",
  rows: [0],
  shape: ([a, b]) => ({ rows: a.rows, cols: b.rows }),
  compute: ([a, b, row]) => addRow(multiplyTransposed(a, b), row),
  computeInSingles: ([a, b, row], _, asFactor) =>
    addRow(multiplyTransposed(asFactor(a), asFactor(b), "float32"), row),
  explainCell: (inputs, _, row, col) =>
    dotProduct(inputs, col, (k) => product(cell(inputs, 0, row, k), cell(inputs, 1, col, k))),
  gradient(back, { inputs: [a, b, c], gradient }) {
    const d = back.dOutput;
    back.give(0, matmul, [gradient, b], undefined, { formula: `${d} ${back.symbol(b)}` });
    back.give(1, transposedMatmul, [gradient, a], undefined, { formula: `${d}ᵀ ${back.symbol(a)}` });
    if (c) back.give(2, columnSums, [gradient], undefined, { formula: `Σ_i ${d}_i` });
  },
};

/** Aᵀ·B, which is the sum over their rows of the products of two rows. A: n×k, B: n×m → k×m. */
export const transposedMatmul: Op = {
  name: "transposed-matmul",
  sumsRows: [0, 1],
  shape: ([a, b]) => ({ rows: a.cols, cols: b.cols }),
  compute: ([a, b]) => multiply(transpose(a), b),
  computeInSingles: ([a, b], _, asFactor) => multiply(asFactor(transpose(a)), asFactor(b), "float32"),
  explainCell: (inputs, _, row, col) =>
    sumOver(inputs[0].rows, (i) => product(cell(inputs, 0, i, row), cell(inputs, 1, i, col))),
};

/** Adds to a product that nobody else has seen yet. */
function addRow(product: Matrix, row: Matrix | undefined): Matrix {
  if (!row) return product;
  const { cols, data } = product;
  const added = row.data;
  for (let first = 0; first < data.length; first += cols) {
    for (let col = 0; col < cols; col++) data[first + col] += added[col];
  }
  return product;
}

function dotProduct(inputs: readonly Matrix[], col: number, factor: (k: number) => Expression): Expression {
  const terms = Array.from({ length: inputs[0].cols }, (_, k) => factor(k));
  return sum(inputs.length > 2 ? [...terms, cell(inputs, 2, 0, col)] : terms);
}
