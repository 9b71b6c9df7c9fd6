import { describe, expect, test } from "vitest";
import { recordAttend } from "../../../src/attention/attend.js";
import { recordMultihead } from "../../../src/attention/heads/multihead.js";
import { checkAnswers } from "../../../src/homework/check.js";
import { findNamedStep } from "../../../src/homework/step-names.js";
import { matrixFromRows } from "../../../src/math/matrix.js";
import { decimalsOf } from "../../../src/math/written.js";
import {
  attendSheet,
  type IntegerProblem,
  type Rows,
  randomProblem,
  type StepRows,
} from "../../support/homework.js";

const causal = (isCausal: boolean): IntegerProblem => ({
  ...randomProblem(3, 3, 4, false),
  settings: { causal: isCausal },
});

const problemOf = ({ matrices, settings }: IntegerProblem) => ({
  matrices: Object.fromEntries(Object.entries(matrices).map(([name, rows]) => [name, matrixFromRows(rows)])),
  settings,
});

/** Checks a sheet of numbers with three decimals against the problem. */
function check(given: IntegerProblem, sheet: StepRows = {}) {
  const problem = problemOf(given);
  const written = (value: number) => {
    const text = Number.isFinite(value) ? value.toFixed(3) : String(value);
    return { value: Number(text), decimals: decimalsOf(text) };
  };
  const answers = Object.entries(sheet).map(([key, rows]) => {
    return { key, source: "sheet", rows: rows.map((row) => row.map(written)) };
  });
  return checkAnswers({ trace: recordAttend(problem), problem, record: recordAttend }, answers);
}

const only = (sheet: StepRows | undefined, ...keys: string[]): StepRows =>
  Object.fromEntries(keys.flatMap((key) => (sheet?.[key] ? [[key, sheet[key]]] : [])));

const turned = (rows: Rows) => rows[0].map((_, col) => rows.map((row) => row[col]));

describe("two mistakes", () => {
  // Worked without the mask of the problem, and without the root.
  const sheet = attendSheet(causal(false), "scale-missing", 3);

  test.each([[["weights", "output"]], [["output"]]])("are named together from %j", (keys) => {
    const { diagnosis } = check(causal(true), only(sheet, ...keys));
    expect(diagnosis.map((found) => [found.mistake.id, found.with])).toEqual([
      ["scale-missing", "mask-missing"],
      ["mask-missing", "scale-missing"],
    ]);
    expect(diagnosis.map(({ explains, of }) => of - explains)).toEqual([0, 0]);
  });

  test("at different steps, both shown, are named one after the other", () => {
    // The scores are left as they are, then every key gets 1/3.
    const scores = attendSheet(causal(false), undefined, 3)?.scores ?? [];
    const weights = map(scores, () => 1 / 3);
    const { diagnosis } = check(causal(false), { scores, "scaled-scores": scores, weights });
    const ids = diagnosis.map(({ mistake }) => mistake.id);
    expect([ids.at(0), ids.at(-1)]).toEqual(["scale-missing", "softmax-uniform"]);
  });
});

const map = (rows: Rows, f: (value: number, row: number, col: number) => number): Rows =>
  rows.map((row, i) => row.map((value, j) => f(value, i, j)));

describe("a convention is named", () => {
  const given = causal(false);
  const { wq, wk, wv } = given.matrices;
  const withTurned = (matrices: Readonly<Record<string, Rows>>) => ({
    ...given,
    matrices: { ...given.matrices, ...matrices },
  });

  test("when every W was transposed", () => {
    const all = withTurned({ wq: turned(wq), wk: turned(wk), wv: turned(wv) });
    const [found] = check(given, attendSheet(all, undefined, 3)).diagnosis;
    expect([found.mistake.id, found.convention]).toEqual(["projection-transposed", "--layout out-in"]);
  });

  test("not when one of them was", () => {
    const [found] = check(given, attendSheet(withTurned({ wk: turned(wk) }), undefined, 3)).diagnosis;
    expect([found.mistake.id, found.convention]).toEqual(["projection-transposed", undefined]);
  });
});

describe("other ways that are as right", () => {
  const given = causal(true);
  const right = attendSheet(given, undefined, 3) ?? {};
  const isBlocked = (row: number, col: number) => col > row;

  test.each([
    [
      "blocked-written-as-zero",
      { "masked-scores": map(right["masked-scores"], (value, i, j) => (isBlocked(i, j) ? 0 : value)) },
    ],
    ["row-constant", { "masked-scores": map(right["masked-scores"], (value, row) => value + row + 1) }],
    // Half of q, d_k being 4, makes halves of the scores; they are not scaled again.
    [
      "query-scaled",
      { q: map(right.q, (value) => value / 2), scores: map(right.scores, (value) => value / 2) },
    ],
  ])("%s", (id, steps) => {
    const checked = check(given, { ...only(right, "weights", "output"), ...steps });
    expect([checked.verdict === "differs", checked.way?.id]).toEqual([false, id]);
  });

  test("zeros for blocked scores are the mistake when the weights have them", () => {
    const { diagnosis } = check(given, attendSheet(given, "mask-zero-fill", 3));
    expect(diagnosis[0].mistake.id).toBe("mask-zero-fill");
  });
});

describe("names of steps", () => {
  const trace = recordAttend(problemOf(causal(true)));
  test.each([
    ["S", "scores"],
    ["QK^T", "scores"],
    ["Scaled Scores", "scaled-scores"],
    ["QK^T/√d_k", "scaled-scores"],
    ["masked", "masked-scores"],
    ["exp", "exponentials"],
    ["A", "weights"],
    ["attention_weights", "weights"],
    ["softmax", "weights"],
    ["context", "output"],
    ["Queries", "q"],
  ])("%s is %s", (name, id) => expect(findNamedStep(trace, name, "sheet").id).toBe(id));

  test("one head needs no scope, several do; head1 is head 1", () => {
    const { matrices } = randomProblem(3, 3, 4, true);
    const record = (heads: number) =>
      recordMultihead({ ...problemOf({ matrices, settings: { causal: false, heads } }) });
    expect(findNamedStep(record(1), "A", "sheet")).toMatchObject({ scope: "head 0", id: "weights" });
    expect(findNamedStep(record(2), "head1.A", "sheet")).toMatchObject({ scope: "head 1", id: "weights" });
    expect(() => findNamedStep(record(2), "A", "sheet")).toThrow('There is no step "A"');
  });

  test("a word that means several steps is refused with what it may mean", () => {
    const hint = "Say which step it is: weights or output.";
    expect(() => findNamedStep(trace, "attention", "sheet")).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ hint }) }),
    );
  });
});
