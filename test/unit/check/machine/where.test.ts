import { describe, expect, test } from "vitest";
import { locate } from "../../../../src/check/machine/where.js";
import { rangesOf } from "../../../../src/math/ranges.js";

/** So many rows and columns of which these cells are off by 9 units, the others by 1. */
const located = (rows: number, cols: number, isWrong: (row: number, col: number) => boolean) =>
  locate(
    Float64Array.from({ length: rows * cols }, (_, at) =>
      isWrong(Math.floor(at / cols), at % cols) ? 9 : 1,
    ),
    cols,
  );
const inRows = (rows: number, wrong: readonly number[]) => located(rows, 1, (row) => wrong.includes(row));

test("indices that follow each other are a range", () => {
  expect(rangesOf([])).toEqual([]);
  expect(rangesOf([0, 1, 2, 5, 7, 8])).toEqual([
    [0, 2],
    [5, 5],
    [7, 8],
  ]);
});

describe("the rows and columns in which an answer is wrong", () => {
  test("are ranges; all columns are one word", () => {
    expect(located(4, 3, (row, col) => (row === 1 || row === 2) && col < 2)).toMatchObject({
      ...{ rows: [[1, 2]], columns: [[0, 1]], every: null },
    });
    expect(located(4, 3, (row) => row === 3)).toMatchObject({ rows: [[3, 3]], columns: "all" });
    // Each column is wrong somewhere.
    expect(located(3, 3, (row, col) => row === col)).toMatchObject({ rows: [[0, 2]], columns: "all" });
    expect(located(2, 2, () => false)).toMatchObject({ rows: [], columns: [], every: null });
  });

  test("follow each other at one distance when there are three, at least, that do", () => {
    expect(inRows(8, [1, 3, 5]).every).toEqual({ first: 1, step: 2 });
    expect(inRows(9, [0, 1, 4, 5, 8]).every).toEqual({ first: 0, step: 4 });
    expect(inRows(8, [1, 3]).every).toBeNull();
    expect(inRows(8, [1, 3, 6]).every).toBeNull();
    expect(inRows(9, [0, 3, 5]).every).toBeNull();
  });

  test("are no more than eight ranges: those that lie closest are one", () => {
    const alone = (...rows: number[]) => rows.map((row) => [row, row]);
    const eight = [0, 2, 4, 6, 8, 10, 12, 14];
    expect(inRows(16, eight).rows).toEqual(alone(...eight));
    // The distances are 3, 2, 3, 3 …: the shortest goes.
    const nine = [0, 3, 5, 8, 11, 14, 17, 20, 23];
    expect(inRows(24, nine).rows).toEqual([[0, 0], [3, 5], ...alone(8, 11, 14, 17, 20, 23)]);
    // Of eight gaps of 2 and one of 34 none of the short ones is longer than another.
    expect(inRows(60, [0, 2, 4, 6, 8, 10, 12, 14, 16, 50]).rows).toEqual([
      [0, 16],
      [50, 50],
    ]);
  });
});

describe("the map", () => {
  test("has a mark a cell, the power of two by which it is off", () => {
    // 8 units are allowed: up to 16 is 1, up to 32 is 2 …, from 8 · 2⁸ on 9.
    const units = [8, 8.1, 15, 16, 31, 32, 2047, 2048, 1e9, Number.POSITIVE_INFINITY];
    const { map } = locate(Float64Array.from(units), 5);
    expect(map).toEqual({ lines: ["·1122", "3899∞"], rowsOfLine: 1, columnsOfMark: 1 });
  });

  test("has at most 12 lines of 32 marks: blocks are powers of two, and show their worst cell", () => {
    const { map } = located(13, 33, (row, col) => (row === 3 && col === 4) || (row === 12 && col === 32));
    // 13 rows are 7 lines of 2, 33 columns 17 marks of 2: cell [3, 4] is in line 1, mark 2, the last in the last.
    const clean = "·".repeat(17);
    expect(map).toEqual({
      lines: [clean, `··1${"·".repeat(14)}`, clean, clean, clean, clean, `${"·".repeat(16)}1`],
      ...{ rowsOfLine: 2, columnsOfMark: 2 },
    });
    expect(located(12, 32, () => false).map).toMatchObject({ rowsOfLine: 1, columnsOfMark: 1 });
    expect(located(25, 65, () => false).map).toMatchObject({ rowsOfLine: 4, columnsOfMark: 4 });
  });
});

test("of rows that were not compared the map says nothing, nor what follows at one distance", () => {
  const units = new Float64Array(8).fill(9);
  const { every, map } = locate(units, 1, [1, 3, 5]);
  expect({ every, lines: map.lines }).toEqual({
    every: null,
    lines: [" ", "1", " ", "1", " ", "1", " ", " "],
  });
});
