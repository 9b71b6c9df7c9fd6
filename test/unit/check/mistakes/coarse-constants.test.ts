import { expect, test } from "vitest";
import { checkAnswers } from "../../../../src/check/check.js";
import { matrixFromRows } from "../../../../src/math/matrix.js";
import { recordAttend } from "../../../support/record.js";
import { typedAnswers } from "../../../support/typed-answers.js";

// A number on the way that is too coarse: S = [7 2; 3 0], and √2 = 1.41421 taken as 1.4.
const problem = {
  matrices: {
    query: matrixFromRows([
      [1, 0],
      [0, 1],
    ]),
    key: matrixFromRows([
      [7, 3],
      [2, 0],
    ]),
    value: matrixFromRows([
      [1, 0],
      [0, 1],
    ]),
  },
  settings: {},
};
const homework = { trace: recordAttend(problem), problem, record: recordAttend };
const markOf = (scaled: string) => checkAnswers(homework, typedAnswers({ "scaled-scores": scaled }));

test("is said, and what it gives is near", () => {
  // 7/1.4 = 5, 2/1.4 = 1.429, 3/1.4 = 2.143; right are 4.950, 1.414 and 2.121.
  const check = markOf("5.000 1.429; 2.143 0.000");
  expect(check.steps[0].marks).toEqual(["near", "near", "near", "right"]);
  expect(check.verdict).toMatch(/^agrees/);
  const [{ mistake, specificTitle }] = check.diagnosis;
  expect(mistake.id).toBe("root-rounded");
  expect(specificTitle?.({ row: String, column: String })).toBe("√2 was rounded to 1.4; it is 1.4142.");
});

test("is said of 1/√2 as well", () => {
  // 7·0.7 = 4.9, 2·0.7 = 1.4, 3·0.7 = 2.1.
  const check = markOf("4.900 1.400; 2.100 0.000");
  expect(check.steps[0].marks).toEqual(["near", "near", "near", "right"]);
  const [{ mistake, specificTitle }] = check.diagnosis;
  expect(mistake.id).toBe("root-rounded");
  expect(specificTitle?.({ row: String, column: String })).toBe("1/√2 was rounded to 0.7; it is 0.7071.");
});

test("makes one cell alone wrong, which may be a slip as well", () => {
  const check = markOf("4.950 1.429; 2.121 0.000");
  expect(check.steps[0].marks).toEqual(["right", "wrong", "right", "right"]);
  expect(check.verdict).not.toMatch(/^agrees/);
});
