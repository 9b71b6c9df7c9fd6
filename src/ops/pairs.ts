import type { Frequencies } from "../math/frequencies.js";
import { createMatrix, type Matrix } from "../math/matrix.js";
import { writeWaves } from "../math/waves.js";
import {
  add,
  because,
  column,
  columnNumbers,
  cos,
  equal,
  explainIfEmpty,
  interleave,
  joinColumns,
  less,
  multiply,
  negative,
  onDiagonal,
  pad,
  rowNumbers,
  sin,
  slice,
  subtract,
  symbolic,
  type Term,
  transpose,
  where,
} from "../trace/arrays.js";
import { constant } from "../trace/expression.js";
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

// The linear map from the encoding of a position to the encoding of the position `shift` later.

export interface ShiftRotation extends Pairs {
  readonly shift: number;
  readonly frequencies: Frequencies;
  /**
   * "sine and cosine": the first column of a pair contains sines and the second cosines. "vectors": the vectors
   * themselves are rotated, as by RoPE.
   */
  readonly of: "sine and cosine" | "vectors";
}

/** Block-diagonal, d×d: one rotation by shift·ω per pair. Rates: 1×pairs. */
export const shiftRotation = define<ShiftRotation>({
  name: "shift-rotation",
  definition([frequencies], params) {
    const angle = multiply(symbolic(constant(params.shift)), frequencies);
    const [cosine, sine] = [cos(angle), sin(angle)];
    const back = negative(sine);
    const turned: [typeof sine, typeof sine] = params.of === "sine and cosine" ? [sine, back] : [back, sine];
    return blockDiagonal(params, [cosine, cosine], turned);
  },
  // Uses the sine and cosine of the exact products.
  kernel([rates], params) {
    const { shift, cols, pairs, pairing } = params;
    const [sines, cosines] = shiftWaves(rates, params);
    return createMatrix(cols, cols, (row, col) => {
      if (row >= 2 * pairs) return row === col ? 1 : 0;
      const { pair, partner, isFirst } = partnerOf(row, pairs, pairing);
      if (col === row) return cosines[pair];
      if (col !== partner || shift === 0) return 0;
      // sin(a + b) contains + sin b cos a, and cos(a + b) contains − sin b sin a. The rotation of a vector has the
      // opposite signs.
      return isFirst === (params.of === "sine and cosine") ? sines[pair] : -sines[pair];
    });
  },
});

/** Returns sin and cos of shift·ω. They are exact if the rates are the recorded ones. */
function shiftWaves(
  rates: Matrix,
  { shift, frequencies, pairs }: ShiftRotation,
): readonly [Float64Array, Float64Array] {
  if (rates.data.some((rate, pair) => rate !== frequencies.values[pair])) {
    return [
      rates.data.map((rate) => Math.sin(shift * rate)),
      rates.data.map((rate) => Math.cos(shift * rate)),
    ];
  }
  const sines = new Float64Array(pairs);
  const cosines = new Float64Array(pairs);
  const target = (data: Float64Array) => ({ data, cols: pairs, first: 0, step: 1 });
  writeWaves(Float64Array.of(shift), frequencies, target(sines), target(cosines));
  return [sines, cosines];
}

/**
 * Returns a d×d matrix with one number per pair on the diagonal, and one in the column of the partner. Both are given
 * for first and for second columns, 1×pairs each. Columns after the pairs have a 1 on the diagonal.
 */
export function blockDiagonal(
  { pairs, pairing, cols }: Pairs,
  diagonal: readonly [Term, Term],
  partner: readonly [Term, Term],
): Term {
  const used = 2 * pairs;
  const joined = (pair: readonly [Term, Term]) => transpose(joinHalves(pair, pairing));
  const partners = Float64Array.from({ length: used }, (_, at) => partnerOf(at, pairs, pairing).partner);
  const isPartner = equal(column("partners", partners), columnNumbers(used));
  const outside = because(0, "0, outside of the blocks");
  const square = where(onDiagonal(used), joined(diagonal), where(isPartner, joined(partner), outside));
  if (used === cols) return square;
  const padded = pad(square, { below: cols - used, right: cols - used });
  const outerDiagonal = where(onDiagonal(cols), because(1, "1, a column that is left as it is"), outside);
  return where(
    less(used - 1, rowNumbers(cols)),
    outerDiagonal,
    explainIfEmpty(padded, "0, outside of the blocks"),
  );
}
