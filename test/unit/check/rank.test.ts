import { beforeEach, describe, expect, test, vi } from "vitest";
import { settleAnswers } from "../../../src/check/answers.js";
import type { Case } from "../../../src/check/candidate-fit.js";
import { judgeSteps } from "../../../src/check/judge-sheet.js";
import type { Homework, Mistake } from "../../../src/check/mistakes/mistake.js";
import { findPair, rankMistakes } from "../../../src/check/rank.js";
import { workThrough } from "../../../src/check/rounding-schedules.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { scale } from "../../../src/ops/elementwise.js";
import { createRecorder } from "../../../src/trace/recorder.js";
import type { Trace } from "../../../src/trace/trace.js";
import { typedAnswers } from "../../support/typed-answers.js";

// Mistakes of our own stand in the registry. What is worked is a row of tenths, then that times 10, which is answered; and
// a second such row beside it. Right is 0.5 and 5 throughout, wrong is 0.12 and 1.20. Someone who rounds halves to even
// comes to 0.12 from 0.125 as well, which is no usual way to round: the usual ones give 1.25 and 1.30.

const mistakes = vi.hoisted((): { list: Mistake[] } => ({ list: [] }));
vi.mock("../../../src/check/mistakes/registry.js", () => ({
  get MISTAKES() {
    return mistakes.list;
  },
}));
beforeEach(() => {
  mistakes.list = [];
});

const RIGHT = 0.5;
const WRONG = 0.12;
const HALF_EVEN = 0.125;

/** The tenths that are worked with: the first row, and the second one. */
type Tenths = readonly [readonly number[], readonly number[]];

const row = (...parts: readonly (readonly [count: number, tenth: number])[]) =>
  parts.flatMap(([count, tenth]) => new Array<number>(count).fill(tenth));

function traceOf([first, second]: Tenths, more = 0): Trace {
  const recorder = createRecorder("tenths");
  const axes = [{ name: "row" }, { name: "column" }] as const;
  const work = (name: string, tenths: readonly number[]) => {
    const given = recorder.input(`given-${name}`, matrixFromRows([[...tenths]]), axes);
    const describe = (id: string) => ({ id, title: id, formula: "", axes });
    const tenth = recorder.step(scale, [given], {
      ...describe(`tenths-${name}`),
      params: { factor: 1, text: "1" },
    });
    recorder.step(scale, [tenth], { ...describe(name), params: { factor: 10, text: "10" } });
  };
  work("first", first);
  if (second.length > 0) work("second", second);
  if (more > 0) work("large", row([more, RIGHT]));
  return recorder.trace();
}

const texts = (tenths: readonly number[]) => tenths.map((tenth) => (10 * tenth).toFixed(2)).join(" ");

/** Someone wrote this, where 5 is right; `more` is how many cells another row has that is not answered. */
function caseOf([first, second]: Tenths, more = 0): { readonly homework: Homework; readonly given: Case } {
  const right = (cells: readonly number[]) => row([cells.length, RIGHT]);
  const trace = traceOf([right(first), right(second)], more);
  const written = { first: texts(first), ...(second.length > 0 && { second: texts(second) }) };
  const sheet = settleAnswers(trace, typedAnswers(written));
  const solutions = workThrough(trace, sheet);
  const judged = [...judgeSteps(trace, sheet, solutions)];
  const wrong = judged.find(({ verdict }) => verdict === "differs");
  if (!wrong) throw new TypeError("nothing is wrong");
  const homework = { trace, problem: { matrices: {}, settings: {} }, record: () => trace };
  return { homework, given: { sheet, judged, first: wrong, solutions } };
}

const mistake = (id: string, apply: Mistake["apply"]): Mistake => ({
  ...{ id, step: "first", title: id, formula: "", fix: "", apply },
});

describe("the mistakes that fit best", () => {
  /** What is named of mistakes that come to such rows. */
  const named = (written: Tenths, others: Readonly<Record<string, Tenths>>) => {
    mistakes.list = Object.entries(others).map(([id, tenths]) => {
      const altered = traceOf(tenths);
      return mistake(id, () => [altered]);
    });
    const { homework, given } = caseOf(written);
    return rankMistakes(homework, given).map((fitting) => [fitting.mistake.id, fitting.fit.explains]);
  };
  const all = (count: number): Tenths => [row([count, WRONG]), []];
  const some = (count: number, of: number): Tenths => [row([count, WRONG], [of - count, RIGHT]), []];
  const evenly = (count: number): Tenths => [row([count, HALF_EVEN]), []];

  test("of few wrong cells are found in any way to round", () => {
    expect(named(all(24), { some: some(18, 24), evenly: evenly(24) })).toEqual([["evenly", 24]]);
    expect(named(all(24), { some: some(18, 24) })).toEqual([["some", 18]]);
  });

  test("of more than 24 are those of the usual ways", () => {
    expect(named(all(25), { some: some(19, 25), evenly: evenly(25) })).toEqual([["some", 19]]);
    const two = { some: some(19, 25), other: some(19, 25), evenly: evenly(25) };
    expect(named(all(25), two)).toEqual([
      ["some", 19],
      ["other", 19],
    ]);
  });

  test("and of all ways where no usual one gives enough", () => {
    expect(named(all(25), { evenly: evenly(25) })).toEqual([["evenly", 25]]);
    expect(named(all(25), { some: some(18, 25) })).toEqual([]);
  });

  test("are compared in all ways where no usual one gives all", () => {
    const more: Tenths = [row([19, WRONG], [6, HALF_EVEN]), []];
    expect(named(all(25), { some: some(19, 25), more })).toEqual([["more", 25]]);
  });

  test("are not compared any further where a usual one leaves one of fifty", () => {
    const more: Tenths = [row([49, WRONG], [1, HALF_EVEN]), []];
    expect(named(all(50), { some: some(49, 50), more })).toEqual([
      ["some", 49],
      ["more", 49],
    ]);
  });

  test("must give the first wrong step whole where one does, whatever they give of later ones", () => {
    const wrong = row([50, WRONG]);
    const right = row([50, RIGHT]);
    // 50 and 0 against 40 and 50.
    const later: Tenths = [row([40, WRONG], [10, RIGHT]), wrong];
    expect(named([wrong, wrong], { later, whole: [wrong, right] })).toEqual([["whole", 50]]);
    expect(named([wrong, wrong], { later })).toEqual([["later", 90]]);
  });

  test("are as good with what they spoil as with what they do not give; one that leaves nothing is enough", () => {
    const wrong = row([50, WRONG]);
    const written = row([3, WRONG], [2, RIGHT]);
    // The first gives 50 cells and spoils none; the second 52 and spoils 2. Halves to even would give it one more.
    const clean: Tenths = [wrong, row([5, RIGHT])];
    const spoiling: Tenths = [wrong, row([2, WRONG], [1, HALF_EVEN], [2, 0.9])];
    expect(named([wrong, written], { clean, spoiling })).toEqual([
      ["clean", 50],
      ["spoiling", 52],
    ]);
  });
});

describe("two mistakes at once", () => {
  const SIX: Tenths = [row([6, WRONG]), []];
  const other = (tenth: number) => traceOf([row([6, tenth]), []]);

  /** A mistake that comes to `then` where another came to `after` before it, and else to `alone`. */
  const following = (id: string, alone: readonly Trace[], after: Trace, then: Trace) =>
    mistake(id, ({ trace }) => (trace === after ? [then] : alone));

  /** The pair that is found on a sheet by these mistakes. */
  const pairOf = (written: Tenths, list: readonly Mistake[], more = 0) => {
    mistakes.list = [...list];
    const { homework, given } = caseOf(written, more);
    return findPair(homework, given)?.map((fitting) => [fitting.mistake.id, fitting.fit.explains]);
  };
  const onTheWay = other(0.3);
  const first = mistake("first", () => [onTheWay]);
  const second = (then: Tenths) => following("second", [other(0.4)], onTheWay, traceOf(then));

  test("are named with the solution that both lead to", () => {
    const together = traceOf(SIX);
    mistakes.list = [first, following("second", [other(0.4)], onTheWay, together)];
    const { homework, given } = caseOf(SIX);
    const fit = { first: 6, explains: 6, spoils: 0 };
    expect(findPair(homework, given)).toEqual([
      { mistake: mistakes.list[0], altered: together, fit },
      { mistake: mistakes.list[1], altered: together, fit },
    ]);
  });

  test("need six wrong cells", () => {
    const five: Tenths = [row([5, WRONG], [1, RIGHT]), []];
    expect(pairOf(five, [first, second(five)])).toBeUndefined();
    expect(pairOf(SIX, [first, second(SIX)])).toEqual([
      ["first", 6],
      ["second", 6],
    ]);
  });

  test("must give all of them, and spoil nothing", () => {
    expect(pairOf(SIX, [first, second([row([5, WRONG], [1, RIGHT]), []])])).toBeUndefined();
    expect(pairOf(SIX, [first, mistake("second", () => [other(0.4)])])).toBeUndefined();
    const seven: Tenths = [row([6, WRONG], [1, RIGHT]), []];
    expect(pairOf(seven, [first, second([row([6, WRONG], [1, 0.9]), []])])).toBeUndefined();
    expect(pairOf(seven, [first, second(seven)])?.length).toBe(2);
  });

  test("are two different ones, each of which can be made by itself", () => {
    const none = mistake("none", () => [other(0.7)]);
    // Made twice it would lead there.
    const twice = following("twice", [onTheWay], onTheWay, traceOf(SIX));
    expect(pairOf(SIX, [none, twice])).toBeUndefined();
    expect(pairOf(SIX, [first, following("second", [], onTheWay, traceOf(SIX))])).toBeUndefined();
  });

  test("are tried by how early both stand in the registry", () => {
    const [b, c] = [other(0.31), other(0.32)];
    const listed = (id: string, alone: Trace, ...after: readonly (readonly [Trace, Tenths])[]) => {
      const then = new Map(after.map(([before, tenths]) => [before, traceOf(tenths)]));
      return mistake(id, ({ trace }) => [then.get(trace) ?? alone]);
    };
    // 1 and 2 together lead there, and so do 0 and 4; 1 + 2 is less than 0 + 4.
    const list = [
      listed("0", onTheWay),
      listed("1", b),
      listed("2", c, [b, SIX]),
      listed("3", other(0.33)),
      listed("4", other(0.34), [onTheWay, SIX]),
    ];
    expect(pairOf(SIX, list)?.map(([id]) => id)).toEqual(["1", "2"]);
    const [zero, one, two, three, four] = list;
    // Now 0 + 2 is less than 1 + 3.
    expect(pairOf(SIX, [zero, one, four, two, three])?.map(([id]) => id)).toEqual(["0", "4"]);
    // The last two of all are tried as well.
    expect(pairOf(SIX, [zero, three, one, two])?.map(([id]) => id)).toEqual(["1", "2"]);
  });

  describe("are not looked for in a large solution", () => {
    // Four steps, 20 each, and their cells: 80 + 6 + 6 + 2·7454 = 15000, of which 300,000 is 20 times as much.
    const MOST = 7454;

    test("that leaves time for fewer than twenty pairs", () => {
      expect(pairOf(SIX, [first, second(SIX)], MOST)?.length).toBe(2);
      expect(pairOf(SIX, [first, second(SIX)], MOST + 1)).toBeUndefined();
    });

    test("and twenty are tried where there is time for no more", () => {
      /** The first mistake can be made in so many ways, the last of which is the right one. */
      const foundLast = (ways: number) => {
        const others = Array.from({ length: ways - 1 }, () => other(0.35));
        return pairOf(SIX, [mistake("first", () => [...others, onTheWay]), second(SIX)], MOST);
      };
      expect(foundLast(20)?.length).toBe(2);
      expect(foundLast(21)).toBeUndefined();
    });
  });
});
