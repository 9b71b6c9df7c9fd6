import { describe, expect, test } from "vitest";
import { findDropout, noiseOf } from "../../../../../src/check/machine/mistakes/dropout.js";
import type { RowStatistics, Statistics } from "../../../../../src/check/machine/statistics.js";
import { createMatrix } from "../../../../../src/math/matrix.js";

// Weights that are dropped with the probability p leave noise of the variance Σ α² v² · p/(1 − p). Here every number should be 1,
// and Σ α² v² of a row is 1/100, or what is said.

interface Noise {
  readonly rows?: number;
  readonly cols?: number;
  readonly p?: number;
  /** How many standard deviations a cell is off: by turns above and below. */
  readonly times?: (row: number, col: number) => number;
  readonly squares?: (row: number) => number;
  /** Rows that may attend to nothing. */
  readonly isEmpty?: (row: number) => boolean;
  /** What is added to every cell. */
  readonly more?: number;
  /** What every number should be. */
  readonly want?: number;
  /** Units of expected error of a cell. */
  readonly units?: (row: number, col: number) => number;
}

function find({
  rows = 32,
  cols = 2,
  p = 0.2,
  times = () => 1,
  squares = () => 0.01,
  isEmpty = () => false,
  more = 0,
  want = 1,
  units = () => 9,
}: Noise) {
  const statistics: Statistics = {
    output: createMatrix(rows, cols, () => want),
    logSumExp: new Float64Array(rows),
    meanSquares: new Float64Array(cols),
    row: (row) =>
      isEmpty(row) || !(row < rows)
        ? undefined
        : ({ squares: new Float64Array(cols).fill(squares(row)) } as unknown as RowStatistics),
  };
  const got = createMatrix(rows, cols, (row, col) => {
    const sign = (row + col) % 2 === 0 ? 1 : -1;
    return want + more + sign * times(row, col) * Math.sqrt((squares(row) * p) / (1 - p));
  }).data;
  const found = findDropout([noiseOf(statistics, { got, units: createMatrix(rows, cols, units).data })]);
  return found && { probability: found.probability, ...found.counts[0] };
}

describe("dropout that was left on", () => {
  test.each([0.05, 0.1, 0.2, 0.5, 0.75])("leaves noise that says how many weights were dropped: %d", (p) => {
    // Sharp rows have more noise, and flat ones less.
    const squares = (row: number) => (row % 2 === 0 ? 0.02 : 0.0002);
    expect(find({ p, squares })).toEqual({ probability: p, explains: 64, of: 64 });
  });

  test("is told by 32 rows or more that attend to something", () => {
    expect(find({ rows: 31 })).toBeUndefined();
    expect(find({ rows: 40, isEmpty: (row) => row >= 31 })).toBeUndefined();
    expect(find({ rows: 40, isEmpty: (row) => row < 4, units: (row) => (row < 4 ? 0 : 9) })).toEqual({
      ...{ probability: 0.2, explains: 72, of: 72 },
    });
  });

  test("drops at least three hundredths of the weights, and at most four fifths", () => {
    expect(find({ p: 0.0299 })).toBeUndefined();
    expect(find({ p: 0.0301 })?.probability).toBe(0.03);
    expect(find({ p: 0.799 })?.probability).toBe(0.8);
    expect(find({ p: 0.801 })).toBeUndefined();
    expect(find({ times: () => Number.NaN })).toBeUndefined();
  });

  // Σ noise² / Σ α² v² is 0.25 + more² / 0.01 for p = 0.2: with 0.11 more 1.46, so that the mean of 64 cells of 1 may be off by
  // 0.02 + 6 · √(1.46 · 64 · 0.01) / 64 = 0.1106; with 0.115 more 1.57 and 0.1141.
  test.each([
    [0.11, true],
    [-0.11, true],
    [0.115, false],
    [-0.115, false],
  ])("leaves the mean as it is: %d more", (more, isFound) => {
    expect(find({ more }) !== undefined).toBe(isFound);
  });

  // Where every number should be 2, √(Σ α² v² · 4) is twice as large and the sum of squares four times: with 0.17 more the noise
  // is 3.14, and the mean may be off by 0.02 + 6 · √(3.14 · 64 · 0.04) / 256 = 0.0864 of it, with 0.19 more by 0.0937.
  test.each([
    [0.17, true],
    [0.19, false],
  ])("leaves the mean of larger numbers as it is: %d more", (more, isFound) => {
    expect(find({ more, want: 2 }) !== undefined).toBe(isFound);
  });

  // Of 16 sharp rows and 17 flat ones each is as noisy as its weights say: by squares, noise may differ by 1.6. 1.26² = 1.588,
  // 1.27² = 1.613.
  test.each([
    [1.26, 1, true],
    [1, 1.26, true],
    [1.27, 1, false],
    [1, 1.27, false],
  ])("is as strong in sharp rows as in flat ones: %d and %d", (sharp, flat, isFound) => {
    const isSharp = (row: number) => row % 2 === 1;
    const found = find({
      rows: 33,
      squares: (row) => (isSharp(row) ? 0.02 : 0.01),
      times: (row) => (isSharp(row) ? sharp : flat),
    });
    expect(found !== undefined).toBe(isFound);
  });

  // Of 200 cells all but a few are off by one standard deviation; the noise of all is larger by those.
  test.each([
    // 6 · √((199 + 36) / 200) = 6.5
    ["one", [33], 6, 200],
    // 6 · √((199 + 49) / 200) = 6.7
    ["one", [33], 7, 199],
    // 6 · √((198 + 2 · 9.5²) / 200) = 8.2
    ["two", [33, 66], 9.5, 198],
    // 6 · √((197 + 3 · 9.5²) / 200) = 9.2, and three are more than one in a hundred.
    ["three", [33, 66, 99], 9.5, undefined],
  ])("explains all wrong cells but one in a hundred: %s", (_, farRows, far, explains) => {
    const times = (row: number, col: number) => (farRows.includes(row) && col === 1 ? far : 1);
    expect(find({ rows: 100, times })?.explains).toBe(explains);
  });

  test("explains nothing in a row that attends to nothing", () => {
    // Two cells of 800
    expect(find({ rows: 400, isEmpty: (row) => row === 7 })).toMatchObject({ explains: 798, of: 800 });
  });

  test("counts the cells that are wrong, and no others", () => {
    // A cell is off when it is more than eight units off.
    expect(find({ units: (row) => (row < 10 ? 8 : 8.1) })).toMatchObject({ explains: 44, of: 44 });
  });
});
