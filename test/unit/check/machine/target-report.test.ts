import { expect, test } from "vitest";
import { summariseUnits } from "../../../../src/check/machine/rule.js";
import { countCells, isNonFiniteError, placeOf } from "../../../../src/check/machine/target-report.js";
import { createMatrix, matrixFromRows } from "../../../../src/math/matrix.js";

const got = matrixFromRows([
  [1, 2, 3],
  [4, 50, Number.NaN],
]);
const want = matrixFromRows([
  [1, 2, 12],
  [4, 5, 6],
]);

test("cells are counted in units, the worst one told", () => {
  // 9 units off, 8 units off, and one that is lost.
  const units = Float64Array.of(0, 0, 9, 0, 8, Infinity);
  const variance = Float64Array.of(1, 1, 4, 1, 1, 9);
  const counted = countCells(got, { want }, { units, variance, summary: summariseUnits(units, 3) });
  expect(counted).toEqual({
    ...{ wrong: 2, of: 6, nonFinite: 1 },
    // The row that is right is 4, 5, 6.
    worst: { cell: [1, 2], got: Number.NaN, want: 6, unit: 3, units: Infinity, rowSize: Math.sqrt(77 / 3) },
    units: { cell: Infinity, row: Infinity, all: Infinity },
  });
  const less = Float64Array.of(0, 0, 9, 0, 8, 0);
  const finite = countCells(got, { want }, { units: less, variance, summary: summariseUnits(less, 3) });
  expect(finite.worst).toMatchObject({ cell: [0, 2], got: 3, want: 12, unit: 2, units: 9 });
  // √(81 / 3), and √((81 + 64) / 6)
  expect(finite.units).toEqual({ cell: 9, row: Math.sqrt(27), all: Math.sqrt(145 / 6) });
});

test("where nothing is off no cell is the worst", () => {
  const none = new Float64Array(6);
  const right = countCells(want, { want }, { units: none, variance: none, summary: summariseUnits(none, 3) });
  expect(right).toEqual({ wrong: 0, of: 6, nonFinite: 0, units: { cell: 0, row: 0, all: 0 } });
});

test.each([
  [Number.NaN, 1, true],
  [-Infinity, 1, true],
  [1, Number.NaN, false],
  [Infinity, Infinity, false],
  [1, 2, false],
])("%d for %d is lost: %s", (own, right, lost) => expect(isNonFiniteError(own, right)).toBe(lost));

test.each([
  [0, [0, 0]],
  [2, [0, 2]],
  [3, [1, 0]],
  [5, [1, 2]],
])("cell %d of two rows is at %j", (at, place) => expect(placeOf(at, createMatrix(2, 3))).toEqual(place));
