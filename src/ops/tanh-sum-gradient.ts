import { cellOf, createMatrix, type Matrix } from "../math/matrix.js";
import { call, constant, type Expression, negative, product, sum, sumOver } from "../trace/expression.js";
import { cell, type Op, vectorCell } from "../trace/op.js";

// The way back through s_ij = Σ_c v_c tanh(a_ic + b_jc). Every op has the inputs dS: n×m, A: n×c, B: m×c, and v where there
// is one.

/** dS_ij v_c (1 − tanh²(a_ic + b_jc)) */
function change([gradient, a, b, v]: readonly Matrix[], row: number, col: number, c: number): number {
  const feature = Math.tanh(cellOf(a, row, c) + cellOf(b, col, c));
  return cellOf(gradient, row, col) * (v ? v.data[c] : 1) * (1 - feature * feature);
}

const explainFeature = (inputs: readonly Matrix[], row: number, col: number, c: number): Expression =>
  call("tanh", sum([cell(inputs, 1, row, c), cell(inputs, 2, col, c)]));

function explainChange(inputs: readonly Matrix[], row: number, col: number, c: number): Expression {
  const feature = explainFeature(inputs, row, col, c);
  const slope = sum([constant(1), negative(product(feature, feature))]);
  const score = cell(inputs, 0, row, col);
  return inputs.length > 3 ? product(score, vectorCell(inputs, 3, c), slope) : product(score, slope);
}

/** By one row of A or B: the sum of the changes over all rows of the other. */
const changesOf = (name: string, own: 1 | 2): Op => ({
  name,
  ...(own === 1 ? { rows: [0, 1] } : { sumsRows: [0, 1] }),
  shape: (shapes) => shapes[own],
  compute(inputs) {
    const { rows, cols } = inputs[own];
    const others = inputs[own === 1 ? 2 : 1].rows;
    return createMatrix(rows, cols, (at, c) => {
      let total = 0;
      for (let against = 0; against < others; against++) {
        const [row, col] = own === 1 ? [at, against] : [against, at];
        total += change(inputs, row, col, c);
      }
      return total;
    });
  },
  explainCell: (inputs, _, at, c) =>
    sumOver(inputs[own === 1 ? 2 : 1].rows, (against) =>
      own === 1 ? explainChange(inputs, at, against, c) : explainChange(inputs, against, at, c),
    ),
});

/** By A: Σ_j dS_ij v_c (1 − tanh²(a_ic + b_jc)) → n×c. */
export const tanhSumQueryGradient = changesOf("tanh-sum-query-gradient", 1);

/** By B: Σ_i dS_ij v_c (1 − tanh²(a_ic + b_jc)) → m×c. */
export const tanhSumKeyGradient = changesOf("tanh-sum-key-gradient", 2);

/** By v: Σ_ij dS_ij tanh(a_ic + b_jc) → as v. */
export const tanhSumWeightGradient: Op = {
  name: "tanh-sum-weight-gradient",
  sumsRows: [0, 1],
  shape: ([, , , v]) => v,
  compute([gradient, a, b, v]) {
    const result = createMatrix(v.rows, v.cols);
    for (let c = 0; c < a.cols; c++) {
      for (let row = 0; row < a.rows; row++) {
        for (let col = 0; col < b.rows; col++) {
          result.data[c] += cellOf(gradient, row, col) * Math.tanh(cellOf(a, row, c) + cellOf(b, col, c));
        }
      }
    }
    return result;
  },
  explainCell(inputs, _, rowOfV, colOfV) {
    const c = rowOfV + colOfV;
    const { rows, cols } = inputs[0];
    return sumOver(rows * cols, (index) => {
      const [row, col] = [Math.floor(index / cols), index % cols];
      return product(cell(inputs, 0, row, col), explainFeature(inputs, row, col, c));
    });
  },
};
