import {
  add,
  arccos,
  atLeast,
  atMost,
  because,
  divide,
  equal,
  joinColumns,
  less,
  multiply,
  orOne,
  slice,
  square,
  subtract,
  sum,
  type Term,
  transpose,
  where,
  zeros,
} from "../trace/arrays.js";
import { define } from "./define.js";
import { blockDiagonal, halves, type Pairs } from "./pairs.js";

// Least-squares fits between a table of encodings, `from`, and the same table some positions later, `to`.

/** Returns the dot product of two matrices per column. */
const dot = (a: Term, b: Term): Term => sum(multiply(a, b), 0);

/**
 * Two columns count as multiples of each other if the determinant is less than this share of the product of their sums
 * of squares.
 */
const NEARLY_SINGULAR = 1e-12;

/**
 * Fits each column z of `to` with a multiple of the column x of `from` plus a multiple of its partner y. If x and y are
 * multiples of each other, only x is used, or y if x is zero.
 */
function fitPair(
  from: readonly [Term, Term],
  to: readonly [Term, Term],
  which: 0 | 1,
): { own: Term; partner: Term } {
  const [x, y, z] = [from[which], from[1 - which], to[which]];
  const [zx, zy] = [dot(z, x), dot(z, y)];
  const [xx, xy, yy] = [dot(x, x), dot(x, y), dot(y, y)];
  const cross = (a: Term, b: Term, c: Term, d: Term) => subtract(multiply(a, b), multiply(c, d));
  const determinant = cross(xx, yy, xy, xy);
  const isRegular = less(multiply(NEARLY_SINGULAR, multiply(xx, yy)), determinant);
  const nothing = because(0, "0, the column says nothing that the other does not");
  const alone = (square: Term, target: Term) =>
    where(less(0, square), divide(target, orOne(square)), nothing);
  const best = (numerator: Term) => divide(numerator, orOne(determinant));
  return {
    own: where(isRegular, best(cross(zx, yy, zy, xy)), alone(xx, zx)),
    partner: where(isRegular, best(cross(zy, xx, zx, xy)), where(equal(xx, 0), alone(yy, zy), nothing)),
  };
}

/** Returns the first and the second columns of the pairs, for both tables. */
const halvesOf = (inputs: readonly Term[], params: Pairs) => inputs.map((input) => halves(input, params));

/**
 * Block-diagonal with one 2×2 block per pair of columns: the least-squares map from the rows of `from` to the rows of
 * `to`. n×d, n×d → d×d.
 */
export const fittedShift = define<Pairs>({
  name: "fitted-shift",
  definition(inputs, params) {
    const [a, b] = halvesOf(inputs, params);
    const [first, second] = [fitPair(a, b, 0), fitPair(a, b, 1)];
    return blockDiagonal(params, [first.own, second.own], [first.partner, second.partner]);
  },
});

/** The meaning of the columns of `pairFit`. */
export const PAIR_FIT_COLUMNS = ["a", "b", "R² for b = 0"] as const;

/**
 * For each pair: a and b of sine(to) ≈ a·sine(from) + b·cosine(from), and R² of the fit with sines alone, 1 − Σ(y −
 * fit)² / Σ(y − ȳ)². n×d, n×d → pairs×3. The best multiple of x leaves Σy² − (Σxy)² / Σx². A column that does not vary
 * has R² = 1.
 */
export const pairFit = define<Pairs>({
  name: "pair-fit",
  definition(inputs, params) {
    const [a, b] = halvesOf(inputs, params);
    const { own, partner } = fitPair(a, b, 0);
    const [x, y] = [a[0], b[0]];
    const [xx, xy, yy] = [dot(x, x), dot(x, y), dot(y, y)];
    const spread = subtract(yy, divide(square(sum(y, 0)), inputs[0].rows));
    const rest = subtract(yy, divide(square(xy), orOne(xx)));
    const share = subtract(1, divide(rest, orOne(spread)));
    const r2 = where(less(0, spread), share, because(1, "1, the column does not vary"));
    return joinColumns([own, partner, r2].map(transpose));
  },
});

/**
 * The frequency of each column, in radians per row. A wave has x[t + 1] + x[t − 1] = 2 cos ω · x[t], so by least
 * squares cos ω = Σ x[t] (x[t + 1] + x[t − 1]) / 2 Σ x[t]². Table: n×d → 1×d. NaN for a column of zeros or fewer than 3
 * rows.
 */
export const columnFrequencies = define({
  name: "column-frequencies",
  definition([table]) {
    const { rows, cols } = table;
    const still = because(Number.NaN, "the column does not swing");
    if (rows < 3) return add(zeros({ rows: 1, cols }), still);
    const part = (from: number, to: number) => slice(table, { from, to }, {});
    const here = part(1, rows - 1);
    const around = sum(multiply(here, add(part(0, rows - 2), part(2, rows))), 0);
    const twice = multiply(2, sum(square(here), 0));
    const cosine = atMost(atLeast(divide(around, orOne(twice)), -1), 1);
    return where(less(0, twice), arccos(cosine), still);
  },
});
