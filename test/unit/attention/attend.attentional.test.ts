import { expect, test } from "vitest";
import {
  type AttendInputs,
  type AttendSettings,
  attend,
  matrixOf,
  toRows,
  UserError,
} from "../../../src/index.js";

// One key, so that the context is its value: c = 0.5, h = (1, 2).
const inputs = { query: [[1, 2]], key: [[1, 1]], value: [[0.5]] };

test("h̃ = tanh(W_c[c; h]), the rows of the context first", () => {
  // Column 0: 2·0.5 − 1·1 + 0.5·2 = 1; column 1: 0·0.5 + 1·1 + 1·2 = 3.
  const wc = [
    [2, 0],
    [-1, 1],
    [0.5, 1],
  ];
  const trace = attend({ ...inputs, wc });
  expect(toRows(matrixOf(trace, "concat"))).toEqual([[0.5, 1, 2]]);
  expect(toRows(matrixOf(trace, "combined"))).toEqual([[1, 3]]);
  expect(matrixOf(trace, "attentional")).toBeCloseToMatrix([[Math.tanh(1), Math.tanh(3)]]);
  expect(trace.results).toMatchObject({ output: "output", attentional: "attentional" });
  const stored = [0, 1].map((col) => wc.map((row) => row[col]));
  const outIn = attend({ ...inputs, wc: stored }, { layout: "out-in" });
  expect(toRows(matrixOf(outIn, "attentional"))).toEqual(toRows(matrixOf(trace, "attentional")));
});

test("h is the query before its projection, c comes from projected values", () => {
  // x·W^Q = 3 and x·W^V = 4, one key: c = 4; h = (1, 0). 0.25·4 + 1·1 = 2.
  const trace = attend({
    x: [[1, 0]],
    wq: [[3], [0]],
    wk: [[1], [0]],
    wv: [[4], [0]],
    wc: [[0.25], [1], [0]],
  });
  expect(matrixOf(trace, "attentional")).toBeCloseToMatrix([[Math.tanh(2)]]);
});

function errorOf(given: AttendInputs, settings: Partial<AttendSettings> = {}): string {
  try {
    attend(given, settings);
  } catch (error) {
    if (error instanceof UserError) return `${error.code}: ${error.message}`;
  }
  return "nothing was thrown";
}

test("what it cannot do without", () => {
  const { value: _, ...noValue } = inputs;
  expect(errorOf({ ...noValue, wc: [[1]] })).toBe("MISSING_INPUT: wc is given, but there is no value.");
  expect(errorOf({ scores: [[1]], value: [[1]], wc: [[1]] })).toBe(
    "MISSING_INPUT: wc is given, but there is no query.",
  );
  expect(errorOf({ ...inputs, wc: [[1], [1]] })).toBe(
    "SHAPE_MISMATCH: concat is 1×3 but wc is 2×1: (d_v + d_q) must match (3 ≠ 2).",
  );
});
