import { describe, expect, test } from "vitest";
import {
  type BlockedKeys,
  blockedCells,
  blockedInRows,
  countBlocked,
  isBlocked,
} from "../../../src/math/blocked.js";
import { createBooleanMatrix } from "../../../src/math/matrix.js";

const booleans = (...rows: string[]) =>
  createBooleanMatrix(rows.length, rows[0].length, (row, col) => rows[row][col] === "1");

// Three queries, four keys, and one key that no rule applies to. Query 0 sees key 0, query 1 keys 1 and 2, query 2
// none.
const RULED: BlockedKeys = {
  ...{ rows: 3, cols: 5, numRuled: 4 },
  ...{ low: Float64Array.of(0, 1, 2), high: Float64Array.of(1, 3, 2) },
};
/** Cells that the rules allow, too: key 0 for query 0, key 2 for query 1. */
const CELLS = booleans("1001", "1010", "1111");

/** As rows of 0 and 1, one cell after the other. */
const picture = (blocked: BlockedKeys) =>
  Array.from({ length: blocked.rows }, (_, row) =>
    Array.from({ length: blocked.cols }, (_cell, col) => (isBlocked(blocked, row, col) ? "1" : "0")).join(""),
  );

describe.each<[string, BlockedKeys, string[]]>([
  ["rules alone", RULED, ["01110", "10010", "11110"]],
  ["rules and cells", { ...RULED, cells: CELLS }, ["11110", "10110", "11110"]],
  ["rules and a row of cells for all", { ...RULED, cells: booleans("0100") }, ["01110", "11010", "11110"]],
])("%s", (_, blocked, rows) => {
  const count = (text: string) => text.replaceAll("0", "").length;

  test("block these keys", () => expect(picture(blocked)).toEqual(rows));

  test("are counted", () => expect(countBlocked(blocked)).toBe(count(rows.join(""))));

  test("are written out cell by cell, once", () => {
    const cells = blockedCells(blocked);
    expect([cells.rows, cells.cols, cells.data.join("")]).toEqual([3, 5, rows.join("")]);
    expect(cells.data).toBe(cells.data);
  });

  test("hold for some of the queries", () => {
    const [last, middle] = [
      { first: 1, count: 2 },
      { first: 1, count: 1 },
    ].map((range) => blockedInRows(blocked, range));
    expect(picture(last)).toEqual(rows.slice(1));
    expect(picture(middle)).toEqual(rows.slice(1, 2));
    expect([middle.rows, middle.low.length, middle.high.length, middle.cells?.rows ?? 1]).toEqual([
      1, 1, 1, 1,
    ]);
  });
});

test("a row of cells is not cut for some of the queries, nor any made where there are none", () => {
  const cells = booleans("0100");
  expect(blockedInRows({ ...RULED, cells }, { first: 1, count: 2 }).cells).toBe(cells);
  expect(blockedInRows(RULED, { first: 1, count: 2 }).cells).toBeUndefined();
  expect(blockedInRows({ ...RULED, cells: CELLS }, { first: 1, count: 2 }).cells).toEqual(
    booleans("1010", "1111"),
  );
});
