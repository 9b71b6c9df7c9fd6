import {
  add,
  interleave,
  joinColumns,
  multiply,
  negative,
  slice,
  subtract,
  type Term,
} from "../trace/arrays.js";
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
  const pair = pairing === "interleaved" ? Math.floor(col / 2) : col % pairs;
  const [first, second] = columnsOfPair(pair, { pairing, pairs });
  const isFirst = col === first;
  return { pair, partner: isFirst ? second : first, isFirst };
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
export function halves(a: Term, { pairs, pairing }: Omit<Pairs, "cols">): [Term, Term] {
  const ranges =
    pairing === "interleaved"
      ? [0, 1].map((from) => ({ from, to: 2 * pairs, step: 2 }))
      : [0, pairs].map((from) => ({ from, to: from + pairs }));
  return [slice(a, {}, ranges[0]), slice(a, {}, ranges[1])];
}

/** Puts the columns of pairs back in their places, with `rest` after them. */
export function joinHalves(
  [first, second]: readonly [Term, Term],
  pairing: Pairing,
  rest: readonly Term[] = [],
): Term {
  if (pairing === "half-split") return joinColumns([first, second, ...rest]);
  const joined = interleave(first, second);
  return rest.length === 0 ? joined : joinColumns([joined, ...rest]);
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
  definition([vectors, cosines, sines], { pairing, isBack = false }) {
    const [cols, pairs] = [vectors.cols, cosines.cols];
    const [x, y] = halves(vectors, { pairs, pairing });
    const [xc, xs, yc, ys] = [
      multiply(x, cosines),
      multiply(x, sines),
      multiply(y, cosines),
      multiply(y, sines),
    ];
    const turned: [Term, Term] = isBack
      ? [add(xc, ys), add(negative(xs), yc)]
      : [subtract(xc, ys), add(xs, yc)];
    const rest = { from: 2 * pairs, to: cols };
    const unrotated = cols > 2 * pairs ? [slice(vectors, {}, rest)] : [];
    return joinHalves(turned, pairing, unrotated);
  },
  gradient(back, { inputs: [, cosines, sines], params: { pairing, isBack }, gradient, d }) {
    const formula = `${d} turned ${isBack ? "forth" : "back"} by the same angles`;
    const reverse: Rotation = isBack ? { pairing } : { pairing, isBack: true };
    back.record(0, rotatePairs, [gradient, cosines, sines], formula, reverse);
  },
});
