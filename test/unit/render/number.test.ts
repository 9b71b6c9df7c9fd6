import { Decimal } from "decimal.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseFormat, formatExact, type Precision, type Tiny } from "../../../src/render/number.js";

const written = (numbers: readonly number[], precision: Precision = 4) =>
  numbers.map(chooseFormat([Float64Array.from(numbers)], precision));

describe("the numbers of one table", () => {
  test.each<[string, number[], Precision, string[]]>([
    ["fixed decimals", [0.5, -1.25, 12], 4, ["0.5000", "-1.2500", "12.0000"]],
    ["whole numbers have no decimals", [1, -2, 0], 4, ["1", "-2", "0"]],
    ["whole numbers keep their digits", [123456789012345, 1], 4, ["123456789012345", "1"]],
    ["whole numbers beyond 15 digits", [1e15, 1], 2, ["1.00e15", "1"]],
    [
      "what is not finite leaves whole numbers whole",
      [1, Number.NaN, Infinity, -Infinity],
      4,
      ["1", "NaN", "∞", "−∞"],
    ],
    ["a nonzero number is never 0", [0.5, 3.2e-7, -0.00004], 4, ["0.5000", "3.2e-7", "-4.0e-5"]],
    [
      "the smallest that fixed decimals can show",
      [0.5, 0.00005, 0.0000499],
      4,
      ["0.5000", "0.0001", "5.0e-5"],
    ],
    ["few decimals: tiny numbers in full", [0.5, 0.0034, 0.2], 0, ["1", "0.0034", "0.20"]],
    [
      "a row of tiny numbers is scientific throughout",
      [0.0005, 0, -1e-9],
      4,
      ["5.0000e-4", "0", "-1.0000e-9"],
    ],
    ["huge numbers are scientific, their neighbours not", [12345678.5, 0.5], 4, ["1.2346e7", "0.5000"]],
    ["a carry through the mantissa", [9.99996e-9, 0.5], 4, ["1.0e-8", "0.5000"]],
    [
      "the smallest double",
      [5e-324, 0.5],
      4,
      ["4.9e-324", "0.5000"].map((text) => text.replace("4.9", "5.0")),
    ],
    ["minus zero is zero", [-0, 0.5], 4, ["0.0000", "0.5000"]],
    ["minus zero among whole numbers", [-0, 2], 4, ["0", "2"]],
    ["nearly one rounds to one", [0.99999, 0.00001], 4, ["1.0000", "1.0e-5"]],
    [
      "full: shortest digits, and minus zero",
      [0.1 + 0.2, -0, 1e21],
      "full",
      ["0.30000000000000004", "-0", "1e+21"],
    ],
    ["many decimals", [0.1, 1 / 3], 10, ["0.1000000000", "0.3333333333"]],
    ["no numbers at all", [], 4, []],
  ])("%s", (_, numbers, precision, expected) => {
    expect(written(numbers, precision)).toEqual(expected);
  });

  // 1.005 is 1.00499999999999989… in binary; people see 1.005 and round it up.
  test.each([
    [1.005, 2, "1.01"],
    [-1.005, 2, "-1.01"],
    [2.5, 0, "3"],
    [0.15, 1, "0.2"],
    [1.45, 1, "1.5"],
    [8.345, 2, "8.35"],
    [0.12345, 4, "0.1235"],
  ])("%d to %d decimals is %s", (value, decimals, expected) => {
    expect(chooseFormat([Float64Array.of(value)], decimals)(value)).toBe(expected);
  });

  test("rounds as the decimal digits do, half away from zero", () => {
    const decimalLike = fc
      .tuple(fc.integer({ min: -10_000_000, max: 10_000_000 }), fc.integer({ min: 0, max: 9 }))
      .map(([digits, places]) => Number(`${digits}e-${places}`));
    fc.assert(
      fc.property(
        fc.oneof(decimalLike, fc.double({ min: -1e6, max: 1e6 })),
        fc.integer({ min: 0, max: 12 }),
        (value, decimals) => {
          const format = chooseFormat([Float64Array.of(value, 0.5)], decimals);
          const rounded = new Decimal(value).toFixed(decimals, Decimal.ROUND_HALF_UP);
          if (Number(rounded) === 0) {
            expect(Number(format(value)) === 0).toBe(value === 0);
          } else {
            expect(format(value)).toBe(rounded);
          }
        },
      ),
      { seed: 2, numRuns: 3000 },
    );
  });

  test("never writes a number as 0 that is not", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true })),
        fc.integer({ min: 0, max: 8 }),
        (numbers, decimals) => {
          const texts = written(numbers, decimals);
          expect(texts.map((text) => /^-?[0.]+$/.test(text))).toEqual(numbers.map((value) => value === 0));
        },
      ),
      { seed: 3 },
    );
  });

  // 0.001 < 0.005, half of the last of two decimals; 0.005 itself is rounded away from zero, to 0.01.
  test.each<[Tiny, number, string[]]>([
    ["bound", 2, ["0.50", "<0.005", ">-0.005", "0.01", "0.00"]],
    ["bound", 0, ["1", "<0.5", ">-0.5", "<0.5", "0"]],
    ["zero", 2, ["0.50", "0.00", "0.00", "0.01", "0.00"]],
    ["zero", 0, ["1", "0", "0", "0", "0"]],
  ])("what rounds to 0 as %s, to %d decimals", (tiny, decimals, expected) => {
    const numbers = Float64Array.of(0.5, 0.001, -0.0049, 0.005, 0);
    expect(Array.from(numbers, chooseFormat([numbers], decimals, tiny))).toEqual(expected);
  });

  test("decimals that are asked for are kept to where all numbers are tiny", () => {
    const numbers = Float64Array.of(0.0005, 0, -1e-9);
    expect(Array.from(numbers, chooseFormat([numbers], 4, "bound"))).toEqual([
      "0.0005",
      "0.0000",
      ">-0.00005",
    ]);
    expect(Array.from(numbers, chooseFormat([numbers], 4, "zero"))).toEqual(["0.0005", "0.0000", "0.0000"]);
  });

  test("full reads back to the same number", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(formatExact(value))).toBe(value);
      }),
      { seed: 4 },
    );
  });
});
