import { describe, expect, test } from "vitest";
import { LOG_SUM_EXP } from "../../../../../src/check/machine/mistakes/log-sum-exp.js";
import type { Task } from "../../../../../src/check/machine/task.js";
import { matrixFromRows } from "../../../../../src/math/matrix.js";

// Products 0, 2 ln 3 and 8, of which the last one is masked, with the scale 1/2: scores 0 and ln 3, whose maximum is ln 3. Their
// exponentials add up to 4, or to 4/3 where the maximum is taken off.
const task: Task = {
  ...{ scope: "", head: 0, scale: 0.5, emptyRow: "zero", isProjected: false },
  query: matrixFromRows([[2]]),
  key: matrixFromRows([[0], [Math.log(3)], [4]]),
  value: matrixFromRows([[1], [1], [1]]),
  blocked: { rows: 1, cols: 3, numRuled: 3, low: Float64Array.of(0), high: Float64Array.of(2) },
};
const made = (id: string) => {
  const mistake = LOG_SUM_EXP.find((one) => one.id === id);
  return (mistake?.makes ?? []).map((make) => make(task, 0));
};

describe("the log-sum-exp of a kernel that goes wrong", () => {
  test.each([
    ["lse-base-2", 2],
    ["lse-bases-mixed", Math.log(3) + Math.log2(4 / 3)],
    ["lse-without-maximum", Math.log(4 / 3)],
    // e^0 + e^(2 ln 3) = 10
    ["lse-unscaled", Math.log(10)],
    ["lse-maximum-unscaled", Math.log(9 * (4 / 3))],
    ["lse-negated", -Math.log(4)],
    ["lse-maximum-subtracted", Math.log(4 / 9)],
    ["lse-sum-alone", 4 / 3],
    ["lse-maximum-alone", Math.log(3)],
  ])("%s", (id, expected) => {
    expect(made(id)[0]).toBeCloseTo(expected, 12);
  });

  test("is a sum in one of them, which no maximum may have been taken off", () => {
    expect(made("lse-sum-alone")[1]).toBeCloseTo(4, 12);
    expect(LOG_SUM_EXP.filter(({ isSum }) => isSum).map(({ id }) => id)).toEqual(["lse-sum-alone"]);
  });
});
