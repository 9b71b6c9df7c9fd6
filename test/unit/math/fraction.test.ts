import { expect, test } from "vitest";
import { addFractions, fraction, fractionOf, squareRoot, wholeRoot } from "../../../src/math/fraction.js";

test.each([
  [0.1, 1n, 10n],
  [-2.5, -5n, 2n],
  [1e-7, 1n, 10_000_000n],
  [12_000, 12_000n, 1n],
  [0, 0n, 1n],
])("%d is the decimal that is seen", (value, numerator, denominator) => {
  expect(fractionOf(value)).toEqual({ numerator, denominator });
});

test("fractions are in lowest terms, with the sign above", () => {
  expect(fraction(6n, -4n)).toEqual({ numerator: -3n, denominator: 2n });
  // 1/6 + 1/3 = 1/2
  expect(addFractions(fraction(1n, 6n), fraction(1n, 3n))).toEqual(fraction(1n, 2n));
  expect(() => fraction(1n, 0n)).toThrow(RangeError);
  expect(() => fractionOf(Number.NaN)).toThrow(RangeError);
});

test.each([
  // √8 = 2√2, √(1/2) = √2/2, √(9/4) = 3/2, √(2/3) = √6/3
  [fraction(8n), fraction(2n), 2n],
  [fraction(1n, 2n), fraction(1n, 2n), 2n],
  [fraction(9n, 4n), fraction(3n, 2n), 1n],
  [fraction(2n, 3n), fraction(1n, 3n), 6n],
  // 2003 is a prime above all that are tried.
  [fraction(2003n * 2003n), fraction(2003n), 1n],
  [fraction(0n), fraction(0n), 0n],
])("√%o", (value, factor, radicand) => {
  const root = squareRoot(value);
  expect(root.factor).toEqual(factor);
  if (factor.numerator !== 0n) expect(root.radicand).toBe(radicand);
});

test("whole roots", () => {
  expect(wholeRoot(10_000n, 4)).toBe(10n);
  expect(wholeRoot(10_000n, 3)).toBeUndefined();
});
