import { expect, test } from "vitest";
import {
  addFractions,
  fraction,
  invertFraction,
  multiplyFractions,
  squareRoot,
  toFraction,
  wholeRoot,
} from "../../../src/math/fraction.js";

test.each([
  [0.1, 1n, 10n],
  [-2.5, -5n, 2n],
  [1e-7, 1n, 10_000_000n],
  [12_000, 12_000n, 1n],
  [-7, -7n, 1n],
  [0, 0n, 1n],
])("%d is the decimal that is seen", (value, numerator, denominator) => {
  expect(toFraction(value)).toEqual({ numerator, denominator });
});

test("fractions are in lowest terms, with the sign above", () => {
  expect(fraction(6n, -4n)).toEqual({ numerator: -3n, denominator: 2n });
  expect(fraction(-6n, -4n)).toEqual({ numerator: 3n, denominator: 2n });
  expect(fraction(0n, -4n)).toEqual({ numerator: 0n, denominator: 1n });
  // 1/6 + 1/3 = 1/2
  expect(addFractions(fraction(1n, 6n), fraction(1n, 3n))).toEqual({ numerator: 1n, denominator: 2n });
  // 2/3 · 9/4 = 3/2
  expect(multiplyFractions(fraction(2n, 3n), fraction(9n, 4n))).toEqual({ numerator: 3n, denominator: 2n });
  // 1 / (−2/3) = −3/2
  expect(invertFraction(fraction(-2n, 3n))).toEqual({ numerator: -3n, denominator: 2n });
});

test("what is no fraction is refused", () => {
  expect(() => fraction(1n, 0n)).toThrow(new RangeError("the denominator is 0"));
  expect(() => invertFraction(fraction(0n))).toThrow(RangeError);
  expect(() => toFraction(Number.NaN)).toThrow(new RangeError("NaN is no fraction"));
  expect(() => toFraction(Number.NEGATIVE_INFINITY)).toThrow(RangeError);
});

test.each([
  // √8 = 2√2, √(1/2) = √2/2, √(9/4) = 3/2, √(2/3) = √6/3, √72 = 6√2, √27 = 3√3
  { of: [8n, 1n], factor: [2n, 1n], radicand: 2n },
  { of: [1n, 2n], factor: [1n, 2n], radicand: 2n },
  { of: [9n, 4n], factor: [3n, 2n], radicand: 1n },
  { of: [2n, 3n], factor: [1n, 3n], radicand: 6n },
  { of: [72n, 1n], factor: [6n, 1n], radicand: 2n },
  { of: [27n, 1n], factor: [3n, 1n], radicand: 3n },
  // 2003 is a prime above all that are tried: these go up to 1000. 997 is the last prime below.
  { of: [2003n * 2003n, 1n], factor: [2003n, 1n], radicand: 1n },
  { of: [2n * 2003n * 2003n, 1n], factor: [1n, 1n], radicand: 2n * 2003n * 2003n },
  { of: [2n * 997n * 997n, 1n], factor: [997n, 1n], radicand: 2n },
])("√($of)", ({ of: [numerator, denominator], factor: [above, below], radicand }) => {
  const root = squareRoot(fraction(numerator, denominator));
  expect(root).toEqual({ factor: { numerator: above, denominator: below }, radicand });
});

test("√0 is 0", () => {
  expect(squareRoot(fraction(0n)).factor).toEqual({ numerator: 0n, denominator: 1n });
});

test("whole roots", () => {
  expect(wholeRoot(10_000n, 4)).toBe(10n);
  expect(wholeRoot(10_000n, 3)).toBeUndefined();
  // A float64 cannot hold 10^400.
  expect(wholeRoot(10n ** 400n, 2)).toBeUndefined();
});
