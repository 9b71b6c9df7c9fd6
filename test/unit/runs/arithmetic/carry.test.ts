import { Decimal } from "decimal.js";
import { describe, expect, test } from "vitest";
import { attend, matrixOf, toRows, UserError } from "../../../../src/index.js";
import { roundDecimals, roundSignificant } from "../../../../src/math/decimal.js";
import { carriedAttend } from "../../../support/carried.js";
import { createRandom } from "../../../support/random.js";

describe("rounding of the decimal number a person sees", () => {
  test.each([
    [1.005, 2, 1.01],
    [2.675, 2, 2.68],
    [-1.005, 2, -1.01],
    [2.9 * 0.97 + 1.1 * 0.62, 2, 3.5], // 2.813 + 0.682 = 3.495, in doubles 3.4949999999999997
    [-(2.9 * 0.97 + 1.1 * 0.62), 2, -3.5],
    [3.4949999, 2, 3.49],
    [0.0049999, 2, 0],
    [0.5, 0, 1],
    [0.49, 0, 0],
    [9.995, 2, 10],
    [0.004, 2, 0],
    [0.005, 2, 0.01],
    [123, 2, 123],
    [1e21, 3, 1e21],
    [1e-9, 2, 0],
    [Number.NEGATIVE_INFINITY, 2, Number.NEGATIVE_INFINITY],
    [Number.NaN, 2, Number.NaN],
  ])("%d to %d decimals is %d", (value, decimals, expected) =>
    expect(roundDecimals(value, decimals)).toBe(expected),
  );

  test.each([
    [1234.5, 2, 1200],
    [0.0012345, 3, 0.00123],
    [9.99, 2, 10],
    [0.0995, 2, 0.1],
    [0, 3, 0],
  ])("%d to %d significant digits is %d", (value, count, expected) =>
    expect(roundSignificant(value, count)).toBe(expected),
  );

  test("agrees with decimal arithmetic on the shortest decimal", () => {
    const random = createRandom(8);
    for (let round = 0; round < 5000; round++) {
      const value = (2 * random() - 1) * 10 ** Math.floor(8 * random() - 4);
      const decimals = Math.floor(6 * random());
      const expected = new Decimal(String(value)).toDecimalPlaces(decimals, Decimal.ROUND_HALF_UP).toNumber();
      expect(roundDecimals(value, decimals)).toBe(expected + 0); // −0 is written 0
    }
  });
});

// q·k = 1, 1, 2 and d_k = 2 (fixtures/worked/causal-toy-last-row.json, where a person carries two decimals):
// 0.71 0.71 1.41, e^0.71 = 2.03, e^1.41 = 4.10, sum 8.16, weights 0.25 0.25 0.50, output 3.50 4.50.
const GIVEN = {
  query: [[1, 1]],
  key: [
    [1, 0],
    [0, 1],
    [1, 1],
  ],
  value: [
    [1, 2],
    [3, 4],
    [5, 6],
  ],
};

test("every step is rounded before the next, as the published calculation does", () => {
  const carried = carriedAttend(GIVEN, { unit: "decimals", count: 2 });
  expect(toRows(matrixOf(carried, "scaled-scores"))).toEqual([[0.71, 0.71, 1.41]]);
  expect(toRows(matrixOf(carried, "exponentials"))).toEqual([[2.03, 2.03, 4.1]]);
  expect(toRows(matrixOf(carried, "row-sums"))).toEqual([[8.16]]);
  expect(toRows(matrixOf(carried, "weights"))).toEqual([[0.25, 0.25, 0.5]]);
  expect(toRows(matrixOf(carried, "output"))).toEqual([[3.5, 4.5]]);
  expect(carried.conventions.at(-1)?.text).toBe("every step rounded to 2 decimals before the next");
});

test("only the steps that are named", () => {
  const carried = carriedAttend(GIVEN, { unit: "decimals", count: 1 }, ["output"]);
  expect(matrixOf(carried, "weights")).toEqual(matrixOf(attend(GIVEN), "weights"));
  expect(toRows(matrixOf(carried, "output"))).toEqual([[3.5, 4.5]]);
  expect(() => carriedAttend(GIVEN, { unit: "decimals", count: 1 }, ["outptu"])).toThrow(UserError);
});

test("significant digits", () => {
  const carried = carriedAttend(GIVEN, { unit: "digits", count: 2 });
  expect(toRows(matrixOf(carried, "exponentials"))).toEqual([[2, 2, 4.1]]); // e^0.71 = 2.03 → 2.0, e^1.4 = 4.06 → 4.1
});
