import { tabulate } from "../math/lists.js";
import { createMatrix, type Shape } from "../math/matrix.js";
import {
  add,
  asRow,
  type Definition,
  divide,
  equal,
  explainAs,
  insertAxis,
  matmul,
  multiply,
  orOne,
  slice,
  sqrt,
  square,
  subtract,
  sum,
  sumAway,
  type Term,
  tanh,
  transpose,
  where,
} from "../trace/arrays.js";
import type { Op } from "../trace/op.js";
import { define, derivative } from "./define.js";

// The backward pass of cosine similarity.

const lengths = (a: Term): Term => sqrt(sum(square(a), 1));

/** Returns ‖a_i‖ ‖b_j‖, n×m. */
const sizes = (a: Term, b: Term): Term => multiply(lengths(a), transpose(lengths(b)));

const ZERO_VECTOR = "0, because one vector is zero";

/**
 * Returns the gradient with respect to one side of the cosine similarity: the sum over the other side of dS (other /
 * (‖own‖ ‖other‖) − s own / ‖own‖²). It is 0 if a vector is zero. Inputs dS, S: n×m, A: n×d, B: m×d.
 */
function cosineGradient([gradient, scores, a, b]: readonly Term[]): Term {
  const size = sizes(a, b);
  const change = where(equal(size, 0), 0, gradient);
  const toward = matmul(divide(change, orOne(size)), b);
  const squares = sum(square(a), 1);
  const along = divide(multiply(sum(multiply(change, scores), 1), a), orOne(squares));
  return explainAs(subtract(toward, along), equal(squares, 0), 0, ZERO_VECTOR);
}

/** Σ_j dS_ij (b_j / (‖a_i‖ ‖b_j‖) − s_ij a_i / ‖a_i‖²), the gradient with respect to A. → n×d. */
export const cosineQueryGradient = define({
  name: "cosine-query-gradient",
  rowwise: [0, 1, 2],
  definition: cosineGradient,
});

/** Σ_i dS_ij (a_i / (‖a_i‖ ‖b_j‖) − s_ij b_j / ‖b_j‖²), the gradient with respect to B. → m×d. */
export const cosineKeyGradient = define({
  name: "cosine-key-gradient",
  sumsOverRows: [0, 1, 2],
  definition: ([gradient, scores, a, b]) => cosineGradient([transpose(gradient), transpose(scores), b, a]),
});

// Similarities of row i of one matrix and row j of another, other than the dot product of matmul-transposed.

/** Returns the ops for the gradients of a similarity with respect to A, B and its weights. Inputs dS: n×m, then its own. */
function sideGradients(
  name: string,
  definition: Definition<undefined>,
  kernel?: (by: 0 | 1 | 2) => Op["compute"],
): readonly [Op, Op, Op] {
  const gradient = (by: 0 | 1 | 2, side: string) =>
    derivative(
      {
        name: `${name}-${side}-gradient`,
        definition,
        ...(by === 0 ? { rowwise: [0, 1] } : { sumsOverRows: [0, 1] }),
        ...(kernel && { kernel: kernel(by) }),
      },
      by,
    );
  return [gradient(0, "query"), gradient(1, "key"), gradient(2, "weight")];
}

const tanhSums: Definition<undefined> = ([a, b, v]) => {
  const feature = tanh(add(insertAxis(a, 1), insertAxis(b, 0)));
  return sumAway(v ? multiply(asRow(v), feature) : feature, [2]);
};

/**
 * Returns a kernel for the gradient with respect to A (0), B (1) or v (2). It adds up one dS_ij at a time and never
 * stores n×m×c numbers.
 */
const tanhKernel =
  (by: 0 | 1 | 2): Op["compute"] =>
  ([gradient, a, b, v]) => {
    const result = createMatrix([a, b, v][by].rows, [a, b, v][by].cols);
    const { cols } = a;
    for (let row = 0, at = 0; row < a.rows; row++) {
      for (let col = 0; col < b.rows; col++, at++) {
        const to = [row * cols, col * cols, 0][by];
        for (let c = 0; c < cols; c++) {
          const feature = Math.tanh(a.data[row * cols + c] + b.data[col * cols + c]);
          const slope = by === 2 ? feature : (v ? v.data[c] : 1) * (1 - feature * feature);
          result.data[to + c] += gradient.data[at] * slope;
        }
      }
    }
    return result;
  };

/**
 * The gradients of `tanhSum`. With respect to A: Σ_j dS_ij v_c (1 − tanh²(a_ic + b_jc)), n×c. With respect to B: the
 * same, summed over i, m×c. With respect to v: Σ_ij dS_ij tanh(a_ic + b_jc), in the shape of v.
 */
export const [tanhSumQueryGradient, tanhSumKeyGradient, tanhSumWeightGradient] = sideGradients(
  "tanh-sum",
  tanhSums,
  tanhKernel,
);

/** Σ_c v_c·tanh(a_ic + b_jc); without v, v_c = 1. A: n×c, B: m×c, v: 1×c or c×1 → n×m. */
export const tanhSum = define({
  name: "tanh-sum",
  rowwise: [0],
  definition: tanhSums,
  kernel([a, b, v]) {
    const size = a.cols;
    const vector = v ? v.data : new Float64Array(size).fill(1);
    // A sweep spends most of its time here. So the tanh is computed in one loop, not by a function call per cell.
    const result = createMatrix(a.rows, b.rows);
    for (let row = 0; row < a.rows; row++) {
      for (let col = 0; col < b.rows; col++) {
        result.data[row * b.rows + col] = dotTanh(vector, a.data, row * size, b.data, col * size);
      }
    }
    return result;
  },
  gradient(back, { inputs, gradient, d: dS }) {
    const [a, b, v] = inputs.map(back.symbol);
    const d = `${dS}_ij`;
    const slope = `${d}${v === undefined ? "" : ` ${v}_c`} (1 − tanh²(${a}_ic + ${b}_jc))`;
    const given = [gradient, ...inputs];
    back.record(0, tanhSumQueryGradient, given, `Σ_j ${slope}`);
    back.record(1, tanhSumKeyGradient, given, `Σ_i ${slope}`);
    if (v === undefined) return;
    const formula = `Σ_ij ${d} tanh(${a}_ic + ${b}_jc)`;
    back.record(2, tanhSumWeightGradient, given, formula);
  },
});

/** Returns Σ_c v_c·tanh(x_c + y_c), with x and y starting at the given indices. */
function dotTanh(v: Float64Array, x: Float64Array, fromX: number, y: Float64Array, fromY: number): number {
  let total = 0;
  for (let c = 0; c < v.length; c++) total += v[c] * Math.tanh(x[fromX + c] + y[fromY + c]);
  return total;
}

/** a·b / (‖a‖‖b‖), and 0 if one of them is the zero vector. A: n×d, B: m×d → n×m. */
export const cosine = define({
  name: "cosine",
  rowwise: [0],
  definition([a, b]) {
    const size = sizes(a, b);
    const similarities = divide(matmul(a, transpose(b)), orOne(size));
    return explainAs(similarities, equal(size, 0), 0, ZERO_VECTOR);
  },
  gradient(back, { inputs, output, gradient, d: dS }) {
    const [a, b] = inputs.map(back.symbol);
    const [d, s] = [`${dS}_ij`, `${back.symbol(output)}_ij`];
    const given = [gradient, output, ...inputs];
    const change = (to: string, by: string) => `${d} (${by} / (‖${a}_i‖ ‖${b}_j‖) − ${s} ${to} / ‖${to}‖²)`;
    const [ai, bj] = [`${a}_i`, `${b}_j`];
    back.record(0, cosineQueryGradient, given, `Σ_j ${change(ai, bj)}`);
    back.record(1, cosineKeyGradient, given, `Σ_i ${change(bj, ai)}`);
  },
});

/** Each row divided by its length, so that its length is 1; a zero vector stays. n×d → n×d. */
export const unitRows = define({
  name: "unit-rows",
  rowwise: [0],
  definition: ([a]) => divide(a, orOne(sqrt(sum(square(a), 1)))),
});

/** Whether w has a part for a∘b in addition to the parts for a and b. */
export const hasProducts = (a: Pick<Shape, "cols">, w: Shape) => w.rows * w.cols === 3 * a.cols;

/** Returns the parts of w = [w_a; w_b; w_both], each as one row. w_both may be missing. */
function partsOf(w: Term, vectors: Term): readonly Term[] {
  const { cols } = vectors;
  return tabulate(hasProducts(vectors, w) ? 3 : 2, (index) =>
    slice(asRow(w), {}, { from: index * cols, to: (index + 1) * cols }),
  );
}

const concatenated: Definition<undefined> = ([a, b, w]) => {
  const [first, second, products] = partsOf(w, a);
  const plain = add(sum(multiply(first, a), 1), transpose(sum(multiply(second, b), 1)));
  return products ? add(plain, matmul(multiply(products, a), transpose(b))) : plain;
};

/**
 * The gradients of `concatenatedDot`. With respect to A: Σ_j dS_ij (w_a + w_both ∘ b_j), n×d. With respect to B: Σ_i dS_ij
 * (w_b + w_both ∘ a_i), m×d. With respect to w: Σ_ij dS_ij [a_i; b_j; a_i∘b_j], in the shape of w.
 */
export const [concatenatedDotQueryGradient, concatenatedDotKeyGradient, concatenatedDotWeightGradient] =
  sideGradients("concatenated-dot", concatenated);

/** w·[a; b; a∘b], or w·[a; b] if w has only two parts. A: n×d, B: m×d, w: 3d or 2d numbers → n×m. */
export const concatenatedDot = define({
  name: "concatenated-dot",
  rowwise: [0],
  definition: concatenated,
  gradient(back, { inputs, gradient, d: dS }) {
    const [a, b, w] = inputs.map(back.symbol);
    const d = `${dS}_ij`;
    const given = [gradient, ...inputs];
    const hasBoth = hasProducts(inputs[0].shape, inputs[2].shape);
    const change = (first: string, partner: string) =>
      hasBoth ? `(${w}[${first}] + ${w}[${a}∘${b}] ∘ ${partner})` : `${w}[${first}]`;
    const formula = `Σ_ij ${d} [${a}_i; ${b}_j${hasBoth ? `; ${a}_i∘${b}_j` : ""}]`;
    back.record(0, concatenatedDotQueryGradient, given, `Σ_j ${d} ${change(a, `${b}_j`)}`);
    back.record(1, concatenatedDotKeyGradient, given, `Σ_i ${d} ${change(b, `${a}_i`)}`);
    back.record(2, concatenatedDotWeightGradient, given, formula);
  },
});
