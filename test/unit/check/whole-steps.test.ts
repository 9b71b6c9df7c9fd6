import { describe, expect, test } from "vitest";
import { settleAnswers } from "../../../src/check/answers.js";
import { createBounds } from "../../../src/check/bound.js";
import { recordedNumbers } from "../../../src/check/solution.js";
import { wholeSteps } from "../../../src/check/whole-steps.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { recordMultihead } from "../../support/record.js";
import { typedAnswers } from "../../support/typed-answers.js";

// x·W^Q = 3, x·W^K = 4 and 0.5: the score of the first is 12, of the second 1.5.
const traceOf = (wk: number) =>
  recordMultihead({
    matrices: {
      x: matrixFromRows([[1]]),
      ...{ wq: matrixFromRows([[3]]), wk: matrixFromRows([[wk]]), wv: matrixFromRows([[2]]) },
    },
    settings: { heads: 1 },
  });

describe("steps of whole numbers alone", () => {
  test("are those before which nothing was rounded", () => {
    const isWhole = wholeSteps(recordedNumbers(traceOf(4)));
    // One key: its weight is 1, and e^12 / e^12 is no whole step, since e^12 is none.
    expect(["x", "q", "head 0/scores", "head 0/weights", "no such step"].map(isWhole)).toEqual([
      ...[true, true, true, false, false],
    ]);
    const fraction = wholeSteps(recordedNumbers(traceOf(0.5)));
    expect(["k", "q", "head 0/scores"].map(fraction)).toEqual([false, true, false]);
  });

  test("are reached by no rounding", () => {
    const reachedFrom = (wk: number) => {
      const trace = traceOf(wk);
      const sheet = settleAnswers(trace, typedAnswers({ "head 0/weights": "0.95" }));
      return createBounds(recordedNumbers(trace), sheet).reaches("head 0/scores", 0, 0, 0.0001);
    };
    expect(reachedFrom(4)).toBe(false);
    expect(reachedFrom(0.5)).toBe(true);
  });
});
