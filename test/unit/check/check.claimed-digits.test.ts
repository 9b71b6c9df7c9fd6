import { describe, expect, test } from "vitest";
import { checkAnswers } from "../../../src/check/check.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { recordAttend, recordPosenc } from "../../support/record.js";
import { typedAnswers } from "../../support/typed-answers.js";

// What a number claims by the way it is written: bare 0 and 1 are no answer to fractions.

const IDENTITY = matrixFromRows([
  [1, 0],
  [0, 1],
]);
// Weights e^(1/√2) / (e^(1/√2) + 1) = 0.6698 and 0.3302; output 0.6698 · 0.05 + 0.3302 · 0.01 = 0.0368, 0.904; 0.0232, 0.496.
const small = {
  matrices: {
    query: IDENTITY,
    key: IDENTITY,
    value: matrixFromRows([
      [0.05, 1.3],
      [0.01, 0.1],
    ]),
  },
  settings: {},
};
const positions = { matrices: {}, settings: { length: 3, dModel: 2 } };

const verdict = (key: string, text: string): string => {
  const isTable = key === "encoding";
  const [problem, record] = isTable ? ([positions, recordPosenc] as const) : ([small, recordAttend] as const);
  return checkAnswers({ trace: record(problem), problem, record }, typedAnswers({ [key]: text })).verdict;
};

describe("a bare 0 or 1", () => {
  test.each([
    // sin 1 = 0.841, cos 1 = 0.540, sin 2 = 0.909, cos 2 = −0.416
    ["encoding", "0 1; 1 1; 1 0"],
    ["encoding", "0 1; 1 0.54; 0.91 -0.42"],
    ["scaled-scores", "1 0; 0 1"],
    ["output", "0 1; 0 0"],
    ["output", "0.0368 0.904; 0 0"],
    ["weights", "1 0; 0 1"],
  ])("is no answer to a fraction: %s=%s", (key, text) => expect(verdict(key, text)).toBe("differs"));

  test.each([
    ["encoding", "0 1; 0.84 0.54; 0.91 -0.42"],
    ["encoding", "0 1; 0.8415 0.5403; 0.9093 -0.4161"],
    ["scores", "1 0; 0 1"],
    ["scaled-scores", "0.71 0; 0 0.71"],
    ["output", "0.0368 0.904; 0.0232 0.496"],
    ["weights", "0.67 0.33; 0.33 0.67"],
  ])("is right where it is the number: %s=%s", (key, text) => expect(verdict(key, text)).toBe("agrees"));

  test("is as precise as its neighbours in a sheet of significant digits: e^−9 = 0.0001 may be 0", () => {
    // e^0 = 1, e^−2.4 = 0.09072, e^−9 = 0.00012; their sum is 1.09084, and the weights 0.9167, 0.08316, 0.000113
    const problem = { matrices: { scores: matrixFromRows([[0, -2.4, -9]]) }, settings: {} };
    const homework = { trace: recordAttend(problem), problem, record: recordAttend };
    const judge = (weights: string) => checkAnswers(homework, typedAnswers({ weights })).verdict;
    expect(judge("0.917 0.0832 0")).toBe("agrees");
    expect(judge("0.917 0 0.000113")).toBe("differs");
  });
});

test("what is worked with, and not shown, is not coarser than two decimals", () => {
  // 100 · 0.6698 = 66.98, and 0.67 · 100 = 67.0; only a weight of 0.7 gives 70.0.
  const problem = {
    matrices: { query: matrixFromRows([[1, 0]]), key: IDENTITY, value: matrixFromRows([[100], [0]]) },
    settings: {},
  };
  const homework = { trace: recordAttend(problem), problem, record: recordAttend };
  const judge = (sheet: Readonly<Record<string, string>>) =>
    checkAnswers(homework, typedAnswers(sheet)).verdict;
  expect(judge({ output: "70.0" })).toBe("differs");
  expect(judge({ output: "67.0" })).toBe("agrees");
  expect(judge({ output: "67.1" })).toBe("agrees-rounded");
  expect(judge({ weights: "0.7 0.3", output: "70.0" })).toBe("agrees-rounded");
});
