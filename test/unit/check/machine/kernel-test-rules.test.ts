import { describe, expect, test } from "vitest";
import type { FloatName } from "../../../../src/check/machine/float-names.js";
import { judgeByTestRule } from "../../../../src/check/machine/kernel-test-rules.js";
import type { Precision } from "../../../../src/check/machine/precision.js";
import { statisticsOf } from "../../../../src/check/machine/statistics.js";
import type { Target } from "../../../../src/check/machine/target.js";
import type { Task } from "../../../../src/check/machine/task.js";
import { createMatrix, type Matrix, matrixFromRows } from "../../../../src/math/matrix.js";

const precision = (compute: FloatName, stored = compute): Precision => ({
  ...{ compute, stored, from: "option", roundsInputs: false },
});
const target = (got: Matrix, want: Matrix, of?: Target["of"]): Target => ({
  ...{ scope: "", id: "output", got, expected: { want, variance: () => new Float64Array(1) } },
  ...(of && { of }),
});

describe("torch.testing.assert_close with its defaults", () => {
  const accepts = (got: number, want: number, stored: FloatName) =>
    judgeByTestRule("torch", target(matrixFromRows([[1, got]]), matrixFromRows([[1, want]])), {
      ...precision("float64"),
      stored,
    });

  // The documentation of torch 2: rtol and atol are 1e-7, 1e-7; 1.3e-6, 1e-5; 1e-3, 1e-5; 1.6e-2, 1e-5.
  test.each<[FloatName, number, number]>([
    ["float64", 1e-7, 1e-7],
    ["float32", 1.3e-6, 1e-5],
    ["tf32", 1.3e-6, 1e-5],
    ["float16", 1e-3, 1e-5],
    ["bfloat16", 1.6e-2, 1e-5],
  ])("%s", (stored, rtol, atol) => {
    for (const want of [0, 4, -4]) {
      const most = atol + rtol * Math.abs(want);
      expect(accepts(want + 0.99 * most, want, stored)).toBe(true);
      expect(accepts(want - 0.99 * most, want, stored)).toBe(true);
      expect(accepts(want + 1.01 * most, want, stored)).toBe(false);
      expect(accepts(want - 1.01 * most, want, stored)).toBe(false);
    }
  });

  test("∞ is close to itself, NaN to nothing", () => {
    expect(accepts(Infinity, Infinity, "float32")).toBe(true);
    expect(accepts(Infinity, -Infinity, "float32")).toBe(false);
    expect(accepts(Infinity, 1, "float32")).toBe(false);
    expect(accepts(1, -Infinity, "float32")).toBe(false);
    expect(accepts(Number.NaN, Number.NaN, "float32")).toBe(false);
    expect(accepts(Number.NaN, 1, "float32")).toBe(false);
  });
});

describe("at most twice as far off as plain attention", () => {
  const taskOf = (more: Partial<Task>): Task => ({
    ...{ scope: "", head: 0, scale: 1, emptyRow: "zero", isProjected: false },
    ...{ query: matrixFromRows([[1]]), key: matrixFromRows([[1], [1]]), value: matrixFromRows([[1], [0]]) },
    ...more,
  });

  /** Whether an output is accepted of which the right number is `want`. */
  function accepts(task: Task, got: number, want: number, given: Precision): boolean | undefined {
    const [right, output] = [
      createMatrix(task.query.rows, 1, () => want),
      createMatrix(task.query.rows, 1, () => got),
    ];
    const statistics = statisticsOf(task, () => right);
    return judgeByTestRule("flash", target(output, right, { task, statistics, what: "output" }), given);
  }

  /** What is accepted up to twice the distance of `plain`, and no farther. */
  function expectPlain(task: Task, plain: number, want: number, given: Precision): void {
    const off = Math.abs(plain - want);
    expect(off).toBeGreaterThan(0);
    for (const sign of [1, -1]) {
      expect(accepts(task, want + sign * 1.99 * off, want, given)).toBe(true);
      expect(accepts(task, want + sign * 2.01 * off, want, given)).toBe(false);
    }
  }

  // Two keys weigh ½ each, so that plain attention gives half the sum of the values, whatever is taken to be right.
  test("of values that are rounded as they are read and written", () => {
    // 1 + 2^−9 is 1 in bfloat16, and ½ with the 0: right would be ½ + 2^−10.
    const task = taskOf({ value: matrixFromRows([[1 + 2 ** -9], [0]]) });
    expectPlain(task, 0.5, 0.5 + 2 ** -10, precision("bfloat16"));
    // In float16 it is kept, but ½ + 2^−10 as an answer in bfloat16 is ½.
    expectPlain(task, 0.5, 0.5 + 2 ** -10, precision("float16", "bfloat16"));
    expectPlain(task, 0.5 + 2 ** -10, 0.5, precision("float16", "float32"));
  });

  test("of queries and keys that are rounded", () => {
    // 64 · (1 + 2^−9) against 64: bfloat16 sees two equal keys, so that the output is ½.
    const key = matrixFromRows([[1 + 2 ** -9], [1]]);
    const task = taskOf({ query: matrixFromRows([[64]]), key });
    const right = 1 / (1 + Math.exp(-(64 * 2 ** -9)));
    expectPlain(task, 0.5, right, precision("bfloat16"));
    expectPlain(
      taskOf({ query: matrixFromRows([[1 + 2 ** -9]]), key: matrixFromRows([[64], [64]]) }),
      0.5,
      0.4,
      precision("bfloat16"),
    );
  });

  test("of scores that are scaled, capped, biased and masked", () => {
    // Scores 2·ln 3 and 0 at half the scale: weights ¾ and ¼, and 1 · ¾ in the end.
    const key = matrixFromRows([[2 * Math.log(3)], [0]]);
    const inFloat64 = precision("float64");
    expectPlain(taskOf({ key, scale: 0.5 }), 0.75, 0.7, inFloat64);
    // A cap of 1: tanh(2·ln 3 / 2) = (9 − 1)/(9 + 1) = 0.8 at half the scale.
    const capped = 1 / (1 + Math.exp(-0.8));
    expectPlain(taskOf({ key, scale: 0.5, softcap: 1 }), capped, capped - 0.01, inFloat64);
    const bias = matrixFromRows([[0, Math.log(3)]]);
    expectPlain(taskOf({ bias }), 0.25, 0.2, inFloat64);
    const blocked = { rows: 1, cols: 2, numRuled: 2, low: Float64Array.of(1), high: Float64Array.of(2) };
    expectPlain(taskOf({ blocked, value: matrixFromRows([[1], [5]]) }), 5, 4, inFloat64);
  });

  test("of rows that may attend to nothing", () => {
    const blocked = { rows: 1, cols: 2, numRuled: 2, low: Float64Array.of(2), high: Float64Array.of(2) };
    expectPlain(taskOf({ blocked }), 0, 1, precision("float64"));
    // A mean of 1 and 0.
    expectPlain(taskOf({ blocked, emptyRow: "uniform" }), 0.5, 1, precision("float64"));
  });

  test("of products that are summed in float32", () => {
    // 1 + 2^−24 is 1 in float32, twice; in float64 it is 2^−23 more, which a factor of 2^23 makes a score of 1.
    const task = taskOf({
      query: matrixFromRows([[1, 2 ** -12, 2 ** -12]]),
      key: matrixFromRows([
        [1, 2 ** -12, 2 ** -12],
        [1, 0, 0],
      ]),
      scale: 2 ** 23,
    });
    expectPlain(task, 0.5, 0.4, precision("float32"));
    expectPlain(task, 1 / (1 + Math.exp(-1)), 0.4, precision("float64"));
  });

  test("in its worst cell, and none that is no number", () => {
    const task = taskOf({
      value: matrixFromRows([
        [1 + 2 ** -9, 8],
        [0, 0],
      ]),
    });
    const want = matrixFromRows([[0.5 + 2 ** -10, 4]]);
    const given = (got: number[][]) => {
      const statistics = statisticsOf(task, () => want);
      return judgeByTestRule(
        "flash",
        target(matrixFromRows(got), want, { task, statistics, what: "output" }),
        precision("bfloat16"),
      );
    };
    expect(given([[0.5, 4 + 2 ** -10]])).toBe(true);
    expect(given([[0.5, 4 + 2 ** -8]])).toBe(false);
    expect(given([[0.5, Number.NaN]])).toBe(false);
    expect(given([[0.5, Infinity]])).toBe(false);
  });

  test("says nothing of other steps", () => {
    const task = taskOf({});
    const one = matrixFromRows([[1]]);
    const statistics = statisticsOf(task, () => one);
    expect(judgeByTestRule("flash", target(one, one), precision("float64"))).toBeUndefined();
    const logSumExp = target(one, one, { task, statistics, what: "log-sum-exp" });
    expect(judgeByTestRule("flash", logSumExp, precision("float64"))).toBeUndefined();
  });
});
