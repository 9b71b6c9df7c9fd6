import { describe, expect, test } from "vitest";
import {
  cutAll,
  cutAllSignificant,
  type RoundAll,
  roundAll,
  roundAllSignificant,
  truncateDecimals,
} from "../../../src/check/rounding.js";

const rounded = (how: RoundAll, digits: number, ...numbers: number[]) => [
  ...how(Float64Array.from(numbers), digits),
];

describe("every number is rounded", () => {
  test("halves away from zero", () => {
    const numbers = [0.125, 0.135, -0.125, -0.135, 0.126, 0.124];
    expect(rounded(roundAll, 2, ...numbers)).toEqual([0.13, 0.14, -0.13, -0.14, 0.13, 0.12]);
  });

  test("to significant digits", () =>
    // Whole numbers are written as they are.
    expect(rounded(roundAllSignificant, 2, 0.01234, 1250.5, 1250, 0)).toEqual([0.012, 1300, 1250, 0]));

  test("digits are cut off, behind the point or of all", () => {
    expect(rounded(cutAll, 2, 0.6698, -0.6698, 1.999)).toEqual([0.66, -0.66, 1.99]);
    const numbers = [0.012987, 1999.5, 1999, -0.6698, 0];
    expect(rounded(cutAllSignificant, 2, ...numbers)).toEqual([0.012, 1900, 1999, -0.66, 0]);
  });
});

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
