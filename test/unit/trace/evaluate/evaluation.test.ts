import { describe, expect, test } from "vitest";
import { attend } from "../../../../src/index.js";
import { matrixFromRows, toRows } from "../../../../src/math/matrix.js";
import { Evaluation, replaceInRows } from "../../../../src/trace/evaluate/evaluation.js";
import { Graph } from "../../../../src/trace/op.js";

// Two queries, two keys, one column. Scores are q·k, and d_k = 1, so the scale changes nothing.
const trace = attend({ query: [[1], [2]], key: [[0], [3]], value: [[4], [8]] });

/** Evaluates the run and counts how often each step is computed. */
function evaluate() {
  const made: string[] = [];
  const numbers = new Evaluation(new Graph(trace.inputs, trace.steps), {
    arithmetic: (node) => (inputs, params) => {
      made.push(node.key);
      return node.op.compute(inputs, params);
    },
  });
  return { numbers, made };
}

describe("an altered evaluation", () => {
  test("takes what does not depend on the change from the one that it is made of", () => {
    const { numbers, made } = evaluate();
    numbers.of({ key: "output" });
    made.length = 0;
    const doubled = numbers.withReplacements(
      new Map([["exponentials", ([scores]) => ({ ...scores, data: scores.data.map((s) => 2 ** s) })]]),
    );
    // 2⁰ and 2³ of row 0: weights 1/9 and 8/9, output (4 + 64)/9.
    expect(doubled.of({ key: "output" }).data[0]).toBeCloseTo(68 / 9, 12);
    expect(made).not.toContain("scores");
    expect(made).toContain("weights");
    // The right numbers do not change: e⁰ and e³.
    expect(numbers.of({ key: "exponentials" }).data[1]).toBeCloseTo(Math.exp(3), 12);
  });

  test("may be altered in some rows alone", () => {
    const { numbers } = evaluate();
    const halved = numbers.withReplacements(
      new Map([
        [
          "scores",
          replaceInRows([1], ([q]) => ({ rows: 2, cols: 2, data: Float64Array.of(9, 9, 0, q.data[1]) })),
        ],
      ]),
    );
    expect(toRows(halved.of({ key: "scores" }))).toEqual([
      [0, 3],
      [0, 2],
    ]);
  });

  test("may stand on other numbers before it, which may be inputs", () => {
    const { numbers } = evaluate();
    const other = numbers.withReplacements(new Map([["value", matrixFromRows([[1], [1]])]]));
    expect(other.of({ key: "output" }).data[1]).toBeCloseTo(1, 12);
    const certain = numbers.withReplacements(
      new Map([
        [
          "weights",
          matrixFromRows([
            [1, 0],
            [0, 1],
          ]),
        ],
      ]),
    );
    expect(toRows(certain.of({ key: "output" }))).toEqual([[4], [8]]);
  });
});
