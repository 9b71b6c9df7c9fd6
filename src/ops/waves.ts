import type { Frequencies } from "../math/frequencies.js";
import type { Matrix, RowRange } from "../math/matrix.js";
import { type WaveTarget, writeWaves } from "../math/waves.js";
import { type Arrays, type Term, whole } from "../trace/arrays.js";
import { constant } from "../trace/expression.js";
import { asOp, type Numbers } from "../trace/op.js";
import { define } from "./define.js";
import { joinHalves } from "./pairs.js";
import { slice as cut } from "./parts.js";

// Positions as angles, and the sines and cosines of those. Angles are radians.

/** Where frequencies come from, and at which positions they are taken. */
export interface Waves {
  readonly positions: Float64Array;
  readonly frequencies: Frequencies;
}

/** ω_i = 1 / base^(i·step/denominator), 1×pairs. */
export const frequencyPowers = define<{ readonly frequencies: Frequencies }>({
  name: "frequency-powers",
  of: (arrays, _, { frequencies }) =>
    frequencies.power ? overPowers(arrays, 1, frequencies) : arrays.row("rates", frequencies.values),
  kernel: (_, { frequencies: { values } }) => ({ rows: 1, cols: values.length, data: values }),
});

/** x / base^(i·step/denominator), as the papers write it. */
function overPowers<A>(arrays: Arrays<A>, x: Term<A>, { power, values }: Frequencies): A {
  const { multiply, divide, columnNumbers, row, exactly, known, constant: convention } = arrays;
  if (!power) return multiply(x, row("rates", values));
  const { base, step, denominator } = power;
  const steps = exactly(multiply(columnNumbers(values.length), step), (_, pair) => constant(pair * step));
  const bases = convention("BASE", base, "what the frequencies are powers of");
  return divide(x, arrays.power(bases, divide(steps, known(constant(denominator)))));
}

/** p·ω for every position and frequency. Rates: 1×pairs → n×pairs. */
export const angles = define<Pick<Waves, "positions">>({
  name: "angles",
  rows: [],
  of: ({ multiply, column }, [rates], { positions }) => multiply(column("positions", positions), rates),
  rowsOfParams: ({ positions }, range) => ({ positions: positionsOf(positions, range) }),
});

const positionsOf = (positions: Float64Array, { first, count }: RowRange) =>
  positions.subarray(first, first + count);

/** Which column holds what: sines and cosines alternate, sines come first, or there is only one kind. */
type WaveLayout = "interleaved" | "halves" | "sine" | "cosine";

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
export const sinusoids = define<Sinusoids>({
  name: "sinusoids",
  rows: [0],
  of(arrays, [given, rates], params) {
    const { layout, frequencies, cols, factor, positions } = params;
    const { call, column, exactly, multiply, slice, pad, orNothing } = arrays;
    const [rows, pairs] = [positions.length, frequencies.values.length];
    // Its waves are those of the exact product, where an angle is such a product.
    const angle = exactly(given, (row, pair, own, of) => {
      if (own.kind !== "cell" || own.value !== positions[row] * frequencies.values[pair]) return own;
      const position = column("positions", positions);
      const exact = rates ? multiply(position, rates) : overPowers(arrays, position, frequencies);
      return { ...own, exactly: of(exact) };
    });
    const pairing = layout === "interleaved" ? "interleaved" : "half-split";
    const plain = isOfOneKind(layout)
      ? call(layout === "sine" ? "sin" : "cos", angle)
      : joinHalves(arrays, [call("sin", angle), call("cos", angle)], { rows, pairs, pairing });
    const made =
      factor === 1
        ? plain
        : multiply(arrays.constant("WAVE_FACTOR", factor, "every wave is multiplied by it"), plain);
    const width = widthOf(params);
    if (width > cols) return slice(made, whole(rows), whole(cols));
    if (width === cols) return made;
    const behind = { above: 0, below: 0, left: 0, right: cols - width };
    return orNothing(pad(made, behind), "0, because the column is left over");
  },
  kernel: ([given], params) => tableOf(params, given),
  rowsOfParams: (params, range) => ({ ...params, positions: positionsOf(params.positions, range) }),
  // Angles that are known to be products need not be worked out: in a long table they take half as much memory again.
  fused: ({ inputs, params }, numbers) =>
    areProducts(inputs[0], params, numbers) ? tableOf(params) : undefined,
});

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
  const part = { firstRow: 0, firstCol: 0, rows: whole.rows, cols: params.cols };
  return cols === params.cols ? whole : cut.compute([whole], part);
}

/** Columns that all the waves take. */
function widthOf({ layout, frequencies }: Sinusoids): number {
  const pairs = frequencies.values.length;
  return isOfOneKind(layout) ? pairs : 2 * pairs;
}

const isOfOneKind = (layout: WaveLayout) => layout === "sine" || layout === "cosine";

/** Overwrites the waves of angles that are no products of position and frequency. */
function correctWaves(
  given: Matrix,
  { positions, frequencies }: Sinusoids,
  sine: WaveTarget,
  cosine: WaveTarget,
): void {
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
