import { describe, expect, test } from "vitest";
import { displayed, formatCode, withoutNoise } from "../../../../src/input/containers/number-format.js";

// What Excel shows of a stored number, as its documentation of formats says.

const CASES: readonly (readonly [value: number, code: string, shown: string | undefined])[] = [
  [0.28399, "0.00", "0.28"],
  [0.125, "0.00", "0.13"],
  [-0.125, "0.00", "-0.13"],
  // Stored as 1.00499999999999989; Excel rounds its 15 digits.
  [1.005, "0.00", "1.01"],
  [-0.001, "0.00", "0.00"],
  [2, "0", "2"],
  [0.5, "0.0#", "0.5"],
  [3, "0.##", "3"],
  [1234.5, "#,##0.00", "1234.50"],
  [0.2839, "0%", "28%"],
  [0.2839, "0.0%", "28.4%"],
  [12345, "0.00E+00", "1.23e4"],
  [0.00012345, "0.00E+00", "1.23e-4"],
  [-2.5, "0.00_ ;[Red]\\-0.00\\ ", "2.50"],
  [1.5, '0.0" kg"', "1.5"],
  [1.5, "General", undefined],
  [0.5, "# ?/?", undefined],
  [45636, "m/d/yyyy", "2024-12-10"],
  [45636.5, "yyyy-mm-dd h:mm", "2024-12-10 12:00"],
  [0.25, "h:mm", "06:00"],
];

test.each(CASES)("%d as %s", (value, code, shown) => {
  // The section for numbers below zero has its own sign.
  expect(displayed(value, code)).toBe(code.includes(";") ? `-${shown}` : shown);
});

test("the formats that Excel does not write into a file are known by their numbers", () => {
  expect([2, 10, 14, 49, 30].map((id) => formatCode(id, new Map()))).toEqual([
    ...["0.00", "0.00%", "m/d/yyyy", "@", "yyyy-mm-dd"],
  ]);
  expect(formatCode(164, new Map([[164, "0.000"]]))).toBe("0.000");
});

test("dates of old workbooks of a Mac count from 1904", () => {
  // 1462 days lie between the two.
  expect(displayed(45636 - 1462, "yyyy-mm-dd", true)).toBe("2024-12-10");
});

describe("a number that no format rounds", () => {
  test("loses what is noise beside its neighbours", () => {
    expect(withoutNoise(0.330000000000001, ["0.67"])).toBe("0.33");
    expect(withoutNoise(0.1 + 0.2, [])).toBe("0.3");
  });

  test("keeps its digits otherwise", () => {
    expect(withoutNoise(0.6652409557748219, ["0.24"])).toBe("0.665240955774822");
  });
});
