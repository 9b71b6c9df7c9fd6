import { describe, expect, test } from "vitest";
import type { BackwardInputs } from "../../../../../src/check/machine/gradients/backward-rows.js";
import { cachingRows } from "../../../../../src/check/machine/gradients/cached-rows.js";
import { createMatrix } from "../../../../../src/math/matrix.js";

/** An attention of 3 queries over 4 keys: 12 cells. */
function headOf(): BackwardInputs {
  const numbers = (rows: number) => createMatrix(rows, 2, (row, col) => row - 2 * col);
  const [query, key, value, gradient] = [numbers(3), numbers(4), numbers(4), numbers(3)];
  return {
    task: { scope: "", head: 1, query, key, value, scale: 1, emptyRow: "zero", isProjected: false },
    gradient,
  };
}

describe("the rows of a head", () => {
  test("are kept for the next who asks, and are let go then", () => {
    const budget = { cells: 12 };
    const rowsFor = cachingRows(headOf(), budget);
    const [first] = rowsFor(true);
    expect(budget.cells).toBe(0);
    const [second] = rowsFor(false);
    expect(second).toBe(first);
    expect(budget.cells).toBe(12);
    const [third] = rowsFor(false);
    expect(third).not.toBe(first);
    expect(third).toEqual(first);
  });

  test("are not kept where nobody asks again, nor beyond the budget of all heads", () => {
    const budget = { cells: 23 };
    const [one, other] = [cachingRows(headOf(), budget), cachingRows(headOf(), budget)];
    const [unasked] = one(false);
    expect(one(true)).not.toContain(unasked);
    expect(budget.cells).toBe(11);
    const [first] = other(true);
    const [second] = other(false);
    expect(second).not.toBe(first);
    expect(second).toEqual(first);
    expect(budget.cells).toBe(11);
  });
});
