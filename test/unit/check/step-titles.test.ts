import { describe, expect, test } from "vitest";
import { stepTitles } from "../../../src/check/step-titles.js";
import { layer } from "../../../src/commands/layer.js";
import { createMatrix } from "../../../src/math/matrix.js";
import { recordProblem } from "../../../src/runs/record-problem.js";
import { recordAttend, recordMultihead } from "../../support/record.js";

const four = (rows: number) => createMatrix(rows, 4, (row, col) => row - col);
const matrices = { query: four(2), key: four(3), value: four(3) };

const RUNS = {
  attend: recordAttend({ matrices, settings: {} }),
  causal: recordAttend({ matrices, settings: { causal: true, align: "top-left" } }),
  heads: recordMultihead({ matrices, settings: { heads: 2 } }),
  layer: recordProblem(layer, { matrices: { x: four(2), w1: four(4), w2: four(4) }, settings: {} }),
};

const keys = (run: keyof typeof RUNS, title: string, scope = "", formula?: string) =>
  stepTitles(RUNS[run])
    .find(title, scope, formula)
    .map(({ key }) => key);

describe("steps of one title", () => {
  const { layer: run } = RUNS;
  const steps = run.steps.map((step) => (step.role === "residual" ? { ...step, title: "Sum" } : step));
  const sum = (formula?: string) =>
    stepTitles({ ...run, steps })
      .find("Sum", "", formula)
      .map(({ key }) => key);
  test("are told apart by their formula", () => {
    expect(sum("input + attention-output")).toEqual(["residual-1"]);
    expect(sum("norm-1  +  feed-forward-2")).toEqual(["residual-2"]);
  });
  test("are all meant where it tells none apart", () => {
    expect(sum()).toEqual(["residual-1", "residual-2"]);
    expect(sum("")).toEqual(["residual-1", "residual-2"]);
    expect(sum("x + y")).toEqual(["residual-1", "residual-2"]);
  });
  test("go by the formula only where there are several", () =>
    expect(keys("attend", "Scores", "", "x + y")).toEqual(["scores"]));
});

describe("what is known of a step", () => {
  test("is the shape of its table", () => {
    expect(stepTitles(RUNS.attend).find("Scores", "")).toEqual([
      { key: "scores", shape: { rows: 2, cols: 3 } },
    ]);
  });
  test("is where the sums of its rows stand", () => {
    const shape = { rows: 2, cols: 3 };
    expect(stepTitles(RUNS.attend).find("Exponentials", "")).toEqual([
      { key: "exponentials", shape, sums: "row-sums" },
    ]);
    expect(stepTitles(RUNS.heads).find("Exponentials", "head 1")).toEqual([
      { key: "head 1/exponentials", shape, sums: "head 1/row-sums" },
    ]);
  });
});
