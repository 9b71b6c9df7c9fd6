import { expect, test } from "vitest";
import { FLOAT_TYPES, roundMatrix, roundTo } from "../../../../src/check/machine/float-types.js";
import { createRandom } from "../../../../src/math/random.js";

// The definition, from the formats: IEEE 754 numbers in the order of their bits, and of the two about a number the nearer, halfway
// the one whose bits are even. The numbers of a type are listed here from its widths of exponent and fraction.

/** All numbers from 0 on, and behind them the power of two where ∞ stands. */
function numbersOf(exponentBits: number, fractionBits: number): number[] {
  const bias = 2 ** (exponentBits - 1) - 1;
  const perExponent = 2 ** fractionBits;
  const patterns = (2 ** exponentBits - 1) * perExponent;
  return Array.from({ length: patterns + 1 }, (_, bits) => {
    const [exponent, fraction] = [Math.floor(bits / perExponent), bits % perExponent];
    return exponent === 0
      ? (fraction / perExponent) * 2 ** (1 - bias)
      : (1 + fraction / perExponent) * 2 ** (exponent - bias);
  });
}

function nearest(numbers: readonly number[], size: number): number {
  const last = numbers.length - 1;
  const orInfinite = (index: number) => (index === last ? Number.POSITIVE_INFINITY : numbers[index]);
  if (size >= numbers[last]) return Number.POSITIVE_INFINITY;
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= size) low = middle;
    else high = middle;
  }
  const [below, above] = [size - numbers[low], numbers[high] - size];
  const isUp = above < below || (above === below && high % 2 === 0);
  return orInfinite(isUp ? high : low);
}

const TYPES = [
  ["bfloat16", 8, 7],
  ["float16", 5, 10],
  ["tf32", 8, 10],
] as const;

const neighbours = (value: number) => [value * (1 - 2 ** -53), value, value * (1 + 2 ** -52)];

test.each(TYPES)(
  "%s: what it holds, halfway between, and a bit beside",
  (name, exponentBits, fractionBits) => {
    const numbers = numbersOf(exponentBits, fractionBits);
    const type = FLOAT_TYPES[name];
    expect(numbers.at(-2)).toBe(type.largest);
    const wrong: number[] = [];
    for (let index = 1; index < numbers.length; index += 1 + (index % 3)) {
      const halfway = (numbers[index - 1] + numbers[index]) / 2;
      for (const value of [...neighbours(halfway), ...neighbours(numbers[index])]) {
        const expected = nearest(numbers, value);
        if (!Object.is(roundTo(type, value), expected)) wrong.push(value);
        if (!Object.is(roundTo(type, -value), -expected)) wrong.push(-value);
      }
    }
    expect(wrong).toEqual([]);
  },
);

test.each(TYPES)("%s: numbers of random bits", (name, exponentBits, fractionBits) => {
  const numbers = numbersOf(exponentBits, fractionBits);
  const random = createRandom(7);
  // From below half the least subnormal to beyond the largest.
  const range = 2 ** exponentBits + 2 * fractionBits + 8;
  const values = Float64Array.from({ length: 200_000 }, () => {
    const exponent = Math.floor(random.uniform() * range) - range / 2 - fractionBits / 2;
    return (
      (1 + random.uniform() + random.uniform() * 2 ** -32) * 2 ** exponent * (random.uniform() < 0.5 ? -1 : 1)
    );
  });
  const rounded = roundMatrix(FLOAT_TYPES[name], { rows: 1, cols: values.length, data: values }).data;
  const wrong = values.filter(
    (value, at) => !Object.is(rounded[at], Math.sign(value) * nearest(numbers, Math.abs(value))),
  );
  expect(wrong).toEqual(new Float64Array(0));
});

test("zeros keep their sign, and what is no number or infinite stays", () => {
  const special = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const type of Object.values(FLOAT_TYPES)) {
    const data = Float64Array.from(special);
    expect(special.map((value) => roundTo(type, value))).toEqual(special);
    expect([...roundMatrix(type, { rows: 1, cols: 5, data }).data]).toEqual(special);
  }
  // Less than half of the least subnormal number, 2^-133 and 2^-24, and far beyond the largest.
  expect(roundTo(FLOAT_TYPES.bfloat16, -(2 ** -135))).toBe(-0);
  expect(roundTo(FLOAT_TYPES.float16, -(2 ** -1074))).toBe(-0);
  expect(roundTo(FLOAT_TYPES.bfloat16, -Number.MAX_VALUE)).toBe(Number.NEGATIVE_INFINITY);
});

test("float32 and float64 are those of the machine", () => {
  const data = Float64Array.of(0.1, -1e-46, 3.5e38, 2 ** -149);
  const rounded = roundMatrix(FLOAT_TYPES.float32, { rows: 2, cols: 2, data }).data;
  // 0.1 in float32 is 13421773·2^-27.
  expect([...rounded]).toEqual([13421773 * 2 ** -27, -0, Number.POSITIVE_INFINITY, 2 ** -149]);
  const kept = roundMatrix(FLOAT_TYPES.float64, { rows: 2, cols: 2, data }).data;
  expect(kept).toEqual(data);
  expect(kept).not.toBe(data);
});
