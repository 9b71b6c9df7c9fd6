import { describe, expect, test } from "vitest";
import type { Sheet } from "../../../src/check/answers.js";
import { settleAnswers } from "../../../src/check/answers.js";
import {
  ALL_WAYS,
  areNegligible,
  fitOf,
  givesAll,
  givesFirst,
  isBeyondChance,
  isComplete,
  isHopeless,
  listCandidates,
  USUAL_WAYS,
} from "../../../src/check/candidate-fit.js";
import type { Judgement } from "../../../src/check/judge-step.js";
import type { Mistake } from "../../../src/check/mistakes/mistake.js";
import { type RoundedSolutions, workThrough } from "../../../src/check/rounding-schedules.js";
import type { Solution } from "../../../src/check/solution.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { Graph } from "../../../src/trace/graph.js";
import type { Trace } from "../../../src/trace/trace.js";
import { NO_SCHEDULES } from "../../support/no-schedules.js";
import { recordAttend } from "../../support/record.js";
import { typedAnswers } from "../../support/typed-answers.js";

// One query, as many keys as there are cells. Someone wrote some cells as 2.00 where 1 is right.

type Numbers = Readonly<Record<string, readonly number[]>>;

function solution(numbers: Numbers): Solution {
  const made = new Map(Object.entries(numbers).map(([key, cells]) => [key, matrixFromRows([cells])]));
  const used = (key: string) => made.get(key);
  return { used, computed: used, sources: new Graph() };
}

/** Worked in these ways; from the person's own numbers as in the first two, unless others are given. */
function worked(ways: readonly Numbers[], own: readonly Numbers[] = ways.slice(0, 2)): RoundedSolutions {
  const all = ways.map(solution);
  return { ...{ worked: all, own: own.map(solution), cut: all[0] }, schedules: NO_SCHEDULES };
}

const alike = (numbers: Numbers) => worked([numbers, numbers]);
const many = (count: number, cell: number) => new Array<number>(count).fill(cell);
const text = (cells: readonly number[]) =>
  cells.map((cell) => (Number.isNaN(cell) ? "-" : cell.toFixed(2))).join(" ");

/** What someone wrote, NaN for a blank. */
function sheetOf(written: Numbers): Sheet {
  const [{ length }] = Object.values(written);
  const column = (count: number) => matrixFromRows(many(count, 1).map((cell) => [cell]));
  const trace = recordAttend({ matrices: { query: column(1), key: column(length) }, settings: {} });
  const texts = Object.entries(written).map(([key, cells]) => [key, text(cells)]);
  return settleAnswers(trace, typedAnswers(Object.fromEntries(texts)));
}

/** A sheet of which all that is 2 is wrong, the first step before others. */
function given(written: Numbers, right: RoundedSolutions) {
  const sheet = sheetOf(written);
  const judged = Array.from(sheet.values(), (answer): Judgement => {
    const wrong = Array.from(answer.values.keys()).filter((index) => answer.values[index] === 2);
    const exact = matrixFromRows([many(answer.cols, 1)]);
    return { answer, verdict: "differs", wrong, off: wrong, exact, own: exact };
  });
  return { sheet, judged, first: judged[0], solutions: right };
}

const RIGHT = { scores: many(8, 1), weights: many(8, 1) };
const FOUR_WRONG = [...many(4, 2), ...many(4, 1)];

describe("how well a solution fits", () => {
  const fitWith = (cells: readonly number[]) =>
    fitOf(alike({ scores: cells }), given({ scores: FOUR_WRONG }, alike(RIGHT)), USUAL_WAYS);

  test("is how many wrong cells it gives, at least three of four", () => {
    expect(fitWith(FOUR_WRONG)).toEqual({ first: 4, explains: 4, spoils: 0 });
    expect(fitWith([2, 2, 2, 1, 1, 1, 1, 1])).toEqual({ first: 3, explains: 3, spoils: 0 });
    expect(fitWith([2, 2, 1, 1, 1, 1, 1, 1])).toBeUndefined();
  });

  test("and how many right ones it would make wrong, fewer than half as many", () => {
    expect(fitWith([2, 2, 2, 2, 9, 1, 1, 1])).toEqual({ first: 4, explains: 4, spoils: 1 });
    expect(fitWith([2, 2, 2, 2, 9, 9, 1, 1])).toBeUndefined();
  });

  test("counts no blank cell", () => {
    const blank = [2, 2, 2, 2, Number.NaN, Number.NaN, 1, 1];
    const found = fitOf(
      alike({ scores: [2, 2, 2, 2, 9, 9, 1, 1] }),
      given({ scores: blank }, alike(RIGHT)),
      USUAL_WAYS,
    );
    expect(found).toEqual({ first: 4, explains: 4, spoils: 0 });
  });

  test("adds up all steps, but the first must speak for itself", () => {
    const both = given({ scores: FOUR_WRONG, weights: FOUR_WRONG }, alike(RIGHT));
    const of = (numbers: Numbers) => fitOf(alike(numbers), both, USUAL_WAYS);
    expect(of({ scores: FOUR_WRONG, weights: FOUR_WRONG })).toEqual({ first: 4, explains: 8, spoils: 0 });
    // 2 spoilt cells are too many for the 4 of the first step, though not for 8.
    expect(of({ scores: [2, 2, 2, 2, 9, 9, 1, 1], weights: FOUR_WRONG })).toBeUndefined();
    expect(of({ scores: FOUR_WRONG, weights: [2, 2, 2, 2, 9, 9, 1, 1] })).toMatchObject({ spoils: 2 });
  });

  test("is nothing where later steps are spoilt", () => {
    const both = given({ scores: FOUR_WRONG, weights: many(8, 1) }, alike(RIGHT));
    const of = (weights: readonly number[]) =>
      fitOf(alike({ scores: FOUR_WRONG, weights }), both, USUAL_WAYS);
    expect(of([9, ...many(7, 1)])).toEqual({ first: 4, explains: 4, spoils: 1 });
    expect(of([9, 9, ...many(6, 1)])).toBeUndefined();
  });

  test("says nothing of a step that the solution does not have, or has in another shape", () => {
    const both = given({ scores: FOUR_WRONG, weights: many(8, 1) }, alike(RIGHT));
    const expected = { first: 4, explains: 4, spoils: 0 };
    expect(fitOf(alike({ scores: FOUR_WRONG }), both, USUAL_WAYS)).toEqual(expected);
    expect(fitOf(alike({ scores: FOUR_WRONG, weights: many(3, 9) }), both, USUAL_WAYS)).toEqual(expected);
  });

  test("leaves right what is right in a step that is not altered, however it is rounded", () => {
    const right = alike({ scores: many(8, 1), weights: many(8, 5) });
    const both = given({ scores: FOUR_WRONG, weights: many(8, 1) }, right);
    const scored = solution({ scores: FOUR_WRONG, weights: many(8, 5) });
    /** Scores as the mistake has them, weights as they are in the right solution. */
    const mixed = (weights: Solution): Solution => ({
      used: (key) => (key === "weights" ? weights : scored).used(key),
      computed: (key) => (key === "weights" ? weights : scored).computed(key),
      sources: new Graph(),
    });
    const of = (first: Solution, own: Solution) =>
      fitOf(
        {
          worked: [first, first].map(mixed),
          own: [own, own].map(mixed),
          cut: scored,
          schedules: NO_SCHEDULES,
        },
        both,
        USUAL_WAYS,
      );
    expect(of(right.worked[0], right.own[0])).toEqual({ first: 4, explains: 4, spoils: 0 });
    // 8 right cells are spoilt where the step is altered, from what was given or from the person's own.
    expect(of(scored, right.own[0])).toBeUndefined();
    expect(of(right.worked[0], scored)).toBeUndefined();
  });

  test("looks at four usual ways to round, or at all that there are", () => {
    const none = { scores: many(8, 7) };
    const all = { scores: FOUR_WRONG };
    const at = (ways: readonly Numbers[], own: readonly Numbers[], count: number) =>
      fitOf(worked(ways, own), given({ scores: FOUR_WRONG }, alike(RIGHT)), count)?.first;
    expect(at([all, none], [none, none], USUAL_WAYS)).toBe(4);
    expect(at([none, all], [none, none], USUAL_WAYS)).toBe(4);
    expect(at([none, none], [all, none], USUAL_WAYS)).toBe(4);
    expect(at([none, none], [none, all], USUAL_WAYS)).toBe(4);
    expect(at([none, none, all], [none, none], USUAL_WAYS)).toBeUndefined();
    expect(at([none, none, all], [none, none], ALL_WAYS)).toBe(4);
    for (let before = 3; before < 9; before++)
      expect(at([...new Array<Numbers>(before).fill(none), all], [none, none], ALL_WAYS)).toBe(4);
  });
});

describe("few cells of many", () => {
  test("are one of fifty", () => {
    expect(areNegligible(1, 50)).toBe(true);
    expect(areNegligible(1, 49)).toBe(false);
    expect(areNegligible(0, 0)).toBe(true);
  });

  test("may be left over of a large step, or spoilt, not both", () => {
    const fifty = given({ scores: many(50, 2) }, alike({ scores: many(50, 1) }));
    const isAll = (first: number, spoils: number) => isComplete({ first, spoils, explains: first }, fifty);
    expect([isAll(50, 0), isAll(49, 0), isAll(50, 1)]).toEqual([true, true, true]);
    expect([isAll(49, 1), isAll(48, 0), isAll(50, 2)]).toEqual([false, false, false]);
  });

  test("may be missing where a solution gives the first wrong step", () => {
    const right = alike({ scores: many(60, 1) });
    const wrong = given({ scores: [...many(50, 2), ...many(10, 1)] }, right);
    const gives = (twos: number, nines: number) =>
      givesFirst(
        alike({ scores: [...many(twos, 2), ...many(60 - twos - nines, 1), ...many(nines, 9)] }),
        wrong,
      );
    expect([gives(50, 0), gives(49, 0), gives(50, 1)]).toEqual([true, true, true]);
    expect([gives(49, 1), gives(48, 0), gives(50, 2)]).toEqual([false, false, false]);
  });
});

describe("a large wrong step", () => {
  const wrongIn = (count: number) => given({ scores: many(count, 2) }, alike({ scores: many(count, 1) }));
  const isHopelessWith = (count: number, twos: number) =>
    isHopeless(alike({ scores: [...many(twos, 2), ...many(count - twos, 1)] }), wrongIn(count));

  test("has more than 24 wrong cells", () => {
    expect(isBeyondChance(wrongIn(24).first)).toBe(false);
    expect(isBeyondChance(wrongIn(25).first)).toBe(true);
  });

  test("makes a solution hopeless that gives fewer than three of four", () => {
    expect(isHopelessWith(24, 0)).toBe(false);
    // ¾ of 25 are 18.75, of 28 they are 21.
    expect([isHopelessWith(25, 18), isHopelessWith(25, 19)]).toEqual([true, false]);
    expect([isHopelessWith(28, 20), isHopelessWith(28, 21)]).toEqual([true, false]);
  });

  test("and one that does not alter it, or has no such step", () => {
    const wrong = wrongIn(25);
    const twos = solution({ scores: many(25, 2) });
    const none = solution({});
    const [right] = wrong.solutions.own;
    const own = (first: Solution) => ({
      worked: [twos, twos],
      own: [first, twos],
      cut: twos,
      schedules: NO_SCHEDULES,
    });
    expect(isHopeless(own(twos), wrong)).toBe(false);
    expect(isHopeless(own(right), wrong)).toBe(true);
    expect(isHopeless(own(none), wrong)).toBe(true);
    expect(isHopeless(own(solution({ scores: many(3, 2) })), wrong)).toBe(true);
    const unknown = { ...wrong.solutions, own: [none, none] };
    expect(isHopeless(own(twos), { ...wrong, solutions: unknown })).toBe(true);
  });

  test("of more than 100 cells is compared with the solution rounded, unrounded, and from the person's own numbers", () => {
    const wrong = wrongIn(101);
    const row = (cell: number) => ({ scores: many(101, cell) });
    const is = (ways: readonly [number, number], own: readonly number[]) =>
      isHopeless(worked(ways.map(row), own.map(row)), wrong);
    // 2.2 is within a tenth; rounding that moves it to 2 may move it four times 0.2.
    expect(is([2.2, 2], [2.2, 2.2])).toBe(false);
    expect(is([2.2, 2.2], [2.2, 2])).toBe(true);
    expect(is([2, 2], [9, 9])).toBe(false);
    expect(is([9, 9], [2, 2])).toBe(false);
    expect(is([9, 9], [9, 2])).toBe(true);
  });
});

describe("whether a solution gives a whole sheet", () => {
  const gives = (written: Numbers, numbers: Numbers) => givesAll(alike(numbers), sheetOf(written));
  const off = (count: number, of: number) => [...many(count, 9), ...many(of - count, 1)];

  test("all of it, where it is worked by hand; blank cells aside", () => {
    expect(gives({ scores: [1, 2, 3] }, { scores: [1, 2, 3] })).toBe(true);
    expect(gives({ scores: [1, 2, 3] }, { scores: [1, 2, 4] })).toBe(false);
    expect(gives({ scores: [1, 2, Number.NaN] }, { scores: [1, 2, 4] })).toBe(true);
    expect(gives({ scores: [1, 2, 3] }, {})).toBe(false);
    expect(gives({ scores: many(100, 1) }, { scores: off(1, 100) })).toBe(false);
  });

  test("of more than 100 cells all but one of fifty, over all steps", () => {
    const ones = many(101, 1);
    expect(gives({ scores: ones }, { scores: off(2, 101) })).toBe(true);
    expect(gives({ scores: ones }, { scores: off(3, 101) })).toBe(false);
    const both = (count: number, other: number) =>
      gives({ scores: ones, weights: ones }, { scores: off(count, 101), weights: off(other, 101) });
    // 4 of 202 are fewer than one of fifty.
    expect([both(2, 2), both(1, 3), both(2, 3)]).toEqual([true, true, false]);
  });
});

test("a solution is tried where it alters the first wrong step", () => {
  const matrices = { query: matrixFromRows([[1]]), key: matrixFromRows([[2], [3]]) };
  const trace = recordAttend({ matrices, settings: { scale: 0.5 } });
  const problem = { matrices, settings: { scale: 0.5 } };
  const sheet = settleAnswers(trace, typedAnswers({ "scaled-scores": "2.00 3.00" }));
  const [answer] = sheet.values();
  const exact = answer.step.output();
  const first: Judgement = { answer, verdict: "differs", wrong: [0, 1], off: [0, 1], exact, own: exact };
  const solutions = workThrough(trace, sheet);
  const unscaled = recordAttend({ matrices, settings: { scale: 1 } });
  const mistake = (altered: Trace): Mistake => ({
    ...{ id: "other", step: "scaled-scores", title: "done otherwise", formula: "", fix: "" },
    apply: () => [altered],
  });
  const tried = listCandidates(
    { trace, problem, record: recordAttend },
    [mistake(trace), mistake(unscaled)],
    { sheet, judged: [first], first, solutions },
    () => false,
  );
  expect(tried.map(({ altered }) => altered)).toEqual([unscaled]);
});
