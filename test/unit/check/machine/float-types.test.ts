import { describe, expect, test } from "vitest";
import { type FloatName, parseFloatName } from "../../../../src/check/machine/float-names.js";
import { FLOAT_TYPES, fitsType, roundMatrix, roundTo } from "../../../../src/check/machine/float-types.js";
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
  // Here the number that is added would be none.
  expect(roundTo(FLOAT_TYPES.bfloat16, 2 ** 979)).toBe(Number.POSITIVE_INFINITY);
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

test("one number in float32 and float64 is that of the machine, too", () => {
  for (const value of [1 + 2 ** -52, -1 - 2 ** -51, 0.1, 2 ** -1074, 3.5e38, Number.MAX_VALUE]) {
    expect(roundTo(FLOAT_TYPES.float64, value)).toBe(value);
    expect(roundTo(FLOAT_TYPES.float32, value)).toBe(Math.fround(value));
  }
});

test.each<[FloatName, number, number, number]>([
  // What the formats are: the bits of a significand, the least normal number, and the largest.
  ["float64", 53, 2 ** -1022, Number.MAX_VALUE],
  ["float32", 24, 2 ** -126, 3.4028234663852886e38],
  ["tf32", 11, 2 ** -126, (2 - 2 ** -10) * 2 ** 127],
  ["float16", 11, 2 ** -14, 65504],
  ["bfloat16", 8, 2 ** -126, 3.3895313892515355e38],
])("%s is a type of %d bits", (name, precision, least, largest) => {
  const type = FLOAT_TYPES[name];
  expect(type).toMatchObject({ name, precision, largest, unit: 2 ** -precision });
  expect(2 ** type.leastExponent).toBe(least);
});

test.each([
  ...["float64", "float32", "tf32", "float16", "bfloat16"].map((name) => [name, name]),
  ...[
    ["fp64", "float64"],
    ["double", "float64"],
    ["fp32", "float32"],
    ["float", "float32"],
  ],
  ...[
    ["single", "float32"],
    ["fp16", "float16"],
    ["half", "float16"],
    ["bf16", "bfloat16"],
  ],
])("%s is called %s", (name, type) => expect(parseFloatName(name)).toBe(type));

describe("what a type holds", () => {
  const of = (name: FloatName, ...numbers: readonly number[]) => {
    const { all, isUsed } = fitsType(FLOAT_TYPES[name], Float64Array.from(numbers));
    return all ? (isUsed ? "to the last bit" : "with bits to spare") : "not all";
  };

  test.each<[FloatName, number, number]>([
    // The last bit of a number near 1, and the last but one.
    ["float64", 2 ** -52, 2 ** -51],
    ["float32", 2 ** -23, 2 ** -22],
    ["tf32", 2 ** -10, 2 ** -9],
    ["float16", 2 ** -10, 2 ** -9],
    ["bfloat16", 2 ** -7, 2 ** -6],
  ])("%s", (name, last, before) => {
    for (const size of [1, -1, 2 ** -10, -(2 ** 12)]) {
      expect(of(name, size * (1 + before))).toBe("with bits to spare");
      expect(of(name, size * (1 + last))).toBe("to the last bit");
      expect(of(name, 0.5, size * (1 + last), 0.5)).toBe("to the last bit");
      if (name !== "float64") {
        expect(of(name, size * (1 + last / 2))).toBe("not all");
        expect(of(name, size * (1 + last), size * (1 + last / 2), 1)).toBe("not all");
        expect(of(name, size * (1 + last / 2), size * (1 + last))).toBe("not all");
      }
    }
    const { largest } = FLOAT_TYPES[name];
    expect(of(name, largest)).toBe("to the last bit");
    if (name !== "float64") expect(of(name, largest * (1 + 2 ** -30))).toBe("not all");
    expect(of(name, 0, -0, Number.NaN, Infinity, -Infinity)).toBe("with bits to spare");
    expect(of(name)).toBe("with bits to spare");
  });

  test("numbers below the least normal one have fewer bits", () => {
    // Multiples of 2^−24 in float16, of 2^−133 in bfloat16.
    expect(of("float16", 2 ** -24)).not.toBe("not all");
    expect(of("float16", 5 * 2 ** -24, -(2 ** -15))).not.toBe("not all");
    expect(of("float16", 2 ** -25)).toBe("not all");
    expect(of("float16", 2 ** -15 + 2 ** -25)).toBe("not all");
    expect(of("float16", 2 ** -14)).toBe("with bits to spare");
    expect(of("bfloat16", 3 * 2 ** -133)).not.toBe("not all");
    expect(of("bfloat16", 2 ** -134)).toBe("not all");
  });

  test("is nothing used where not all fit", () =>
    expect(fitsType(FLOAT_TYPES.bfloat16, Float64Array.of(1 + 2 ** -7, 0.1))).toEqual({
      all: false,
      isUsed: false,
    }));

  test("is asked once of the same numbers", () => {
    const numbers = Float64Array.of(1, 2);
    expect(fitsType(FLOAT_TYPES.float16, numbers)).toBe(fitsType(FLOAT_TYPES.float16, numbers));
    expect(fitsType(FLOAT_TYPES.float16, Float64Array.of(1 + 2 ** -10)).isUsed).toBe(true);
  });
});
