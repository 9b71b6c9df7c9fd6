import { Decimal } from "decimal.js";
import { describe, expect, test } from "vitest";
import {
  divideFixed,
  expFixed,
  fromFixedPoint,
  lnFixed,
  multiplyFixed,
  ONE,
  toFixedPoint,
} from "../../../src/math/fixed-point.js";
import { givenFrequencies, powerFrequencies } from "../../../src/math/frequencies.js";

const D = Decimal.clone({ precision: 90 });
const TWO_192 = new D(2).pow(192);
/** The exact binary value of a float64: 0.1 is not a tenth. */
function exactly(value: number): Decimal {
  let [whole, halvings] = [value, 0];
  for (; !Number.isInteger(whole); halvings++) whole *= 2;
  return new D(BigInt(whole).toString()).div(new D(2).pow(halvings));
}
const decimalOf = (fixed: bigint) => new D(fixed.toString()).div(TWO_192);

describe("numbers in fixed point", () => {
  test("are multiples of 2^−192", () => {
    expect(ONE).toBe(2n ** 192n);
    expect(toFixedPoint(0.75)).toBe(3n * 2n ** 190n);
    expect(toFixedPoint(-3)).toBe(-3n * 2n ** 192n);
    expect(toFixedPoint(2 ** 60)).toBe(2n ** 252n);
    expect(toFixedPoint(0)).toBe(0n);
    // Smaller bits are cut off.
    expect(toFixedPoint(2 ** -192)).toBe(1n);
    expect(toFixedPoint(2 ** -193)).toBe(0n);
    expect(fromFixedPoint(-5n * 2n ** 191n)).toBe(-2.5);
  });

  test("are not infinite, nor NaN", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
      expect(() => toFixedPoint(value)).toThrow(`${value} has no fixed-point number`);
  });

  test("are multiplied and divided, and cut", () => {
    // 1.5 · 2.5, 7.5 / 2.5; 3·2^−192 / 2 is 1.5·2^−192; ⅓
    expect(multiplyFixed(toFixedPoint(1.5), toFixedPoint(2.5))).toBe(toFixedPoint(3.75));
    expect(divideFixed(toFixedPoint(7.5), toFixedPoint(2.5))).toBe(3n * ONE);
    expect(multiplyFixed(3n, ONE / 2n)).toBe(1n);
    expect(divideFixed(ONE, 3n * ONE)).toBe((2n ** 192n - 1n) / 3n);
    expect(() => divideFixed(ONE, 0n)).toThrow(RangeError);
  });
});

// Against decimal.js with 90 digits; 2^−175 is 2·10^−53.
describe("logarithms and powers", () => {
  test.each([1, 2, 1.5, 0.5, 0.7, 3, 10, 10_000, 1e-9, 1e300, 2 ** -1000])("ln %d", (value) => {
    const wanted = exactly(value).ln();
    const error = decimalOf(lnFixed(value)).minus(wanted).div(Decimal.max(1, wanted.abs()));
    expect(error.abs().toNumber()).toBeLessThan(2 ** -180);
  });

  test.each([0, Number.NaN, -1, Number.POSITIVE_INFINITY])("there is none of %d", (value) => {
    expect(() => lnFixed(value)).toThrow(`${value} has no logarithm`);
  });

  test.each([0, 1, -1, 0.3, -0.3, Math.LN2, -Math.LN2, 5, -20, 40.25])("e^%d", (value) => {
    const wanted = exactly(value).exp();
    const error = decimalOf(expFixed(toFixedPoint(value))).minus(wanted);
    const largest = Decimal.max(1, wanted);
    expect(error.div(largest).abs().toNumber()).toBeLessThan(2 ** -175);
  });
});

describe("frequencies", () => {
  test("are the powers of a base", () => {
    // 16^(−2i/4): 1, ¼, 1/16
    const rule = { base: 16, step: 2, denominator: 4 };
    const { values, exact, power } = powerFrequencies(rule, 3);
    expect([...values]).toEqual([1, 0.25, 0.0625]);
    for (const [pair, frequency] of exact.entries())
      expect(decimalOf(frequency).minus(new D(4).pow(-pair)).abs().toNumber()).toBeLessThan(2 ** -175);
    expect(power).toEqual(rule);
  });

  test("are the nearest float64 numbers, where a power of a float64 is not always", () => {
    const { values } = powerFrequencies({ base: 10_000, step: 2, denominator: 512 }, 64);
    const nearest = [...values].map((_, pair) => new D(10_000).pow(new D(-2 * pair).div(512)).toNumber());
    expect([...values]).toEqual(nearest);
  });

  test("smaller than fixed point can hold are worked out in float64", () => {
    // (2^400)^(−2i/4) is 2^−200, which is less than 2^−192.
    const { values } = powerFrequencies({ base: 2 ** 400, step: 2, denominator: 4 }, 3);
    expect([...values]).toEqual([1, 2 ** -200, 2 ** -400]);
  });

  test("that are given are what they say", () => {
    const given = givenFrequencies(Float64Array.of(0.5, 3));
    expect(given).toEqual({ values: Float64Array.of(0.5, 3), exact: [ONE / 2n, 3n * ONE] });
  });
});
