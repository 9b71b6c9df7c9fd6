import { describe, expect, test } from "vitest";
import {
  type Answer,
  blankAnswer,
  type NamedAnswer,
  settleAnswers,
  significantIn,
} from "../../../src/check/answers.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { recordAttend, recordPosenc } from "../../support/record.js";
import { refusal } from "../../support/refusal.js";
import { typedAnswers } from "../../support/typed-answers.js";

// Two queries, three keys, values of two columns: scores and weights are 2×3, row sums 2×1, the output 2×2.
const TRACE = recordAttend({
  matrices: {
    query: matrixFromRows([[1], [2]]),
    key: matrixFromRows([[1], [2], [3]]),
    value: matrixFromRows([
      [1, 0],
      [0, 1],
      [1, 1],
    ]),
  },
  settings: {},
});

const settle = (typed: Readonly<Record<string, string>>) => settleAnswers(TRACE, typedAnswers(typed));

function only(key: string, text: string): Answer {
  const [answer] = settle({ [key]: text }).values();
  return answer;
}

const decimalsIn = (key: string, text: string) =>
  only(key, text).cells.map((cell) => (cell ? cell.decimals : null));

describe("a sheet", () => {
  test("has its answers in the order of the steps, by their keys", () => {
    const sheet = settle({ output: "1 2; 3 4", A: "0.1 0.2 0.7; 0.1 0.2 0.7", "Row Sums": "5; 6" });
    expect([...sheet.keys()]).toEqual(["row-sums", "weights", "output"]);
    expect(sheet.get("weights")?.step.id).toBe("weights");
    expect(sheet.get("weights")?.key).toBe("weights");
  });

  test("may say the same twice", () => {
    const sheet = settle({ weights: "0.1 - 0.7; 0.0 0.2 NaN", A: "0.10 - 0.70; -0.00 0.20 NaN" });
    expect([...sheet.keys()]).toEqual(["weights"]);
  });

  test.each([
    ["another number", "0.1 0.2 0.7; 0.1 0.2 0.6"],
    ["a blank", "0.1 0.2 0.7; 0.1 0.2 -"],
    ["NaN for a number", "0.1 0.2 0.7; 0.1 0.2 NaN"],
  ])("may not contradict itself: %s", (_, other) => {
    const error = refusal(() => settle({ weights: "0.1 0.2 0.7; 0.1 0.2 0.7", A: other }));
    expect(error?.code).toBe("DUPLICATE_KEY");
    expect(error?.message).toBe(
      'There are two answers to weights, and they differ: "weights" of sheet and "A" of sheet both answer it.',
    );
    expect(error?.details.location).not.toHaveProperty("line");
    expect(error?.details.hint).toBe("Leave one of them out.");
  });

  test("a blank that is filled the second time is a contradiction, too, and named by where it stands", () => {
    const [first] = typedAnswers({ weights: "0.1 0.2 0.7; 0.1 0.2 -" });
    const [second] = typedAnswers({ weights: "0.1 0.2 0.7; 0.1 0.2 NaN" });
    const error = refusal(() => settleAnswers(TRACE, [first, { ...second, line: 7 }]));
    expect(error?.message).toBe(
      'There are two answers to weights, and they differ: "weights" of sheet is given twice.',
    );
    expect(error?.details.location).toEqual({ source: "sheet", line: 7 });
  });
});

describe("the cells of a step", () => {
  test("are its numbers with what they may be off, NaN and nothing where they are blank", () => {
    const answer = only("weights", "0.1 - 0.25; -Infinity 1 0.3");
    expect([answer.rows, answer.cols]).toEqual([2, 3]);
    expect([...answer.values]).toEqual([0.1, Number.NaN, 0.25, Number.NEGATIVE_INFINITY, 1, 0.3]);
    // Half a unit of the last digit; a bare 1 among weights claims two decimals; and 10^−9 for binary arithmetic.
    const expected = [0.05, 0, 0.005, 0, 0.005, 0.05];
    for (const [at, own] of answer.tolerances.entries()) {
      expect(own).toBeGreaterThanOrEqual(expected[at]);
      expect(own).toBeLessThan(expected[at] + 1e-8);
    }
    expect(answer.written[4]).toEqual({ value: 1, decimals: 0 });
  });

  test.each([
    ["0.1 0.2 0.7; 0.1 0.25 0.65", 2],
    ["0.1 - 0.7; - 0.2 -", 1],
    // −∞ and ∞ have none; a bare 1 of weights claims two.
    ["0.5 0.5 0.5; 0.5 -Infinity Infinity", 1],
    ["0.1 0.2 0.7; 0.1 0.2 1", 2],
    // What is written exactly (as 1/3) says nothing: "0.5" with 15 decimals or more is no decimal that was rounded.
    ["0.500000000000000 0.5 0.5; 0.5 0.5 0.5", 1],
    ["0.50000000000000 0.5 0.5; 0.5 0.5 0.5", 14],
  ])("have the decimals of the longest: %s", (text, most) =>
    expect(only("weights", text).decimals).toBe(most),
  );

  test("may be a row where a column is meant", () => {
    const { rows, cols, values } = only("row-sums", "5 6");
    expect([rows, cols, ...values]).toEqual([2, 1, 5, 6]);
  });

  test("are all blank where nothing was written", () => {
    const answer = settleAnswers(TRACE, [{ key: "weights", rows: [], source: "sheet" }]).get("weights");
    const blank = blankAnswer(TRACE.steps.find(({ id }) => id === "weights") ?? TRACE.steps[0], undefined);
    for (const each of [answer, blank]) {
      expect(each?.cells).toEqual([null, null, null, null, null, null]);
      expect([each?.rows, each?.cols, each?.decimals]).toEqual([2, 3, 0]);
    }
  });
});

describe("a step of another shape is refused", () => {
  test.each([
    [
      "weights",
      "0 1; 0 1; 0 1",
      "weights is 2×3, but 3×2 cells were answered.",
      "It looks transposed: swap rows and columns.",
    ],
    [
      "weights",
      "0 1 0",
      "weights is 2×3, but 1×3 cells were answered.",
      "Write 2 rows, with null in the cells that are not answered.",
    ],
    [
      "weights",
      "0 1 0; 0 1 0; 0 1 0",
      "weights is 2×3, but 3×3 cells were answered.",
      "Write null for an unanswered cell.",
    ],
    ["weights", "0 1", "weights is 2×3, but 1×2 cells were answered.", "Write null for an unanswered cell."],
    // One row stands for a column only as long as it.
    [
      "row-sums",
      "1 2 3",
      "row-sums is 2×1, but 1×3 cells were answered.",
      "Write null for an unanswered cell.",
    ],
    [
      "row-sums",
      "1 2; 1 2",
      "row-sums is 2×1, but 2×2 cells were answered.",
      "Write null for an unanswered cell.",
    ],
    [
      "output",
      "1 2; 1 2; 1 2",
      "output is 2×2, but 3×2 cells were answered.",
      "Write null for an unanswered cell.",
    ],
    // Six cells in a row are no 2×3.
    [
      "scores",
      "1 2 3 4 5 6",
      "scores is 2×3, but 1×6 cells were answered.",
      "Write null for an unanswered cell.",
    ],
  ])("%s=%s", (key, text, message, hint) => {
    const error = refusal(() => settle({ [key]: text }));
    expect([error?.code, error?.message, error?.details.hint]).toEqual(["SHAPE_MISMATCH", message, hint]);
    expect(error?.details.location).toEqual({ source: "sheet" });
  });

  test("even where both have one column", () => {
    const error = refusal(() => settle({ "row-sums": "1; 2; 3" }));
    expect(error?.message).toBe("row-sums is 2×1, but 3×1 cells were answered.");
  });

  test("with the line of the sheet", () => {
    const [answer] = typedAnswers({ weights: "0 1" });
    expect(refusal(() => settleAnswers(TRACE, [{ ...answer, line: 4 }]))?.details.location).toEqual({
      source: "sheet",
      line: 4,
    });
  });
});

describe("a bare integer", () => {
  test.each([
    // Beside decimals it claims as many as the shortest of them.
    ["scores", "1 2.5 3.25; 4 5 6", [1, 1, 2, 1, 1, 1]],
    // Without them a step of nothing but 0, 1 and −1 claims two; beside other whole numbers they are whole.
    ["scores", "0 1 -1; 1 0 1", [2, 2, 2, 2, 2, 2]],
    ["scores", "0 1 -1; 2 -2 3", [0, 0, 0, 0, 0, 0]],
    // A power of ten is one, too.
    ["scores", "1e2 2.5e2 -; 3 4 5", [0, 0, null, 0, 0, 0]],
    ["scores", "1e2 2.25 -; 3 4 5", [2, 2, null, 2, 2, 2]],
    // Among fractions every integer claims two, or more where the others have more.
    ["weights", "0 1 2; 0.5 0 1", [2, 2, 2, 1, 2, 2]],
    ["weights", "0 1 2; 0.5000 0 1", [4, 4, 4, 4, 4, 4]],
    ["weights", "0 1 2; 3 0 1", [2, 2, 2, 2, 2, 2]],
  ])("%s=%s", (key, text, decimals) => expect(decimalsIn(key, text)).toEqual(decimals));

  test("claims two decimals among sines and cosines", () => {
    const trace = recordPosenc({ matrices: {}, settings: { length: 1, dModel: 4 } });
    const [answer] = settleAnswers(trace, typedAnswers({ encoding: "0 2 0 2" })).values();
    expect(answer.cells.map((cell) => cell?.decimals)).toEqual([2, 2, 2, 2]);
  });

  test("keeps its number", () =>
    expect(only("scores", "1 2.5 3.25; 4 5 6").cells.map((cell) => cell?.value)).toEqual([
      1, 2.5, 3.25, 4, 5, 6,
    ]));
});

describe("a sheet in significant digits", () => {
  test("has them for every step", () => {
    // 0.0512 and 1.48 have three digits, so that 148 has three: it may be 148.4.
    const sheet = settle({ weights: "0.0512 1.48 0.1; 0.1 0.2 0.3", scores: "148 2 3; 4 5 6" });
    expect(sheet.get("weights")?.significant).toBe(3);
    expect(sheet.get("scores")?.significant).toBe(3);
    expect(significantIn(sheet)).toBe(3);
    expect(sheet.get("scores")?.cells.map((cell) => cell?.decimals)).toEqual([0, 2, 2, 2, 2, 2]);
  });

  test("has none where its numbers have as many decimals", () => {
    const sheet = settle({ weights: "0.05 1.48 0.10; 0.10 0.20 0.30" });
    expect(significantIn(sheet)).toBeUndefined();
    expect(significantIn(new Map())).toBeUndefined();
  });
});

describe("numbers that a program stored", () => {
  const stored = (key: string, row: readonly number[], storedDigits: number): NamedAnswer => ({
    key,
    source: "sheet",
    storedDigits,
    rows: [row, row].map((cells) => cells.map((value) => ({ value, decimals: 4 }))),
  });

  test("have the digits of the coarsest type, and no decimals of a person", () => {
    const sheet = settleAnswers(TRACE, [stored("scores", [1, 2, 3], 7), stored("weights", [0, 1, 0], 4)]);
    expect(significantIn(sheet)).toBe(4);
    expect(sheet.get("scores")?.significant).toBe(4);
    expect(sheet.get("weights")?.decimals).toBe(0);
    expect(sheet.get("weights")?.cells[1]).toEqual({ value: 1, decimals: 4 });
    expect([...(sheet.get("weights")?.values ?? [])]).toEqual([0, 1, 0, 0, 1, 0]);
  });

  test("say nothing beside numbers that were written", () => {
    const typed = typedAnswers({ weights: "0.05 1.48 0.10; 0.10 0.20 0.30" });
    expect(significantIn(settleAnswers(TRACE, [stored("scores", [1, 2, 3], 7), ...typed]))).toBeUndefined();
  });
});
