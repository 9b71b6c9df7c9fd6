import type { Frequencies } from "../math/frequencies.js";
import { type Matrix, type RowRange, rowOf } from "../math/matrix.js";
import { type WaveTarget, writeWaves } from "../math/waves.js";
import { call, constant, type Expression, product, quotient } from "../trace/expression.js";
import { asOp, cell, type Numbers, type Op } from "../trace/op.js";

// Positions as angles, and the sines and cosines of those. Angles are radians.

/** Where frequencies come from, and at which positions they are taken. */
export interface Waves {
  readonly positions: Float64Array;
  readonly frequencies: Frequencies;
}

/** ω_i = 1 / base^(i·step/denominator), 1×pairs. */
export const frequencyPowers: Op<{ readonly frequencies: Frequencies }> = {
  name: "frequency-powers",
  shape: (_, { frequencies: { values } }) => ({ rows: 1, cols: values.length }),
  compute: (_, { frequencies: { values } }) => ({ rows: 1, cols: values.length, data: values }),
  explainCell: (_inputs, { frequencies }, _row, col) => overPower(constant(1), frequencies, col),
};

/** x / base^(i·step/denominator), as the papers write it. */
function overPower(x: Expression, { power, values }: Frequencies, pair: number): Expression {
  if (!power) return product(x, constant(values[pair]));
  const exponent = quotient(constant(pair * power.step), constant(power.denominator));
  return quotient(x, call("pow", constant(power.base), exponent));
}

/** p·ω for every position and frequency. Rates: 1×pairs → n×pairs. */
export const angles: Op<Pick<Waves, "positions">> = {
  name: "angles",
  rows: [],
  shape: ([rates], { positions }) => ({ rows: positions.length, cols: rates.cols }),
  compute([{ cols, data: rates }], { positions }) {
    const data = new Float64Array(positions.length * cols);
    for (let row = 0, at = 0; row < positions.length; row++) {
      const position = positions[row];
      for (let col = 0; col < cols; col++, at++) data[at] = position * rates[col];
    }
    return { rows: positions.length, cols, data };
  },
  explainCell: (inputs, { positions }, row, col) =>
    product(constant(positions[row]), cell(inputs, 0, 0, col)),
  rowsOfParams: ({ positions }, range) => ({ positions: positionsOf(positions, range) }),
};

const positionsOf = (positions: Float64Array, { first, count }: RowRange) =>
  positions.subarray(first, first + count);

/** Which column holds what: sines and cosines alternate, sines come first, or there is only one kind. */
export type WaveLayout = "interleaved" | "halves" | "sine" | "cosine";

export interface Sinusoids extends Waves {
  readonly layout: WaveLayout;
  /** Columns of the result; those behind the waves are 0, and a last cosine that has no room is left out. */
  readonly cols: number;
  /** Multiplies every wave. */
  readonly factor: number;
}

/**
 * sin and cos of angles, in columns as `layout` says; the rates are given too when they follow no rule of their own.
 * Angles: n×pairs, rates: 1×pairs → n×cols.
 */
export const sinusoids: Op<Sinusoids> = {
  name: "sinusoids",
  rows: [0],
  shape: (_, { positions, cols }) => ({ rows: positions.length, cols }),
  compute: ([given], params) => tableOf(params, given),
  explainCell(inputs, params, row, col) {
    const place = placeOf(col, params);
    if (!place) return constant(0, "0, because the column is left over");
    const wave = call(place.isSine ? "sin" : "cos", angleOf(inputs, params, row, place.pair));
    return params.factor === 1 ? wave : product(constant(params.factor), wave);
  },
  rowsOfParams: (params, range) => ({ ...params, positions: positionsOf(params.positions, range) }),
  // Angles that are known to be products need not be worked out: in a long table they take half as much memory again.
  fused: ({ inputs, params }, numbers) =>
    areProducts(inputs[0], params, numbers) ? tableOf(params) : undefined,
};

/** Whether a step of angles is that of these positions and frequencies. */
function areProducts(given: string, { positions, frequencies }: Waves, numbers: Numbers): boolean {
  const made = asOp(numbers.asRecorded(given), angles);
  if (made?.params.positions !== positions) return false;
  const rates = numbers.of({ key: made.inputs[0] }).data;
  return rates.every((rate, pair) => rate === frequencies.values[pair]);
}

/** The waves of the exact products, but for angles that are given and are no such products. */
function tableOf(params: Sinusoids, given?: Matrix): Matrix {
  const { positions, frequencies, factor } = params;
  const cols = Math.max(params.cols, widthOf(params));
  const data = new Float64Array(positions.length * cols);
  const [sine, cosine] = targetsOf({ ...params, cols }, data);
  writeWaves(positions, frequencies, sine, cosine);
  if (given) correctWaves(given, params, sine, cosine);
  if (factor !== 1) for (let at = 0; at < data.length; at++) data[at] *= factor;
  const whole = { rows: positions.length, cols, data };
  return cols === params.cols ? whole : firstColumns(whole, params.cols);
}

function firstColumns(matrix: Matrix, cols: number): Matrix {
  const data = new Float64Array(matrix.rows * cols);
  for (let row = 0; row < matrix.rows; row++) data.set(rowOf(matrix, row).subarray(0, cols), row * cols);
  return { rows: matrix.rows, cols, data };
}

/** Columns that all the waves take. */
function widthOf({ layout, frequencies }: Sinusoids): number {
  const pairs = frequencies.values.length;
  return isOfOneKind(layout) ? pairs : 2 * pairs;
}

const isOfOneKind = (layout: WaveLayout): boolean => layout === "sine" || layout === "cosine";

/**
 * Whether an angle is the rounded product of its position and its frequency. Then its waves are those of the exact product,
 * not of the rounded one; an angle that somebody rounded or replaced is taken as it is.
 */
const isProduct = (angle: number, { positions, frequencies }: Waves, row: number, pair: number): boolean =>
  angle === positions[row] * frequencies.values[pair];

/** The cell of an angle, with the exact product that its wave is of. */
function angleOf(inputs: readonly Matrix[], params: Sinusoids, row: number, pair: number): Expression {
  const angle = cell(inputs, 0, row, pair);
  if (!isProduct(angle.value, params, row, pair)) return angle;
  const position = constant(params.positions[row]);
  const exactly =
    inputs.length > 1
      ? product(position, cell(inputs, 1, 0, pair))
      : overPower(position, params.frequencies, pair);
  return { ...angle, exactly };
}

/** Overwrites the waves of angles that are no products of position and frequency. */
function correctWaves(given: Matrix, params: Sinusoids, sine: WaveTarget, cosine: WaveTarget): void {
  const { positions, frequencies } = params;
  // Nearly every angle is a product, and there are millions.
  const { values } = frequencies;
  for (let row = 0, at = 0; row < given.rows; row++) {
    const position = positions[row];
    for (let pair = 0; pair < given.cols; pair++, at++) {
      const angle = given.data[at];
      if (angle === position * values[pair]) continue;
      sine.data[row * sine.cols + sine.first + pair * sine.step] = Math.sin(angle);
      cosine.data[row * cosine.cols + cosine.first + pair * cosine.step] = Math.cos(angle);
    }
  }
}

/** Where sines and cosines are written; the kind that is not wanted overwrites itself in one spare row. */
function targetsOf(
  { layout, frequencies, cols }: Sinusoids,
  data: Float64Array,
): readonly [WaveTarget, WaveTarget] {
  const pairs = frequencies.values.length;
  const target = (first: number, step: number): WaveTarget => ({ data, cols, first, step });
  const spare: WaveTarget = { data: new Float64Array(pairs), cols: 0, first: 0, step: 1 };
  switch (layout) {
    case "interleaved":
      return [target(0, 2), target(1, 2)];
    case "halves":
      return [target(0, 1), target(pairs, 1)];
    case "sine":
      return [target(0, 1), spare];
    case "cosine":
      return [spare, target(0, 1)];
  }
}

/** What a column holds; undefined for one that is left over. */
function placeOf(
  col: number,
  { layout, frequencies }: Pick<Sinusoids, "layout" | "frequencies">,
): { readonly pair: number; readonly isSine: boolean } | undefined {
  const pairs = frequencies.values.length;
  if (isOfOneKind(layout)) return { pair: col, isSine: layout === "sine" };
  if (col >= 2 * pairs) return undefined;
  return layout === "interleaved"
    ? { pair: Math.floor(col / 2), isSine: col % 2 === 0 }
    : { pair: col % pairs, isSine: col < pairs };
}
