import { describe, expect, test } from "vitest";
import { judgeStep } from "../../../src/check/judge-step.js";
import type { Solution } from "../../../src/check/solution.js";
import { type Matrix, matrixFromRows } from "../../../src/math/matrix.js";
import { Graph } from "../../../src/trace/graph.js";
import { typedScores } from "../../support/typed-answers.js";

/** The numbers of a row of scores, in every way in which they may have been worked. */
interface Ways {
  readonly exact: readonly number[];
  /** From the person's own numbers: not rounded, then rounded. As the exact ones when left out. */
  readonly own?: readonly (readonly number[])[];
  /** Rounded on the way: as usual, then in other ways. */
  readonly rounded?: readonly (readonly number[])[];
  /** With digits cut off on the way. */
  readonly cut?: readonly number[];
}

/** A solution whose scores these are; its query and key have one column. */
function numbers(cells: readonly number[]): Solution {
  const matrix = matrixFromRows([cells]);
  const used = (key: string): Matrix => (key === "scores" ? matrix : matrixFromRows([[1]]));
  return { used, computed: used, sources: new Graph() };
}

function judge(
  text: string,
  { exact, own = [exact, exact], rounded = [exact], cut = exact }: Ways,
  where = {},
) {
  const { isTainted = false, isReached = true } = where as { isTainted?: boolean; isReached?: boolean };
  return judgeStep(
    typedScores(text),
    {
      worked: [exact, ...rounded].map(numbers),
      own: own.map(numbers),
      cut: numbers(cut),
    },
    isTainted,
    () => isReached,
  );
}

/** The verdict and the cells that are wrong. */
const verdict = (...given: Parameters<typeof judge>) => {
  const { verdict, wrong } = judge(...given);
  return [verdict, wrong];
};

const many = (count: number, cell: number) => new Array<number>(count).fill(cell);
const text = (...cells: readonly number[]) => cells.map((cell) => cell.toFixed(2)).join(" ");

describe.each([{ isTainted: false }, { isTainted: true }])("a step, %j", (where) => {
  test("agrees when all that is answered is as it should be", () => {
    // 0.504 rounds to 0.50.
    expect(verdict("0.50 0.25", { exact: [0.504, 0.25] }, where)).toEqual(["agrees", []]);
    expect(verdict("0.50 -", { exact: [0.5, 9] }, where)).toEqual(["agrees", []]);
  });

  test("is missing when nothing is answered", () => {
    expect(verdict("- -", { exact: [1, 2] }, where)).toEqual(["missing", []]);
  });

  test("is excused by any way to round on the way", () => {
    const ways = {
      exact: [0.5, 0.25],
      own: [[0.5, 0.25]],
      rounded: [
        [0.5, 0],
        [0.6, 0.3],
      ],
    };
    const far = { ...where, isReached: false };
    expect(verdict("0.60 0.25", ways, far)).toEqual(["agrees-rounded", []]);
    // One cell may be as one way has it, another as the next.
    expect(verdict("0.60 0.00", ways, far)).toEqual(["agrees-rounded", []]);
    expect(verdict("0.70 0.30", ways, far)).toEqual(["differs", [0]]);
  });

  test("is rounded as usual before it is truncated", () => {
    // 0.66 is both what 0.6698 is cut to and what rounding on the way gives.
    const ways = { exact: [0.6698, 0.5], rounded: [[0.66, 0.5]] };
    expect(verdict("0.66 0.50", ways, where)).toEqual(["agrees-rounded", []]);
  });

  test("is truncated when digits were cut off, here or before", () => {
    // 0.6698 is cut to 0.66; the last is 0.58 when digits are cut off at every step.
    expect(verdict("0.66 0.66", { exact: [0.6698, 0.6698] }, where)).toEqual(["truncated", []]);
    expect(verdict("0.66 0.58", { exact: [0.6698, 0.6], cut: [0.7, 0.58] }, where)).toEqual([
      "truncated",
      [],
    ]);
    expect(verdict("0.66 0.57", { exact: [0.6698, 0.6], cut: [0.7, 0.58] }, where)).toEqual([
      "differs",
      // Next to cells that nothing excuses, no digits were cut off.
      [0, 1],
    ]);
  });

  test("gives the right numbers, and with wrong cells what the person's own lead to", () => {
    const ways = { exact: [0.5], own: [[0.7], [0.8]] };
    expect(judge("0.50", ways, where)).toMatchObject({
      off: [],
      exact: { data: Float64Array.of(0.5) },
      own: { data: Float64Array.of(0.5) },
    });
    expect(judge("0.20", ways, where)).toMatchObject({
      ...{ off: [0], wrong: [0], verdict: "differs" },
      ...{ exact: { data: Float64Array.of(0.5) }, own: { data: Float64Array.of(0.7) } },
    });
  });
});

describe("a step that only right numbers lead to", () => {
  test("is as right by the person's own numbers, worked with in any way", () => {
    const ways = {
      exact: [0.5, 0.25],
      own: [
        [0.6, 0],
        [0, 0.3],
      ],
    };
    expect(verdict("0.60 0.25", ways, { isReached: false })).toEqual(["agrees-rounded", []]);
    expect(verdict("0.60 0.30", ways, { isReached: false })).toEqual(["agrees-rounded", []]);
    expect(judge("0.60 0.25", ways, { isReached: false }).off).toEqual([0]);
  });

  test("may be off by rounding here and there, as far as rounding reaches", () => {
    // 0.664 rounds to 0.66 and is cut to it; 0.65 is 0.014 away, less than a unit and a half.
    expect(verdict("0.65", { exact: [0.664] })).toEqual(["agrees-rounded", []]);
    expect(verdict("0.65", { exact: [0.664] }, { isReached: false })).toEqual(["differs", [0]]);
    expect(verdict("0.65", { exact: [0.666] })).toEqual(["differs", [0]]);
    // Any of the person's own numbers may be what was rounded.
    expect(verdict("0.65", { exact: [0.9], own: [[0.9], [0.664]] })).toEqual(["agrees-rounded", []]);
  });

  test("is rounded here and there, before it is cut, where usual ways leave one cell of ten", () => {
    // Each 0.66 is what 0.6698 is cut to; all but the last are what the person's own numbers give.
    const ways = (count: number) => ({
      exact: many(count, 0.6698),
      own: [[...many(count - 1, 0.66), 0.6698]],
    });
    expect(verdict(text(...many(10, 0.66)), ways(10))).toEqual(["agrees-rounded", []]);
    expect(verdict(text(...many(9, 0.66)), ways(9))).toEqual(["truncated", []]);
    expect(verdict(text(...many(10, 0.66)), ways(10), { isReached: false })).toEqual(["truncated", []]);
  });

  test("of more than 100 cells is rounded here and there, before digits were cut off before it", () => {
    // Half of the cells are as the person's own numbers give them; 0.65 is not what 0.664 is cut to.
    const ways = (count: number, exact: number, last = exact) => ({
      exact: [...many(count - 1, exact), last],
      own: [0, 1].map(() => [...many(count / 2, 0.65), ...many(count / 2 - 1, exact), last]),
      cut: many(count, 0.65),
    });
    const cells = (count: number) => text(...many(count, 0.65));
    expect(verdict(cells(102), ways(102, 0.664))).toEqual(["agrees-rounded", []]);
    expect(verdict(cells(102), ways(102, 0.664), { isReached: false })).toEqual(["truncated", []]);
    expect(verdict(cells(100), ways(100, 0.664))).toEqual(["truncated", []]);
    // 0.659 is cut to 0.65; where only some cells were cut, rounding is likelier.
    expect(verdict(cells(102), ways(102, 0.659, 0.664))).toEqual(["agrees-rounded", []]);
    expect(verdict(cells(102), ways(102, 0.659))).toEqual(["truncated", []]);
  });

  test("of more than 100 cells of which most are far off is not excused by a way to round that comes near", () => {
    // What is 0.4 away is not what rounding does to numbers of 0.5; 0.02 may be.
    const ways = (count: number, rounded: number) => ({
      exact: many(count, 0.5),
      rounded: [many(count, rounded)],
    });
    const all = Array.from({ length: 101 }, (_, index) => index);
    expect(verdict(text(...many(101, 0.9)), ways(101, 0.9))).toEqual(["differs", all]);
    expect(verdict(text(...many(101, 0.52)), ways(101, 0.52))).toEqual(["agrees-rounded", []]);
    expect(verdict(text(...many(100, 0.9)), ways(100, 0.9))).toEqual(["agrees-rounded", []]);
    // A few that are far off are, when the others are near.
    const few = [...many(40, 0.9), ...many(61, 0.52)];
    expect(verdict(text(...few), { exact: many(101, 0.5), rounded: [few] })).toEqual(["agrees-rounded", []]);
  });
});

describe("a step that a wrong answer leads to", () => {
  const tainted = { isTainted: true };

  test("follows when it is what the person's own numbers give, and tells which cells are wrong", () => {
    const ways = {
      exact: [0.5, 0.25, 0.1],
      own: [
        [0.9, 0.8, 0.1],
        [0.7, 0, 0],
      ],
    };
    expect(verdict("0.90 0.80 0.10", ways, tainted)).toEqual(["follows", [0, 1]]);
    expect(verdict("0.70 0.80 0.10", ways, tainted)).toEqual(["follows", [0, 1]]);
    // What another way to round gives is not wrong, though the next cell is.
    const rounded = [[0.5, 0.3, 0.1]];
    expect(verdict("0.90 0.30 0.10", { ...ways, rounded }, tainted)).toEqual(["follows", [0]]);
    expect(verdict("0.90 0.20 0.10", ways, { ...tainted, isReached: false })).toEqual(["differs", [0, 1]]);
  });

  test("follows, also where an unusual way to round gives the same", () => {
    const ways = { exact: [0.5], own: [[0.9]], rounded: [[0.5], [0.9]] };
    expect(verdict("0.90", ways, tainted)).toEqual(["follows", [0]]);
    expect(verdict("0.90", { ...ways, rounded: [[0.9]] }, tainted)).toEqual(["agrees-rounded", []]);
  });

  test("follows rounded here and there, as far as rounding reaches, or with digits cut off", () => {
    // 0.89 is 0.014 from the person's 0.904; the right 0.5 is far.
    const ways = { exact: [0.5, 0.25], own: [[0.904, 0.8]] };
    expect(verdict("0.89 0.80", ways, tainted)).toEqual(["follows", [0, 1]]);
    expect(verdict("0.89 0.80", ways, { ...tainted, isReached: false })).toEqual(["differs", [0, 1]]);
    // One cell off by rounding does not follow from the exact number, which is as near.
    expect(verdict("0.51 0.80", { exact: [0.5], own: [[0.9]] }, tainted)).toEqual(["differs", [0, 1]]);
    // 0.6698 is cut to 0.66: no rounding needs to reach it.
    const cut = { exact: [0.5], own: [[0.2], [0.6698]] };
    expect(verdict("0.66", cut, { ...tainted, isReached: false })).toEqual(["follows", [0]]);
    // The second of the person's own numbers may be what was rounded.
    expect(verdict("0.65", { exact: [0.5], own: [[0.2], [0.664]] }, tainted)).toEqual(["follows", [0]]);
  });

  test("is not astray where another way to round gives a cell, though its neighbour follows", () => {
    // The first cell is that of the third way to round, the second that of the person's own numbers.
    const ways = {
      exact: [0.5, 0.25],
      own: [[0.9, 0.8]],
      rounded: [
        [0.5, 0.25],
        [0.6, 0.25],
      ],
    };
    expect(verdict("0.60 0.80", ways, { ...tainted, isReached: false })).toEqual(["follows", [1]]);
  });

  test("of more than 100 cells that are far off is not excused by an unusual way to round, nor cut", () => {
    const all = Array.from({ length: 101 }, (_, index) => index);
    const far = { exact: many(101, 0.5), rounded: [many(101, 0.5), many(101, 0.9)], cut: many(101, 0.9) };
    expect(verdict(text(...many(101, 0.9)), far, tainted)).toEqual(["differs", all]);
    const cut = { ...far, rounded: [many(101, 0.5)] };
    expect(verdict(text(...many(101, 0.9)), cut, tainted)).toEqual(["differs", all]);
    const near = { exact: many(101, 0.5), rounded: [many(101, 0.51), many(101, 0.52)] };
    expect(verdict(text(...many(101, 0.52)), near, tainted)).toEqual(["agrees-rounded", []]);
  });
});

test("a step that no solution has is our own mistake", () => {
  const none: Solution = { ...numbers([1]), used: () => undefined, computed: () => undefined };
  const of = (worked: Solution, own: Solution) =>
    judgeStep(typedScores("0.20"), { worked: [worked, worked], own: [own], cut: worked }, false, () => false);
  expect(() => of(none, numbers([1]))).toThrow('"scores" was not computed');
  expect(() => of(numbers([1]), none)).toThrow('"scores" was not computed');
});

test("the more numbers go into a cell the more rounding may do: as many as its inputs have columns", () => {
  // Of 16 terms √(16/4) = 2 times as much as of 4: 0.03 of two decimals.
  const wide = (cells: readonly number[], cols: number): Solution => {
    const { used } = numbers(cells);
    const widened = (key: string) => (key === "query" ? matrixFromRows([many(cols, 1)]) : used(key));
    return { used: widened, computed: widened, sources: new Graph() };
  };
  const of = (cols: number) => {
    const worked = wide([0.629], cols);
    return judgeStep(
      typedScores("0.60"),
      { worked: [worked, worked], own: [worked], cut: worked },
      false,
      () => true,
    ).verdict;
  };
  expect(of(16)).toBe("agrees-rounded");
  expect(of(4)).toBe("differs");
});
