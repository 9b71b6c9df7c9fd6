import { describe, expect, test } from "vitest";
import { findStep, multihead, toRows } from "../../../../src/index.js";
import { refusal } from "../../../support/refusal.js";

const GIVEN = {
  query: [
    [1, 2, 0, 1],
    [2, 0, 1, 0],
    [0, 1, 3, 2],
  ],
  key: [
    [1, 0, 1, 0],
    [0, 1, 0, 1],
    [2, 1, 0, 0],
  ],
  value: [
    [1, 0, 2, 1],
    [0, 2, 0, 3],
    [3, 1, 1, 0],
  ],
};
const SINKS = [[0.5, -1]];

describe("attention sinks", () => {
  // torch 2.6, as in gpt-oss: the sinks are one more column of the logits, which is dropped after the softmax.
  const OUTPUT = [
    [0.5515924132744703, 0.0, 1.4621171572600098, 0.7310585786300049],
    [0.6082915741146859, 0.2957717221652205, 1.1944159672464916, 1.4806016605509567],
    [1.0565841119058053, 0.9074405961513795, 1.2793126105067756, 1.4961647327714251],
  ];

  test("take their part of each row's sum, and leave the values less", () => {
    const trace = multihead({ ...GIVEN, sinks: SINKS }, { heads: 2, causal: true });
    const rows = toRows(
      findStep(trace, "output")?.output() ?? { rows: 0, cols: 0, data: new Float64Array() },
    );
    for (const [row, cells] of rows.entries()) {
      for (const [col, cell] of cells.entries()) expect(cell).toBeCloseTo(OUTPUT[row][col], 12);
    }
    // Row 0 of head 1 sees key 0 alone, whose score is 0: 1 / (1 + e^−1).
    expect(findStep(trace, "head 1/weights")?.output().data[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 14);
  });

  test("have a gradient", () => {
    const trace = multihead({ ...GIVEN, sinks: SINKS }, { heads: 2, causal: true, loss: "sum" });
    const [first, second] = findStep(trace, "d-sinks")?.output().data ?? [];
    // torch: sink.grad of the sum of the output.
    expect(first).toBeCloseTo(-0.9507152446474791, 12);
    expect(second).toBeCloseTo(-0.9534775640674222, 12);
  });

  test("of 0 are a key of zeros, and of −∞ none", () => {
    const output = (more: object, settings = {}) =>
      findStep(multihead({ ...GIVEN, ...more }, { heads: 2, ...settings }), "output")?.output().data;
    expect(output({ sinks: [[0, 0]] })).toEqual(output({}, { addZeroAttention: true }));
    const none = output({ sinks: [[-1e9, -1e9]] }) ?? [];
    for (const [at, value] of (output({}) ?? new Float64Array()).entries())
      expect(none[at]).toBeCloseTo(value, 14);
  });

  test("stand behind a cache, bias_k and the key of zeros, and beside a bias", () => {
    const trace = multihead(
      {
        ...GIVEN,
        sinks: SINKS,
        pastKey: [[1, 1, 0, 0]],
        pastValue: [[0, 1, 1, 0]],
        biasK: [[1, 0, 0, 1]],
        biasV: [[1, 1, 1, 1]],
        bias: [[1, 0, 2, 0]],
      },
      { heads: 2, addZeroAttention: true },
    );
    const scores = findStep(trace, "head 0/biased-scores")?.output();
    expect(scores?.cols).toBe(7);
    expect(Array.from(scores?.data.subarray(5, 7) ?? [])).toEqual([0, 0.5]);
    expect(findStep(trace, "head 1/keys")?.formula).toBe("[past; new; bias_k; zero; sink]");
  });

  test("are one a head", () => {
    const error = refusal(() => multihead({ ...GIVEN, sinks: [[1, 2, 3]] }, { heads: 2 }));
    expect(error?.code).toBe("SHAPE_MISMATCH");
    expect(error?.message).toBe("sinks is 1×3 but must have 2 columns.");
  });
});
