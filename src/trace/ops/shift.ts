import type { Frequencies } from "../../math/frequencies.js";
import { cellOf, createMatrix, type Matrix } from "../../math/matrix.js";
import { writeWaves } from "../../math/waves.js";
import { call, constant, type Expression, negative, product, quotient, sum } from "../expression.js";
import { cell, type Op } from "../op.js";
import { partnerOf } from "./waves.js";

// The linear map that takes the encoding of a position to that of the position `shift` further on.

/** Which columns belong together, and how many columns there are; those behind the pairs are left as they are. */
export interface Pairs {
  readonly pairing: "interleaved" | "half-split";
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
  compute([rates], params) {
    const { pairs, shift, cols } = params;
    const [sines, cosines] = shiftWaves(rates, params);
    return createMatrix(cols, cols, (row, col) => {
      const place = blockPlace(row, col, params);
      if (place === undefined) return row === col && row >= 2 * pairs ? 1 : 0;
      if (place.isDiagonal) return cosines[place.pair];
      return shift === 0 ? 0 : signAt(place.isFirst, params) * sines[place.pair];
    });
  },
  explainCell(inputs, params, row, col) {
    const place = blockPlace(row, col, params);
    if (place === undefined) {
      const isLeft = row === col && row >= 2 * params.pairs;
      return constant(
        isLeft ? 1 : 0,
        isLeft ? "1, a column that is left as it is" : "0, outside of the blocks",
      );
    }
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

/** The pair in whose block a cell lies; undefined outside of the blocks. */
function blockPlace(row: number, col: number, { pairs, pairing }: Pairs) {
  if (row >= 2 * pairs || col >= 2 * pairs) return undefined;
  const { pair, partner, isFirst } = partnerOf(row, pairs, pairing);
  if (col !== row && col !== partner) return undefined;
  return { pair, partner, isFirst, isDiagonal: col === row };
}

/** sin(a + b) has + sin b cos a, cos(a + b) − sin b sin a; turning a vector has them the other way round. */
function signAt(isFirst: boolean, { of }: ShiftRotation): number {
  return isFirst === (of === "sine and cosine") ? 1 : -1;
}

export interface FittedShift extends Pairs {
  readonly shift: number;
}

/** The 2×2 block of each pair that takes row p nearest to row p + shift, by least squares. Table: n×d → d×d. */
export const fittedShift: Op<FittedShift> = {
  name: "fitted-shift",
  compute: ([table], params) =>
    createMatrix(params.cols, params.cols, (row, col) => {
      const place = blockPlace(row, col, params);
      if (place === undefined) return row === col && row >= 2 * params.pairs ? 1 : 0;
      const moments = momentsOf(table, row, col, place.partner, params.shift);
      const { target, other, own, cross, partner, determinant } = moments;
      if (!moments.isSingular) return (target * partner - other * cross) / determinant;
      return isUsedAlone(moments, row === col) ? target / own : 0;
    }),
  explainCell(inputs, params, row, col) {
    const place = blockPlace(row, col, params);
    if (place === undefined) {
      const isLeft = row === col && row >= 2 * params.pairs;
      return constant(
        isLeft ? 1 : 0,
        isLeft ? "1, a column that is left as it is" : "0, outside of the blocks",
      );
    }
    const [table] = inputs;
    const second = col === row ? place.partner : row;
    const rows = Array.from({ length: table.rows - params.shift }, (_, at) => at);
    const total = (a: number, later: number, b: number): Expression =>
      sum(rows.map((at) => product(cell(inputs, 0, at + later, a), cell(inputs, 0, at, b))));
    const [own, cross, partner] = [total(col, 0, col), total(col, 0, second), total(second, 0, second)];
    const [target, other] = [total(row, params.shift, col), total(row, params.shift, second)];
    const moments = momentsOf(table, row, col, place.partner, params.shift);
    if (moments.isSingular) {
      return isUsedAlone(moments, row === col)
        ? quotient(target, own)
        : constant(0, "0, the column says nothing that the other does not");
    }
    return quotient(
      sum([product(target, partner), negative(product(other, cross))]),
      sum([product(own, partner), negative(product(cross, cross))]),
    );
  },
};

/** Sums over the rows: of the shifted target with each of the two columns, and of those with themselves. */
function momentsOf(table: Matrix, row: number, col: number, partnerColumn: number, shift: number) {
  const second = col === row ? partnerColumn : row;
  const sums = { target: 0, other: 0, own: 0, cross: 0, partner: 0 };
  for (let at = 0; at + shift < table.rows; at++) {
    const [x, y, z] = [cellOf(table, at, col), cellOf(table, at, second), cellOf(table, at + shift, row)];
    sums.target += z * x;
    sums.other += z * y;
    sums.own += x * x;
    sums.cross += x * y;
    sums.partner += y * y;
  }
  const determinant = sums.own * sums.partner - sums.cross * sums.cross;
  return { ...sums, determinant, isSingular: !(determinant > NEARLY_SINGULAR * sums.own * sums.partner) };
}

const NEARLY_SINGULAR = 1e-12;

/** Of two columns that are multiples of each other one does all the work: the target's own, unless it is zero. */
function isUsedAlone(
  { own, partner }: { readonly own: number; readonly partner: number },
  isOwn: boolean,
): boolean {
  return own > 0 && (isOwn || partner === 0);
}

/**
 * How fast each column swings, in radians a row: a wave has x[t + 1] + x[t − 1] = 2 cos ω · x[t], so by least squares
 * cos ω = Σ x[t] (x[t + 1] + x[t − 1]) / 2 Σ x[t]². Table: n×d → 1×d; NaN for a column of zeros or fewer than 3 rows.
 */
export const columnFrequencies: Op = {
  name: "column-frequencies",
  compute: ([table]) =>
    createMatrix(1, table.cols, (_, col) => {
      let [around, square] = [0, 0];
      for (let at = 1; at + 1 < table.rows; at++) {
        const here = cellOf(table, at, col);
        around += here * (cellOf(table, at - 1, col) + cellOf(table, at + 1, col));
        square += here * here;
      }
      return square === 0 ? Number.NaN : Math.acos(Math.min(1, Math.max(-1, around / (2 * square))));
    }),
  explainCell(inputs, _params, _row, col) {
    const rows = Array.from({ length: Math.max(0, inputs[0].rows - 2) }, (_, at) => at + 1);
    const here = (at: number) => cell(inputs, 0, at, col);
    if (rows.every((at) => here(at).value === 0)) return constant(Number.NaN, "the column does not swing");
    const around = sum(rows.map((at) => product(here(at), sum([here(at - 1), here(at + 1)]))));
    const square = product(constant(2), sum(rows.map((at) => product(here(at), here(at)))));
    return call("acos", call("min", constant(1), call("max", constant(-1), quotient(around, square))));
  },
};
