import { expect, test } from "vitest";
import { checkAnswers } from "../../../../src/check/check.js";
import { matrixFromRows } from "../../../../src/math/matrix.js";
import { recordAttend } from "../../../support/record.js";
import { typedAnswers } from "../../../support/typed-answers.js";

// q = 1, K = 1, 2, 3, 4, no scale: e = 2.71828, e² = 7.38906, e³ = 20.08554, e⁴ = 54.59815, and over their sum 0.032059, 0.087144,
// 0.236883, 0.643914.

const problem = {
  matrices: { query: matrixFromRows([[1]]), key: matrixFromRows([[1], [2], [3], [4]]) },
  settings: { scale: "none" },
};
const homework = { trace: recordAttend(problem), problem, record: recordAttend };

const marksOf = (exponentials: string, weights: string) =>
  checkAnswers(homework, typedAnswers({ exponentials, weights })).steps.map(({ marks }) => marks);

const RIGHT = ["right", "right", "right", "right"];

test("one cell that is cut off where the others are rounded is wrong", () =>
  expect(marksOf("2.7182 7.3891 20.0855 54.5982", "0.0321 0.0871 0.2369 0.6439")).toEqual([
    ["wrong", "right", "right", "right"],
    RIGHT,
  ]));

test("where all are cut off none is", () =>
  expect(marksOf("2.7182 7.3890 20.0855 54.5981", "0.0320 0.0871 0.2368 0.6439").flat()).not.toContain(
    "wrong",
  ));

test("rounding that few cells show is no sign that one is not cut off", () =>
  expect(marksOf("2.7182 - 20.0855 -", "- 0.0871 0.2369 0.6439")[0][0]).toBe("near"));
