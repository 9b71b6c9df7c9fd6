import { describe, expect, test } from "vitest";
import { matchesAny, maxDifference, unmatched } from "../../../src/check/judge-step.js";
import { areMixedRoundings, isCut } from "../../../src/check/mixed-rounding.js";
import { type Matrix, matrixFromRows } from "../../../src/math/matrix.js";
import { typedScores as scores } from "../../support/typed-answers.js";

const row = (...cells: number[]): Matrix => matrixFromRows([cells]);
const always = () => true;

describe("rounding here and there", () => {
  const mixed = (
    text: string,
    exact: number,
    terms = 1,
    isReached = always as Parameters<typeof areMixedRoundings>[3],
  ) => areMixedRoundings(scores(text), [0], { exact: row(exact), own: [row(exact)], terms }, isReached);

  test.each([
    // One unit and a half of the last digit: 0.015 of two decimals.
    ["0.50", 0.5149, 1, true],
    ["0.50", 0.515, 1, true],
    ["0.50", 0.5151, 1, false],
    ["0.50", 0.4851, 1, true],
    ["0.50", 0.4849, 1, false],
    // Four terms are a short sum still; of 16 the roundings add up as their root: √(16/4) = 2 times as much, 0.03.
    ["0.50", 0.5151, 4, false],
    ["0.50", 0.5299, 16, true],
    ["0.50", 0.5301, 16, false],
    // Three decimals: 0.0015.
    ["0.500", 0.5014, 1, true],
    ["0.500", 0.5016, 1, false],
  ])("%s of %d, a sum of %d: %s", (text, exact, terms, expected) =>
    expect(mixed(text, exact, terms)).toBe(expected),
  );

  test("must be what rounding of the earlier steps can reach: less than the distance by half a unit", () => {
    const asked: number[][] = [];
    const reach = (isReached: boolean) => (_: string, at: number, col: number, distance: number) => {
      asked.push([at, col, distance]);
      return isReached;
    };
    expect(mixed("0.50", 0.51, 1, reach(false))).toBe(false);
    expect(mixed("0.50", 0.51, 1, reach(true))).toBe(true);
    // 0.01 − 0.005 − 1e-9
    expect(asked[0]).toEqual([0, 0, expect.closeTo(0.005 - 1e-9, 12)]);
  });

  test("reach is asked of the row and column of each cell", () => {
    // Two rows of two: cell 2 is row 1, column 0, and cell 3 column 1.
    const asked: number[][] = [];
    const answer = scores("0.50 0.50; 0.50 0.50");
    const numbers = row(0.51, 0.5, 0.51, 0.51);
    const reach = (_: string, at: number, col: number) => asked.push([at, col]) > 0;
    const isMixed = areMixedRoundings(answer, [2, 3], { exact: numbers, own: [numbers], terms: 1 }, reach);
    expect([isMixed, asked]).toEqual([
      true,
      [
        [1, 0],
        [1, 1],
      ],
    ]);
  });

  test("one of the person's own numbers may be the nearest; a cell as it should be needs no rounding", () => {
    const answer = scores("0.50 0.70");
    const of = (own: readonly Matrix[]) =>
      areMixedRoundings(answer, [0, 1], { exact: row(0.9, 0.7), own, terms: 1 }, always);
    expect(of([row(0.9, 0.7)])).toBe(false);
    expect(of([row(0.9, 0.7), row(0.51, 0.9)])).toBe(true);
  });

  test("in a sheet of more than 100 cells as far as the person's own rounding is seen to go", () => {
    const answer = scores(new Array(101).fill("0.50").join(" "));
    const cells = (first: number) => row(first, ...new Array<number>(100).fill(0.5));
    // Rounded and unrounded own numbers are 0.1 apart, so that 0.1 is excused, which in a short sheet is a mistake.
    const of = (exact: number) =>
      areMixedRoundings(
        answer,
        [0],
        { exact: cells(exact), own: [cells(0.7), cells(0.8)], terms: 1 },
        () => false,
      );
    expect(of(0.59)).toBe(true);
    expect(of(0.61)).toBe(false);
    // As far as that exactly: 0.875 − 0.75 = 0.625 − 0.5.
    const asFar = { exact: cells(0.625), own: [cells(0.75), cells(0.875)], terms: 1 };
    expect(areMixedRoundings(answer, [0], asFar, () => false)).toBe(true);
    const hundred = scores(new Array(100).fill("0.50").join(" "));
    expect(areMixedRoundings(hundred, [0], asFar, () => false)).toBe(false);
    const short = scores("0.50");
    expect(
      areMixedRoundings(short, [0], { exact: row(0.59), own: [row(0.7), row(0.8)], terms: 1 }, always),
    ).toBe(false);
  });
});

describe("digits that were cut off", () => {
  const cut = (value: number, decimals: number, ...numbers: number[]) =>
    isCut(
      { value, decimals },
      numbers.map((number) => row(number)),
      0,
    );
  test.each([
    // 0.6698 is cut to 0.66 and rounded to 0.67.
    [0.66, 2, [0.6698], true],
    [0.67, 2, [0.6698], true],
    [0.65, 2, [0.6698], false],
    [-0.66, 2, [-0.6698], true],
    [0.6, 1, [0.6698], true],
    // Any of the origins will do.
    [0.66, 2, [0.5, 0.6698], true],
    [0.66, 2, [0.5, 0.4], false],
  ])("%d with %d decimals of %j: %s", (value, decimals, numbers, expected) =>
    expect(cut(value, decimals, ...numbers)).toBe(expected),
  );
  test("a blank is no number that says otherwise", () => expect(isCut(null, [row(1)], 0)).toBe(true));
});

describe("cells that are written as none of the matrices has them", () => {
  const answer = scores("0.50 0.25 1.00");
  test.each([
    [[row(0.5, 0.25, 1)], []],
    // 0.504 rounds to 0.50, 0.506 does not.
    [[row(0.504, 0.25, 1)], []],
    [[row(0.506, 0.25, 1)], [0]],
    [[row(0.506, 0.3, 1)], [0, 1]],
    // What one does not have another may.
    [[row(0.506, 0.3, 1), row(0.5, 0, 0)], [1]],
    [[row(0.5, 0.25, Number.POSITIVE_INFINITY)], [2]],
    [[row(0.5, 0.25, Number.NaN)], [2]],
    [[row(0.5, 0.25, Number.NEGATIVE_INFINITY)], [2]],
    [[], [0, 1, 2]],
  ])("%j: %j", (matrices, expected) =>
    expect(
      unmatched(
        answer,
        [0, 1, 2],
        matrices.map((matrix) => () => matrix),
      ),
    ).toEqual(expected),
  );
  test("what stands for −∞ is written as it", () => {
    const low = row(Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY);
    expect(unmatched(scores("-1e9 -1"), [0, 1], [() => low])).toEqual([1]);
  });
  test("a matrix is not made when no cell is left for it", () => {
    const made: string[] = [];
    const make = (name: string, matrix: Matrix) => () => {
      made.push(name);
      return matrix;
    };
    unmatched(answer, [0], [make("first", row(0.5, 0, 0)), make("second", row(0, 0, 0))]);
    expect(made).toEqual(["first"]);
  });
  test("one cell and any of several matrices", () => {
    const written = { value: 0.5, decimals: 2 };
    expect(matchesAny(written, [row(0.4), row(0.503)], 0)).toBe(true);
    expect(matchesAny(written, [row(0.4), row(0.51)], 0)).toBe(false);
    expect(matchesAny(null, [], 0)).toBe(true);
  });
});

test("the largest distance of a wrong cell from its right number", () => {
  const answer = scores("0.50 0.25 1.00");
  const judgement = (wrong: readonly number[]) =>
    ({ answer, wrong, off: wrong, verdict: "differs", exact: row(0.6, 1, 0.9), own: row(0, 0, 0) }) as const;
  // |0.5 − 0.6| = 0.1, |0.25 − 1| = 0.75, |1 − 0.9| = 0.1
  expect(maxDifference(judgement([0, 2]))).toBeCloseTo(0.1, 12);
  expect(maxDifference(judgement([0, 1]))).toBeCloseTo(0.75, 12);
  expect(maxDifference(judgement([]))).toBe(0);
});
