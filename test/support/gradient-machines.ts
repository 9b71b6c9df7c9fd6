import type { FloatName } from "../../src/check/machine/float-names.js";
import { FLOAT_TYPES, roundTo } from "../../src/check/machine/float-types.js";
import { createMatrix, type Matrix } from "../../src/math/matrix.js";

// Backward passes of attention as machines compute them: products with float32 sums, matrices in a short type, tiles.
// The judging code and they share only the rounding of one number.

/** The input of a backward pass: the matrices of all heads, and which query may attend to which key. */
export interface BackProblem {
  readonly query: readonly Matrix[];
  readonly key: readonly Matrix[];
  readonly value: readonly Matrix[];
  readonly gradient: readonly Matrix[];
  readonly scale: number;
  readonly softcap?: number | undefined;
  /** n×m, shared by the heads. */
  readonly bias?: Matrix | undefined;
  /** For each query head, n×m: 1 = kept. */
  readonly dropout?: { readonly masks: readonly Matrix[]; readonly probability: number } | undefined;
  /** n×m, 1 = may attend. */
  readonly sees: Matrix;
}

export interface BackMachine {
  readonly compute: FloatName;
  readonly stored: FloatName;
  readonly way: "textbook" | "sequential" | "eager" | "tiled" | "rescaled";
  readonly rowsOfTile: number;
  readonly keysOfTile: number;
  readonly order: "forward" | "reverse" | "shuffled";
  readonly isBaseTwo: boolean;
}

/** The gradients of the matrices of all heads, and of the bias if there is one and the kernel computes it. */
export interface Gradients {
  readonly query: readonly Matrix[];
  readonly key: readonly Matrix[];
  readonly value: readonly Matrix[];
  readonly bias?: Matrix;
}

/** The arithmetic of a machine: the type of sums, and the type of factors. */
export interface Arithmetic {
  sum(value: number): number;
  factor(value: number): number;
  isShort: boolean;
}

export function arithmeticOf(compute: FloatName): Arithmetic {
  const isShort = compute === "tf32" || compute === "float16" || compute === "bfloat16";
  const sum = compute === "float64" ? (value: number) => value : Math.fround;
  return { sum, isShort, factor: isShort ? (value) => roundTo(FLOAT_TYPES[compute], value) : sum };
}

export const map = ({ rows, cols, data }: Matrix, change: (value: number, at: number) => number): Matrix => ({
  rows,
  cols,
  data: data.map(change),
});

export function flip({ rows, cols, data }: Matrix): Matrix {
  return createMatrix(cols, rows, (row, col) => data[col * cols + row]);
}

export const cut = ({ cols, data }: Matrix, first: number, end: number): Matrix => ({
  ...{ rows: end - first, cols },
  data: data.slice(first * cols, end * cols),
});

/** The number of partial sums that are added up at the end, as in vector units. */
const LANES = 4;

/** Computes A·Bᵀ with rounded factors, summed in `lanes` partial sums. A: n×k, B: m×k. */
export function timesTransposed(a: Matrix, b: Matrix, { sum, factor }: Arithmetic, lanes = LANES): Matrix {
  const [own, other] = [a.data.map(factor), b.data.map(factor)];
  const size = a.cols;
  const made = createMatrix(a.rows, b.rows);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      let total = 0;
      for (let lane = 0; lane < Math.min(lanes, size); lane++) {
        let part = 0;
        for (let c = lane; c < size; c += lanes) {
          part = sum(part + sum(own[i * size + c] * other[j * size + c]));
        }
        total = sum(total + part);
      }
      made.data[i * b.rows + j] = total;
    }
  }
  return made;
}

export const times = (a: Matrix, b: Matrix, arithmetic: Arithmetic, lanes?: number): Matrix =>
  timesTransposed(a, flip(b), arithmetic, lanes);

export function addInto(sum: Matrix, part: Matrix, firstRow: number, { sum: round }: Arithmetic): void {
  const start = firstRow * sum.cols;
  for (let at = 0; at < part.data.length; at++) {
    sum.data[start + at] = round(sum.data[start + at] + part.data[at]);
  }
}

const NONE = Number.NEGATIVE_INFINITY;

/**
 * Computes scores as the softmax gets them, and the tanh of capped ones. `keep` rounds a matrix to the type it is
 * stored in.
 */
export function scoresOf(
  problem: BackProblem,
  products: Matrix,
  sees: Matrix,
  bias: Matrix | undefined,
  { sum }: Arithmetic,
  keep: (value: number) => number = sum,
): { readonly scores: Matrix; readonly tanh?: Matrix } {
  const { scale, softcap } = problem;
  let scores = map(products, (value) => keep(sum(keep(value) * scale)));
  let tanh: Matrix | undefined;
  if (softcap !== undefined) {
    tanh = map(scores, (value) => keep(sum(Math.tanh(keep(sum(value / softcap))))));
    scores = map(tanh, (value) => keep(sum(softcap * value)));
  }
  if (bias) scores = map(scores, (value, at) => keep(sum(value + bias.data[at])));
  scores = map(scores, (value, at) => (sees.data[at] === 1 ? value : NONE));
  return { scores, ...(tanh && { tanh }) };
}

/** e^(s − maximum) of each row, with the maximum and the sum. */
export function powersOf({ rows, cols, data }: Matrix, { sum }: Arithmetic) {
  const powers = createMatrix(rows, cols);
  const [maxima, totals] = [new Float64Array(rows), new Float64Array(rows)];
  for (let row = 0; row < rows; row++) {
    const own = data.subarray(row * cols, (row + 1) * cols);
    const most = own.reduce((a, b) => Math.max(a, b), NONE);
    if (most === NONE) {
      totals[row] = 1;
      continue;
    }
    maxima[row] = most;
    for (let j = 0; j < cols; j++) {
      const power = own[j] === NONE ? 0 : sum(Math.exp(sum(own[j] - most)));
      powers.data[row * cols + j] = power;
      totals[row] = sum(totals[row] + power);
    }
  }
  return { powers, maxima, totals };
}

/** Σ_c a b of each row. */
export function rowDots(a: Matrix, b: Matrix, { sum }: Arithmetic): Float64Array {
  const dots = new Float64Array(a.rows);
  for (let at = 0; at < a.data.length; at++) {
    const row = Math.floor(at / a.cols);
    dots[row] = sum(dots[row] + sum(a.data[at] * b.data[at]));
  }
  return dots;
}

export const storeAll = ({ query, key, value, bias }: Gradients, stored: FloatName): Gradients => {
  const keep = (matrix: Matrix) => map(matrix, (number) => roundTo(FLOAT_TYPES[stored], number));
  return {
    ...{ query: query.map(keep), key: key.map(keep), value: value.map(keep) },
    ...(bias && { bias: keep(bias) }),
  };
};

/** The factors that dropout multiplies the weights of a head by. Undefined without dropout. */
export function factorsOf({ dropout }: BackProblem, head: number, { sum }: Arithmetic): Matrix | undefined {
  const mask = dropout?.masks[head];
  return mask && dropout && map(mask, (kept) => kept * sum(1 / (1 - dropout.probability)));
}

/** A matrix with a part of its cells dropped. */
export const drop = (matrix: Matrix, factors: Matrix | undefined, keep: (value: number) => number): Matrix =>
  factors ? map(matrix, (own, at) => keep(own * factors.data[at])) : matrix;

export const blanks = (matrices: readonly Matrix[]): readonly Matrix[] =>
  matrices.map(({ rows, cols }) => createMatrix(rows, cols));
