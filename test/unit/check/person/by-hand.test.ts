import { describe, expect, test } from "vitest";
import { settleAnswers } from "../../../../src/check/answers.js";
import { computeByHand } from "../../../../src/check/person/by-hand.js";
import { followPerson } from "../../../../src/check/person/follow.js";
import { matrixFromRows } from "../../../../src/math/matrix.js";
import { recordAttend } from "../../../support/record.js";
import { typedAnswers } from "../../../support/typed-answers.js";

// q = 1, K = 2.001, 3.003, scale ½: scaled scores 1.0005 and 1.5015. To two decimals each number is off by at most 0.005.

const HALF = 0.005;
const [FIRST, SECOND] = [Math.exp(1.0005), Math.exp(1.5015)];
const SUM = FIRST + SECOND;

const column = (...cells: number[]) => matrixFromRows(cells.map((cell) => [cell]));

/** A step of a sheet, worked by hand. */
function byHand(key: string, typed: string, keys: readonly number[] = [2.001, 3.003]) {
  const problem = { matrices: { query: column(1), key: column(...keys) }, settings: { scale: 0.5 } };
  const homework = { trace: recordAttend(problem), problem, record: recordAttend };
  const sheet = settleAnswers(homework.trace, typedAnswers({ [key]: typed }));
  const hand = computeByHand(homework.trace, sheet, followPerson(homework, sheet));
  const [answer] = sheet.values();
  return { moves: hand.movesOf(answer), isRounded: Array.from(answer.cells.keys(), hand.isRounded(answer)) };
}

describe("how far rounding by hand can move a cell", () => {
  test.each([
    // Nothing before the scores was rounded; half of what was done to a score reaches the scaled one.
    ["scores", "2.00 3.00", 0],
    ["scaled-scores", "1.00 1.50", 0.5 * HALF],
    // e^s moves by e^s as much as s: by the rounding of s and by half that of the score.
    ["exponentials", "2.72 4.49", FIRST * 1.5 * HALF],
    // Each power is rounded itself, and its scores before.
    ["row-sums", "7.21", (2 + SUM * 1.5) * HALF],
    // Three decimals.
    ["scaled-scores", "1.001 1.502", 0.5 * 0.0005],
  ])("%s %s: %d", (key, typed, expected) => expect(byHand(key, typed).moves[0]).toBeCloseTo(expected, 3));

  test("a weight: what comes from the same cell moves together", () => {
    // w = e/S: by its power e₁/S², by the other e/S², by the sum e/S²; by each of the scores w₀ w₁.
    const byPowers = (SECOND + 2 * FIRST) / SUM ** 2;
    const byScores = (2 * 1.5 * FIRST * SECOND) / SUM ** 2;
    expect(byHand("weights", "0.38 0.62").moves[0]).toBeCloseTo((byPowers + byScores) * HALF, 4);
  });

  test("whole numbers are moved by nothing", () => {
    expect(Array.from(byHand("scaled-scores", "1.00 2.00", [2, 4]).moves)).toEqual([0, 0]);
  });
});

test("every step is rounded before the next", () => {
  // 2.00 and 3.00; half of them 1.00 and 1.50; e^1 = 2.718 and e^1.5 = 4.482. Unrounded, it is e^1.5015 = 4.488.
  expect(byHand("exponentials", "2.72 4.48").isRounded).toEqual([true, true]);
  expect(byHand("exponentials", "2.72 4.49").isRounded).toEqual([true, false]);
});
