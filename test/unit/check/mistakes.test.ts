import { describe, expect, test } from "vitest";
import type { Problem } from "../../../src/attention/problem.js";
import { type Check, checkAnswers } from "../../../src/check/check.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { typedDecimals } from "../../../src/math/written.js";
import type { Trace } from "../../../src/trace/trace.js";
import {
  ATTEND_MISTAKES,
  attendSheet,
  HEAD_MISTAKES,
  headSheet,
  type IntegerProblem,
  randomProblem,
  type StepRows,
} from "../../support/homework.js";
import { recordAttend, recordMultihead } from "../../support/record.js";
import { typedAnswers } from "../../support/typed-answers.js";

// Integer homework worked by the independent arithmetic of test/support/homework.ts, every step rounded to 3 decimals.

function check(
  { matrices, settings }: IntegerProblem,
  record: (problem: Problem<object>) => Trace,
  sheet: StepRows,
  only?: string,
): Check {
  const problem = {
    matrices: Object.fromEntries(
      Object.entries(matrices).map(([name, rows]) => [name, matrixFromRows(rows)]),
    ),
    settings,
  };
  const answers = Object.entries(sheet)
    .filter(([key]) => only === undefined || key === only)
    .map(([key, rows]) => ({ key, source: "sheet", rows: rows.map((row) => row.map(written)) }));
  return checkAnswers({ trace: record(problem), problem, record }, answers);
}

function written(value: number) {
  const text = Number.isFinite(value) ? value.toFixed(3) : String(value);
  return { value: Number(text), decimals: typedDecimals(text) };
}

for (const [command, mistakes, makeSheet, record] of [
  ["attend", ATTEND_MISTAKES, attendSheet, recordAttend],
  ["multihead", HEAD_MISTAKES, headSheet, recordMultihead],
] as const) {
  describe(command, () => {
    const given = { ...randomProblem(3, 3, 4, command === "multihead") };
    const problem = { ...given, settings: { ...given.settings, causal: true } };

    test("right homework is right, carried rounding included", () => {
      const sheet = makeSheet(problem, undefined, 3) ?? {};
      expect(check(problem, record, sheet).verdict).not.toBe("differs");
      expect(check(problem, record, sheet, "output").verdict).not.toBe("differs");
    });

    test.each(mistakes.map((id) => [id]))("%s is named", (id) => {
      const sheet = makeSheet(problem, id, 3);
      if (!sheet) throw new Error(`${id} cannot be made here`);
      const found = check(problem, record, sheet);
      expect(found.verdict).toBe("differs");
      expect(found.diagnosis.map(({ mistake }) => mistake.id)).toContain(id);
    });
  });
}

describe("masks are judged by the weights, however masked cells are made to vanish", () => {
  const given = randomProblem(3, 3, 4, false);
  const ids = [
    "mask-missing",
    "mask-transposed",
    "mask-excludes-self",
    "mask-inverted",
    "mask-after-softmax",
  ];
  test.each(
    ["replace:-1e9", "add:-1e4", "multiply-exp"].flatMap((maskFill) =>
      ids.map((id) => [maskFill, id] as const),
    ),
  )("%s: %s", (maskFill, id) => {
    const problem = { ...given, settings: { causal: true, maskFill } };
    const sheet = attendSheet(problem, id, 3);
    if (!sheet) throw new Error(`${id} cannot be made here`);
    const found = check(problem, recordAttend, sheet, "weights");
    expect(found.verdict).toBe("differs");
    expect(found.diagnosis.map(({ mistake }) => mistake.id)).toContain(id);
  });
});

test.each([
  ["row-sums", "4.718; 4.718; 3.000"],
  // The sums are right, and 1 came in with the division.
  ["weights", "3.718; 3.718; 2.000"],
])("a 1 beside e^x is named where it was added: in the %s", (step, sums) => {
  // e = 2.718: 1/4.718 = 0.212, 2.718/4.718 = 0.576, 1/3 = 0.333.
  const scores = matrixFromRows([
    [0, 1],
    [1, 0],
    [0, 0],
  ]);
  const problem = { matrices: { scores }, settings: {} };
  const answers = typedAnswers({ "row-sums": sums, weights: "0.212 0.576; 0.576 0.212; 0.333 0.333" });
  const found = checkAnswers({ trace: recordAttend(problem), problem, record: recordAttend }, answers);
  expect(found.diagnosis.map(({ mistake }) => mistake.id)).toEqual(["softmax-plus-one"]);
  expect(found.diagnosis[0].step).toBe(step);
});
