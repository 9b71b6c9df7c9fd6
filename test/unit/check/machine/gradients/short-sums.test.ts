import { expect, test } from "vitest";
import { FLOAT_TYPES } from "../../../../../src/check/machine/float-types.js";
import { sumShort } from "../../../../../src/check/machine/gradients/short-sums.js";
import { createMatrix } from "../../../../../src/math/matrix.js";

// bfloat16 has steps of 2^−7 between 1 and 2: 1 + 2^−8 is the middle of two of them.
const ONES = createMatrix(1, 3, () => 1);
const TERMS = createMatrix(3, 1, (row) => (row === 0 ? 1 : 2 ** -8));
const type = FLOAT_TYPES.bfloat16;

test("a sum is rounded after each tile", () => {
  // 1 + 2^−8 is rounded to the even 1, twice; in one tile the sum is 1 + 2^−7.
  expect(Array.from(sumShort(ONES, TERMS, { type, tile: 1 }).data)).toEqual([1]);
  expect(Array.from(sumShort(ONES, TERMS, { type, tile: 3 }).data)).toEqual([1 + 2 ** -7]);
});
