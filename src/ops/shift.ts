import type { Frequencies } from "../math/frequencies.js";
import { createMatrix, type Matrix } from "../math/matrix.js";
import { writeWaves } from "../math/waves.js";
import type { Arrays } from "../trace/arrays.js";
import { constant } from "../trace/expression.js";
import { define } from "./define.js";
import { joinHalves, type Pairs, partnerOf } from "./pairs.js";

// The linear map that takes the encoding of a position to that of the position `shift` further on.

export interface ShiftRotation extends Pairs {
  readonly shift: number;
  readonly frequencies: Frequencies;
  /** The first column of a pair holds sines and the second cosines; or the vectors are turned, as RoPE does. */
  readonly of: "sine and cosine" | "vectors";
}

/** Block-diagonal, d×d: for each pair the rotation with cos(shift·ω) and sin(shift·ω). Rates: 1×pairs. */
export const shiftRotation = define<ShiftRotation>({
  name: "shift-rotation",
  of(arrays, [frequencies], params) {
    const angle = arrays.multiply(arrays.known(constant(params.shift)), frequencies);
    const [cosine, sine] = [arrays.call("cos", angle), arrays.call("sin", angle)];
    const back = arrays.negative(sine);
    const turned: [typeof sine, typeof sine] = params.of === "sine and cosine" ? [sine, back] : [back, sine];
    return blocks(arrays, params, [cosine, cosine], turned);
  },
  // Of the exact products.
  kernel([rates], params) {
    const { shift, cols, pairs, pairing } = params;
    const [sines, cosines] = shiftWaves(rates, params);
    return createMatrix(cols, cols, (row, col) => {
      if (row >= 2 * pairs) return row === col ? 1 : 0;
      const { pair, partner, isFirst } = partnerOf(row, pairs, pairing);
      if (col === row) return cosines[pair];
      if (col !== partner || shift === 0) return 0;
      // sin(a + b) has + sin b cos a, cos(a + b) − sin b sin a; turning a vector has them the other way round.
      return isFirst === (params.of === "sine and cosine") ? sines[pair] : -sines[pair];
    });
  },
});

/** sin and cos of shift·ω; exact while the rates are those that were recorded. */
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
 * d×d: for each pair a number on the diagonal, and one beside it in the column of the partner, given as those of first columns and of
 * second ones, 1×pairs each. 1 behind the pairs.
 */
export function blocks<A>(
  arrays: Arrays<A>,
  { pairs, pairing, cols }: Pairs,
  own: readonly [A, A],
  partner: readonly [A, A],
): A {
  const { equal, less, where, pad, column, rowNumbers, columnNumbers, onDiagonal, because } = arrays;
  const used = 2 * pairs;
  const joined = (both: readonly [A, A]) =>
    arrays.transpose(joinHalves(arrays, both, { rows: 1, pairs, pairing }));
  const partners = Float64Array.from({ length: used }, (_, at) => partnerOf(at, pairs, pairing).partner);
  const isPartner = equal(column("partners", partners), columnNumbers(used));
  const outside = because(0, "0, outside of the blocks");
  const square = where(onDiagonal(used), joined(own), where(isPartner, joined(partner), outside));
  if (used === cols) return square;
  const padded = pad(square, { above: 0, below: cols - used, left: 0, right: cols - used });
  const diagonal = where(onDiagonal(cols), because(1, "1, a column that is left as it is"), outside);
  return where(
    less(used - 1, rowNumbers(cols)),
    diagonal,
    arrays.orNothing(padded, "0, outside of the blocks"),
  );
}
