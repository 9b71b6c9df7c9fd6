import type { Frequencies } from "../math/frequencies.js";
import { createMatrix, type Matrix } from "../math/matrix.js";
import { writeWaves } from "../math/waves.js";
import { call, constant, type Expression, negative, product } from "../trace/expression.js";
import { cell, type Op } from "../trace/op.js";
import { type Pairing, partnerOf } from "./pairs.js";

// The linear map that takes the encoding of a position to that of the position `shift` further on.

/** Which columns belong together, and how many columns there are; those behind the pairs are left as they are. */
export interface Pairs {
  readonly pairing: Pairing;
  readonly pairs: number;
  readonly cols: number;
}

export interface ShiftRotation extends Pairs {
  readonly shift: number;
  readonly frequencies: Frequencies;
  /** The first column of a pair holds sines and the second cosines; or the vectors are turned, as RoPE does. */
  readonly of: "sine and cosine" | "vectors";
}

/** Block-diagonal, d×d: for each pair the rotation with cos(shift·ω) and sin(shift·ω). Rates: 1×pairs. */
export const shiftRotation: Op<ShiftRotation> = {
  name: "shift-rotation",
  shape: (_, { cols }) => ({ rows: cols, cols }),
  compute([rates], params) {
    const { shift, cols } = params;
    const [sines, cosines] = shiftWaves(rates, params);
    return createMatrix(cols, cols, (row, col) => {
      const place = blockPlace(row, col, params);
      if (place === undefined) return valueOutside(row, col);
      if (place.isDiagonal) return cosines[place.pair];
      return shift === 0 ? 0 : signAt(place.isFirst, params) * sines[place.pair];
    });
  },
  explainCell(inputs, params, row, col) {
    const place = blockPlace(row, col, params);
    if (place === undefined) return explainOutside(row, col);
    const angle = product(constant(params.shift), cell(inputs, 0, 0, place.pair));
    if (place.isDiagonal) return call("cos", angle);
    return signAt(place.isFirst, params) < 0 ? negative(call("sin", angle)) : call("sin", angle);
  },
};

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

/** The two columns of a pair, that of the sine first. */
export function columnsOfPair(
  pair: number,
  { pairing, pairs }: Omit<Pairs, "cols">,
): readonly [first: number, second: number] {
  return pairing === "interleaved" ? [2 * pair, 2 * pair + 1] : [pair, pair + pairs];
}

/** A cell outside of the blocks: a column behind the pairs is left as it is. */
export function valueOutside(row: number, col: number): number {
  return row === col ? 1 : 0;
}

/** The explanation of that cell. */
export function explainOutside(row: number, col: number): Expression {
  const value = valueOutside(row, col);
  return constant(value, value === 1 ? "1, a column that is left as it is" : "0, outside of the blocks");
}

/** The pair in whose block a cell lies; undefined outside of the blocks. */
export function blockPlace(row: number, col: number, { pairs, pairing }: Pairs) {
  if (row >= 2 * pairs) return undefined;
  const { pair, partner, isFirst } = partnerOf(row, pairs, pairing);
  if (col !== row && col !== partner) return undefined;
  return { pair, partner, isFirst, isDiagonal: col === row };
}

/** sin(a + b) has + sin b cos a, cos(a + b) − sin b sin a; turning a vector has them the other way round. */
function signAt(isFirst: boolean, { of }: ShiftRotation): number {
  return isFirst === (of === "sine and cosine") ? 1 : -1;
}
