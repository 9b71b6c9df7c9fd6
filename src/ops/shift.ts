import type { Frequencies } from "../math/frequencies.js";
import { createMatrix, type Matrix } from "../math/matrix.js";
import { writeWaves } from "../math/waves.js";
import {
  because,
  column,
  columnNumbers,
  cos,
  equal,
  explainIfEmpty,
  less,
  multiply,
  negative,
  onDiagonal,
  pad,
  rowNumbers,
  sin,
  symbolic,
  type Term,
  transpose,
  where,
} from "../trace/arrays.js";
import { constant } from "../trace/expression.js";
import { define } from "./define.js";
import { joinHalves, type Pairs, partnerOf } from "./pairs.js";

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
