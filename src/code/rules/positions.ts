import type { Frequencies } from "../../math/frequencies.js";
import { type Arrays, orOne, type Rules, whole } from "../arrays.js";
import { blocks, column, fitPair, halves, joinHalves } from "./pairs.js";

// Positions: distances and angles, and what is made of them.

const row = <A>(arrays: Arrays<A>, name: string, values: Float64Array): A =>
  values.every((value, at) => value === at)
    ? arrays.columnNumbers(values.length)
    : arrays.literal(name, { rows: 1, cols: values.length, data: values });

function rates<A>(arrays: Arrays<A>, { power, values }: Frequencies): A {
  if (!power) return row(arrays, "rates", values);
  const { base, step, denominator } = power;
  const number = arrays.multiply(arrays.columnNumbers(values.length), arrays.number(step));
  const exponent = arrays.divide(number, arrays.number(denominator));
  const whole = arrays.power(arrays.constant("BASE", base, "what the frequencies are powers of"), exponent);
  return arrays.divide(arrays.number(1), whole);
}

export const POSITIONS = {
  frequencyPowers: (arrays, _, { frequencies }) => rates(arrays, frequencies),
  angles: (arrays, [frequencies], { positions }) =>
    arrays.multiply(column(arrays, "positions", positions), frequencies.array),
  sinusoids(arrays, [{ array: angles }], { layout, frequencies, cols, factor }, { rows }) {
    const pairs = frequencies.values.length;
    const [sines, cosines] = [arrays.call("sin", angles), arrays.call("cos", angles)];
    const pairing = layout === "interleaved" ? "interleaved" : "half-split";
    const waves =
      layout === "sine"
        ? sines
        : layout === "cosine"
          ? cosines
          : joinHalves(arrays, [sines, cosines], { rows, pairs, pairing });
    const width = layout === "sine" || layout === "cosine" ? pairs : 2 * pairs;
    const fitted =
      width > cols
        ? arrays.slice(waves, whole(rows), whole(cols))
        : width < cols
          ? arrays.pad(waves, { above: 0, below: 0, left: 0, right: cols - width })
          : waves;
    return factor === 1
      ? fitted
      : arrays.multiply(arrays.constant("WAVE_FACTOR", factor, "every wave is multiplied by it"), fitted);
  },
  rotatePairs(arrays, [vectors, cosines, sines], { pairing, isBack = false }) {
    const pairs = cosines.shape.cols;
    const { rows, cols } = vectors.shape;
    const [x, y] = halves(arrays, vectors.array, rows, { pairs, pairing });
    const [c, s] = [cosines.array, sines.array];
    const [plus, minus] = isBack
      ? ([arrays.subtract, arrays.add] as const)
      : ([arrays.add, arrays.subtract] as const);
    const first = minus(arrays.multiply(x, c), arrays.multiply(y, s));
    const second = plus(arrays.multiply(y, c), arrays.multiply(x, s));
    const rest =
      cols > 2 * pairs ? arrays.slice(vectors.array, whole(rows), { from: 2 * pairs, to: cols }) : undefined;
    return joinHalves(arrays, [first, second], { rows, pairs, pairing }, rest);
  },
  ramp(arrays, [frequencies], { over, length, zeroAt, oneAt }, { cols }) {
    const place =
      over === "pair"
        ? arrays.columnNumbers(cols)
        : arrays.multiply(frequencies.array, arrays.number(length / (2 * Math.PI)));
    const share = arrays.divide(arrays.subtract(place, arrays.number(zeroAt)), arrays.number(oneAt - zeroAt));
    return arrays.atMost(arrays.atLeast(share, 0), 1);
  },
  divideFrequencies(arrays, [frequencies, kept], { divisors }) {
    const isOne = divisors.every((divisor) => divisor === divisors[0]);
    const by = isOne ? arrays.number(divisors[0]) : row(arrays, "divisors", divisors);
    const divided = arrays.divide(frequencies.array, by);
    if (!kept) return divided;
    const rest = arrays.multiply(arrays.subtract(arrays.number(1), kept.array), divided);
    return arrays.add(arrays.multiply(kept.array, frequencies.array), rest);
  },
  wavelengths: (arrays, [frequencies]) => arrays.divide(arrays.number(2 * Math.PI), frequencies.array),
  shiftRotation(arrays, [frequencies], params) {
    const { shift, of, pairs, pairing } = params;
    const angle = arrays.multiply(arrays.number(shift), frequencies.array);
    const [cosine, sine] = [arrays.call("cos", angle), arrays.call("sin", angle)];
    const back = arrays.multiply(arrays.number(-1), sine);
    const turned: [typeof sine, typeof sine] = of === "sine and cosine" ? [sine, back] : [back, sine];
    const joined = (halves: [typeof sine, typeof sine]) =>
      arrays.transpose(joinHalves(arrays, halves, { rows: 1, pairs, pairing }));
    return blocks(arrays, params, joined([cosine, cosine]), joined(turned));
  },
  fittedShift(arrays, [from, to], params) {
    const { pairs, pairing } = params;
    const [a, b] = [from, to].map(({ array, shape }) => halves(arrays, array, shape.rows, params));
    const [first, second] = [fitPair(arrays, a, b, 0), fitPair(arrays, a, b, 1)];
    const joined = (name: "own" | "partner") =>
      arrays.transpose(joinHalves(arrays, [first[name], second[name]], { rows: 1, pairs, pairing }));
    return blocks(arrays, params, joined("own"), joined("partner"));
  },
  pairFit(arrays, [from, to], params) {
    const [a, b] = [from, to].map(({ array, shape }) => halves(arrays, array, shape.rows, params));
    const { own, partner } = fitPair(arrays, a, b, 0);
    const [x, y] = [a[0], b[0]];
    const dot = (p: typeof x, q: typeof x) => arrays.sum(arrays.multiply(p, q), 0);
    const [xx, xy, yy] = [dot(x, x), dot(x, y), dot(y, y)];
    const total = arrays.sum(y, 0);
    const mean = arrays.divide(arrays.multiply(total, total), arrays.number(from.shape.rows));
    const spread = arrays.subtract(yy, mean);
    const rest = arrays.subtract(yy, arrays.divide(arrays.multiply(xy, xy), orOne(arrays, xx)));
    const share = arrays.subtract(arrays.number(1), arrays.divide(rest, orOne(arrays, spread)));
    const varies = arrays.less(arrays.number(0), spread);
    const r2 = arrays.where(varies, share, arrays.number(1));
    return arrays.joinColumns([own, partner, r2].map((part) => arrays.transpose(part)));
  },
  columnFrequencies(arrays, [{ array: table, shape }], _, { cols }) {
    const { rows } = shape;
    const none = arrays.add(arrays.zeros({ rows: 1, cols }), arrays.number(Number.NaN));
    if (rows < 3) return none;
    const part = (from: number, to: number) => arrays.slice(table, { from, to }, whole(cols));
    const here = part(1, rows - 1);
    const beside = arrays.add(part(0, rows - 2), part(2, rows));
    const around = arrays.sum(arrays.multiply(here, beside), 0);
    const square = arrays.multiply(arrays.number(2), arrays.sum(arrays.multiply(here, here), 0));
    const cosine = arrays.atMost(arrays.atLeast(arrays.divide(around, orOne(arrays, square)), -1), 1);
    const swings = arrays.less(arrays.number(0), square);
    return arrays.where(swings, arrays.call("arccos", cosine), arrays.number(Number.NaN));
  },
  distances(arrays, _, { queries, keys, sign }) {
    const [i, j] = [column(arrays, "query_positions", queries), row(arrays, "key_positions", keys)];
    return sign === "i − j" ? arrays.subtract(i, j) : arrays.subtract(j, i);
  },
  slopes(arrays, _, { numHeads, biasMax }) {
    let below = 1;
    while (2 * below <= numHeads) below *= 2;
    const exponents = Float64Array.from({ length: numHeads }, (_slope, head) =>
      head < below ? (-biasMax * (head + 1)) / below : (-biasMax * (2 * (head - below) + 1)) / (2 * below),
    );
    return arrays.power(arrays.number(2), column(arrays, "slope_exponents", exponents));
  },
  slopeBias(arrays, [slopes, distance], { head, isSymmetric }) {
    const slope = arrays.slice(slopes.array, { from: head, to: head + 1 }, whole(1));
    const far = isSymmetric ? arrays.call("abs", distance.array) : distance.array;
    return arrays.subtract(arrays.number(0), arrays.multiply(slope, far));
  },
  buckets(arrays, [{ array: relative }], { numBuckets, maxDistance, isBidirectional }) {
    const count = isBidirectional ? Math.floor(numBuckets / 2) : numBuckets;
    const numNear = Math.floor(count / 2);
    const zero = arrays.number(0);
    const distance = isBidirectional
      ? arrays.call("abs", relative)
      : arrays.atLeast(arrays.subtract(zero, relative), 0);
    const share = arrays.divide(
      arrays.call("log", arrays.divide(arrays.atLeast(distance, 1), arrays.number(numNear))),
      arrays.number(Math.log(maxDistance / numNear)),
    );
    // What rounding leaves below a whole number is that number.
    const steps = arrays.add(arrays.multiply(share, arrays.number(count - numNear)), arrays.number(2 ** -40));
    const far = arrays.atMost(arrays.add(arrays.call("floor", steps), arrays.number(numNear)), count - 1);
    const bucket = arrays.where(arrays.less(distance, arrays.number(numNear)), distance, far);
    if (!isBidirectional) return bucket;
    const first = arrays.where(arrays.less(zero, relative), arrays.number(count), zero);
    return arrays.add(first, bucket);
  },
  clipped: (arrays, [relative], { limit }) =>
    arrays.add(arrays.atMost(arrays.atLeast(relative.array, -limit), limit), arrays.number(limit)),
} satisfies Partial<Rules>;
