import { expect, test } from "vitest";
import { largestOf, noteLargest } from "../../../src/math/largest.js";

test.each([
  [[1, -3, 2], 3],
  [[-0], 0],
  [[], 0],
  [[1, Number.NEGATIVE_INFINITY], Number.POSITIVE_INFINITY],
  [[Number.NaN, Number.POSITIVE_INFINITY, 1], Number.NaN],
])("the largest of %o is %f", (numbers, largest) => {
  expect(largestOf(Float64Array.from(numbers))).toBe(largest);
});

test("what was noted is not looked for", () => {
  const numbers = Float64Array.of(1, 2);
  noteLargest(numbers, 5);
  expect(largestOf(numbers)).toBe(5);
});
