import type { Frequencies } from "../../math/frequencies.js";
import { type Arrays, type Rules, whole } from "../arrays.js";
import { blocks, fitPair, halves, joinHalves } from "./pairs.js";

// Positions: distances and angles, and what is made of them.

function rates<A>(arrays: Arrays<A>, { power, values }: Frequencies): A {
  if (!power) return arrays.row("rates", values);
  const { base, step, denominator } = power;
  const exponent = arrays.divide(arrays.multiply(arrays.columnNumbers(values.length), step), denominator);
  const whole = arrays.power(arrays.constant("BASE", base, "what the frequencies are powers of"), exponent);
  return arrays.divide(1, whole);
}

export const POSITIONS = {
  frequencyPowers: (arrays, _, { frequencies }) => rates(arrays, frequencies),
  angles: ({ multiply, column }, [frequencies], { positions }) =>
    multiply(column("positions", positions), frequencies),
  sinusoids(arrays, [angles], { layout, frequencies, cols, factor }, { result: { rows } }) {
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
  rotatePairs(arrays, [vectors, c, s], { pairing, isBack = false }, { inputs }) {
    const { add, subtract, multiply, slice } = arrays;
    const [{ rows, cols }, { cols: pairs }] = inputs;
    const [x, y] = halves(arrays, vectors, rows, { pairs, pairing });
    const [plus, minus] = isBack ? [subtract, add] : [add, subtract];
    const first = minus(multiply(x, c), multiply(y, s));
    const second = plus(multiply(y, c), multiply(x, s));
    const rest = cols > 2 * pairs ? slice(vectors, whole(rows), { from: 2 * pairs, to: cols }) : undefined;
    return joinHalves(arrays, [first, second], { rows, pairs, pairing }, rest);
  },
  ramp(arrays, [frequencies], { over, length, zeroAt, oneAt }, { result: { cols } }) {
    const { multiply, subtract, divide, atLeast, atMost, columnNumbers } = arrays;
    const place = over === "pair" ? columnNumbers(cols) : multiply(frequencies, length / (2 * Math.PI));
    return atMost(atLeast(divide(subtract(place, zeroAt), oneAt - zeroAt), 0), 1);
  },
  divideFrequencies({ add, subtract, multiply, divide, row }, [frequencies, kept], { divisors }) {
    const isOne = divisors.every((divisor) => divisor === divisors[0]);
    const divided = divide(frequencies, isOne ? divisors[0] : row("divisors", divisors));
    if (!kept) return divided;
    return add(multiply(kept, frequencies), multiply(subtract(1, kept), divided));
  },
  wavelengths: ({ divide }, [frequencies]) => divide(2 * Math.PI, frequencies),
  shiftRotation(arrays, [frequencies], params) {
    const { shift, of, pairs, pairing } = params;
    const angle = arrays.multiply(shift, frequencies);
    const [cosine, sine] = [arrays.call("cos", angle), arrays.call("sin", angle)];
    const back = arrays.negative(sine);
    const turned: [typeof sine, typeof sine] = of === "sine and cosine" ? [sine, back] : [back, sine];
    const joined = (halves: [typeof sine, typeof sine]) =>
      arrays.transpose(joinHalves(arrays, halves, { rows: 1, pairs, pairing }));
    return blocks(arrays, params, joined([cosine, cosine]), joined(turned));
  },
  fittedShift(arrays, inputs, params, { inputs: shapes }) {
    const { pairs, pairing } = params;
    const [a, b] = inputs.map((input, index) => halves(arrays, input, shapes[index].rows, params));
    const [first, second] = [fitPair(arrays, a, b, 0), fitPair(arrays, a, b, 1)];
    const joined = (name: "own" | "partner") =>
      arrays.transpose(joinHalves(arrays, [first[name], second[name]], { rows: 1, pairs, pairing }));
    return blocks(arrays, params, joined("own"), joined("partner"));
  },
  pairFit(arrays, inputs, params, { inputs: shapes }) {
    const { multiply, subtract, divide, less, where, sum, square, orOne, joinColumns, transpose } = arrays;
    const [a, b] = inputs.map((input, index) => halves(arrays, input, shapes[index].rows, params));
    const { own, partner } = fitPair(arrays, a, b, 0);
    const [x, y] = [a[0], b[0]];
    const dot = (p: typeof x, q: typeof x) => sum(multiply(p, q), 0);
    const [xx, xy, yy] = [dot(x, x), dot(x, y), dot(y, y)];
    const spread = subtract(yy, divide(square(sum(y, 0)), shapes[0].rows));
    const rest = subtract(yy, divide(square(xy), orOne(xx)));
    const share = subtract(1, divide(rest, orOne(spread)));
    const r2 = where(less(0, spread), share, 1);
    return joinColumns([own, partner, r2].map(transpose));
  },
  columnFrequencies(arrays, [table], _, { inputs: [{ rows }], result: { cols } }) {
    const { add, multiply, divide, less, where, atLeast, atMost, slice, sum, call, square, orOne } = arrays;
    if (rows < 3) return add(arrays.zeros({ rows: 1, cols }), Number.NaN);
    const part = (from: number, to: number) => slice(table, { from, to }, whole(cols));
    const here = part(1, rows - 1);
    const beside = add(part(0, rows - 2), part(2, rows));
    const around = sum(multiply(here, beside), 0);
    const twice = multiply(2, sum(square(here), 0));
    const cosine = atMost(atLeast(divide(around, orOne(twice)), -1), 1);
    return where(less(0, twice), call("arccos", cosine), Number.NaN);
  },
  distances({ subtract, column, row }, _, { queries, keys, sign }) {
    const [i, j] = [column("query_positions", queries), row("key_positions", keys)];
    return sign === "i − j" ? subtract(i, j) : subtract(j, i);
  },
  slopes({ power, column }, _, { numHeads, biasMax }) {
    let below = 1;
    while (2 * below <= numHeads) below *= 2;
    const exponents = Float64Array.from({ length: numHeads }, (_slope, head) =>
      head < below ? (-biasMax * (head + 1)) / below : (-biasMax * (2 * (head - below) + 1)) / (2 * below),
    );
    return power(2, column("slope_exponents", exponents));
  },
  slopeBias({ slice, call, subtract, multiply }, [slopes, distance], { head, isSymmetric }) {
    const slope = slice(slopes, { from: head, to: head + 1 }, whole(1));
    return subtract(0, multiply(slope, isSymmetric ? call("abs", distance) : distance));
  },
  buckets(arrays, [relative], { numBuckets, maxDistance, isBidirectional }) {
    const { add, subtract, multiply, divide, less, where, atLeast, atMost, call } = arrays;
    const count = isBidirectional ? Math.floor(numBuckets / 2) : numBuckets;
    const numNear = Math.floor(count / 2);
    const distance = isBidirectional ? call("abs", relative) : atLeast(subtract(0, relative), 0);
    const share = divide(call("log", divide(atLeast(distance, 1), numNear)), Math.log(maxDistance / numNear));
    // What rounding leaves below a whole number is that number.
    const steps = add(multiply(share, count - numNear), 2 ** -40);
    const far = atMost(add(call("floor", steps), numNear), count - 1);
    const bucket = where(less(distance, numNear), distance, far);
    return isBidirectional ? add(where(less(0, relative), count, 0), bucket) : bucket;
  },
  clipped: ({ add, atMost, atLeast }, [relative], { limit }) =>
    add(atMost(atLeast(relative, -limit), limit), limit),
} satisfies Partial<Rules>;
