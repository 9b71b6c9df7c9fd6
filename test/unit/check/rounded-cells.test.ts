import { describe, expect, test } from "vitest";
import { settleAnswers } from "../../../src/check/answers.js";
import type { Judgement, StepVerdict } from "../../../src/check/judge-step.js";
import { measureRounding } from "../../../src/check/rounded-cells.js";
import { recordedNumbers, type Solution } from "../../../src/check/solution.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { Graph } from "../../../src/trace/graph.js";
import { NO_SCHEDULES } from "../../support/no-schedules.js";
import { recordAttend } from "../../support/record.js";
import { typedAnswers, typedScores } from "../../support/typed-answers.js";

type Rows = readonly (readonly number[])[];

/** Scores that these are, of which nothing leads back. */
const scores = (rows?: Rows): Solution => {
  const used = (key: string) => (rows && key === "scores" ? matrixFromRows(rows) : undefined);
  return { used, computed: used, sources: new Graph() };
};

interface Ways {
  readonly exact: Rows;
  readonly verdict?: StepVerdict;
  readonly rounded?: readonly (Rows | undefined)[];
  readonly own?: readonly Rows[];
  readonly cut?: Rows;
}

/** Every cell that was written is off. */
function measure(text: string, ways: Ways) {
  const { exact, verdict = "agrees-rounded", rounded = [exact], own = [exact], cut = exact } = ways;
  const answer = typedScores(text);
  const off = Array.from(answer.values.keys());
  const matrix = matrixFromRows(exact);
  const judgement: Judgement = { answer, verdict, wrong: [], off, exact: matrix, own: matrix };
  return measureRounding(judgement, new Map([[answer.key, answer]]), {
    ...{ worked: [exact, ...rounded].map(scores), own: own.map(scores), cut: scores(cut) },
    schedules: NO_SCHEDULES,
  });
}

describe("what rounding has to excuse", () => {
  test("is nothing in a step that is right or wrong for another reason", () => {
    for (const verdict of ["agrees", "follows", "differs", "missing"] as const)
      expect(measure("0.62", { exact: [[0.6]], verdict })).toBeUndefined();
  });

  test("is told cell by cell: what was written less what is right", () => {
    const found = measure("0.62 0.50; 0.40 0.70", {
      exact: [
        [0.6, 0.507],
        [0.41, 0.75],
      ],
    });
    expect(found?.off.map(({ cell }) => cell)).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    for (const [index, difference] of [0.02, -0.007, -0.01, -0.05].entries())
      expect(found?.off[index].difference).toBeCloseTo(difference, 12);
  });

  test("is as much as a way to round moves the cell that is farthest off, and half a unit", () => {
    const bound = (text: string, ways: Ways) => measure(text, ways)?.bound;
    // The first is 0.02 off, and rounding moved it by 0.01; half a unit is 0.005.
    expect(bound("0.62 0.50", { exact: [[0.6, 0.507]], rounded: [[[0.61, 9]]] })).toBeCloseTo(0.015, 12);
    expect(bound("0.62 0.50", { exact: [[0.6, 0.507]], own: [[[0.58, 9]]] })).toBeCloseTo(0.025, 12);
    // The second is 0.03 off, below.
    expect(bound("0.62 0.50", { exact: [[0.61, 0.53]], rounded: [[[9, 0.51]]] })).toBeCloseTo(0.025, 12);
    // Half a unit of three decimals.
    expect(bound("0.620", { exact: [[0.6]], rounded: [[[0.61]]] })).toBeCloseTo(0.0105, 12);
    expect(bound("0.62", { exact: [[0.6]] })).toBeCloseTo(0.005, 12);
  });

  test("is a whole unit where digits were cut off, and what cutting at every step does", () => {
    const ways = { exact: [[0.6]], cut: [[0.55]] };
    expect(measure("0.55", { ...ways, verdict: "truncated" })?.bound).toBeCloseTo(0.05 + 0.01, 12);
    expect(measure("0.55", ways)?.bound).toBeCloseTo(0.005, 12);
  });

  test("leaves aside what is not finite, and a solution without the step", () => {
    const rounded = [[[Number.NEGATIVE_INFINITY]], undefined, [[0.61]]];
    expect(measure("0.62", { exact: [[0.6]], rounded })?.bound).toBeCloseTo(0.015, 12);
  });

  test("of more than 100 cells is looked for in two ways to round", () => {
    const row = (count: number, cell: number) => [new Array<number>(count).fill(cell)];
    const bound = (count: number, more: Pick<Ways, "rounded" | "own">) =>
      measure(new Array(count).fill("0.62").join(" "), { exact: row(count, 0.6), ...more })?.bound;
    for (const key of ["rounded", "own"] as const) {
      // Of the right numbers the first way is not rounded at all.
      const ways = (count: number) => [0.6, 0.6, 0.7].map((cell) => row(count, cell));
      expect(bound(101, { [key]: ways(101) })).toBeCloseTo(0.005, 12);
      expect(bound(100, { [key]: ways(100).slice(key === "own" ? 1 : 0) })).toBeCloseTo(0.105, 12);
      const second = [[row(101, 0.7)], [row(101, 0.6), row(101, 0.7)]][key === "own" ? 1 : 0];
      expect(bound(101, { [key]: second })).toBeCloseTo(0.105, 12);
    }
  });

  test("is at least what rounding by hand of the steps before may do", () => {
    // q = 1, k = 2: half of the half unit of the score, and half a unit of the scaled score.
    const matrices = { query: matrixFromRows([[1]]), key: matrixFromRows([[2]]) };
    const trace = recordAttend({ matrices, settings: { scale: 0.5 } });
    const sheet = settleAnswers(trace, typedAnswers({ "scaled-scores": "1.01" }));
    const [answer] = sheet.values();
    const numbers = recordedNumbers(trace);
    const exact = answer.step.output();
    const found = measureRounding(
      { answer, verdict: "agrees-rounded", wrong: [], off: [0], exact, own: exact },
      sheet,
      { worked: [numbers], own: [numbers], cut: numbers, schedules: NO_SCHEDULES },
    );
    expect(found?.bound).toBeCloseTo(0.5 * 0.005 + 0.005, 12);
  });
});
