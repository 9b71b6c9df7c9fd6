import { expect, test } from "vitest";
import { isMatched, type Judgement, maxDifference } from "../../../src/check/judgement.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { typedScores } from "../../support/typed-answers.js";

test("a cell is as a number that rounds to it", () => {
  const answer = typedScores("0.50 - -Infinity");
  const matched = (...row: number[]) =>
    row.map((_, index) => isMatched(answer, index, matrixFromRows([row])));
  expect(matched(0.504, 9, Number.NEGATIVE_INFINITY)).toEqual([true, true, true]);
  expect(matched(0.506, 9, -1)).toEqual([false, true, false]);
});

test("the largest distance is that of a wrong cell", () => {
  const answer = typedScores("1.00 2.50 3.00");
  const exact = matrixFromRows([[1.5, 2, 3]]);
  const judgement = (wrong: readonly number[]): Judgement => ({
    ...{ answer, verdict: "differs", wrong, marks: [], exact, own: exact },
  });
  expect(maxDifference(judgement([0, 2]))).toBe(0.5);
  expect(maxDifference(judgement([2]))).toBe(0);
});
