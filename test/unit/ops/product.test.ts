import { expect, test } from "vitest";
import { LANES } from "../../../src/math/kernels/panels.js";
import {
  createMatrix,
  type Matrix,
  matrixFromRows,
  type RowRange,
  rowsOf,
} from "../../../src/math/matrix.js";
import { matmulTransposed } from "../../../src/ops/product.js";

// A table of more than 2²⁰ numbers is multiplied some rows at a time. With 2¹⁸ columns these are as many rows as are
// packed.

const COLS = 2 ** 18;
/** Row i has i + 1 in its first column, 10 (i + 1) in its last, and 0 between. */
const table = (rows: number): Matrix =>
  createMatrix(rows, COLS, (row, col) => (col === 0 ? row + 1 : col === COLS - 1 ? 10 * (row + 1) : 0));
/** A factor that takes the first column, and one that takes twice the last. */
const asked = createMatrix(2, COLS, (row, col) =>
  row === 0 && col === 0 ? 1 : row && col === COLS - 1 ? 2 : 0,
);

const expected = (rows: number) => {
  const places = Array.from({ length: rows }, (_, row) => row + 1);
  return matrixFromRows([places, places.map((place) => 20 * place)]);
};

test.each([2, 3, 4])("a large table of %d rows gives a column for each", (rows) => {
  expect(matmulTransposed.compute([asked, table(rows)], undefined)).toEqual(expected(rows));
});

test.each([
  [LANES, []],
  [
    LANES + 1,
    [
      [0, LANES],
      [LANES, 1],
    ],
  ],
])("of one of %d rows that lies in a file no more are read at once than are packed", (rows, ranges) => {
  const read: (readonly [number, number])[] = [];
  const whole = table(rows);
  const stored = {
    ...{ rows, cols: COLS, data: whole.data },
    readRows(range: RowRange) {
      read.push([range.first, range.count]);
      return rowsOf(whole, range);
    },
  };
  expect(matmulTransposed.compute([asked, stored], undefined)).toEqual(expected(rows));
  expect(read).toEqual(ranges);
});
