import { describe, expect, test } from "vitest";
import { isOff, isRounding, summariseUnits, unitOf, unitsOf } from "../../../../src/check/machine/rule.js";
import { judgeByTolerance } from "../../../../src/check/machine/tolerance.js";
import { type Matrix, matrixFromRows } from "../../../../src/math/matrix.js";

const INFINITY = Number.POSITIVE_INFINITY;
const row = (...cells: number[]): Matrix => matrixFromRows([cells]);

describe("how many expected errors a cell is off by", () => {
  test.each([
    // |3 − 1| / √4 = 1; what the digits leave open is taken off first: (2 − ½) / 2.
    [3, 1, 4, 0, INFINITY, 1],
    [1, 3, 4, 0, INFINITY, 1],
    [3, 1, 4, 0.5, INFINITY, 0.75],
    [3, 1, 4, 2, INFINITY, 0],
    [3, 1, 4, 5, INFINITY, 0],
    // Nothing is expected: what is right is not off, anything else is beyond measure.
    [3, 3, 0, 0, INFINITY, 0],
    [3, 1, 0, 2, INFINITY, 0],
    [3, 1, 0, 0, INFINITY, INFINITY],
    [Number.NaN, Number.NaN, 1, 0, INFINITY, 0],
    [Number.NaN, 1, 1, 0, INFINITY, INFINITY],
    [1, Number.NaN, 1, 0, INFINITY, INFINITY],
    [INFINITY, INFINITY, 1, 0, INFINITY, 0],
    [INFINITY, 1e6, 1, 0, INFINITY, INFINITY],
    // Float16 ends at 65504.
    [INFINITY, 1e6, 1, 0, 65504, 0],
    [-INFINITY, -1e6, 1, 0, 65504, 0],
    [-INFINITY, 1e6, 1, 0, 65504, INFINITY],
    [INFINITY, 65504, 1, 0, 65504, INFINITY],
    [7e4, 1e6, 1, 0, 65504, 930_000],
  ])("%d for %d, variance %d, slack %d, largest %d: %d", (got, want, variance, slack, largest, expected) =>
    expect(unitOf(got, want, variance, slack, largest)).toBe(expected),
  );

  test("cell by cell, each with its own variance and slack", () => {
    const compared = { got: row(3, 5, 9), want: row(1, 1, 9) };
    expect([...unitsOf(compared, Float64Array.of(4, 16, 1))]).toEqual([1, 1, 0]);
    const slack = Float64Array.of(1, 0, 0);
    expect([...unitsOf({ ...compared, slack }, Float64Array.of(4, 16, 1))]).toEqual([0.5, 1, 0]);
    expect([...unitsOf({ got: row(INFINITY), want: row(9) }, Float64Array.of(1), 8)]).toEqual([0]);
  });
});

describe("how far an answer is off as a whole", () => {
  test("is its worst cell, and the root mean squares of its worst row and of all", () => {
    // √((3² + 4²) / 2), √((3² + 4² + 0 + 0) / 4) = 2.5
    const units = { cell: 4, row: Math.sqrt(12.5), all: 2.5 };
    expect(summariseUnits(Float64Array.of(3, 4, 0, 0), 2)).toEqual(units);
    expect(summariseUnits(Float64Array.of(0, 0, 4, 3), 2)).toEqual(units);
  });

  test.each([
    // Of 9 rows the whole may be 1 + 3/√9 = 2 units off, a row 4, a cell 8.
    [{ cell: 8, row: 4, all: 2 }, 9, 2, true],
    [{ cell: 8.1, row: 4, all: 2 }, 9, 2, false],
    [{ cell: 8, row: 4.1, all: 2 }, 9, 2, false],
    [{ cell: 8, row: 4, all: 2.1 }, 9, 2, false],
    [{ cell: 8, row: 4, all: 2 }, 16, 2, false],
    [{ cell: 8, row: 8, all: 2 }, 9, 1, true],
  ])("%j of %d×%d is rounding: %s", (units, rows, cols, expected) =>
    expect(isRounding(units, rows, cols)).toBe(expected),
  );

  test("a cell alone is off beyond 8 units", () => expect([8, 8.1].map(isOff)).toEqual([false, true]));
});

describe("by a tolerance that somebody chose", () => {
  const rounding = {
    compute: "float32",
    stored: "float32",
    roundsScores: false,
    roundsInputs: false,
  } as const;
  const judge = (got: number, want: number, slack?: number) =>
    judgeByTolerance(
      { got: row(got, 1), ...(slack !== undefined && { slack: Float64Array.of(slack, 0) }) },
      { want: row(want, 1), variance: () => new Float64Array(2) },
      { atol: 0.1, rtol: 0.01 },
      rounding,
    );

  test.each([
    // 0.1 + 0.01 · |10| = 0.2
    [10.19, 10, "agrees"],
    [10.21, 10, "differs"],
    [-9.81, -10, "agrees"],
    [-9.79, -10, "differs"],
    [0.09, 0, "agrees"],
    [0.11, 0, "differs"],
  ])("%d for %d %s", (got, want, verdict) => expect(judge(got, want).verdict).toBe(verdict));

  test("the whole tolerance is 8 units, and what text leaves open counts", () => {
    // 0.1 of 0.2 are 4 units, of the first of two cells of one row: √(16/2)
    const { units, variance, summary, rounding: told } = judge(10.1, 10);
    expect(units[0]).toBeCloseTo(4, 9);
    expect(variance[0]).toBeCloseTo(0.025 ** 2, 12);
    expect([summary.cell, summary.row]).toEqual([expect.closeTo(4, 9), expect.closeTo(Math.sqrt(8), 9)]);
    expect(told).toBe(rounding);
    expect(judge(10.21, 10, 0.02).verdict).toBe("agrees");
  });
});

test("an error of which nobody knows how large it may be excuses nothing", () => {
  expect(unitOf(1, 2, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  expect(unitOf(2, 2, Number.POSITIVE_INFINITY)).toBe(0);
});
