import { Decimal } from "decimal.js";
import { describe, expect, test } from "vitest";
import { matrixOf, type PosencSettings, posenc, toRows } from "../../src/index.js";
import { fromFixedPoint, PI, toFixedPoint } from "../../src/math/fixed-point.js";
import { givenFrequencies, powerFrequencies } from "../../src/math/frequencies.js";
import { cellOf, createMatrix } from "../../src/math/matrix.js";
import { writeWaves } from "../../src/math/waves.js";

// Against decimal.js with 60 digits.

const D = Decimal.clone({ precision: 60 });

/** The largest difference of our table from the exact sines and cosines, over every `every`th pair. */
function largestError(
  positions: readonly number[],
  d: number,
  every: number,
  settings: Partial<PosencSettings> = {},
) {
  const table = matrixOf(posenc({ positions: [positions] }, { dModel: d, ...settings }), "encoding");
  let largest = 0;
  for (const [row, position] of positions.entries()) {
    for (let pair = 0; pair < d / 2; pair += every) {
      const angle = new D(settings.base ?? 10_000).pow(new D(-2 * pair).div(d)).times(position);
      const wanted = [angle.sin(), angle.cos()];
      for (const [side, value] of wanted.entries()) {
        const error = value
          .minus(cellOf(table, row, 2 * pair + side))
          .abs()
          .toNumber();
        if (error > largest) largest = error;
      }
    }
  }
  return largest;
}

describe("at most 4e-16 from the true sines and cosines", () => {
  test.each<[string, number[], number, number, Partial<PosencSettings>]>([
    [
      "positions to 1,000,000",
      Array.from({ length: 120 }, (_, k) => Math.round((k * 1e6) / 119)),
      512,
      23,
      {},
    ],
    ["the first positions", Array.from({ length: 40 }, (_, k) => k), 64, 3, {}],
    ["around the seams of the tables", [511, 512, 513, 1023, 1024, 65_535, 65_536], 128, 5, {}],
    ["before 0, and not whole", [-1, -513, -99_999, 0.5, 1000.25, -77_777.125], 64, 3, {}],
    ["beyond 2^26", [2 ** 26 - 1, 2 ** 26, 2 ** 40 + 1, 2 ** 53], 64, 3, {}],
    ["another base", [1, 1000, 123_456, 999_999], 64, 3, { base: 500_000 }],
  ])("%s", (_, positions, d, every, settings) => {
    expect(largestError(positions, d, every, settings)).toBeLessThanOrEqual(4e-16);
  });
});

test("the rates are the float64 numbers nearest to the exact ones", () => {
  const { values } = powerFrequencies({ base: 10_000, step: 2, denominator: 512 }, 256);
  for (const [pair, rate] of values.entries()) {
    expect(rate).toBe(new D(10_000).pow(new D(-2 * pair).div(512)).toNumber());
  }
});

test("a rate that fixed point cannot hold is still a number: (1e300)^(−1/2) = 1e-150", () => {
  const { values } = powerFrequencies({ base: 1e300, step: 2, denominator: 4 }, 2);
  expect(Math.abs(values[1] / 1e-150 - 1)).toBeLessThan(1e-13);
});

test("a longer table starts with the shorter one, bit for bit", () => {
  const rows = (length: number, offset = 0) =>
    toRows(matrixOf(posenc({}, { length, dModel: 16, offset }), "encoding"));
  const long = rows(1500);
  expect(rows(3)).toEqual(long.slice(0, 3));
  expect(rows(10, 1200)).toEqual(long.slice(1200, 1210));
  expect(toRows(matrixOf(posenc({ positions: [[1203, 7]] }, { dModel: 16 }), "encoding"))).toEqual([
    long[1203],
    long[7],
  ]);
});

test("frequencies that are given count as exactly what they are", () => {
  const frequencies = givenFrequencies(Float64Array.of(0.1, 3.7));
  const out = createMatrix(1, 4);
  const target = (first: number) => ({ data: out.data, cols: 4, first, step: 2 });
  writeWaves(Float64Array.of(1e6 + 1), frequencies, target(0), target(1));
  const angles = [0.1, 3.7].map((rate) =>
    new D(BigInt(rate * 2 ** 56).toString()).div(new D(2).pow(56)).times(1e6 + 1),
  );
  const wanted = angles.flatMap((angle) => [angle.sin().toNumber(), angle.cos().toNumber()]);
  expect(out).toBeCloseToMatrix([wanted], { atol: 4e-16, rtol: 0 });
});

test("fixed point holds π and every float64", () => {
  expect(fromFixedPoint(PI)).toBe(Math.PI);
  const digits = new D(PI.toString()).div(new D(2).pow(192));
  // decimal.js's own π.
  expect(digits.minus(D.acos(-1)).abs().toNumber()).toBeLessThan(2 ** -190);
  for (const value of [0, 1, -2.5, 0.1, 1e-20, 123456.789])
    expect(fromFixedPoint(toFixedPoint(value))).toBe(value);
});
