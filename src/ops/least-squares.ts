import { cellOf, createMatrix, type Matrix } from "../math/matrix.js";
import {
  call,
  constant,
  type Expression,
  evaluate,
  negative,
  product,
  quotient,
  sum,
  sumOver,
} from "../trace/expression.js";
import { cell, type Op } from "../trace/op.js";
import { blockPlace, columnsOfPair, explainOutside, type Pairs, valueOutside } from "./shift.js";

// What least squares makes of a table of encodings, `from`, and of the same table some positions further on, `to`.

/** The column `target` of `to` as a multiple of the column `own` of `from` and one of `partner`. */
interface Regression {
  readonly target: number;
  readonly own: number;
  readonly partner: number;
}

/** The 2×2 block of each pair of columns that takes the rows of `from` nearest to those of `to`. n×d, n×d → d×d. */
export const fittedShift: Op<Pairs> = {
  name: "fitted-shift",
  shape: (_, { cols }) => ({ rows: cols, cols }),
  compute: ([from, to], params) =>
    createMatrix(params.cols, params.cols, (row, col) => {
      const place = blockPlace(row, col, params);
      if (place === undefined) return valueOutside(row, col);
      return coefficientOf(from, to, regressionAt(row, col, place.partner));
    }),
  explainCell(inputs, params, row, col) {
    const place = blockPlace(row, col, params);
    if (place === undefined) return explainOutside(row, col);
    return explainCoefficient(inputs, regressionAt(row, col, place.partner));
  },
};

function regressionAt(row: number, col: number, partner: number): Regression {
  return { target: row, own: col, partner: col === row ? partner : row };
}

/** What the columns of `pairFit` hold. */
export const PAIR_FIT_COLUMNS = ["a", "b", "R² for b = 0"] as const;

/**
 * For each pair the a and b of sine(to) ≈ a·sine(from) + b·cosine(from), and the R² that a multiple of the sines alone
 * leaves, 1 − Σ(y − fit)² / Σ(y − ȳ)². n×d, n×d → pairs×3.
 */
export const pairFit: Op<Pairs> = {
  name: "pair-fit",
  shape: (_, { pairs }) => ({ rows: pairs, cols: PAIR_FIT_COLUMNS.length }),
  compute: ([from, to], params) =>
    createMatrix(params.pairs, PAIR_FIT_COLUMNS.length, (pair, col) => {
      const [sine, cosine] = columnsOfPair(pair, params);
      if (col === 2) return sineOnlyR2(from, to, sine);
      return coefficientOf(from, to, regressionAt(sine, col === 0 ? sine : cosine, cosine));
    }),
  explainCell(inputs, params, pair, col) {
    const [sine, cosine] = columnsOfPair(pair, params);
    if (col === 2) return explainR2(inputs, sine);
    return explainCoefficient(inputs, regressionAt(sine, col === 0 ? sine : cosine, cosine));
  },
};

/** The multiple of `own`, beside `partner`, that comes nearest to `target`. */
function coefficientOf(from: Matrix, to: Matrix, regression: Regression): number {
  const moments = momentsOf(from, to, regression);
  const { target, other, own, cross, partner, determinant } = moments;
  if (!moments.isSingular) return (target * partner - other * cross) / determinant;
  return isUsedAlone(moments, regression) ? target / own : 0;
}

function explainCoefficient(inputs: readonly Matrix[], regression: Regression): Expression {
  const moments = momentsOf(inputs[0], inputs[1], regression);
  const x = [0, regression.own] as const;
  const y = [0, regression.partner] as const;
  const z = [1, regression.target] as const;
  const target = sumOfProducts(inputs, z, x);
  if (moments.isSingular) {
    return isUsedAlone(moments, regression)
      ? quotient(target, sumOfProducts(inputs, x, x))
      : constant(0, "0, the column says nothing that the other does not");
  }
  const [own, cross, partner] = [
    sumOfProducts(inputs, x, x),
    sumOfProducts(inputs, x, y),
    sumOfProducts(inputs, y, y),
  ];
  return quotient(
    sum([product(target, partner), negative(product(sumOfProducts(inputs, z, y), cross))]),
    sum([product(own, partner), negative(product(cross, cross))]),
  );
}

/** Σ over the rows of one column times another; a column is an input and a number. */
function sumOfProducts(
  inputs: readonly Matrix[],
  [first, a]: readonly [number, number],
  [second, b]: readonly [number, number],
): Expression {
  return sumOver(inputs[0].rows, (row) => product(cell(inputs, first, row, a), cell(inputs, second, row, b)));
}

/** Sums over the rows: of the target with each of the two columns, and of those with themselves. */
function momentsOf(from: Matrix, to: Matrix, columns: Regression) {
  const sums = { target: 0, other: 0, own: 0, cross: 0, partner: 0 };
  for (let row = 0; row < from.rows; row++) {
    const [x, y] = [cellOf(from, row, columns.own), cellOf(from, row, columns.partner)];
    const z = cellOf(to, row, columns.target);
    sums.target += z * x;
    sums.other += z * y;
    sums.own += x * x;
    sums.cross += x * y;
    sums.partner += y * y;
  }
  const determinant = sums.own * sums.partner - sums.cross * sums.cross;
  return { ...sums, determinant, isSingular: !(determinant > NEARLY_SINGULAR * sums.own * sums.partner) };
}

const NEARLY_SINGULAR = 1e-12;

/** Of two columns that are multiples of each other one does all the work: the target's own, unless it is zero. */
function isUsedAlone(
  { own, partner }: { readonly own: number; readonly partner: number },
  columns: Regression,
): boolean {
  return own > 0 && (columns.target === columns.own || partner === 0);
}

/** The best multiple of x leaves Σy² − (Σxy)² / Σx². What does not vary is fitted by anything. */
function sineOnlyR2(from: Matrix, to: Matrix, sine: number): number {
  let [xx, xy, yy, total] = [0, 0, 0, 0];
  for (let row = 0; row < from.rows; row++) {
    const [x, y] = [cellOf(from, row, sine), cellOf(to, row, sine)];
    xx += x * x;
    xy += x * y;
    yy += y * y;
    total += y;
  }
  const spread = yy - (total * total) / from.rows;
  return spread > 0 ? 1 - (xx === 0 ? yy : yy - (xy * xy) / xx) / spread : 1;
}

function explainR2(inputs: readonly Matrix[], sine: number): Expression {
  const { rows } = inputs[0];
  const [x, y] = [[0, sine] as const, [1, sine] as const];
  const [xx, xy, yy] = [
    sumOfProducts(inputs, x, x),
    sumOfProducts(inputs, x, y),
    sumOfProducts(inputs, y, y),
  ];
  const total = sumOver(rows, (row) => cell(inputs, 1, row, sine));
  const spread = sum([yy, negative(quotient(product(total, total), constant(rows)))]);
  if (!(evaluate(spread).value > 0)) return constant(1, "1, the column does not vary");
  const rest = evaluate(xx).value === 0 ? yy : sum([yy, negative(quotient(product(xy, xy), xx))]);
  return sum([constant(1), negative(quotient(rest, spread))]);
}

/**
 * How fast each column swings, in radians a row: a wave has x[t + 1] + x[t − 1] = 2 cos ω · x[t], so by least squares
 * cos ω = Σ x[t] (x[t + 1] + x[t − 1]) / 2 Σ x[t]². Table: n×d → 1×d; NaN for a column of zeros or fewer than 3 rows.
 */
export const columnFrequencies: Op = {
  name: "column-frequencies",
  shape: ([table]) => ({ rows: 1, cols: table.cols }),
  compute: ([table]) =>
    createMatrix(1, table.cols, (_, col) => {
      let [around, square] = [0, 0];
      for (let at = 1; at + 1 < table.rows; at++) {
        const here = cellOf(table, at, col);
        around += here * (cellOf(table, at - 1, col) + cellOf(table, at + 1, col));
        square += here * here;
      }
      return Math.acos(Math.min(1, Math.max(-1, around / (2 * square))));
    }),
  explainCell(inputs, _params, _row, col) {
    const rows = Array.from({ length: Math.max(0, inputs[0].rows - 2) }, (_, at) => at + 1);
    const here = (at: number) => cell(inputs, 0, at, col);
    if (rows.every((at) => here(at).value === 0)) return constant(Number.NaN, "the column does not swing");
    const around = sum(rows.map((at) => product(here(at), sum([here(at - 1), here(at + 1)]))));
    const square = product(constant(2), sum(rows.map((at) => product(here(at), here(at)))));
    return call("acos", call("min", constant(1), call("max", constant(-1), quotient(around, square))));
  },
};
