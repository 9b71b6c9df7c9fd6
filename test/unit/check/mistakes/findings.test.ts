import { describe, expect, test } from "vitest";
import { settleAnswers } from "../../../../src/check/answers.js";
import { findCertain, seemGuessed } from "../../../../src/check/mistakes/findings.js";
import { checkPerson } from "../../../../src/check/person/check-person.js";
import { tabulate } from "../../../../src/math/lists.js";
import { matrixFromRows } from "../../../../src/math/matrix.js";
import type { Trace } from "../../../../src/trace/trace.js";
import { recordAttend } from "../../../support/record.js";
import { typedAnswers } from "../../../support/typed-answers.js";

type Typed = Readonly<Record<string, string>>;

/** An attention whose scores are query · key, not scaled, and whose values are two columns. */
function problemOf(query: number[], key: number[], labels: object = {}) {
  const value = matrixFromRows(key.map((_, row) => [row + 1, -row - 1]));
  const column = (numbers: number[]) => matrixFromRows(numbers.map((number) => [number]));
  const matrices = { query: column(query), key: column(key), value };
  return recordAttend({ matrices, settings: { scale: 1 }, ...labels });
}

function certainOf(trace: Trace, typed: Typed): readonly string[] {
  const sheet = settleAnswers(trace, typedAnswers(typed));
  const problem = { matrices: {}, settings: {} };
  const { judged } = checkPerson({ trace, problem, record: () => trace }, sheet);
  return findCertain(
    trace,
    sheet,
    judged.filter(({ verdict }) => verdict === "differs"),
  );
}

const guessed = (text: string) => {
  const sheet = settleAnswers(problemOf([1], [1, 2, 3, 4]), typedAnswers({ weights: text }));
  return [...sheet.values()].map(seemGuessed);
};

describe("weights look guessed", () => {
  test.each([
    ["0.10 0.20 0.30 0.40", true],
    ["0.05 0.95 0.35 0.65", true],
    // Three round numbers and a blank, or beside 0 and 1, which nobody has to guess.
    ["0.10 0.20 0.70 -", true],
    ["0.30 0.25 0.45 0", true],
    // Two may be chance; 0.33 is no twentieth, nor 0.125.
    ["0.10 0.90 0 1", false],
    ["0.10 0.90 - -", false],
    ["0.10 0.20 0.30 0.33", false],
    ["0.125 0.20 0.30 0.40", false],
    // No weights at all: they are left out.
    ["1.50 -0.20 0.30 0.30", false],
  ])("%s: %s", (text, isGuess) => expect(guessed(text)).toEqual([isGuess]));
});

describe("a row of weights that does not add up to 1", () => {
  // Scores 1, 2, 3: e^1 : e^2 : e^3 is 0.09 : 0.24 : 0.67.
  const trace = problemOf([1], [1, 2, 3]);

  test.each([
    ["0.20 0.50 0.80", "1.5"],
    // Three times half a unit may be missing: 0.015 here, which 0.02 is not, and 0.06 where one has one decimal.
    ["0.20 0.30 0.52", "1.02"],
    ["0.20 0.30 0.48", "0.98"],
    ["0.2 0.30 0.57", "1.07"],
    ["0.10 0.20 0.333333", "0.633333"],
    ["0.10 0.20 0.33333333", "0.633333"],
  ])("%s is told with its sum", (weights, sum) =>
    expect(certainOf(trace, { weights })).toEqual([`In row 0 of Weights, the sum is ${sum}, not 1.`]),
  );

  test.each([
    ["0.20 0.30 0.51"],
    ["0.20 0.30 0.49"],
    ["0.2 0.30 0.55"],
    // Nobody knows what the blank is.
    ["0.80 - 0.90"],
    ["- 0.80 0.90"],
  ])("%s may be rounding", (weights) => expect(certainOf(trace, { weights })).toEqual([]));
});

describe("equal scores with weights that are not", () => {
  test("are told by their numbers, the first key first", () => {
    // Scores 2, 1, 2.
    const trace = problemOf([1], [2, 1, 2]);
    const told = ["In row 0 of Weights, the scores of key 0 and key 2 are equal, but their weights are not."];
    expect(certainOf(trace, { weights: "0.50 0.10 0.40" })).toEqual(told);
    expect(certainOf(trace, { weights: "0.40 0.10 0.50" })).toEqual(told);
    // What one decimal leaves open is no fault, nor one unit, nor what a blank may be.
    expect(certainOf(trace, { weights: "0.4 0.10 0.50" })).toEqual([]);
    expect(certainOf(trace, { weights: "0.45 0.11 0.44" })).toEqual([]);
    expect(certainOf(trace, { weights: "0.50 0.10 -" })).toEqual([]);
    expect(certainOf(trace, { weights: "0.46 0.10 0.44" })).toEqual(told);
  });

  test("are told by their names, with a number where two are called alike", () => {
    const key = [2, 1, 2, 1];
    const weights = "0.40 0.10 0.40 0.10; 0.40 0.10 0.30 0.20";
    const tokens = ["I", "you"];
    const told = (keyTokens: readonly string[]) =>
      certainOf(problemOf([1, 1], key, { tokens, keyTokens }), { weights });
    const rest = "are equal, but their weights are not.";
    expect(told(["a", "b", "c", "d"])).toEqual([
      "In row you of Weights, the scores of b and d are equal, but their weights are not.",
    ]);
    expect(told(["a", "b", "a", "b"])).toEqual([
      `In row you of Weights, the scores of b (1) and b (3) ${rest}`,
    ]);
  });

  test("are found among several, one fault a row", () => {
    // Of scores 1, 1, 2, 2 the last two have 0.10 and 0.50, and the first two 0.20; of weights that are equally heavy the last is told.
    const trace = problemOf([1, 2], [1, 1, 2, 2]);
    expect(certainOf(trace, { weights: "0.20 0.20 0.10 0.50; 0.10 0.30 0.30 0.30" })).toEqual([
      "In row 0 of Weights, key 2 has a larger score than key 1, but a smaller weight.",
      "In row 1 of Weights, the scores of key 0 and key 1 are equal, but their weights are not.",
    ]);
  });
});

describe("a larger score with a smaller weight", () => {
  const trace = problemOf([1], [1, 2, 3]);
  const told = (one: number, other: number) => [
    `In row 0 of Weights, key ${one} has a larger score than key ${other}, but a smaller weight.`,
  ];

  test.each([
    ["0.20 0.60 0.20", told(2, 1)],
    ["0.60 0.20 0.20", told(1, 0)],
    ["0.30 - 0.20", told(2, 0)],
    ["0.10 0.20 -", []],
    ["0.20 0.42 0.40", told(2, 1)],
    ["- 0.42 0.40", told(2, 1)],
    ["- 0.41 0.40", []],
    // The heaviest so far is what a weight is compared with.
    ["0.45 0.50 0.05", told(2, 1)],
    ["0.50 0.44 0.06", told(1, 0)],
  ])("%s", (weights, expected) => {
    const found = certainOf(trace, { weights }).filter((text) => text.includes("larger"));
    expect(found).toEqual(expected);
  });

  test("goes by the person's own scores, and by the right ones where there are none", () => {
    // By 3, 2, 1 the weights fall as they should.
    const weights = "0.50 0.30 0.20";
    const falling = { "scaled-scores": "3 2 1", weights };
    expect(certainOf(trace, falling).filter((text) => text.includes("larger"))).toEqual([]);
    expect(certainOf(trace, { "scaled-scores": "- - -", weights })).toEqual(told(1, 0));
  });

  test("is found on both sides of a blank, whatever the order of the keys", () => {
    const falling = problemOf([1], [3, 2, 1]);
    expect(certainOf(falling, { weights: "0.20 - 0.60" })).toEqual(told(0, 2));
  });

  test("is told by names, where there are some", () => {
    const named = problemOf([1], [1, 2, 3], { tokens: ["q"], keyTokens: ["a", "b", "c"] });
    expect(certainOf(named, { weights: "0.60 0.20 0.20" })).toEqual([
      "In row q of Weights, b has a larger score than a, but a smaller weight.",
    ]);
  });
});

describe("of many rows", () => {
  const rows = (...weights: readonly string[]) => {
    const trace = problemOf(new Array(weights.length).fill(1), [1, 2]);
    return certainOf(trace, { weights: weights.join(";") });
  };

  test("those with the same fault share a sentence", () =>
    expect(rows("0.10 0.20", "0.10 0.20", "0.10 0.20")).toEqual([
      "In rows 0, 1 and 2 of Weights, the sum is 0.3, not 1.",
    ]));

  test.each<[number, readonly string[]]>([
    [3, []],
    [4, ["1 more row of Weights likewise."]],
    [5, ["2 more rows of Weights likewise."]],
  ])("three faults are told of %d", (count, rest) => {
    const faults = tabulate(count, (row) => `In row ${row} of Weights, the sum is 0.3${row + 1}, not 1.`);
    const found = rows(...tabulate(count, (row) => `0.10 0.2${row + 1}`));
    expect(found).toEqual([...faults.slice(0, 3), ...rest]);
  });
});

describe("an output is a mixture of values", () => {
  // Values 1 2 3 and −1 −2 −3: with 0 for a row without keys the columns lie between 0 and 3, and −3 and 0.
  const trace = problemOf([1, 1], [1, 2, 3]);

  test.each([
    ["3.1 -2.0; 2.0 -2.0", 0, "3.1", 0],
    ["2.0 -3.1; 2.0 -2.0", 0, "−3.1", 1],
    ["2.0 -2.0; -0.1 -2.0", 1, "−0.1", 0],
    ["2.0 -2.0; - 0.1", 1, "0.1", 1],
    ["2.0 -2.0; 3.01 -9.0", 1, "3.01", 0],
  ])("%s lies outside", (output, row, value, column) =>
    expect(certainOf(trace, { output })).toEqual([
      `In row ${row} of Output, ${value} is no weighted average of column ${column} of the values.`,
    ]),
  );

  test.each([["3.0 -3.0; 0.0 0.0"], ["1.1 -1.1; - -"]])("%s does not", (output) =>
    expect(certainOf(trace, { output })).toEqual([]),
  );

  test("half a unit beyond may be rounding: 3.06 is 3.1, and −3.06 is −3.1", () => {
    const matrices = { query: matrixFromRows([[1]]), key: matrixFromRows([[1], [1]]) };
    const record = (value: number) =>
      recordAttend({ matrices: { ...matrices, value: matrixFromRows([[value], [0]]) }, settings: {} });
    for (const sign of [1, -1]) {
      expect(certainOf(record(sign * 3.06), { output: (sign * 3.1).toFixed(1) })).toEqual([]);
      expect(certainOf(record(sign * 3.04), { output: (sign * 3.1).toFixed(1) })).toHaveLength(1);
      // 0.25 is rounded to 0.3, too, however binary arithmetic adds 0.05.
      expect(certainOf(record(sign * 0.25), { output: (sign * 0.3).toFixed(1) })).toEqual([]);
    }
  });

  test("other steps are no mixtures", () => expect(certainOf(trace, { scores: "9 9 9; 9 9 9" })).toEqual([]));
});
