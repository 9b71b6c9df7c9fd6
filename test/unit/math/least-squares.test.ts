import { expect, test } from "vitest";
import { leastSquares } from "../../../src/math/least-squares.js";

test("as many equations as unknowns are solved", () => {
  // x + y = 3 and x − y = 1: x = 2, y = 1.
  const found = leastSquares(
    [
      { factors: [1, 1], right: 3 },
      { factors: [1, -1], right: 1 },
    ],
    2,
  );
  expect(found?.[0]).toBeCloseTo(2, 10);
  expect(found?.[1]).toBeCloseTo(1, 10);
});

test("of more equations the squares of what is left are least", () => {
  // For x = 1 and x = 3 the best x is 2. 2x = 12 counts four times: (1 + 3 + 24) / 6 = 4.67.
  const two = [1, 3].map((right) => ({ factors: [1], right }));
  expect(leastSquares(two, 1)?.[0]).toBeCloseTo(2, 10);
  expect(leastSquares([...two, { factors: [2], right: 12 }], 1)?.[0]).toBeCloseTo(28 / 6, 10);
});

test("an unknown that stands in no equation is 0", () => {
  expect(Array.from(leastSquares([{ factors: [0, 2], right: 6 }], 2) ?? [])[0]).toBe(0);
});

test("what is no number gives none", () => {
  expect(leastSquares([{ factors: [1], right: Number.NaN }], 1)).toBeUndefined();
});
