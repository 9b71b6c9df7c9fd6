import type { Shape } from "../math/matrix.js";
import { type Arrays, fullRange } from "../trace/arrays.js";
import { define } from "./define.js";

// Pairs of columns that RoPE rotates together: splitting vectors into pairs, joining them, and rotating them.

/** Which of the first 2·pairs columns form a pair: 2i and 2i + 1, or i and i + pairs. */
export type Pairing = "interleaved" | "half-split";

/** Returns the pair and the partner of a column, and whether the column is the first of the two. */
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

/** Which columns form pairs, and how many columns there are. Columns after the pairs stay unchanged. */
export interface Pairs {
  readonly pairing: Pairing;
  readonly pairs: number;
  readonly cols: number;
}

/** Returns the two columns of a pair, the column of the sine first. */
export function columnsOfPair(
  pair: number,
  { pairing, pairs }: Omit<Pairs, "cols">,
): readonly [first: number, second: number] {
  return pairing === "interleaved" ? [2 * pair, 2 * pair + 1] : [pair, pair + pairs];
}

/** Returns the first columns of all pairs, and the second columns. */
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
  return [arrays.slice(a, fullRange(rows), ranges[0]), arrays.slice(a, fullRange(rows), ranges[1])];
}

/** Puts the columns of pairs back in their places, with `rest` after them. */
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
  /** Rotates by the same angles in the opposite direction. */
  readonly isBack?: true;
}

/**
 * Rotates every row by its angles: (x, y) → (x cos − y sin, x sin + y cos) for each pair of columns. Columns after the
 * pairs stay unchanged (Su et al. 2021, eq. 34). The reverse rotation is (x, y) → (x cos + y sin, −x sin + y cos).
 * Vectors: n×d, cos and sin: n×pairs → n×d.
 */
export const rotatePairs = define<Rotation>({
  name: "rotate-pairs",
  rowwise: "all",
  definition(
    arrays,
    [vectors, cosines, sines],
    { pairing, isBack = false },
    [{ rows, cols }, { cols: pairs }],
  ) {
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
    const unrotated = cols > 2 * pairs ? [arrays.slice(vectors, fullRange(rows), rest)] : [];
    return joinHalves(arrays, turned, { rows, pairs, pairing }, unrotated);
  },
  gradient(back, { inputs: [, cosines, sines], params: { pairing, isBack }, gradient, d }) {
    const formula = `${d} turned ${isBack ? "forth" : "back"} by the same angles`;
    const reverse: Rotation = isBack ? { pairing } : { pairing, isBack: true };
    back.record(0, rotatePairs, [gradient, cosines, sines], formula, reverse);
  },
});
