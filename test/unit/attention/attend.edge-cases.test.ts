import { describe, expect, test } from "vitest";
import {
  type AttendInputs,
  attend,
  matrixOf,
  multihead,
  type PosencSettings,
  posenc,
  type Rows,
  toRows,
  UserError,
} from "../../../src/index.js";

function codeOf(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    if (error instanceof UserError) return error.code;
    throw error;
  }
  return "none";
}

describe("matrices as scripts hand them over", () => {
  test("rows may be typed arrays", () => {
    const typed = attend({ x: [Float64Array.of(1, 2), Float32Array.of(3, 4)] });
    const plain = attend({
      x: [
        [1, 2],
        [3, 4],
      ],
    });
    expect(toRows(matrixOf(typed, "output"))).toEqual(toRows(matrixOf(plain, "output")));
  });

  test("a number alone is one row of one, as in a file", () => {
    expect(toRows(matrixOf(attend({ x: 5 as unknown as Rows }), "output"))).toEqual([[5]]);
  });

  const cases: readonly (readonly [given: unknown, code: string])[] = [
    [null, "NOT_A_NUMBER"],
    [[["1", "2"]], "NOT_A_NUMBER"],
    [[[undefined]], "NOT_A_NUMBER"],
    [[[1, 2], [3]], "RAGGED_ROWS"],
    [[], "EMPTY_MATRIX"],
    [[[]], "EMPTY_MATRIX"],
  ];
  test.each(cases)("%j: %s", (given, code) => expect(codeOf(() => attend({ x: given as Rows }))).toBe(code));
});

describe("settings that are numbers, and together lead to none", () => {
  const rope = { kind: "rope", length: 2, dModel: 4 } as const;
  const cases: readonly Partial<PosencSettings>[] = [
    // The ramp of YaRN divides by ln 1 = 0.
    { base: 1, scaling: "yarn", scalingFactor: 2, originalLength: 4 },
    // 10000·s^(4/2) = 1e404 and 1e-396: beyond float64.
    { scaling: "ntk", scalingFactor: 1e200 },
    { scaling: "ntk", scalingFactor: 1e-200 },
    // 1 / 1e-310 = 1e310.
    { scaling: "linear", scalingFactor: 1e-310 },
    // √(1 + ln s / ln 1).
    { scaling: "longrope", factors: [1, 1], originalLength: 1 },
  ];
  test.each(cases)("%j", (settings) => {
    expect(codeOf(() => posenc({}, { ...rope, ...settings }))).toBe("BAD_VALUE");
  });

  test("no heads to compare", () =>
    expect(codeOf(() => multihead({ x: [[1, 2]] }, { compareHeads: [] }))).toBe("BAD_VALUE"));
});

describe("numbers at the edge of float64", () => {
  const weightsOf = (scores: Rows) => toRows(matrixOf(attend({ scores }), "weights"));

  test("scores of ±1e300 neither overflow nor vanish", () => {
    expect(weightsOf([[1e300, -1e300]])).toEqual([[1, 0]]);
    expect(weightsOf([[1e300, 1e300]])).toEqual([[0.5, 0.5]]);
    expect(weightsOf([[-1e300, -1e300]])).toEqual([[0.5, 0.5]]);
  });

  test("a predicted place that is NaN leaves NaN weights, and no row without a key", () => {
    const one: Rows = [[1]];
    const inputs: AttendInputs = {
      query: [[Number.NaN]],
      key: [[1], [2]],
      value: [[1], [2]],
      ua: one,
      va: one,
    };
    const trace = attend(inputs, { scoring: "local-p" });
    expect(toRows(matrixOf(trace, "weights"))).toEqual([[Number.NaN, Number.NaN]]);
    expect(trace.warnings).toEqual([
      "query holds NaN at [0, 0]; it propagates",
      "Query 0 cannot compute weights: a score is NaN or above the largest double.",
    ]);
  });

  test.each([false, true])("a product that overflows is said, row by row: %s", (stream) => {
    // 1e200·1e200 = 1e400; the second query is 1·1 and 1e200·1.
    const inputs = { query: [[1e200], [1]], key: [[1e200], [1]], value: [[1], [2]] };
    const trace = attend(inputs, { stream });
    expect(toRows(matrixOf(trace, "output"))).toEqual([[Number.NaN], [1]]);
    expect(trace.warnings).toEqual([
      "Query 0 cannot compute weights: a score is NaN or above the largest double.",
    ]);
  });
});
