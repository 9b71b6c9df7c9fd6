import type { Shape } from "../../math/matrix.js";
import { partnerOf } from "../../ops/pairs.js";
import type { Pairs } from "../../ops/shift.js";
import { type Arrays, onDiagonal, orOne, whole } from "../arrays.js";

// Columns in pairs: taken apart, put together, and turned.

/** Numbers one below the other: counted where they are 0, 1, 2 … */
export const column = <A>(arrays: Arrays<A>, name: string, values: Float64Array): A =>
  values.every((value, at) => value === at)
    ? arrays.rowNumbers(values.length)
    : arrays.literal(name, { rows: values.length, cols: 1, data: values });

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
  const used = 2 * pairs;
  const partners = Float64Array.from({ length: used }, (_, at) => partnerOf(at, pairs, pairing).partner);
  const isPartner = arrays.equal(column(arrays, "partners", partners), arrays.columnNumbers(used));
  const square = arrays.where(
    onDiagonal(arrays, used),
    own,
    arrays.where(isPartner, partner, arrays.number(0)),
  );
  if (used === cols) return square;
  const padded = arrays.pad(square, { above: 0, below: cols - used, left: 0, right: cols - used });
  const isBehind = arrays.less(arrays.number(used - 1), arrays.rowNumbers(cols));
  const diagonal = arrays.where(onDiagonal(arrays, cols), arrays.number(1), arrays.number(0));
  return arrays.where(isBehind, diagonal, padded);
}

/** Least squares of each column of the first half of pairs, and of the second: the multiple of its own and of its partner. */
export function fitPair<A>(
  arrays: Arrays<A>,
  from: [A, A],
  to: [A, A],
  which: 0 | 1,
): { own: A; partner: A } {
  const [x, y, z] = [from[which], from[1 - which], to[which]];
  const dot = (a: A, b: A) => arrays.sum(arrays.multiply(a, b), 0);
  const [zx, zy, xx, xy, yy] = [dot(z, x), dot(z, y), dot(x, x), dot(x, y), dot(y, y)];
  const less = (a: A, b: A, c: A, d: A) => arrays.subtract(arrays.multiply(a, b), arrays.multiply(c, d));
  const determinant = less(xx, yy, xy, xy);
  const limit = arrays.multiply(arrays.number(1e-12), arrays.multiply(xx, yy));
  const isRegular = arrays.less(limit, determinant);
  const zero = arrays.number(0);
  const alone = (square: A, other: A | undefined, target: A) => {
    const share = arrays.divide(target, orOne(arrays, square));
    const used = other === undefined ? share : arrays.where(arrays.equal(other, zero), share, zero);
    return arrays.where(arrays.less(zero, square), used, zero);
  };
  const divisor = orOne(arrays, determinant);
  const ownFit = arrays.divide(less(zx, yy, zy, xy), divisor);
  const partnerFit = arrays.divide(less(zy, xx, zx, xy), divisor);
  return {
    own: arrays.where(isRegular, ownFit, alone(xx, undefined, zx)),
    partner: arrays.where(isRegular, partnerFit, alone(yy, xx, zy)),
  };
}
