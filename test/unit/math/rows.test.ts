import { describe, expect, test } from "vitest";
import { matrixFromRows, toRows } from "../../../src/math/matrix.js";
import { columnSums, extremesOf, rowMaxima, rowSums } from "../../../src/math/rows.js";

const M = matrixFromRows([
  [1, -2, 3],
  [-4, -5, -6],
]);

test("sums of rows and columns", () => {
  // 1 − 2 + 3, −4 − 5 − 6; 1 − 4, −2 − 5, 3 − 6
  expect(rowSums(M)).toEqual(matrixFromRows([[2], [-15]]));
  expect(toRows(columnSums(M))).toEqual([[-3, -7, -3]]);
  expect(columnSums(M)).toMatchObject({ rows: 1, cols: 3 });
});

describe("maxima", () => {
  test("of rows, below 0 as well", () => expect([...rowMaxima(M)]).toEqual([3, -4]));

  test("of rows with NaN, with infinities, and of nothing", () => {
    const strange = matrixFromRows([
      [Number.NaN, 1],
      [1, Number.POSITIVE_INFINITY],
      [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
    ]);
    expect([...rowMaxima(strange)]).toEqual([
      ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    ]);
    const empty = { rows: 2, cols: 0, data: new Float64Array(0) };
    expect([...rowMaxima(empty)]).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  });
});

test("the smallest and the largest of any number of numbers", () => {
  expect(extremesOf([3, -1, 2])).toEqual([-1, 3]);
  expect(extremesOf([])).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  expect(extremesOf([1, Number.NaN])).toEqual([Number.NaN, Number.NaN]);
  // More arguments than Math.max takes.
  expect(extremesOf(Float64Array.from({ length: 200_000 }, (_, at) => at - 5))).toEqual([-5, 199_994]);
});
