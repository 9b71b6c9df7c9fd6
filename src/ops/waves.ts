import type { Frequencies } from "../math/frequencies.js";
import type { Matrix, RowRange } from "../math/matrix.js";
import { type WaveTarget, writeWaves } from "../math/waves.js";
import {
  add,
  atLeast,
  atMost,
  call,
  column,
  columnNumbers,
  convention,
  cos,
  divide,
  exactly,
  explainIfEmpty,
  multiply,
  type Operand,
  pad,
  power as raised,
  row,
  sin,
  slice,
  subtract,
  symbolic,
  type Term,
} from "../trace/arrays.js";
import { constant, negative, sum } from "../trace/expression.js";
import { asOp, type Numbers } from "../trace/op.js";
import { define } from "./define.js";
import { joinHalves } from "./pairs.js";
import { slice as cut } from "./parts.js";

// Angles of positions, in radians, and their sines and cosines.

/** The positions and frequencies of waves. */
export interface Waves {
  readonly positions: Float64Array;
  readonly frequencies: Frequencies;
}

/** ω_i = 1 / base^(i·step/denominator), 1×pairs. */
export const frequencyPowers = define<{ readonly frequencies: Frequencies }>({
  name: "frequency-powers",
  definition: (_, { frequencies }) =>
    frequencies.power ? overPowers(1, frequencies) : row("rates", frequencies.values),
  kernel: (_, { frequencies: { values } }) => ({ rows: 1, cols: values.length, data: values }),
});

/** Returns x / base^(i·step/denominator), as papers write it. */
function overPowers(x: Operand, { power, values }: Frequencies): Term {
  if (!power) return multiply(x, row("rates", values));
  const { base, step, denominator } = power;
  const steps = exactly(multiply(columnNumbers(values.length), step), (_, pair) => constant(pair * step));
  const bases = convention("BASE", base, "what the frequencies are powers of");
  return divide(x, raised(bases, divide(steps, symbolic(constant(denominator)))));
}

/** p·ω for every position and frequency. Rates: 1×pairs → n×pairs. */
export const angles = define<Pick<Waves, "positions">>({
  name: "angles",
  rowwise: [],
  definition: ([rates], { positions }) => multiply(column("positions", positions), rates),
  paramsForRows: ({ positions }, range) => ({ positions: positionsOf(positions, range) }),
});

const positionsOf = (positions: Float64Array, { first, count }: RowRange) =>
  positions.subarray(first, first + count);

/** How the columns are ordered: sines and cosines alternate, all sines come first, or there is only one kind. */
type WaveLayout = "interleaved" | "halves" | "sine" | "cosine";

export interface Sinusoids extends Waves {
  readonly layout: WaveLayout;
  /**
   * Columns of the result. Columns after the waves are 0; if there is one column too few, the last cosine is left out.
   */
  readonly cols: number;
  /** A factor for every wave. */
  readonly factor: number;
}

/**
 * sin and cos of angles, in columns ordered by `layout`. The rates are a second input if they follow no formula.
 * Angles: n×pairs, rates: 1×pairs → n×cols.
 */
export const sinusoids = define<Sinusoids>({
  name: "sinusoids",
  rowwise: [0],
  definition([given, rates], params) {
    const { layout, frequencies, cols, factor, positions } = params;
    // If an angle is position · frequency, its waves are those of the exact product.
    const position = column("positions", positions);
    const product = rates ? multiply(position, rates) : overPowers(position, frequencies);
    const isProduct = (row: number, pair: number, value: number) =>
      value === positions[row] * frequencies.values[pair];
    const angle = exactly(
      given,
      (row, pair, cell, [exact]) =>
        cell.kind === "cell" && isProduct(row, pair, cell.value) ? { ...cell, exactly: exact } : cell,
      [product],
    );
    const pairing = layout === "interleaved" ? "interleaved" : "half-split";
    const plain = isOfOneKind(layout)
      ? call(layout === "sine" ? "sin" : "cos", angle)
      : joinHalves([sin(angle), cos(angle)], pairing);
    const waves =
      factor === 1
        ? plain
        : multiply(convention("WAVE_FACTOR", factor, "every wave is multiplied by it"), plain);
    const width = widthOf(params);
    if (width > cols) return slice(waves, {}, { to: cols });
    if (width === cols) return waves;
    return explainIfEmpty(pad(waves, { right: cols - width }), "0, because the column is left over");
  },
  kernel: ([given], params) => tableOf(params, given),
  paramsForRows: (params, range) => ({ ...params, positions: positionsOf(params.positions, range) }),
  // Angles that are known to be such products need not be computed. In a long table they would take half as much memory
  // again.
  fused: ({ inputs, params }, numbers) =>
    areProducts(inputs[0], params, numbers) ? tableOf(params) : undefined,
});

/** Whether a step of angles uses these positions and frequencies. */
function areProducts(given: string, { positions, frequencies }: Waves, numbers: Numbers): boolean {
  const node = asOp(numbers.asRecorded(given), angles);
  if (node?.params.positions !== positions) return false;
  const rates = numbers.of({ key: node.inputs[0] }).data;
  return rates.every((rate, pair) => rate === frequencies.values[pair]);
}

/**
 * Returns the waves of the exact products. Given angles that are not such products have the waves of their own numbers.
 */
function tableOf(params: Sinusoids, given?: Matrix): Matrix {
  const { positions, frequencies, factor } = params;
  const cols = Math.max(params.cols, widthOf(params));
  const data = new Float64Array(positions.length * cols);
  const [sine, cosine] = targetsOf({ ...params, cols }, data);
  writeWaves(positions, frequencies, sine, cosine);
  if (given) correctWaves(given, params, sine, cosine);
  if (factor !== 1) for (let at = 0; at < data.length; at++) data[at] *= factor;
  const table = { rows: positions.length, cols, data };
  const part = { firstRow: 0, firstCol: 0, rows: table.rows, cols: params.cols };
  return cols === params.cols ? table : cut.compute([table], part);
}

/** Returns the number of columns that all waves need. */
function widthOf({ layout, frequencies }: Sinusoids): number {
  const pairs = frequencies.values.length;
  return isOfOneKind(layout) ? pairs : 2 * pairs;
}

const isOfOneKind = (layout: WaveLayout) => layout === "sine" || layout === "cosine";

/** Overwrites the waves of angles that are not position · frequency. */
function correctWaves(
  given: Matrix,
  { positions, frequencies }: Sinusoids,
  sine: WaveTarget,
  cosine: WaveTarget,
): void {
  // A plain loop: there are millions of angles, and nearly all are products.
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

/** Returns where sines and cosines are written. If only one kind is wanted, the other is written to a spare row. */
function targetsOf(
  { layout, frequencies, cols }: Sinusoids,
  data: Float64Array,
): readonly [WaveTarget, WaveTarget] {
  const pairs = frequencies.values.length;
  const target = (first: number): WaveTarget => ({
    data,
    cols,
    first,
    step: layout === "interleaved" ? 2 : 1,
  });
  const spare: WaveTarget = { data: new Float64Array(pairs), cols: 0, first: 0, step: 1 };
  if (layout === "cosine") return [spare, target(0)];
  return [target(0), layout === "sine" ? spare : target(layout === "interleaved" ? 1 : pairs)];
}

// How a RoPE scaling changes the frequencies for longer texts. 1×pairs → 1×pairs.

export interface Ramp {
  /** The variable of the ramp: the index of the pair, or the turns that the pair makes within `length` positions. */
  readonly over: "pair" | "turns";
  readonly length: number;
  /** The ramp is 0 at `zeroAt` and 1 at `oneAt`: linear between them and constant outside. */
  readonly zeroAt: number;
  readonly oneAt: number;
}

/** The share of each frequency that is kept unchanged: a linear ramp from 0 to 1. */
export const ramp = define<Ramp>({
  name: "ramp",
  definition([frequencies], { over, length, zeroAt, oneAt }) {
    const variable =
      over === "pair"
        ? columnNumbers(frequencies.cols)
        : divide(multiply(length, frequencies), symbolic(TWO_PI));
    const width = symbolic(sum([constant(oneAt), negative(constant(zeroAt))]));
    return atMost(atLeast(divide(subtract(variable, zeroAt), width), 0), 1);
  },
});

const TWO_PI = constant(2 * Math.PI, "2π");

interface Division {
  /** The divisor of each pair's frequency. */
  readonly divisors: Float64Array;
}

/**
 * Each frequency divided by its divisor. A second input, if given, is the share k of it that stays undivided: k·ω + (1
 * − k)·ω / divisor.
 */
export const divideFrequencies = define<Division>({
  name: "divide-frequencies",
  definition([frequencies, kept], { divisors }) {
    const isOne = divisors.every((divisor) => divisor === divisors[0]);
    const divided = divide(frequencies, isOne ? divisors[0] : row("divisors", divisors));
    return kept ? add(multiply(kept, frequencies), multiply(subtract(1, kept), divided)) : divided;
  },
});

/** 2π / ω: the number of positions in which a pair makes one turn. */
export const wavelengths = define({
  name: "wavelengths",
  definition: ([frequencies]) => divide(symbolic(TWO_PI), frequencies),
});
