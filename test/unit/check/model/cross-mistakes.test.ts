import { expect, test } from "vitest";
import { CROSS_MISTAKES } from "../../../../src/check/model/cross-mistakes.js";
import { layer } from "../../../../src/commands/layer.js";
import { createMatrix, toRows } from "../../../../src/math/matrix.js";
import { recordProblem } from "../../../../src/runs/record-problem.js";
import { replay } from "../../../../src/trace/recorder.js";
import { matrixOf } from "../../../../src/trace/trace.js";

// Two tokens of four columns attend to themselves, then to a source of three; scores are divided by √4.

const numbers = (rows: number) => createMatrix(rows, 4, (row, col) => ((row + 2) * (col + 1)) % 5);
const matrices = { x: numbers(2), memory: numbers(3), w1: numbers(4), w2: numbers(4) };
const trace = recordProblem(layer, { matrices, settings: {} } as Parameters<typeof recordProblem>[1]);

const altered = (id: string, of = trace) => {
  const found = CROSS_MISTAKES.find((one) => one.id === id);
  const [made, ...others] = found?.apply({ trace: of, problem: {}, record: () => of } as never) ?? [];
  expect(others).toEqual([]);
  return replay(made, {});
};

const rows = (of: typeof trace, key: string) => toRows(matrixOf(of, key));

test.each(["model-cross-scale", "model-cross-mask-surplus"])("%s leaves the own attention alone", (id) => {
  expect(rows(altered(id), "head 0/scaled-scores")).toEqual(rows(trace, "head 0/scaled-scores"));
});

test("the scores of the attention to the source are not scaled", () => {
  const scores = rows(trace, "cross-head 0/scores");
  expect(rows(trace, "cross-head 0/scaled-scores")).toEqual(scores.map((row) => row.map((cell) => cell / 2)));
  expect(rows(altered("model-cross-scale"), "cross-head 0/scaled-scores")).toEqual(scores);
});

test("the same in a layer of a model", () => {
  const steps = trace.steps.map((step) => ({ ...step, scope: [{ kind: "layer", index: 0 }, ...step.scope] }));
  const scores = rows(trace, "cross-head 0/scores");
  expect(rows(altered("model-cross-scale", { ...trace, steps }), "cross-head 0/scaled-scores")).toEqual(
    scores,
  );
});

test("the attention to the source is causal", () => {
  const [[a], [b, c]] = rows(trace, "cross-head 0/scaled-scores");
  expect(rows(altered("model-cross-mask-surplus"), "cross-head 0/scaled-scores")).toEqual([
    [a, -Infinity, -Infinity],
    [b, c, -Infinity],
  ]);
});

test.each(CROSS_MISTAKES)(
  "$id says at which step it is done, what was done, and how to put it right",
  (one) => {
    expect(one.step).toBe("scaled-scores");
    for (const text of [one.title, one.formula, one.fix]) expect(text.length).toBeGreaterThan(5);
  },
);
