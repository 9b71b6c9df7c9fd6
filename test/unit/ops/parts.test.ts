import { describe, expect, test } from "vitest";
import { matrixFromRows, rowsOf, toRows } from "../../../src/math/matrix.js";
import { isStored, storedMatrix } from "../../../src/math/stored-matrix.js";
import { joinColumns, padColumns, placeParts, slice, stackRows } from "../../../src/ops/parts.js";

const matrix = matrixFromRows([
  [1, 2, 3],
  [4, 5, 6],
]);

test("a part of a matrix that lies in a file lies there too", () => {
  const never = () => {
    throw new Error("nobody needs all of it");
  };
  const stored = storedMatrix(matrix, never, (range) => rowsOf(matrix, range));
  const part = slice.compute([stored], { firstRow: 1, firstCol: 1, rows: 1, cols: 2 });
  expect(isStored(part)).toBe(true);
  expect(toRows(part)).toEqual([[5, 6]]);
});

describe("parts put together", () => {
  const places = [
    { firstRow: 0, firstCol: 0 },
    { firstRow: 0, firstCol: 2 },
  ];
  const params = { rows: 3, cols: 5, places };

  test("add where they share a place", () => {
    expect(toRows(placeParts.compute([matrix, matrix], params))).toEqual([
      [1, 2, 4, 2, 3],
      [4, 5, 10, 5, 6],
      [0, 0, 0, 0, 0],
    ]);
  });

  test("a cell of one part is that cell, of two their sum, of none 0", () => {
    const said = (row: number, col: number) => placeParts.explainCells([matrix, matrix], params)(row, col);
    expect(said(1, 1)).toEqual({ kind: "cell", input: 0, row: 1, col: 1, value: 5 });
    expect(said(0, 2)).toMatchObject({ kind: "sum", terms: [{ value: 3 }, { input: 1, col: 0, value: 1 }] });
    expect(said(2, 0)).toEqual({
      kind: "constant",
      value: 0,
      text: "0, because nothing was taken from here",
    });
  });
});

test("rows and columns of zeros say that they were added", () => {
  expect(stackRows.explainCells([matrix, matrix], { zeroRows: 1 })(4, 0)).toEqual({
    ...{ kind: "constant", value: 0, text: "0, because it is an added row of zeros" },
  });
  expect(padColumns.explainCells([matrix], { zeroCols: 1 })(0, 3)).toEqual({
    ...{ kind: "constant", value: 0, text: "0, because it is an added column of zeros" },
  });
});

test("columns side by side", () => {
  const one = matrixFromRows([[7], [8]]);
  expect(toRows(joinColumns.compute([one, matrix, one], undefined))).toEqual([
    [7, 1, 2, 3, 7],
    [8, 4, 5, 6, 8],
  ]);
  expect(
    [0, 1, 3, 4].map((col) => joinColumns.explainCells([one, matrix, one], undefined)(1, col)),
  ).toMatchObject([
    { input: 0, col: 0 },
    { input: 1, col: 0 },
    { input: 1, col: 2 },
    { input: 2, col: 0 },
  ]);
});
