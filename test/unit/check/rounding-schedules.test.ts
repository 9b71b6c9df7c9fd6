import { describe, expect, test } from "vitest";
import { type NamedAnswer, settleAnswers } from "../../../src/check/answers.js";
import { withAnswers, workAgain, workThrough } from "../../../src/check/rounding-schedules.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { recordAttend } from "../../support/record.js";
import { typedAnswers, typedScores } from "../../support/typed-answers.js";

// q = 1, K = 0.336 and 0, scale ½.

const record = (first = 0.336) =>
  recordAttend({
    matrices: { query: matrixFromRows([[1]]), key: matrixFromRows([[first], [0]]) },
    settings: { scale: 0.5 },
  });

function work(sheet: Readonly<Record<string, string>> = {}, first = 0.336) {
  const trace = record(first);
  return workThrough(trace, settleAnswers(trace, typedAnswers(sheet)));
}

const first = (numbers: { used(key: string): { data: Float64Array } | undefined }, key: string) =>
  numbers.used(key)?.data[0];

describe("the ways to round, the likeliest first", () => {
  test("not at all, then each step to two decimals", () => {
    const [unrounded, usual] = work().worked;
    expect(first(unrounded, "scores")).toBe(0.336);
    expect(first(unrounded, "scaled-scores")).toBe(0.168);
    // e^0.17 is 1.1853.
    expect(["scores", "scaled-scores", "exponentials", "row-sums"].map((key) => first(usual, key))).toEqual([
      0.34, 0.17, 1.19, 2.19,
    ]);
  });

  test("then with exact powers and sums; with only weights rounded", () => {
    const [, , exactPowers, onlyWeights] = work().worked;
    expect(first(exactPowers, "scaled-scores")).toBe(0.17);
    expect(first(exactPowers, "exponentials")).toBeCloseTo(Math.exp(0.17), 12);
    expect(first(exactPowers, "row-sums")).toBeCloseTo(Math.exp(0.17) + 1, 12);
    // 1.1853 / 2.1853
    expect(first(exactPowers, "weights")).toBe(0.54);
    expect(first(onlyWeights, "scores")).toBe(0.336);
    expect(first(onlyWeights, "exponentials")).toBeCloseTo(Math.exp(0.168), 12);
    expect(first(onlyWeights, "weights")).toBe(0.54);
  });

  test("then halves to even; one digit more; two more", () => {
    const [, usual, , , even] = work({}, 0.125).worked;
    expect([usual, even].map((numbers) => first(numbers, "scores"))).toEqual([0.13, 0.12]);
    const [, , , , , oneMore, twoMore] = work({}, 0.33625).worked;
    expect(first(oneMore, "scores")).toBe(0.336);
    expect(first(oneMore, "scaled-scores")).toBe(0.168);
    expect(first(twoMore, "scores")).toBe(0.3363);
    expect(work().worked).toHaveLength(7);
  });

  test("cut digits are cut at every step", () => {
    const { cut } = work();
    // 0.33 / 2 = 0.165, and e^0.16 = 1.1735.
    expect(["scores", "scaled-scores", "exponentials"].map((key) => first(cut, key))).toEqual([
      0.33, 0.16, 1.17,
    ]);
  });

  test("a step with decimals of its own is rounded to these", () => {
    const [, usual] = work({ "scaled-scores": "0.1680 0.0000", scores: "0.3 0.0" }).worked;
    expect(first(usual, "scores")).toBe(0.3);
    expect(first(usual, "scaled-scores")).toBe(0.15);
    // The others to the most of the sheet: e^0.15 = 1.16183.
    expect(first(usual, "exponentials")).toBe(1.1618);
  });

  test("a sheet with significant digits is rounded to these", () => {
    // 0.123 and 1.48 in one step have three digits each.
    const { worked, cut } = work({ exponentials: "0.123 1.48" }, 12.3456);
    expect(first(worked[1], "scores")).toBe(12.3);
    expect(first(worked[5], "scores")).toBe(12.35);
    expect(first(worked[6], "scores")).toBe(12.346);
    expect(first(cut, "scores")).toBe(12.3);
    expect(first(work({ exponentials: "0.123 1.48" }, 12.38).cut, "scores")).toBe(12.3);
  });

  test("what a program stored with all digits is not rounded at all, with fewer it is", () => {
    const stored = (storedDigits: number) => {
      const trace = record(0.123456789);
      const answer: NamedAnswer = {
        ...{ key: "weights", source: "file", storedDigits },
        rows: [[{ value: 0.5, decimals: 15 }, null]],
      };
      return first(workThrough(trace, settleAnswers(trace, [answer])).worked[1], "scores");
    };
    expect([15, 17].map(stored)).toEqual([0.123456789, 0.123456789]);
    expect(stored(7)).toBe(0.1234568);
  });
});

describe("the person's own numbers", () => {
  test("stand in the place of what they answer, with three ways to round between them", () => {
    const { own } = work({ scores: "0.50 0.00" });
    expect(own).toHaveLength(3);
    for (const numbers of own) {
      expect(numbers.computed("scores")?.data[0]).toBeCloseTo(0.336, 12);
      expect(first(numbers, "scores")).toBe(0.5);
      expect(numbers.computed("scaled-scores")?.data[0]).toBe(0.25);
    }
    // e^0.25 = 1.2840
    expect(own.map((numbers) => first(numbers, "exponentials")?.toFixed(4))).toEqual([
      "1.2840",
      "1.2800",
      "1.2840",
    ]);
  });

  test("are taken cell by cell, −1e9 for −∞", () => {
    const exact = matrixFromRows([
      [1.001, 2, Number.NEGATIVE_INFINITY],
      [3, Number.NEGATIVE_INFINITY, 5],
    ]);
    const answered = withAnswers(exact, typedScores("1.00 2.50 -1e9; 4.00 0.50 -1e9"));
    expect(answered).toEqual(
      matrixFromRows([
        [1, 2.5, Number.NEGATIVE_INFINITY],
        [4, 0.5, -1e9],
      ]),
    );
    const { own } = work({ scores: "- 0.50" });
    expect(own[0].used("scores")?.data).toEqual(Float64Array.of(0.336, 0.5));
  });
});

describe("work is not done twice", () => {
  test("the right solution is what was recorded, and what the person's own numbers start from", () => {
    const trace = record();
    const { worked, own } = workThrough(
      trace,
      settleAnswers(trace, typedAnswers({ "scaled-scores": "0.20 0.00" })),
    );
    expect(worked[0].used("scaled-scores")).toBe(trace.steps[1].output());
    for (const [way, numbers] of own.entries())
      expect(numbers.used("scores")).toBe(worked[way].used("scores"));
  });

  test("what an altered solution has in common with the right one, also behind an answer without blanks", () => {
    const trace = record();
    const [scores, scaled, ...later] = trace.steps;
    const altered = { ...trace, steps: [scores, { ...scaled }, ...later] };
    const again = (sheet: Readonly<Record<string, string>>) => {
      const answers = settleAnswers(trace, typedAnswers(sheet));
      const right = workThrough(trace, answers);
      return [right, workAgain(altered, answers, right)] as const;
    };
    const [right, tried] = again({ "scaled-scores": "0.20 0.00" });
    for (const [way, numbers] of tried.worked.entries())
      expect(numbers.used("scores")).toBe(right.worked[way].used("scores"));
    expect(tried.cut.used("scores")).toBe(right.cut.used("scores"));
    expect(tried.cut.used("scaled-scores")).not.toBe(right.cut.used("scaled-scores"));
    for (const [way, numbers] of tried.own.entries()) {
      expect(numbers.computed("scaled-scores")).not.toBe(right.own[way].computed("scaled-scores"));
      expect(numbers.used("exponentials")).toBe(right.own[way].used("exponentials"));
    }
    const [own, other] = again({ "scaled-scores": "0.20 -" }).map((numbers) => numbers.own[0]);
    expect(other.used("exponentials")).not.toBe(own.used("exponentials"));
  });
});
