import { describe, expect, test } from "vitest";
import { attend, findStep, matrixOf, replay, toRows } from "../../../src/index.js";
import { mapCells, matrixFromRows } from "../../../src/math/matrix.js";

// q·k = 2 and 0, d_k = 4, so the scaled scores are 1 and 0.
const trace = attend({
  query: [[1, 1, 0, 0]],
  key: [
    [1, 1, 0, 0],
    [0, 0, 1, 1],
  ],
  value: [[1], [0]],
});
const weight = (score: number) => Math.exp(score) / (Math.exp(score) + 1);

describe("replay", () => {
  test("without changes gives the same numbers", () => {
    const again = replay(trace, {});
    for (const [index, step] of trace.steps.entries())
      expect(again.steps[index].output()).toEqual(step.output());
  });

  test("a replaced step carries through to what follows, and not to what comes before", () => {
    const replaced = replay(trace, { replace: new Map([["scaled-scores", matrixFromRows([[3, 0]])]]) });
    expect(toRows(matrixOf(replaced, "scores"))).toEqual([[2, 0]]);
    expect(matrixOf(replaced, "output")).toBeCloseToMatrix([[weight(3)]]);
  });

  test("a step computed another way: not scaled", () => {
    const unscaled = replay(trace, { replace: new Map([["scaled-scores", ([scores]) => scores]]) });
    expect(matrixOf(unscaled, "weights")).toBeCloseToMatrix([[weight(2), 1 - weight(2)]]);
  });

  test("a replaced input", () => {
    const other = replay(trace, { replace: new Map([["query", matrixFromRows([[0, 0, 0, 0]])]]) });
    expect(toRows(matrixOf(other, "weights"))).toEqual([[0.5, 0.5]]);
  });

  test("numbers that were changed are kept, and others as they were", () => {
    const streamed = attend({ x: [[1], [2]] }, { stream: true });
    const kept = (changed: ReturnType<typeof attend>) =>
      ["scores", "weights", "output"].map((key) => findStep(changed, key)?.isKept);
    expect(kept(replay(streamed, {}))).toEqual([false, false, true]);
    const weights = matrixFromRows([
      [0, 1],
      [1, 0],
    ]);
    expect(kept(replay(streamed, { replace: new Map([["weights", weights]]) }))).toEqual([false, true, true]);
  });

  test("what is done after a step is carried into the next", () => {
    // e^1 = 2.718… rounded is 3, so the sum becomes 3 + 1 = 4 and the weights 3/4 and 1/4.
    const rounded = replay(trace, {
      arithmetic:
        ({ id, op }) =>
        (given, params) =>
          mapCells(op.compute(given, params), (value) => (id === "exponentials" ? Math.round(value) : value)),
    });
    expect(toRows(matrixOf(rounded, "exponentials"))).toEqual([[3, 1]]);
    expect(toRows(matrixOf(rounded, "row-sums"))).toEqual([[4]]);
    expect(toRows(matrixOf(rounded, "weights"))).toEqual([[0.75, 0.25]]);
  });
});

describe("exponentials are plain e^s as on paper while every finite score is within ±80", () => {
  const exponentialsOf = (scores: number[][]) => {
    const step = findStep(attend({ scores }), "exponentials");
    return { rows: step && toRows(step.output()), notes: step?.notes.length };
  };
  test("80 is within", () => {
    expect(exponentialsOf([[80, 0]])).toEqual({ rows: [[Math.exp(80), 1]], notes: 0 });
  });
  test("beyond, the row maximum is taken off, and a note says so", () => {
    expect(
      exponentialsOf([
        [80.5, 79.5],
        [1, 0],
      ]),
    ).toEqual({
      rows: [
        [1, Math.exp(-1)],
        [1, Math.exp(-1)],
      ],
      notes: 1,
    });
    expect(exponentialsOf([[-80.5, -81.5]])).toEqual({ rows: [[1, Math.exp(-1)]], notes: 1 });
  });
  test("a score far below the others counts, too", () => {
    expect(exponentialsOf([[-80.5, 0]])).toEqual({ rows: [[Math.exp(-80.5), 1]], notes: 1 });
    expect(exponentialsOf([[-1e9, 2]])).toEqual({ rows: [[0, 1]], notes: 1 });
  });
  test("a masked cell counts as no score", () => {
    const masked = attend({ scores: [[1, 2]], mask: [[true, false]] });
    expect(toRows(matrixOf(masked, "exponentials"))).toEqual([[Math.E, 0]]);
  });
});

test("tokens name the keys too when there are as many, and only then", () => {
  const labels = (inputs: Parameters<typeof attend>[0]) =>
    attend(inputs).steps[0].axes.map((axis) => axis.labels);
  const rows = [[1], [2]];
  expect(labels({ query: rows, key: rows, tokens: ["a", "b"] })).toEqual([
    ["a", "b"],
    ["a", "b"],
  ]);
  expect(labels({ query: rows, key: [[1], [2], [3]], tokens: ["a", "b"] })).toEqual([["a", "b"], undefined]);
  expect(labels({ query: rows, key: rows, tokens: ["a", "b"], keyTokens: ["c", "d"] })).toEqual([
    ["a", "b"],
    ["c", "d"],
  ]);
});
