import { cellOf, createMatrix, type Matrix, type Shape } from "../math/matrix.js";
import { dotRows } from "../math/product.js";
import { call, constant, negative, product, quotient, sum, sumOver } from "../trace/expression.js";
import { cell, type Op, vectorCell } from "../trace/op.js";

// The way back through cosine similarity and through w·[a; b; a∘b].

const norm = (matrix: Matrix, row: number) => Math.sqrt(dotRows(matrix, row, matrix, row));

/**
 * By one row of cosine similarity: Σ over the others of dS (other / (‖own‖ ‖other‖) − s own / ‖own‖²); 0 where a vector is
 * zero. Inputs dS, S: n×m, A: n×d, B: m×d.
 */
function cosineGradient(name: string, own: 2 | 3): Op {
  const other = own === 2 ? 3 : 2;
  const place = (at: number, against: number) =>
    own === 2 ? ([at, against] as const) : ([against, at] as const);
  return {
    name,
    ...(own === 2 ? { rows: [0, 1, 2] } : { sumsRows: [0, 1, 2] }),
    shape: (shapes) => shapes[own],
    compute(inputs) {
      const [gradient, scores] = inputs;
      const [mine, others] = [inputs[own], inputs[other]];
      const norms = Array.from({ length: others.rows }, (_, row) => norm(others, row));
      const result = createMatrix(mine.rows, mine.cols);
      for (let at = 0; at < mine.rows; at++) {
        const size = norm(mine, at);
        for (const [against, otherSize] of norms.entries()) {
          if (size * otherSize === 0) continue;
          const [row, col] = place(at, against);
          const [change, score] = [cellOf(gradient, row, col), cellOf(scores, row, col)];
          for (let c = 0; c < mine.cols; c++) {
            const toward = cellOf(others, against, c) / (size * otherSize);
            result.data[at * mine.cols + c] += change * (toward - (score * cellOf(mine, at, c)) / size ** 2);
          }
        }
      }
      return result;
    },
    explainCell(inputs, _, at, c) {
      const [mine, others] = [inputs[own], inputs[other]];
      const square = (input: number, row: number) =>
        sumOver(mine.cols, (k) => product(cell(inputs, input, row, k), cell(inputs, input, row, k)));
      return sumOver(others.rows, (against) => {
        if (norm(mine, at) * norm(others, against) === 0) return constant(0, "0, because one vector is zero");
        const [row, col] = place(at, against);
        const sizes = product(call("sqrt", square(own, at)), call("sqrt", square(other, against)));
        const toward = quotient(cell(inputs, other, against, c), sizes);
        const along = quotient(product(cell(inputs, 1, row, col), cell(inputs, own, at, c)), square(own, at));
        return product(cell(inputs, 0, row, col), sum([toward, negative(along)]));
      });
    },
  };
}

/** By A: Σ_j dS_ij (b_j / (‖a_i‖ ‖b_j‖) − s_ij a_i / ‖a_i‖²) → n×d. */
export const cosineQueryGradient = cosineGradient("cosine-query-gradient", 2);

/** By B: Σ_i dS_ij (a_i / (‖a_i‖ ‖b_j‖) − s_ij b_j / ‖b_j‖²) → m×d. */
export const cosineKeyGradient = cosineGradient("cosine-key-gradient", 3);

/** Whether w has a part for a∘b beside those for a and b. */
export const hasProducts = (a: Pick<Shape, "cols">, w: Shape) => w.rows * w.cols === 3 * a.cols;

/**
 * By one row of w·[a; b; a∘b]: Σ over the others of dS (w_own + w_both ∘ other). Inputs dS: n×m, A: n×d, B: m×d, w: 3d or
 * 2d numbers.
 */
function concatenatedDotGradient(name: string, own: 1 | 2): Op {
  const other = own === 1 ? 2 : 1;
  const place = (at: number, against: number) =>
    own === 1 ? ([at, against] as const) : ([against, at] as const);
  return {
    name,
    ...(own === 1 ? { rows: [0, 1] } : { sumsRows: [0, 1] }),
    shape: (shapes) => shapes[own],
    compute(inputs) {
      const [gradient, , , w] = inputs;
      const [mine, others] = [inputs[own], inputs[other]];
      const { cols: d } = mine;
      const both = hasProducts(mine, w) ? 2 * d : undefined;
      return createMatrix(mine.rows, d, (at, c) => {
        let total = 0;
        for (let against = 0; against < others.rows; against++) {
          const [row, col] = place(at, against);
          const slope = both === undefined ? 0 : w.data[both + c] * cellOf(others, against, c);
          total += cellOf(gradient, row, col) * (w.data[(own - 1) * d + c] + slope);
        }
        return total;
      });
    },
    explainCell(inputs, _, at, c) {
      const [mine, others] = [inputs[own], inputs[other]];
      const { cols: d } = mine;
      const plain = vectorCell(inputs, 3, (own - 1) * d + c);
      return sumOver(others.rows, (against) => {
        const [row, col] = place(at, against);
        const change = cell(inputs, 0, row, col);
        if (!hasProducts(mine, inputs[3])) return product(change, plain);
        const both = product(vectorCell(inputs, 3, 2 * d + c), cell(inputs, other, against, c));
        return product(change, sum([plain, both]));
      });
    },
  };
}

/** By A: Σ_j dS_ij (w_a + w_both ∘ b_j) → n×d. */
export const concatenatedDotQueryGradient = concatenatedDotGradient("concatenated-dot-query-gradient", 1);

/** By B: Σ_i dS_ij (w_b + w_both ∘ a_i) → m×d. */
export const concatenatedDotKeyGradient = concatenatedDotGradient("concatenated-dot-key-gradient", 2);

/** By w: Σ_ij dS_ij [a_i; b_j; a_i∘b_j] → as w. Inputs dS: n×m, A: n×d, B: m×d, w. */
export const concatenatedDotWeightGradient: Op = {
  name: "concatenated-dot-weight-gradient",
  sumsRows: [0, 1],
  shape: ([, , , w]) => w,
  compute([gradient, a, b, w]) {
    const { cols: d } = a;
    const result = createMatrix(w.rows, w.cols);
    for (let row = 0; row < a.rows; row++) {
      for (let col = 0; col < b.rows; col++) {
        const change = cellOf(gradient, row, col);
        for (let k = 0; k < w.data.length; k++) {
          const c = k % d;
          const [x, y] = [cellOf(a, row, c), cellOf(b, col, c)];
          result.data[k] += change * (k < d ? x : k < 2 * d ? y : x * y);
        }
      }
    }
    return result;
  },
  explainCell(inputs, _, rowOfW, colOfW) {
    const k = rowOfW + colOfW;
    const [{ rows, cols }, { cols: d }] = inputs;
    return sumOver(rows * cols, (index) => {
      const [row, col] = [Math.floor(index / cols), index % cols];
      const [x, y] = [cell(inputs, 1, row, k % d), cell(inputs, 2, col, k % d)];
      return product(cell(inputs, 0, row, col), ...(k < d ? [x] : k < 2 * d ? [y] : [x, y]));
    });
  },
};
