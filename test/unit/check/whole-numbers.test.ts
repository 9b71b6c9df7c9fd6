import { describe, expect, test } from "vitest";
import { settleWholeNumbers } from "../../../src/check/whole-numbers.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { typedDecimals } from "../../../src/math/written.js";
import type { Step } from "../../../src/trace/trace.js";
import { recordAttend } from "../../support/record.js";

// What a number claims that is written without decimals. One query, one key a score: S = 1097, 140 and 0.5.
const TRACE = recordAttend({
  matrices: {
    query: matrixFromRows([[1]]),
    key: matrixFromRows([[1097], [140], [0.5]]),
    value: matrixFromRows([[1], [2], [3]]),
  },
  // Scaled scores of 7, 0.89 and 0.003: e^7 = 1096.6 is no whole number.
  settings: { scale: 7 / 1097 },
});

const stepOf = (id: string): Step => {
  const step = TRACE.steps.find((one) => one.id === id);
  if (!step) throw new Error(id);
  return step;
};

const claimed = (id: string, text: string, significant?: number) => {
  const cells = text
    .split(" ")
    .map((cell) => (cell === "-" ? null : { value: Number(cell), decimals: typedDecimals(cell) }));
  return settleWholeNumbers(cells, stepOf(id), significant).map((cell) => cell?.decimals);
};

describe("on a sheet with decimals", () => {
  test("a whole number has those of its neighbours, among weights at least two", () => {
    expect(claimed("scores", "1097 140 0.5")).toEqual([1, 1, 1]);
    expect(claimed("scores", "1097 140 -")).toEqual([0, 0, undefined]);
    expect(claimed("weights", "1 0 0.0")).toEqual([2, 2, 1]);
    expect(claimed("weights", "1 0 0.000")).toEqual([3, 3, 3]);
  });

  test("a 1 beside larger whole numbers is rounded like them; beside nothing but 0, 1 and −1 it is not", () => {
    expect(claimed("output", "1 3 2")).toEqual([0, 0, 0]);
    expect(claimed("output", "1 0 -1")).toEqual([2, 2, 2]);
  });

  test("a power of ten without digits behind its point is a whole number", () => {
    expect(claimed("scores", "1e3 1.e+02 0.5")).toEqual([1, 1, 1]);
    // Digits behind the point count where the right number is no whole one: e^7 = 1096.6.
    expect(claimed("exponentials", "1e3 1.1e3 2.4")).toEqual([1, -2, 1]);
    expect(claimed("exponentials", "1.1e3 2 -")).toEqual([-2, 0, undefined]);
    expect(claimed("scores", "1.1e3 1.4e2 -")).toEqual([0, 0, undefined]);
  });
});

describe("on a sheet with significant digits", () => {
  test("a whole number claims so many, and a bare 0 so many decimals", () => {
    // Of three digits 1100 claims 3 − 1 − 3 = −1 decimals, 148 none, 7 two; weights, which are no whole numbers, claim two at least.
    expect(claimed("exponentials", "1100 148 7", 3)).toEqual([-1, 0, 2]);
    expect(claimed("exponentials", "-20 0 0.5", 3)).toEqual([1, 3, 1]);
    expect(claimed("weights", "1 0 0.5", 2)).toEqual([2, 2, 1]);
  });

  test("and is exact where the right number is whole", () => {
    // S = 1097, 140 and 0.5: of two digits 1100 claims −2 decimals, and no one writes it for 1097.
    expect(claimed("scores", "1100 140 100", 2)).toEqual([0, 0, -1]);
  });

  test("what is infinite or exact stays as it is", () => {
    const cells = [{ value: Number.POSITIVE_INFINITY, decimals: 0 }, { value: 1 / 3, decimals: 15 }, null];
    expect(settleWholeNumbers(cells, stepOf("exponentials"), 3)).toEqual(cells);
  });
});
