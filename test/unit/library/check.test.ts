import { describe, expect, test } from "vitest";
import { attend, backward, check, explain, replay, toRows } from "../../../src/index.js";
import { matrixOf } from "../../../src/trace/trace.js";

// Scores 1 and 0 and d_k = 2: weights 1 / (1 + e^(−1/√2)) = 0.66976 and 0.33024; output 0.66976·10 and 0.33024·20 = 6.6976, 6.6048.
const trace = attend({
  query: [[1, 0]],
  key: [
    [1, 0],
    [0, 1],
  ],
  value: [
    [10, 0],
    [0, 20],
  ],
});

describe("what a person wrote", () => {
  test.each([
    ["text keeps its digits", { weights: [["0.670", "0.330"]] }, "agrees"],
    ["a last digit that is off is wrong", { weights: [["0.671", "0.330"]] }, "differs"],
    ["numbers claim the fewest digits that they can be written with", { weights: [[0.67, 0.33]] }, "agrees"],
    ["blank cells are no answer", { weights: [["0.67", null]], output: [["", 6.6]] }, "agrees"],
    ["nothing but blanks", { weights: null, output: [[null, null]] }, "unanswered"],
    ["no step at all", {}, "unanswered"],
  ])("%s", (_, answers, verdict) => {
    expect(check(trace, answers)).toMatchObject({ verdict, judgedAs: "person" });
  });

  test("what was compared is counted, what is required and what is strict asked for", () => {
    expect(check(trace, { weights: [["0.67", null]] })).toMatchObject({
      answered: { cells: 1, of: 2, steps: 1 },
    });
    const required = check(trace, { weights: [["0.67", "0.33"]] }, { require: ["output"] });
    expect(required).toMatchObject({ verdict: "unanswered", lacking: [{ scope: "", id: "output" }] });
    // From weights 0.67 and 0.33: 0.67·10 = 6.7, 0.33·20 = 6.60, where 6.698 and 6.605 are right.
    const carried = { weights: [["0.67", "0.33"]], output: [["6.700", "6.600"]] };
    expect(check(trace, carried).verdict).not.toBe("differs");
    expect(check(trace, carried, { strict: true }).verdict).toBe("differs");
  });

  test("gradients that were recorded further are checked, and their mistakes named", () => {
    const gradients = backward(trace, "ones");
    const right = toRows(matrixOf(gradients, "d-value"));
    expect(check(gradients, { "d-value": right }).verdict).toBe("agrees");
  });
});

describe("what a machine computed", () => {
  test.each([
    ["float32 of its own", { output: [Float32Array.of(6.6976156, 6.604769)] }, {}, "agrees"],
    ["a typed array of doubles", { output: [Float64Array.of(9, 9)] }, { dtype: "float64" }, "differs"],
    ["plain rows that are said to be", { output: [[6.6976156, 6.604769]] }, { dtype: "float32" }, "agrees"],
    ["within a tolerance", { output: [[6.7, 6.6]] }, { atol: 0.01 }, "agrees"],
    ["a Matrix", { output: matrixOf(trace, "output") }, {}, "agrees"],
  ] as const)("%s", (_, answers, settings, verdict) => {
    expect(check(trace, answers, settings)).toMatchObject({ verdict, judgedAs: "machine" });
  });
});

describe("what cannot be checked", () => {
  const stored = { output: [Float64Array.of(1, 2)] };
  test.each([
    ["USAGE", () => check(replay(trace, {}), {})],
    ["USAGE", () => check(trace, { ...stored, weights: [["0.67", "0.33"]] })],
    ["USAGE", () => check(trace, stored, { strict: true })],
    ["USAGE", () => check(trace, stored, { require: "all" })],
    ["BAD_VALUE", () => check(trace, stored, { dtype: "bf17" as "bfloat16" })],
    ["BAD_VALUE", () => check(trace, stored, { atol: Number.NaN })],
    ["BAD_VALUE", () => check(trace, stored, { atol: Number.POSITIVE_INFINITY })],
    ["BAD_VALUE", () => check(trace, stored, { rtol: -1 })],
    ["UNKNOWN_KEY", () => check(trace, {}, { stric: true } as object)],
    ["BAD_VALUE", () => explain(trace, "weights[0,0]", { depth: 0 })],
    ["USAGE", () => explain(trace, 5 as unknown as string)],
    ["UNKNOWN_STEP", () => check(trace, { wieghts: [[1, 2]] })],
    ["SHAPE_MISMATCH", () => check(trace, { weights: [[1]] })],
    ["RAGGED_ROWS", () => check(trace, { weights: [[1, 2], [3]] })],
    ["NOT_A_NUMBER", () => check(trace, { weights: [["one", "2"]] })],
    ["NOT_A_NUMBER", () => check(trace, { weights: 3 as unknown as number[][] })],
    ["UNKNOWN_STEP", () => explain(trace, "nothing[0,0]")],
    ["USAGE", () => explain(trace, "weights")],
  ])("%s", (code, run) => {
    expect(run).toThrowError(expect.objectContaining({ code }));
  });
});
