import { describe, expect, test } from "vitest";
import { EXACT_DECIMALS, isWrittenAs, toleranceOf, typedDecimals } from "../../../src/math/written.js";

describe("the decimals of what was typed", () => {
  test.each([
    ["3", 0],
    ["0.50", 2],
    [".5", 1],
    ["5.", 0],
    ["-1.25", 2],
    ["+1.25", 2],
    [" 0.5 ", 1],
    // 3e-7 is 0.0000003: the last digit is in place 7. For 1.5e-3 it is in place 1 + 3, for 1.25e1 in 2 − 1, for 1.5e2
    // one place before the point. Without digits after the point, a power of ten is a whole number.
    ["3e-7", 7],
    ["1.5e-3", 4],
    ["1.5E-3", 4],
    ["1.25e1", 1],
    ["1.25e+1", 1],
    ["1.5e2", -1],
    ["1.50e+03", -1],
    ["1e2", 0],
    ["1.e+02", 0],
    ["12.75e-10", 12],
    ["1e-10", 10],
    ["1e12", 0],
    [".55", 2],
    [".5e-1", 2],
    // No double has more places.
    ["0.123456789012345678", EXACT_DECIMALS],
  ])("%j has %d", (text, decimals) => expect(typedDecimals(text)).toBe(decimals));

  test.each(["1/3", "√2", "1e", "e5", ".", "", "1.2.3", "--1", "x1", "1x", "1e1x", "x.5"])(
    "%j is no plain decimal",
    (text) => expect(typedDecimals(text)).toBe(EXACT_DECIMALS),
  );
});

describe("what a number may differ by", () => {
  test("half a unit of the last digit, and a billionth of what it is, at least of 1", () => {
    expect(toleranceOf({ value: 0.5, decimals: 2 })).toBeCloseTo(0.005 + 1e-9, 15);
    expect(toleranceOf({ value: -400, decimals: 0 })).toBeCloseTo(0.5 + 4e-7, 12);
    // In 1.5e3 the last digit counts hundreds: half of one is 50.
    expect(toleranceOf({ value: 100, decimals: -2 })).toBeCloseTo(50 + 1e-7, 12);
    expect(toleranceOf({ value: 1, decimals: 15 })).toBeCloseTo(5e-16 + 1e-9, 20);
  });

  test.each([
    // 0.67 stands for 0.665 to 0.675.
    [0.6698, 0.67, 2, true],
    [0.675, 0.67, 2, true],
    [0.6751, 0.67, 2, false],
    [0.665, 0.67, 2, true],
    [0.6649, 0.67, 2, false],
    [-0.6698, -0.67, 2, true],
    [0.6698, -0.67, 2, false],
    [Number.NaN, Number.NaN, 0, true],
    [Number.NaN, 1, 0, false],
    [1, Number.NaN, 0, false],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, true],
    [Number.POSITIVE_INFINITY, 1e9, 0, false],
    [1e9, Number.POSITIVE_INFINITY, 0, false],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, false],
    // A person's −100 or lower stands for −∞. So does a program's −1000 or lower.
    [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, true],
    [Number.NEGATIVE_INFINITY, -1e9, 0, true],
    [Number.NEGATIVE_INFINITY, -100, 0, true],
    [Number.NEGATIVE_INFINITY, -99, 0, false],
    [-1e9, Number.NEGATIVE_INFINITY, 0, true],
    [-1000, Number.NEGATIVE_INFINITY, 0, true],
    [-999, Number.NEGATIVE_INFINITY, 0, false],
    [-1e9, -1000, 0, false],
  ])("%d is written as %d with %d decimals: %s", (number, value, decimals, expected) =>
    expect(isWrittenAs(number, { value, decimals })).toBe(expected),
  );
});

test("a number of many digits that is a float32 may differ by what that type adds, a double not", () => {
  // 0.578885018825531 is the float32 nearest to 0.578885; 2^−22 = 2.384e-7.
  expect(toleranceOf({ value: Math.fround(0.578885), decimals: 15 })).toBeCloseTo(2.394e-7, 9);
  expect(toleranceOf({ value: 0.578885018825532, decimals: 15 })).toBeCloseTo(1e-9, 12);
  expect(toleranceOf({ value: 0.00123456789012345, decimals: 15 })).toBeCloseTo(1e-9, 12);
});
