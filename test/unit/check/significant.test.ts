import { describe, expect, test } from "vitest";
import { magnitudeOf, significantDigitsOf } from "../../../src/check/significant.js";
import { EXACT_DECIMALS, typedDecimals } from "../../../src/math/written.js";

/** The cells of a step as someone typed them; "-" is blank. */
const cells = (text: string) =>
  text
    .split(" ")
    .map((cell) => (cell === "-" ? null : { value: Number(cell), decimals: typedDecimals(cell) }));

test.each([
  [148, 2],
  [100, 2],
  [1000, 3],
  [0.0512, -2],
  [0.001, -3],
  [-9.99, 0],
])("the first digit of %d stands for 10^%d", (value, power) => expect(magnitudeOf(value)).toBe(power));

describe("the significant digits of a sheet", () => {
  test.each([
    // Three digits each, of which one number has four decimals, the other two.
    [["0.0512 1.48"], 3],
    [["-0.0512 -1.48"], 3],
    [["0.05 1.48 0.0512"], 3],
    [["20.1 0.368 148"], 3],
    // Two decimals each: 1.48 has the most digits, and no other number as many.
    [["0.05 1.48"], undefined],
    [["0.12 0.50"], undefined],
    [["0.12 1.48 2.50"], undefined],
    // One step with four decimals, another with two, are two steps with decimals.
    [["0.0512 0.0340", "1.48 2.51"], undefined],
    [["1.00 2.51", "0.0512 1.48 -"], 3],
    // Whole numbers, 0, infinities and what is exact say nothing.
    [["148 20 1e-2"], undefined],
    [["0.000 1.48 2.51"], undefined],
    [["100 0.50 0.051"], 2],
    [["0.12 123"], undefined],
    // 1.10e3 has three, and its last one stands for tens; 1e3 is a whole number.
    [["1.10e3 0.368"], 3],
    [["1e3 0.368"], undefined],
    // One digit each may be two decimals without the zeros at their ends.
    [["0.9 0.1 0.02"], undefined],
    [["5 0.2 0.03"], undefined],
    [["0.90 0.10 0.020"], 2],
    [[""], undefined],
    [[], undefined],
  ])("%j: %s", (steps, expected) => expect(significantDigitsOf(steps.map(cells))).toBe(expected));

  test("a number that was written exactly, or infinite, has none to speak of", () => {
    const exact = { value: 1 / 3, decimals: EXACT_DECIMALS };
    const infinite = { value: Number.POSITIVE_INFINITY, decimals: 2 };
    expect(significantDigitsOf([[exact, { value: 20 / 3, decimals: EXACT_DECIMALS - 1 }]])).toBeUndefined();
    expect(significantDigitsOf([[infinite, ...cells("0.05 1.48")]])).toBeUndefined();
  });
});
