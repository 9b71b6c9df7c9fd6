import { describe, expect, test } from "vitest";
import { settleAnswers } from "../../../src/check/answers.js";
import { isWrong, judgeSteps, judgeWhileRight } from "../../../src/check/judge-sheet.js";
import { workThrough } from "../../../src/check/rounding-schedules.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { recordAttend } from "../../support/record.js";
import { typedAnswers } from "../../support/typed-answers.js";

// q = 1, K = 2, 3, scale ½: scores 2 and 3, scaled 1 and 1.5, weights 1/(1 + e^0.5) = 0.38 and 0.62.

const recordWith = (scale: number) =>
  recordAttend({
    matrices: { query: matrixFromRows([[1]]), key: matrixFromRows([[2], [3]]) },
    settings: { scale },
  });
const TRACE = recordWith(0.5);

type Typed = Readonly<Record<string, string>>;

/** A sheet with the solutions that it is judged by. */
function given(typed: Typed, trace = TRACE) {
  const sheet = settleAnswers(trace, typedAnswers(typed));
  return { sheet, solutions: workThrough(trace, sheet) };
}

const judge = (typed: Typed) => {
  const { sheet, solutions } = given(typed);
  return [...judgeSteps(TRACE, sheet, solutions)];
};
const verdictsOf = (typed: Typed) => judge(typed).map(({ verdict }) => verdict);

describe("a step that wrong answers lead to", () => {
  const scores = "2.00 4.00";
  // From scores of 2 and 4: scaled 1 and 2, weights 1/(1 + e) = 0.27 and 0.73.
  const scaled = "1.00 2.00";
  const weights = "0.27 0.73";

  test("follows from them, step after step", () => {
    expect(verdictsOf({ scores, "scaled-scores": scaled, weights })).toEqual([
      "differs",
      "follows",
      "follows",
    ]);
  });

  test("over steps that are not shown", () =>
    expect(verdictsOf({ scores, weights })).toEqual(["differs", "follows"]));

  test("where one of several numbers that go into a step is wrong", () => {
    // x = 1, 2 and W^Q = 1: q is 1, 2. From 2 and 4: scores 2 4, 4 8, half of which are 1 2, 2 4.
    const matrices = { x: matrixFromRows([[1], [2]]), wq: matrixFromRows([[1]]) };
    const trace = recordAttend({ matrices, settings: { scale: 0.5 } });
    const { sheet, solutions } = given({ q: "2.00; 4.00", "scaled-scores": "1.00 2.00; 2.00 4.00" }, trace);
    const judged = [...judgeSteps(trace, sheet, solutions)];
    expect(judged.map(({ verdict }) => verdict)).toEqual(["differs", "follows"]);
  });

  test("differs where a right answer stands between", () => {
    const right = { scores, "scaled-scores": "1.00 1.50" };
    expect(verdictsOf({ ...right, weights })).toEqual(["differs", "agrees", "differs"]);
    expect(verdictsOf({ ...right, weights: "0.38 0.62" })).toEqual(["differs", "agrees", "agrees"]);
  });

  test("follows where a right answer between has a blank", () => {
    const typed = { scores, "scaled-scores": "1.00 -", weights };
    expect(verdictsOf(typed)).toEqual(["differs", "agrees", "follows"]);
  });

  test("may be right all the same", () => {
    expect(verdictsOf({ scores, weights: "0.38 0.62" })).toEqual(["differs", "agrees"]);
  });

  test("is not one that stands before them", () => {
    expect(verdictsOf({ scores: "2.00 3.00", "scaled-scores": scaled })).toEqual(["agrees", "differs"]);
  });

  test("follows from digits that are not shown", () => {
    // 40.4 / 2 = 20.2 and 40 / 2 = 20 are shown as 20; e^0.2 = 1.2214: 0.5498 and 0.4502, where 20 and 20 give halves.
    const typed = { scores: "40.4 40.0", "scaled-scores": "20 20", weights: "0.5498 0.4502" };
    const judged = judge(typed);
    expect(judged.map(({ verdict }) => verdict)).toEqual(["differs", "follows", "follows"]);
    // What follows from what is shown is told: halves.
    expect(Array.from(judged[2].own.data)).toEqual([0.5, 0.5]);
  });
});

describe("what was said of a sheet before", () => {
  const typed = { scores: "2.00 3.00", "scaled-scores": "1.00 1.50", weights: "0.38 0.62" };

  /** Which judgements by this solution are those that were made before. */
  const kept = (sheetTyped: Typed, scale: number) => {
    const { sheet, solutions } = given(sheetTyped);
    const judged = [...judgeSteps(TRACE, sheet, solutions)];
    const altered = recordWith(scale);
    const other = scale === 0.5 ? solutions : workThrough(altered, sheet);
    return [...judgeSteps(TRACE, sheet, other, { judged, solutions })].map((one, at) => one === judged[at]);
  };

  test("holds where the solution is the same", () => expect(kept(typed, 0.5)).toEqual([true, true, true]));

  test("is not asked for where it has other numbers", () => {
    // Solutions that share nothing are other numbers everywhere.
    expect(kept(typed, 1)).toEqual([false, false, false]);
  });

  test("does not hold where wrong answers lead to a step", () => {
    expect(kept({ ...typed, scores: "2.00 4.00" }, 0.5)).toEqual([true, false, true]);
  });

  test("needs the same numbers both from what was given and from the person's own", () => {
    const { sheet, solutions } = given(typed);
    const judged = [...judgeSteps(TRACE, sheet, solutions)];
    const other = workThrough(recordWith(1), sheet);
    for (const before of [
      { ...solutions, own: other.own },
      { ...solutions, worked: other.worked },
    ]) {
      const again = [...judgeSteps(TRACE, sheet, solutions, { judged, solutions: before })];
      expect(again.map((one, at) => one === judged[at])).toEqual([false, false, false]);
      expect(again).toEqual(judged);
    }
  });
});

describe("a sheet that is right throughout", () => {
  const judged = (typed: Typed) => {
    const { sheet, solutions } = given(typed);
    return judgeWhileRight(TRACE, sheet, solutions)?.map(({ verdict }) => verdict);
  };

  test("is judged whole", () => {
    expect(judged({ scores: "2.00 3.00", weights: "0.38 0.62" })).toEqual(["agrees", "agrees"]);
    expect(judged({})).toEqual([]);
  });

  test("is none with a step that is not", () => {
    expect(judged({ scores: "2.00 4.00", weights: "0.38 0.62" })).toBeUndefined();
    expect(judged({ scores: "2.00 3.00", weights: "0.40 0.60" })).toBeUndefined();
  });

  test("has no step that differs or follows", () => {
    const wrong = ["agrees", "agrees-rounded", "truncated", "follows", "differs", "missing"] as const;
    expect(wrong.filter(isWrong)).toEqual(["follows", "differs"]);
  });
});
