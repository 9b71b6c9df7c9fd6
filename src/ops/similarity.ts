import { cellOf, createMatrix, type Matrix } from "../math/matrix.js";
import { dotRows } from "../math/product.js";
import { call, constant, type Expression, product, quotient, sum, sumOver } from "../trace/expression.js";
import { cell, type Op, vectorCell } from "../trace/op.js";
import {
  concatenatedDotKeyGradient,
  concatenatedDotQueryGradient,
  concatenatedDotWeightGradient,
  cosineKeyGradient,
  cosineQueryGradient,
  hasProducts,
} from "./similarity-gradient.js";
import { tanhSumKeyGradient, tanhSumQueryGradient, tanhSumWeightGradient } from "./tanh-sum-gradient.js";

// How alike row i of one matrix and row j of another are, beyond the plain dot product of matmul-transposed.

/** Σ_c v_c·tanh(a_ic + b_jc); v is ones when not given. A: n×c, B: m×c, v: 1×c or c×1 → n×m. */
export const tanhSum: Op = {
  name: "tanh-sum",
  rows: [0],
  shape: ([a, b]) => ({ rows: a.rows, cols: b.rows }),
  compute([a, b, v]) {
    const size = a.cols;
    const vector = v ? v.data : new Float64Array(size).fill(1);
    // A sweep spends its time here, so the tanh stands in a loop of its own and not behind a function for each cell.
    const result = createMatrix(a.rows, b.rows);
    for (let row = 0; row < a.rows; row++) {
      for (let col = 0; col < b.rows; col++) {
        result.data[row * b.rows + col] = dotTanh(vector, a.data, row * size, b.data, col * size);
      }
    }
    return result;
  },
  explainCell(inputs, _, row, col) {
    const term = (c: number): Expression => {
      const feature = call("tanh", sum([cell(inputs, 0, row, c), cell(inputs, 1, col, c)]));
      return inputs.length > 2 ? product(vectorCell(inputs, 2, c), feature) : feature;
    };
    return sumOver(inputs[0].cols, (c) => term(c));
  },
  gradient(back, { inputs, gradient }) {
    const [a, b, v] = inputs.map(back.symbol);
    const d = `${back.dOutput}_ij`;
    const slope = `${d}${v === undefined ? "" : ` ${v}_c`} (1 − tanh²(${a}_ic + ${b}_jc))`;
    const given = [gradient, ...inputs];
    back.give(0, tanhSumQueryGradient, given, undefined, { formula: `Σ_j ${slope}` });
    back.give(1, tanhSumKeyGradient, given, undefined, { formula: `Σ_i ${slope}` });
    if (v === undefined) return;
    const formula = `Σ_ij ${d} tanh(${a}_ic + ${b}_jc)`;
    back.give(2, tanhSumWeightGradient, given, undefined, { formula });
  },
};

/** Σ_c v_c·tanh(x_c + y_c), x and y from these places on. */
function dotTanh(v: Float64Array, x: Float64Array, fromX: number, y: Float64Array, fromY: number): number {
  let total = 0;
  for (let c = 0; c < v.length; c++) total += v[c] * Math.tanh(x[fromX + c] + y[fromY + c]);
  return total;
}

/** a·b / (‖a‖‖b‖), and 0 when either is the zero vector. A: n×d, B: m×d → n×m. */
export const cosine: Op = {
  name: "cosine",
  rows: [0],
  shape: ([a, b]) => ({ rows: a.rows, cols: b.rows }),
  compute([a, b]) {
    const norms = [a, b].map((m) => Array.from({ length: m.rows }, (_, row) => norm(m, row)));
    return createMatrix(a.rows, b.rows, (row, col) => {
      const size = norms[0][row] * norms[1][col];
      return size === 0 ? 0 : dotRows(a, row, b, col) / size;
    });
  },
  explainCell(inputs, _, row, col) {
    const columns = Array.from({ length: inputs[0].cols }, (_, c) => c);
    const dot = columns.map((c) => product(cell(inputs, 0, row, c), cell(inputs, 1, col, c)));
    const length = (input: number, of: number) =>
      call("sqrt", sum(columns.map((c) => product(cell(inputs, input, of, c), cell(inputs, input, of, c)))));
    const size = norm(inputs[0], row) * norm(inputs[1], col);
    if (size === 0) return constant(0, "0, because one vector is zero");
    return quotient(sum(dot), product(length(0, row), length(1, col)));
  },
  gradient(back, { inputs, output, gradient }) {
    const [a, b] = inputs.map(back.symbol);
    const [d, s] = [`${back.dOutput}_ij`, `${back.symbol(output)}_ij`];
    const given = [gradient, output, ...inputs];
    const change = (to: string, by: string) => `${d} (${by} / (‖${a}_i‖ ‖${b}_j‖) − ${s} ${to} / ‖${to}‖²)`;
    const [ai, bj] = [`${a}_i`, `${b}_j`];
    back.give(0, cosineQueryGradient, given, undefined, { formula: `Σ_j ${change(ai, bj)}` });
    back.give(1, cosineKeyGradient, given, undefined, { formula: `Σ_i ${change(bj, ai)}` });
  },
};

function norm(matrix: Matrix, row: number): number {
  return Math.sqrt(dotRows(matrix, row, matrix, row));
}

/** w·[a; b; a∘b], or w·[a; b] when w has only two parts. A: n×d, B: m×d, w: 3d or 2d numbers → n×m. */
export const concatenatedDot: Op = {
  name: "concatenated-dot",
  rows: [0],
  shape: ([a, b]) => ({ rows: a.rows, cols: b.rows }),
  compute: ([a, b, w]) =>
    createMatrix(a.rows, b.rows, (row, col) => {
      let total = 0;
      for (let c = 0; c < a.cols; c++) {
        const [x, y] = [cellOf(a, row, c), cellOf(b, col, c)];
        total += w.data[c] * x + w.data[a.cols + c] * y;
        if (hasProducts(a, w)) total += w.data[2 * a.cols + c] * x * y;
      }
      return total;
    }),
  explainCell(inputs, _, row, col) {
    const [a, , w] = inputs;
    const columns = Array.from({ length: a.cols }, (_, c) => c);
    const terms = [
      ...columns.map((c) => product(vectorCell(inputs, 2, c), cell(inputs, 0, row, c))),
      ...columns.map((c) => product(vectorCell(inputs, 2, a.cols + c), cell(inputs, 1, col, c))),
    ];
    if (!hasProducts(a, w)) return sum(terms);
    const both = columns.map((c) =>
      product(vectorCell(inputs, 2, 2 * a.cols + c), cell(inputs, 0, row, c), cell(inputs, 1, col, c)),
    );
    return sum([...terms, ...both]);
  },
  gradient(back, { inputs, gradient }) {
    const [a, b, w] = inputs.map(back.symbol);
    const d = `${back.dOutput}_ij`;
    const given = [gradient, ...inputs];
    const hasBoth = hasProducts(inputs[0].shape, inputs[2].shape);
    const change = (first: string, other: string) =>
      hasBoth ? `(${w}[${first}] + ${w}[${a}∘${b}] ∘ ${other})` : `${w}[${first}]`;
    const formula = `Σ_ij ${d} [${a}_i; ${b}_j${hasBoth ? `; ${a}_i∘${b}_j` : ""}]`;
    back.give(0, concatenatedDotQueryGradient, given, undefined, {
      formula: `Σ_j ${d} ${change(a, `${b}_j`)}`,
    });
    back.give(1, concatenatedDotKeyGradient, given, undefined, {
      formula: `Σ_i ${d} ${change(b, `${a}_i`)}`,
    });
    back.give(2, concatenatedDotWeightGradient, given, undefined, { formula });
  },
};
