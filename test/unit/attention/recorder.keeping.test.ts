import { expect, test } from "vitest";
import { settleEvaluation } from "../../../src/attention/recorder.js";
import { setting } from "../../../src/errors.js";
import { createMatrix } from "../../../src/math/matrix.js";
import { matmulTransposed } from "../../../src/ops/product.js";
import { createRecorder } from "../../../src/trace/recorder.js";

const AXES = [{ name: "query" }, { name: "key" }] as const;

/** Records scores of 30,000 queries and keys, without computing them, and returns whether they are kept. */
function keepsScores(settings: Parameters<typeof settleEvaluation>[0], obstacle?: string): boolean {
  const recorder = createRecorder("attend", settleEvaluation(settings, {}, obstacle));
  const x = recorder.input("x", createMatrix(30_000, 1), AXES);
  const described = { id: "scores", role: "scores", title: "", formula: "", axes: AXES };
  return recorder.numbers.keeps(recorder.step(matmulTransposed, [x, x], described));
}

test("scores that would not fit are refused before they are made", () => {
  // 30,000² is 900 million numbers of 8 bytes: 7.2 GB.
  expect(() => keepsScores({ stream: false })).toThrow("a step of this run has 30000×30000 numbers");
  expect(() => keepsScores({}, "every weight is needed")).toThrow("a step of this run has 30000×30000");
  expect(keepsScores({ stream: true })).toBe(false);
  expect(keepsScores({})).toBe(false);
});

test("a stream that an obstacle forbids is refused", () => {
  expect(() => keepsScores({ stream: true }, "every weight is needed")).toThrow(
    `${setting("stream")}: every weight is needed`,
  );
});
