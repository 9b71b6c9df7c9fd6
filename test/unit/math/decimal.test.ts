import { describe, expect, test } from "vitest";
import {
  decimalsNeeded,
  roundDecimals,
  roundDigits,
  roundSignificant,
  shortestDigits,
  truncateDecimals,
} from "../../../src/math/decimal.js";

describe("rounding as a person does", () => {
  test.each([
    [1.234, 2, 1.23],
    [1.236, 2, 1.24],
    [-1.236, 2, -1.24],
    [-1.234, 2, -1.23],
    // Halves are rounded away from zero, even if the double is below the half: 1.005 is 1.00499999999999989…
    [0.5, 0, 1],
    [-0.5, 0, -1],
    [2.5, 0, 3],
    [1.005, 2, 1.01],
    [-1.005, 2, -1.01],
    // 2.9·0.97 + 1.1·0.62 = 2.813 + 0.682 = 3.495, in doubles 3.4949999999999997
    [2.9 * 0.97 + 1.1 * 0.62, 2, 3.5],
    // Differences in a person's decimals are no noise: 0.499999 rounds down.
    [0.499999, 0, 0],
    [0.49999, 0, 0],
    [1.4999999, 0, 1],
    [0.0049, 2, 0],
    [0.004, 2, 0],
    [0.0004, 2, 0],
    // Before the point: tens, hundreds.
    [1234, -2, 1200],
    [1250, -2, 1300],
    [-1250, -2, -1300],
    [49, -2, 0],
    [50, -2, 100],
    [4, -2, 0],
    // More places than there are change nothing.
    [0.1, 20, 0.1],
    [0.1, 30, 0.1],
    [123.25, 2, 123.25],
    // Above a billion in the last place, the digits decide: 12345678901.235 is a half.
    [12345678901.235, 2, 12345678901.24],
    [12345678901.234, 2, 12345678901.23],
    [-12345678901.235, 2, -12345678901.24],
    [123456789.5, 0, 123456790],
    [9.995, 2, 10],
    // Halves whose product with the power of ten is below the half: 853377041.4999999, and 275596257749904.47.
    [8533770.415, 2, 8533770.42],
    [-8533770.415, 2, -8533770.42],
    [275596257749.9045, 3, 275596257749.905],
    [99999999999.995, 2, 100000000000],
    [0, 2, 0],
    [Number.POSITIVE_INFINITY, 2, Number.POSITIVE_INFINITY],
    [Number.NEGATIVE_INFINITY, 2, Number.NEGATIVE_INFINITY],
    [Number.NaN, 2, Number.NaN],
  ])("%d to %d decimals is %d", (value, decimals, expected) =>
    expect(roundDecimals(value, decimals)).toBe(expected),
  );

  test("what rounds to nothing is 0, and no −0; a −0 stays", () => {
    expect(roundDecimals(-0.001, 2)).toBe(0);
    expect(roundDecimals(-4, -2)).toBe(0);
    expect(roundDecimals(-0, 2)).toBe(-0);
    expect(roundDecimals(-0.4, 0)).toBe(0);
  });

  test.each([
    [0.012345, 2, 0.012],
    [0.0125, 2, 0.013],
    [1234.5, 2, 1200],
    [-1250, 2, -1300],
    [9.96, 2, 10],
    [5, 3, 5],
    [0, 3, 0],
    [Number.POSITIVE_INFINITY, 2, Number.POSITIVE_INFINITY],
    [Number.NaN, 2, Number.NaN],
  ])("%d to %d significant digits is %d", (value, count, expected) =>
    expect(roundSignificant(value, count)).toBe(expected),
  );
});

test("the shortest digits of a number, and its exponent", () => {
  expect(shortestDigits(123.25)).toEqual({ digits: "12325", exponent: 2 });
  expect(shortestDigits(-0.005)).toEqual({ digits: "5", exponent: -3 });
  expect(shortestDigits(1e21)).toEqual({ digits: "1", exponent: 21 });
});

test.each([
  ["12325", 3, "123"],
  ["12355", 4, "1236"],
  ["12345", 4, "1235"],
  ["12344", 4, "1234"],
  ["999", 2, "100"],
  ["12", 2, "12"],
  ["12", 4, "1200"],
  ["5", 0, "1"],
  ["49", 0, ""],
])("of the digits %s the first %d are %s", (digits, keep, expected) =>
  expect(roundDigits(digits, keep)).toBe(expected),
);

test.each([
  [0.125, 3],
  [-1.5, 1],
  [1200, 0],
  [1e-7, 7],
  [0, 0],
  [Number.NaN, 0],
  [Number.POSITIVE_INFINITY, 0],
])("%d is written with %d decimals", (value, decimals) => expect(decimalsNeeded(value)).toBe(decimals));

describe("digits cut off one number", () => {
  test.each([
    // 0.29 · 100 is 28.999999999999996, and 1.1 + 2.2 is 3.3000000000000003: noise cuts nothing off.
    [0.29, 2, 0.29],
    [-0.29, 2, -0.29],
    [1.1 + 2.2, 1, 3.3],
    [0.2999, 2, 0.29],
    [1999, -2, 1900],
    [Number.POSITIVE_INFINITY, 2, Number.POSITIVE_INFINITY],
    [Number.NEGATIVE_INFINITY, 2, Number.NEGATIVE_INFINITY],
    [Number.NaN, 2, Number.NaN],
  ])("%d to %d decimals: %d", (value, decimals, expected) =>
    expect(truncateDecimals(value, decimals)).toBe(expected),
  );
});
