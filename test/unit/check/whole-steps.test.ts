import { describe, expect, test } from "vitest";
import { wholeSteps } from "../../../src/check/whole-steps.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { recordMultihead } from "../../support/record.js";

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
    const isWhole = wholeSteps(traceOf(4));
    // One key: its weight is 1, and e^12 / e^12 is no whole step, since e^12 is none.
    expect(["x", "q", "head 0/scores", "head 0/weights", "no such step"].map(isWhole)).toEqual([
      ...[true, true, true, false, false],
    ]);
    const fraction = wholeSteps(traceOf(0.5));
    expect(["k", "q", "head 0/scores"].map(fraction)).toEqual([false, true, false]);
  });
});
