import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/errors.js";
import { describeTrace, type SolutionView } from "../../../src/render/solution.js";
import { stepOf, traceOf } from "../../support/traces.js";

const rows = (count: number, cols: number) =>
  Array.from({ length: count }, (_, row) => Array.from({ length: cols }, (_, col) => row * col));

/** The pictures drawn of a step. */
function picturesOf(count: number, cols: number, view: Partial<SolutionView> = {}) {
  const trace = traceOf([stepOf({ id: "encoding", view: "curve", rows: rows(count, cols) })]);
  const blocks = describeTrace(trace, { precision: 4, full: false, plot: "auto", ...view });
  return blocks.filter(({ kind }) => kind === "curves" || kind === "heatmap");
}

describe("curves of a step", () => {
  test("are drawn of a few neighbouring columns: 6 to 9 of 32", () => {
    expect(picturesOf(60, 32)).toMatchObject([{ kind: "curves", columns: [6, 7, 8, 9] }]);
    expect(picturesOf(8, 3)).toMatchObject([{ columns: [0, 1, 2] }]);
    expect(picturesOf(8, 5)).toMatchObject([{ columns: [0, 1, 2, 3] }]);
  });

  test("are drawn of all columns that have names of their own", () => {
    const labels = ["a", "b", "c", "d", "e", "f", "g"];
    const axes = [{ name: "d_k" }, { name: "scoring", labels }] as const;
    const trace = traceOf([stepOf({ id: "entropy", view: "curve", rows: rows(9, 7), axes })]);
    const blocks = describeTrace(trace, { precision: 4, full: false, plot: "auto" });
    expect(blocks).toContainEqual(
      expect.objectContaining({ kind: "curves", columns: [0, 1, 2, 3, 4, 5, 6] }),
    );
  });

  test("are left out where the table is short, unless they are asked for", () => {
    expect(picturesOf(7, 4)).toEqual([]);
    expect(picturesOf(7, 4, { plot: "curves" })).toHaveLength(1);
    expect(picturesOf(7, 4, { plotColumns: [3] })).toMatchObject([{ columns: [3] }]);
    expect(picturesOf(60, 4, { plot: "none" })).toEqual([]);
  });

  test("give way to a heat map on request", () => {
    expect(picturesOf(60, 4, { plot: "heatmap" })).toMatchObject([{ kind: "heatmap" }]);
  });

  test("of a column that no step has are an error", () => {
    expect(() => picturesOf(60, 4, { plotColumns: [4] })).toThrow(UserError);
  });
});
