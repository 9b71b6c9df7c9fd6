import { describe, expect, test } from "vitest";
import { settleAnswers } from "../../../src/check/answers.js";
import { createBounds } from "../../../src/check/bound.js";
import { recordedNumbers } from "../../../src/check/solution.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { recordAttend } from "../../support/record.js";
import { typedAnswers } from "../../support/typed-answers.js";

// q = 1, K = 2, 3, scale ½: scaled scores 1 and 1.5, powers e and e^1.5. A sheet of two decimals: each number is off by 0.005.
// The slope of e^s is a difference of two of its values, good to nine digits.

const HALF = 0.005;
const [FIRST, SECOND] = [Math.E, Math.exp(1.5)];
const SUM = FIRST + SECOND;

function bounds(sheet: Readonly<Record<string, string>> = {}, settings = {}) {
  const column = (...cells: number[]) => matrixFromRows(cells.map((cell) => [cell]));
  const matrices = { query: column(1), key: column(2, 3), value: column(10, -20) };
  const trace = recordAttend({ matrices, settings: { scale: 0.5, ...settings } });
  return createBounds(recordedNumbers(trace), settleAnswers(trace, typedAnswers(sheet)));
}

describe("how far rounding of earlier steps can move a cell", () => {
  test.each([
    // Nothing before the scores was rounded; half of what was done to a score reaches the scaled one.
    ["scores", 0],
    ["scaled-scores", 0.5 * HALF],
    // e^s moves by e^s as much as s: by the rounding of s and by half that of the score.
    ["exponentials", FIRST * 1.5 * HALF],
    // Each power is rounded itself, and its scores before.
    ["row-sums", (2 + SUM * 1.5) * HALF],
  ])("%s: %d", (key, expected) => expect(bounds().of(key, 0, 0)).toBeCloseTo(expected, 9));

  test("a weight: what comes from the same cell moves together", () => {
    // w = e/S: by its power (S − e)/S² = e₁/S², by the other e/S², by the sum e/S²; by each of the scores w₀ w₁.
    const byPowers = (SECOND + 2 * FIRST) / SUM ** 2;
    const byScores = (2 * 1.5 * FIRST * SECOND) / SUM ** 2;
    expect(bounds().of("weights", 0, 0)).toBeCloseTo((byPowers + byScores) * HALF, 9);
  });

  test("is reached as far as that, and no distance at all always", () => {
    const { reaches } = bounds();
    expect(reaches("scaled-scores", 0, 0, 0.5 * HALF)).toBe(true);
    expect(reaches("scaled-scores", 0, 0, 0.5001 * HALF)).toBe(false);
    expect(reaches("exponentials", 0, 0, FIRST * 1.4999 * HALF)).toBe(true);
    expect(reaches("exponentials", 0, 0, FIRST * 1.5001 * HALF)).toBe(false);
    expect(reaches("scores", 0, 0, 0)).toBe(true);
    expect(reaches("scores", 0, 0, 1e-12)).toBe(false);
  });

  test("is nothing for what is not finite, or no step", () => {
    const { of } = bounds();
    const masked = bounds({}, { keyLength: 1 });
    expect(masked.of("masked-scores", 0, 1)).toBe(0);
    expect(masked.reaches("masked-scores", 0, 1, 1e-12)).toBe(false);
    expect(masked.reaches("masked-scores", 0, 1, 0)).toBe(true);
    expect(masked.of("masked-scores", 0, 0)).toBeCloseTo(1.5 * HALF, 9);
    expect(of("query", 0, 0)).toBe(0);
    expect(of("no such step", 0, 0)).toBe(0);
  });
});

describe("the numbers of a sheet", () => {
  test("are used as they were written, whatever was before them", () => {
    // 1.10 in the place of 1: e^s moves by 0.1 e. The second, 1.5, is right.
    const { of } = bounds({ "scaled-scores": "1.10 1.50" });
    expect(of("exponentials", 0, 0)).toBeCloseTo(0.1 * FIRST, 9);
    expect(of("exponentials", 0, 1)).toBe(0);
    // Where one is blank, rounding is followed to what is before it.
    expect(bounds({ "scaled-scores": "1.10 -" }).of("exponentials", 0, 1)).toBeCloseTo(
      SECOND * 1.5 * HALF,
      9,
    );
  });

  test("say how many decimals there are", () => {
    expect(bounds({ output: "1.234" }).of("scaled-scores", 0, 0)).toBeCloseTo(0.5 * 0.0005, 12);
  });

  test("or how many significant digits: three of 2.00 are 0.005, of 12.2 are 0.05", () => {
    // 0.123 and 1.48 in one step have three digits each.
    const { of } = bounds({ exponentials: "0.123 1.48" });
    expect(of("scaled-scores", 0, 0)).toBeCloseTo(0.5 * 0.005, 12);
    expect(of("scaled-scores", 0, 1)).toBeCloseTo(0.5 * 0.005, 12);
    const matrices = { query: matrixFromRows([[1]]), key: matrixFromRows([[12.2], [0]]) };
    const trace = recordAttend({ matrices, settings: { scale: 0.5 } });
    const sheet = settleAnswers(trace, typedAnswers({ weights: "0.123 1.48" }));
    const wide = createBounds(recordedNumbers(trace), sheet);
    expect(wide.of("scaled-scores", 0, 0)).toBeCloseTo(0.5 * 0.05, 12);
    expect(wide.of("scaled-scores", 0, 1)).toBe(0);
  });
});

describe("where the arithmetic is another", () => {
  const of = (query: readonly number[], key: readonly number[], sheet = {}) => {
    const column = (cells: readonly number[]) => matrixFromRows(cells.map((cell) => [cell]));
    const matrices = { query: column(query), key: column(key) };
    const trace = recordAttend({ matrices, settings: { scale: 0.5 } });
    return createBounds(recordedNumbers(trace), settleAnswers(trace, typedAnswers(sheet))).of;
  };

  test("a second row moves with its own numbers", () => {
    // 2 · 2 · ½ = 2, and 2 · 3 · ½ = 3
    expect(of([1, 2], [2, 3])("exponentials", 1, 0)).toBeCloseTo(Math.exp(2) * 1.5 * HALF, 9);
    const answered = of([1, 2], [2, 3], { "scaled-scores": "1.00 1.50; 2.10 3.20" });
    expect(answered("exponentials", 1, 0)).toBeCloseTo(0.1 * Math.exp(2), 7);
    expect(answered("exponentials", 1, 1)).toBeCloseTo(0.2 * Math.exp(3), 6);
    expect(answered("exponentials", 0, 0)).toBe(0);
  });

  test("e^(s − maximum) moves with both scores, and not at all where they are the same one", () => {
    // 100 and 100.5 are beyond 80: e^−½ and e^0.
    const shifted = of([1], [200, 201]);
    expect(shifted("exponentials", 0, 0)).toBeCloseTo(Math.exp(-0.5) * 2 * 1.5 * HALF, 9);
    expect(shifted("exponentials", 0, 1)).toBeCloseTo(0, 12);
  });

  test("of equal scores the first is the largest, and moves the others", () => {
    // e^(s₀ − s₀) stays 1; e^(s₁ − s₀) moves with both.
    const shifted = of([1], [200, 200]);
    expect(shifted("exponentials", 0, 0)).toBe(0);
    expect(shifted("exponentials", 0, 1)).toBeCloseTo(2 * 1.5 * HALF, 9);
  });

  test("what is made of a rounded step and of given numbers is followed too", () => {
    // q = 1 · 1 is rounded, the keys are given: a score 2q moves by two half units and its own, the scaled one by half of that.
    const column = (...cells: number[]) => matrixFromRows(cells.map((cell) => [cell]));
    const matrices = { query: column(1), wq: column(1), key: column(2, 3), value: column(10, -20) };
    const trace = recordAttend({ matrices, settings: { scale: 0.5 } });
    const { of } = createBounds(recordedNumbers(trace), settleAnswers(trace, []));
    expect(of("scores", 0, 0)).toBeCloseTo(2 * HALF, 12);
    expect(of("scaled-scores", 0, 0)).toBeCloseTo(0.5 * 3 * HALF, 12);
  });

  test("a length moves against what it divides, however long it is", () => {
    // k = (3, 4)·10⁶ of length 5·10⁶, q = (1, 0): q·k/|k| moves by (1 − 0.36)/|k| with k₀ and by 0.48/|k| with k₁.
    const matrices = {
      query: matrixFromRows([[1, 0]]),
      key: matrixFromRows([[3e6, 4e6]]),
      wk: matrixFromRows([
        [1, 0],
        [0, 1],
      ]),
    };
    const trace = recordAttend({ matrices, settings: { scoring: "cosine" } });
    const { of } = createBounds(recordedNumbers(trace), settleAnswers(trace, []));
    expect((of("scores", 0, 0) * 5e6) / HALF).toBeCloseTo(0.64 + 0.48, 6);
  });

  test("each cell moves by itself, in whatever order cells are asked for", () => {
    // Three equal keys weigh ⅓ each, as someone wrote. Of the values as written, [0,1] is off by 0.3, [1,0] by 0.6, [2,0] by nothing.
    const matrices = {
      query: matrixFromRows([[0]]),
      key: matrixFromRows([[1], [1], [1]]),
      value: matrixFromRows([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      wv: matrixFromRows([
        [1, 0],
        [0, 1],
      ]),
    };
    const trace = recordAttend({ matrices, settings: {} });
    const third = "0.333333333333333333";
    const sheet = typedAnswers({
      values: "1.00 2.30; 3.60 4.00; 5.00 6.00",
      weights: `${third} ${third} ${third}`,
    });
    const { of } = createBounds(recordedNumbers(trace), settleAnswers(trace, sheet));
    expect(of("output", 0, 1)).toBeCloseTo(0.3 / 3, 12);
    expect(of("output", 0, 0)).toBeCloseTo(0.6 / 3, 12);
  });

  test("of more than 100 cells two steps are followed: of 101 alike weights own powers and scores, other powers, sum", () => {
    const large = of([1], new Array<number>(101).fill(0));
    // 100/101² by the own power, 1/101² by each of 100 others and by the sum, 1/101 by the own score.
    expect(large("weights", 0, 0)).toBeCloseTo((201 / 101 ** 2 + 1 / 101) * HALF, 9);
    // Of 100 all steps are: 99/100², 1/100² by 99 others and the sum; and by scores, half of each twice, 198/100².
    const small = of([1], new Array<number>(100).fill(0));
    expect(small("weights", 0, 0)).toBeCloseTo((199 + 1.5 * 198) * 1e-4 * HALF, 9);
  });
});
