import { describe, expect, test } from "vitest";
import { stepsToResults } from "../../../src/check/answered.js";
import { checkAnswers, type Demands, type Homework } from "../../../src/check/check.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { recordAttend, recordMultihead } from "../../support/record.js";
import { typedAnswers } from "../../support/typed-answers.js";

// What is right says how much it is. q = [1, 0] and [0, 1], K = I, causal: the first query sees key 0 alone.

const matrices = {
  query: matrixFromRows([
    [1, 0],
    [0, 1],
  ]),
  key: matrixFromRows([
    [1, 0],
    [0, 1],
  ]),
  value: matrixFromRows([[10], [20]]),
};
const problem = { matrices, settings: { causal: true } };
const attend = { trace: recordAttend(problem), problem, record: recordAttend };

// e^0 / (e^0 + e^(1/√2)) = 0.33, and 10 · 0.33 + 20 · 0.67 = 16.7
const WEIGHTS = "1.00 0.00; 0.33 0.67";
const OUTPUT = "10.0; 16.7";

function check(sheet: Readonly<Record<string, string>>, demands?: Demands, homework: Homework = attend) {
  return checkAnswers(homework, typedAnswers(sheet), demands);
}

describe("what was compared is counted", () => {
  // scores, scaled and masked scores, exponentials, row sums, weights and output: seven steps lead to the output
  test("of a sheet and of each step", () => {
    const { verdict, answered, steps } = check({ weights: WEIGHTS, output: "- ; 16.7" });
    expect(verdict).toBe("agrees");
    expect(answered).toEqual({ cells: 5, of: 6, steps: 2, ofSteps: 7 });
    expect(steps.map((step) => step.answered)).toEqual([
      { cells: 4, of: 4 },
      { cells: 1, of: 2 },
    ]);
  });

  test("a blank step is on the sheet, but not answered; a measure counts when it is", () => {
    expect(check({ weights: "- -; - -", output: OUTPUT }).answered).toEqual({
      ...{ cells: 2, of: 5, steps: 1, ofSteps: 7 },
    });
    expect(check({ weights: WEIGHTS, "strongest-key": "0; 1" }).answered.ofSteps).toBe(8);
  });
});

test("the steps on the way to the results are those that these are made of, without measures", () => {
  const run = attend.trace;
  const [scores] = run.steps.filter(({ id }) => id === "scores");
  const step = (key: string, inputs: readonly string[], more: Partial<typeof scores> = {}) => ({
    ...{ ...scores, key, id: key, inputs, role: undefined, view: "matrix" as const },
    ...more,
  });
  const steps = [
    step("a", ["query"]),
    step("aside", ["a"]),
    step("b", ["a"]),
    step("c", ["a"]),
    step("before-measure", ["a"]),
    step("entropy", ["before-measure"], { view: "row-summary" }),
    step("sums", ["a"], { view: "margin" }),
    step("log-sum-exp", ["a"], { view: "margin", role: "log-sum-exp" }),
  ];
  const results = { output: "b", heads: ["c", "entropy"], more: { lse: "log-sum-exp", sums: "sums" } };
  const found = stepsToResults({ ...run, steps, results });
  expect([...found].map(({ id }) => id).sort()).toEqual(["a", "b", "c", "log-sum-exp"]);
});

describe("steps that are required", () => {
  const verdictOf = (sheet: Readonly<Record<string, string>>, require: Demands["require"]) => {
    const { verdict, lacking } = check(sheet, { require });
    return [verdict, ...lacking.map(({ id }) => id)];
  };

  test("a right sheet without them is not right; with them it is", () => {
    expect(verdictOf({ weights: WEIGHTS }, ["weights", "output"])).toEqual(["unanswered", "output"]);
    expect(verdictOf({ weights: WEIGHTS, output: OUTPUT }, ["weights", "output"])).toEqual(["agrees"]);
    expect(verdictOf({ weights: WEIGHTS, output: OUTPUT }, "all").slice(0, 2)).toEqual([
      ...["unanswered", "scores"],
    ]);
  });

  test("every cell of them, but for those that may not attend", () => {
    expect(verdictOf({ weights: "1.00 0.00; 0.33 -" }, ["A"])).toEqual(["unanswered", "weights"]);
    expect(verdictOf({ weights: "1.00 -; 0.33 0.67" }, ["A"])).toEqual(["agrees"]);
  });

  test("a sheet that is wrong stays wrong", () =>
    expect(verdictOf({ weights: "0.60 0.40; 0.33 0.67" }, ["output"])).toEqual(["differs", "output"]));

  test("in every head", () => {
    const layer = { matrices: { x: matrixFromRows([[1, 0, 0, 1]]) }, settings: { heads: 2 } };
    const homework = { trace: recordMultihead(layer), problem: layer, record: recordMultihead };
    const { lacking } = check({ "head 0/weights": "1" }, { require: ["weights"] }, homework);
    expect(lacking).toEqual([{ scope: "head 1", id: "weights" }]);
  });

  test("a step that there is not is refused", () =>
    expect(() => check({ weights: WEIGHTS }, { require: ["wieghts"] })).toThrow(
      'There is no step "wieghts"',
    ));
});
