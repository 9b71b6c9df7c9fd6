import { describe, expect, test } from "vitest";
import {
  type RoundingModel,
  varianceOfScores,
  varianceOfStoring,
} from "../../../../src/check/machine/expected-error.js";
import {
  expectedAnywhere,
  expectedPairs,
  expectedProduct,
} from "../../../../src/check/machine/expected-steps.js";
import type { FloatName } from "../../../../src/check/machine/float-names.js";
import { FLOAT_TYPES } from "../../../../src/check/machine/float-types.js";
import { attentionsOf } from "../../../../src/check/machine/target.js";
import { matrixFromRows } from "../../../../src/math/matrix.js";
import { recordAttend } from "../../../support/record.js";

// The terms of docs/precision.md stand for themselves in expected-error.test.ts; here is what they are made of.

const work = (compute: FloatName): RoundingModel => ({
  ...{ compute, stored: "float32", roundsScores: false, roundsInputs: false },
});
const storing = (value: number) => varianceOfStoring(FLOAT_TYPES.float32, value);

// ‖q‖ = 5, ‖k‖ = 1 and 2: scores 3 and 8; at a scale of −½ they are −1.5 and −4, and key 1 is blocked for query 0.
const trace = recordAttend({
  matrices: {
    query: matrixFromRows([
      [3, 4],
      [3, 4],
    ]),
    key: matrixFromRows([
      [1, 0],
      [0, 2],
    ]),
    value: matrixFromRows([[1], [1]]),
  },
  settings: { scale: -0.5, causal: true },
});
const [task] = attentionsOf(trace).tasks;
const expected = (id: string, compute: FloatName) => {
  const step = trace.steps.find((one) => one.id === id);
  if (!step) throw new TypeError("no such step");
  return [...expectedPairs(task, step).variance(work(compute))];
};
const ofScore = (score: number, norms: number, compute: FloatName) =>
  varianceOfScores({ score, norms }, work(compute), 2);

const expectClose = (found: readonly number[], wanted: readonly number[]) => {
  expect(found).toHaveLength(wanted.length);
  for (const [at, value] of found.entries()) expect(value / wanted[at]).toBeCloseTo(1, 9);
};

test.each<FloatName>(["float32", "tf32"])(
  "scores err by their size and the lengths of query and key: %s",
  (compute) => {
    const scores = [ofScore(3, 5, compute) + storing(3), ofScore(8, 10, compute) + storing(8)];
    expectClose(expected("scores", compute), [...scores, ...scores]);
    const scaled = [ofScore(1.5, 2.5, compute) + storing(1.5), ofScore(4, 5, compute) + storing(4)];
    expectClose(expected("scaled-scores", compute), [...scaled, ...scaled]);
    // A score of −∞ has no size.
    expectClose(expected("masked-scores", compute), [scaled[0], ofScore(0, 5, compute), ...scaled]);
  },
);

test("weights err by twice the error of their score, times themselves", () => {
  // Row 0 weighs 1 and 0; row 1 e^2.5 : 1.
  const weight = 1 / (1 + Math.exp(-2.5));
  const own = (value: number, score: number, norms: number) =>
    2 * ofScore(score, norms, "float32") * value ** 2 + 2 ** -252 + storing(value);
  expectClose(expected("weights", "float32"), [
    ...[own(1, 1.5, 2.5), 2 ** -252],
    ...[own(weight, 1.5, 2.5), own(1 - weight, 4, 5)],
  ]);
});

describe("a product x·W", () => {
  // Rows of x: (3 4) and (1 0); rows of Wᵀ: (1 2) and (0 3).
  const x = matrixFromRows([
    [3, 4],
    [1, 0],
  ]);
  const w = matrixFromRows([
    [1, 2],
    [0, 3],
  ]);
  const want = matrixFromRows([
    [11, 12],
    [1, 0],
  ]);
  // ‖x‖²·‖w‖² of each cell, and Σ x² w².
  const [lengths, squares] = [
    [25 * 5, 25 * 9, 5, 9],
    [9 + 16 * 4, 16 * 9, 1, 0],
  ];
  const stored = [11, 12, 1, 0].map(storing);
  const sums = lengths.map((own) => (0.41 * 2 ** -24) ** 2 * own);

  test("of numbers errs by its sums, and by what its factors are rounded to", () => {
    const of = (compute: FloatName, roundsInputs: boolean) =>
      expectedProduct(want, x, w).variance({ ...work(compute), roundsInputs });
    const plain = sums.map((own, at) => own + stored[at]);
    expectClose([...of("float32", false)], plain);
    expectClose([...of("float32", true)], plain);
    expectClose([...of("bfloat16", false)], plain);
    // Both factors are rounded: twice a third of the square of a unit.
    const rounded = (unit: number) => plain.map((own, at) => own + (2 / 3) * unit ** 2 * squares[at]);
    expectClose([...of("bfloat16", true)], rounded(2 ** -8));
    expectClose([...of("tf32", false)], rounded(2 ** -11));
    expectClose([...of("tf32", true)], rounded(2 ** -11));
  });

  test("of numbers that err themselves errs by that times W², and by what they are rounded to on the way", () => {
    const given = { want: x, variance: () => Float64Array.of(1, 2, 3, 4) };
    const of = (compute: FloatName) => expectedProduct(want, given, w).variance(work(compute));
    const before = [1 + 2 * 4, 2 * 9, 3 + 4 * 4, 4 * 9].map((own, at) => own + sums[at] + stored[at]);
    expectClose([...of("float32")], before);
    expectClose(
      [...of("float16")],
      before.map((own, at) => own + (2 ** -22 / 3) * squares[at]),
    );
    // A unit large enough to be seen beside errors of 1.
    const coarse = {
      want: { ...x, data: x.data.map((value) => 100 * value) },
      variance: () => new Float64Array(4),
    };
    const onTheWay = expectedProduct(want, coarse, w).variance(work("bfloat16"));
    expectClose(
      [...onTheWay],
      squares.map((own, at) => (2 ** -16 / 3) * 1e4 * own + 1e4 * sums[at] + stored[at]),
    );
  });
});

test("a step of which nothing is known errs by four units of its numbers and one of their mean", () => {
  const want = matrixFromRows([[3, -4, Number.NEGATIVE_INFINITY]]);
  const variance = (compute: FloatName) => [...expectedAnywhere(want).variance(work(compute))];
  for (const [compute, unit] of [
    ["float32", 2 ** -24],
    ["bfloat16", 2 ** -8],
    ["tf32", 2 ** -11],
  ] as const) {
    // The mean of the squares of 3 and 4 is 12.5.
    expectClose(variance(compute), [
      ...[unit ** 2 * (16 * 9 + 12.5) + storing(3), unit ** 2 * (16 * 16 + 12.5) + storing(4)],
      unit ** 2 * 12.5,
    ]);
  }
  const none = expectedAnywhere(matrixFromRows([[Number.NaN]]));
  expect([...none.variance(work("float32"))]).toEqual([0]);
});
