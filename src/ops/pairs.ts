import type { Shape } from "../math/matrix.js";
import { type Arrays, whole } from "../trace/arrays.js";
import { define } from "./define.js";

// Columns of vectors in pairs that turn together, as RoPE turns them: taken apart, put together, and turned.

/** Which of a vector's first 2·pairs columns turn together: 2i with 2i + 1, or i with i + pairs. */
export type Pairing = "interleaved" | "half-split";

/** The partner of a column, and whether the column is the first of the two. */
export function partnerOf(
  col: number,
  pairs: number,
  pairing: Pairing,
): { readonly pair: number; readonly partner: number; readonly isFirst: boolean } {
  if (pairing === "interleaved") {
    const isFirst = col % 2 === 0;
    return { pair: Math.floor(col / 2), partner: isFirst ? col + 1 : col - 1, isFirst };
  }
  const isFirst = col < pairs;
  return { pair: col % pairs, partner: isFirst ? col + pairs : col - pairs, isFirst };
}

/** Which columns belong together, and how many columns there are; those behind the pairs are left as they are. */
export interface Pairs {
  readonly pairing: Pairing;
  readonly pairs: number;
  readonly cols: number;
}

/** The two columns of a pair, that of the sine first. */
export function columnsOfPair(
  pair: number,
  { pairing, pairs }: Omit<Pairs, "cols">,
): readonly [first: number, second: number] {
  return pairing === "interleaved" ? [2 * pair, 2 * pair + 1] : [pair, pair + pairs];
}

/** The columns that pairs hold first, and those that they hold second. */
export function halves<A>(
  arrays: Arrays<A>,
  a: A,
  rows: number,
  { pairs, pairing }: Omit<Pairs, "cols">,
): [A, A] {
  const ranges =
    pairing === "interleaved"
      ? [0, 1].map((from) => ({ from, to: 2 * pairs, step: 2 }))
      : [0, pairs].map((from) => ({ from, to: from + pairs }));
  return [arrays.slice(a, whole(rows), ranges[0]), arrays.slice(a, whole(rows), ranges[1])];
}

/** Pairs of columns where they belong, and `rest` behind them. */
export function joinHalves<A>(
  arrays: Arrays<A>,
  [first, second]: readonly [A, A],
  { rows, pairs, pairing }: Omit<Pairs, "cols"> & Pick<Shape, "rows">,
  rest: readonly A[] = [],
): A {
  if (pairing === "half-split") return arrays.joinColumns([first, second, ...rest]);
  const joined = arrays.interleave(first, second, { rows, cols: 2 * pairs });
  return rest.length === 0 ? joined : arrays.joinColumns([joined, ...rest]);
}

export interface Rotation {
  readonly pairing: Pairing;
  /** Turned by the same angles the other way. */
  readonly isBack?: true;
}

/**
 * Every row turned by its angles: (x, y) → (x cos − y sin, x sin + y cos) for each pair of columns; columns behind the
 * pairs pass (Su et al. 2021, eq. 34). Turned back it is (x, y) → (x cos + y sin, −x sin + y cos). Vectors: n×d, cos and
 * sin: n×pairs → n×d.
 */
export const rotatePairs = define<Rotation>({
  name: "rotate-pairs",
  rows: "all",
  of(arrays, [vectors, cosines, sines], { pairing, isBack = false }, [{ rows, cols }, { cols: pairs }]) {
    const { add, subtract, multiply, negative } = arrays;
    const [x, y] = halves(arrays, vectors, rows, { pairs, pairing });
    const [xc, xs, yc, ys] = [
      multiply(x, cosines),
      multiply(x, sines),
      multiply(y, cosines),
      multiply(y, sines),
    ];
    const turned: [typeof x, typeof x] = isBack
      ? [add(xc, ys), add(negative(xs), yc)]
      : [subtract(xc, ys), add(xs, yc)];
    const rest = { from: 2 * pairs, to: cols };
    const behind = cols > 2 * pairs ? [arrays.slice(vectors, whole(rows), rest)] : [];
    return joinHalves(arrays, turned, { rows, pairs, pairing }, behind);
  },
  gradient(back, { inputs: [, cosines, sines], params: { pairing, isBack }, gradient, d }) {
    const formula = `${d} turned ${isBack ? "forth" : "back"} by the same angles`;
    const other: Rotation = isBack ? { pairing } : { pairing, isBack: true };
    back.give(0, rotatePairs, [gradient, cosines, sines], formula, other);
  },
});
