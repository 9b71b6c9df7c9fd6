import type { Shape } from "../../math/matrix.js";
import { partnerOf } from "../../ops/pairs.js";
import type { Pairs } from "../../ops/shift.js";
import { type Arrays, whole } from "../arrays.js";

// Columns in pairs: taken apart, put together, and turned.

/** The columns that pairs hold first, and those that they hold second. */
export function halves<A>(
  arrays: Arrays<A>,
  a: A,
  rows: number,
  { pairs, pairing }: Omit<Pairs, "cols">,
): [A, A] {
  const ranges =
    pairing === "interleaved"
      ? [
          { from: 0, to: 2 * pairs, step: 2 },
          { from: 1, to: 2 * pairs, step: 2 },
        ]
      : [whole(pairs), { from: pairs, to: 2 * pairs }];
  return [arrays.slice(a, whole(rows), ranges[0]), arrays.slice(a, whole(rows), ranges[1])];
}

/** Pairs of columns where they belong, and `rest` behind them. */
export function joinHalves<A>(
  arrays: Arrays<A>,
  [first, second]: readonly [A, A],
  { rows, pairs, pairing }: Omit<Pairs, "cols"> & Pick<Shape, "rows">,
  rest?: A,
): A {
  if (pairing === "interleaved") {
    const joined = arrays.interleave(first, second, { rows, cols: 2 * pairs });
    return rest === undefined ? joined : arrays.joinColumns([joined, rest]);
  }
  return arrays.joinColumns(rest === undefined ? [first, second] : [first, second, rest]);
}

/** d×d: a number for each row on the diagonal, 1 behind the pairs, and one beside it in the column of the partner. */
export function blocks<A>(arrays: Arrays<A>, { pairs, pairing, cols }: Pairs, own: A, partner: A): A {
  const { equal, less, where, pad, column, rowNumbers, columnNumbers, onDiagonal } = arrays;
  const used = 2 * pairs;
  const partners = Float64Array.from({ length: used }, (_, at) => partnerOf(at, pairs, pairing).partner);
  const isPartner = equal(column("partners", partners), columnNumbers(used));
  const square = where(onDiagonal(used), own, where(isPartner, partner, 0));
  if (used === cols) return square;
  const padded = pad(square, { above: 0, below: cols - used, left: 0, right: cols - used });
  const diagonal = where(onDiagonal(cols), 1, 0);
  return where(less(used - 1, rowNumbers(cols)), diagonal, padded);
}

/** Least squares of each column of the first half of pairs, and of the second: the multiple of its own and of its partner. */
export function fitPair<A>(
  { multiply, subtract, divide, equal, less, where, sum, orOne }: Arrays<A>,
  from: [A, A],
  to: [A, A],
  which: 0 | 1,
): { own: A; partner: A } {
  const [x, y, z] = [from[which], from[1 - which], to[which]];
  const dot = (a: A, b: A) => sum(multiply(a, b), 0);
  const [zx, zy, xx, xy, yy] = [dot(z, x), dot(z, y), dot(x, x), dot(x, y), dot(y, y)];
  const cross = (a: A, b: A, c: A, d: A) => subtract(multiply(a, b), multiply(c, d));
  const determinant = cross(xx, yy, xy, xy);
  const isRegular = less(multiply(1e-12, multiply(xx, yy)), determinant);
  const alone = (square: A, other: A | undefined, target: A) => {
    const share = divide(target, orOne(square));
    const used = other === undefined ? share : where(equal(other, 0), share, 0);
    return where(less(0, square), used, 0);
  };
  const ownFit = divide(cross(zx, yy, zy, xy), orOne(determinant));
  const partnerFit = divide(cross(zy, xx, zx, xy), orOne(determinant));
  return {
    own: where(isRegular, ownFit, alone(xx, undefined, zx)),
    partner: where(isRegular, partnerFit, alone(yy, xx, zy)),
  };
}
