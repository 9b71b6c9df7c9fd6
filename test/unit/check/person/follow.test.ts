import { describe, expect, test } from "vitest";
import { settleAnswers } from "../../../../src/check/answers.js";
import { checkPerson } from "../../../../src/check/person/check-person.js";
import { isRightThroughout } from "../../../../src/check/person/follow.js";
import { matrixFromRows } from "../../../../src/math/matrix.js";
import { recordAttend } from "../../../support/record.js";
import { typedAnswers } from "../../../support/typed-answers.js";

// q = 1, K = 2, 3, scale ½: scores 2 and 3, scaled 1 and 1.5, weights 1/(1 + e^0.5) = 0.38 and 0.62.

const TRACE = recordAttend({
  matrices: { query: matrixFromRows([[1]]), key: matrixFromRows([[2], [3]]) },
  settings: { scale: 0.5 },
});

type Typed = Readonly<Record<string, string>>;

/** A sheet of a solution. */
function given(typed: Typed, trace = TRACE) {
  const homework = { trace, problem: { matrices: {}, settings: {} }, record: () => trace };
  return [homework, settleAnswers(trace, typedAnswers(typed))] as const;
}

const judge = (typed: Typed, trace = TRACE) => checkPerson(...given(typed, trace)).judged;
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
    const judged = judge({ q: "2.00; 4.00", "scaled-scores": "1.00 2.00; 2.00 4.00" }, trace);
    expect(judged.map(({ verdict }) => verdict)).toEqual(["differs", "follows"]);
  });

  test("from what was worked, where a right answer stands between that was not used", () => {
    const right = { scores, "scaled-scores": "1.00 1.50" };
    expect(verdictsOf({ ...right, weights })).toEqual(["differs", "agrees", "follows"]);
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

test("a sheet is right throughout when nothing on it went wrong", () => {
  const isRight = (typed: Typed) => isRightThroughout(...given(typed));
  expect(isRight({ scores: "2.00 3.00", weights: "0.38 0.62" })).toBe(true);
  expect(isRight({})).toBe(true);
  expect(isRight({ scores: "2.00 4.00", weights: "0.38 0.62" })).toBe(false);
  expect(isRight({ scores: "2.00 3.00", weights: "0.40 0.60" })).toBe(false);
});
