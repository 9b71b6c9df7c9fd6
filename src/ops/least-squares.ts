import { type Arrays, whole } from "../trace/arrays.js";
import { define } from "./define.js";
import { halves, type Pairs } from "./pairs.js";
import { blocks } from "./shift.js";

// What least squares makes of a table of encodings, `from`, and of the same table some positions further on, `to`.

/** Σ of the products of two columns, for every column. */
const dot = <A>({ sum, multiply }: Arrays<A>, a: A, b: A): A => sum(multiply(a, b), 0);

/** Below so many times the product of two sums of squares, two columns are multiples of each other. */
const NEARLY_SINGULAR = 1e-12;

/**
 * The columns z of `to` as multiples of the columns x of `from` and of y, their partners: by which of them each is nearest. Of two columns
 * that are multiples of each other one does all the work: the own, unless it is zero.
 */
function fitPair<A>(
  arrays: Arrays<A>,
  from: readonly [A, A],
  to: readonly [A, A],
  which: 0 | 1,
): { own: A; partner: A } {
  const { multiply, subtract, divide, equal, less, where, orOne, because } = arrays;
  const [x, y, z] = [from[which], from[1 - which], to[which]];
  const [zx, zy] = [dot(arrays, z, x), dot(arrays, z, y)];
  const [xx, xy, yy] = [dot(arrays, x, x), dot(arrays, x, y), dot(arrays, y, y)];
  const cross = (a: A, b: A, c: A, d: A) => subtract(multiply(a, b), multiply(c, d));
  const determinant = cross(xx, yy, xy, xy);
  const isRegular = less(multiply(NEARLY_SINGULAR, multiply(xx, yy)), determinant);
  const nothing = because(0, "0, the column says nothing that the other does not");
  const alone = (square: A, target: A) => where(less(0, square), divide(target, orOne(square)), nothing);
  const best = (numerator: A) => divide(numerator, orOne(determinant));
  return {
    own: where(isRegular, best(cross(zx, yy, zy, xy)), alone(xx, zx)),
    partner: where(isRegular, best(cross(zy, xx, zx, xy)), where(equal(xx, 0), alone(yy, zy), nothing)),
  };
}

/** The halves of the pairs of both tables. */
const halvesOf = <A>(
  arrays: Arrays<A>,
  inputs: readonly A[],
  params: Pairs,
  shapes: readonly { readonly rows: number }[],
) => inputs.map((input, index) => halves(arrays, input, shapes[index].rows, params));

/** The 2×2 block of each pair of columns that takes the rows of `from` nearest to those of `to`. n×d, n×d → d×d. */
export const fittedShift = define<Pairs>({
  name: "fitted-shift",
  of(arrays, inputs, params, shapes) {
    const [a, b] = halvesOf(arrays, inputs, params, shapes);
    const [first, second] = [fitPair(arrays, a, b, 0), fitPair(arrays, a, b, 1)];
    return blocks(arrays, params, [first.own, second.own], [first.partner, second.partner]);
  },
});

/** What the columns of `pairFit` hold. */
export const PAIR_FIT_COLUMNS = ["a", "b", "R² for b = 0"] as const;

/**
 * For each pair the a and b of sine(to) ≈ a·sine(from) + b·cosine(from), and the R² that a multiple of the sines alone
 * leaves, 1 − Σ(y − fit)² / Σ(y − ȳ)². n×d, n×d → pairs×3. The best multiple of x leaves Σy² − (Σxy)² / Σx². What does not vary is fitted
 * by anything.
 */
export const pairFit = define<Pairs>({
  name: "pair-fit",
  of(arrays, inputs, params, shapes) {
    const { subtract, divide, less, where, sum, square, orOne, because, joinColumns, transpose } = arrays;
    const [a, b] = halvesOf(arrays, inputs, params, shapes);
    const { own, partner } = fitPair(arrays, a, b, 0);
    const [x, y] = [a[0], b[0]];
    const [xx, xy, yy] = [dot(arrays, x, x), dot(arrays, x, y), dot(arrays, y, y)];
    const spread = subtract(yy, divide(square(sum(y, 0)), shapes[0].rows));
    const rest = subtract(yy, divide(square(xy), orOne(xx)));
    const share = subtract(1, divide(rest, orOne(spread)));
    const r2 = where(less(0, spread), share, because(1, "1, the column does not vary"));
    return joinColumns([own, partner, r2].map(transpose));
  },
});

/**
 * How fast each column swings, in radians a row: a wave has x[t + 1] + x[t − 1] = 2 cos ω · x[t], so by least squares
 * cos ω = Σ x[t] (x[t + 1] + x[t − 1]) / 2 Σ x[t]². Table: n×d → 1×d; NaN for a column of zeros or fewer than 3 rows.
 */
export const columnFrequencies = define({
  name: "column-frequencies",
  of(arrays, [table], _, [{ rows, cols }]) {
    const { add, multiply, divide, less, where, atLeast, atMost, slice, sum, call, square, orOne } = arrays;
    const still = arrays.because(Number.NaN, "the column does not swing");
    if (rows < 3) return add(arrays.zeros({ rows: 1, cols }), still);
    const part = (from: number, to: number) => slice(table, { from, to }, whole(cols));
    const here = part(1, rows - 1);
    const around = sum(multiply(here, add(part(0, rows - 2), part(2, rows))), 0);
    const twice = multiply(2, sum(square(here), 0));
    const cosine = atMost(atLeast(divide(around, orOne(twice)), -1), 1);
    return where(less(0, twice), call("arccos", cosine), still);
  },
});
