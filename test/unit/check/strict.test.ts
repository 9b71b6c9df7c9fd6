import { describe, expect, test } from "vitest";
import type { Diagnosis } from "../../../src/check/diagnosis.js";
import type { Judgement, StepVerdict } from "../../../src/check/judgement.js";
import { mistakeCalled } from "../../../src/check/mistakes/registry.js";
import { withoutRounding } from "../../../src/check/strict.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { typedScores } from "../../support/typed-answers.js";

// Where the written digits alone count, what rounding excuses is wrong.

const [EXACT, ANSWER] = [matrixFromRows([[1, 2]]), typedScores("1 2")];
const judged = (verdict: StepVerdict, wrong: number[], near: number[]): Judgement => ({
  ...{ answer: ANSWER, verdict, wrong, exact: EXACT, own: EXACT },
  marks: [0, 1].map((at) => (near.includes(at) ? "near" : "right")),
});
const DIAGNOSIS: Diagnosis = {
  mistake: mistakeCalled("scale-by-dk"),
  step: "scaled-scores",
  explains: 1,
  of: 1,
};
const found = (...steps: Judgement[]) => ({ judged: steps, diagnosis: [DIAGNOSIS], more: "as it was" });
const told = (...steps: Judgement[]) =>
  withoutRounding(found(...steps)).judged.map(({ verdict, wrong }) => [verdict, ...wrong]);

describe("a step", () => {
  test.each(["agrees-rounded", "truncated"] as const)(
    "that %s differs in every cell that is off",
    (verdict) => expect(told(judged(verdict, [], [0, 1]))).toEqual([["differs", 0, 1]]),
  );

  test.each(["agrees", "follows", "missing", "differs"] as const)("that %s stays so", (verdict) =>
    expect(told(judged(verdict, [1], [0, 1]))).toEqual([[verdict, 1]]),
  );
});

describe("the mistake", () => {
  test("is rounding, where that is all that is wrong, at the first step that it excused", () => {
    const strict = withoutRounding(
      found(judged("agrees", [], []), judged("agrees-rounded", [], [0]), judged("truncated", [], [0, 1])),
    );
    // One cell and two.
    expect(strict.diagnosis).toMatchObject([{ step: "scores", explains: 3, of: 3 }]);
    expect(strict.diagnosis[0].mistake).toEqual({
      ...{ id: "rounded-on-the-way", step: "any" },
      title: "These numbers come from rounded earlier steps.",
      formula: "the digits of the unrounded solution",
      fix: "Keep more digits than you write, and round at the end.",
    });
    expect(strict.more).toBe("as it was");
  });

  test("is what it was where something else is wrong, or nothing was rounded", () => {
    const other = withoutRounding(found(judged("differs", [1], [1]), judged("agrees-rounded", [], [0])));
    expect(other.diagnosis).toEqual([DIAGNOSIS]);
    expect(other.judged[1].verdict).toBe("differs");
    expect(other.more).toBe("as it was");
    expect(withoutRounding(found(judged("agrees", [], []))).diagnosis).toEqual([DIAGNOSIS]);
    expect(
      withoutRounding({ ...found(), diagnosis: [{ ...DIAGNOSIS, mistake: mistakeCalled("scale-missing") }] }),
    ).toMatchObject({
      diagnosis: [{ mistake: { id: "scale-missing" } }],
    });
  });
});
