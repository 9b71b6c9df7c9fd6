import { expect, test } from "vitest";
import { areAlike } from "../../../../src/input/documents/alike.js";
import { typedDecimals } from "../../../../src/math/written.js";

const cell = (text: string) => ({ value: Number(text), decimals: typedDecimals(text) });

test.each([
  ["0.5", "0.53", true, "one decimal more"],
  ["0.5", "0.71", false, "another number"],
  // A row of two such numbers is found in most matrices of one decimal.
  ["0.0", "-0.0107", false, "far more decimals"],
  ["1", "1.04", false, "a whole number"],
])("%s and %s may be the same number: %s, %s", (one, other, expected) => {
  expect(areAlike(cell(one), cell(other))).toBe(expected);
});
