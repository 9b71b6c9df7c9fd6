import { describe, expect, test } from "vitest";
import {
  isShort,
  type RoundingModel,
  uniformVariance,
  unitOfSums,
  varianceOfFaint,
  varianceOfLogSumExp,
  varianceOfRow,
  varianceOfScores,
  varianceOfStoring,
} from "../../../../src/check/machine/expected-error.js";
import { FLOAT_NAMES, type FloatName } from "../../../../src/check/machine/float-names.js";
import { FLOAT_TYPES } from "../../../../src/check/machine/float-types.js";

// docs/precision.md derives the formulas; here each of their terms stands alone.

const work = (compute: FloatName, more: Partial<RoundingModel> = {}): RoundingModel => ({
  ...{ compute, stored: compute, roundsScores: false, roundsInputs: false },
  ...more,
});

/** A row of 9 keys whose output is 2, whose scores are 0: Σ α² v² = 5, Σ α² (v − o)² = 7. */
const ROW = {
  ...{ output: Float64Array.of(2), squares: Float64Array.of(5), spread: Float64Array.of(7) },
  ...{ logSumExp: 3, sum: 3, concentration: 0.5, keys: 9, score: 0, norms: 0, faint: 0 },
};
const MEAN_SQUARES = Float64Array.of(11);

const expectRatio = (value: number, expected: number) => expect(value / expected).toBeCloseTo(1, 12);

/** The units of float32 sums, bfloat16 and the two types of 11 bits. */
const [U32, U8, U11] = [2 ** -24, 2 ** -8, 2 ** -11];

test("the types that are multiplied in and summed in float32", () => {
  expect(FLOAT_NAMES.filter(isShort)).toEqual(["tf32", "float16", "bfloat16"]);
  expect(FLOAT_NAMES.map(unitOfSums)).toEqual([2 ** -52, U32, U32, U32, U32]);
  // Errors between −2 and 2 have the mean square 4/3.
  expect(uniformVariance(2)).toBe(4 / 3);
});

test("keeping a number costs a third of its unit squared, and in float16 the step of its smallest numbers", () => {
  expectRatio(varianceOfStoring(FLOAT_TYPES.bfloat16, 2), (4 * U8 ** 2) / 3);
  expectRatio(varianceOfStoring(FLOAT_TYPES.float16, 2), (4 * U11 ** 2) / 3 + 2 ** -48 / 12);
  expect(varianceOfStoring(FLOAT_TYPES.bfloat16, 0)).toBe(0);
  expectRatio(varianceOfStoring(FLOAT_TYPES.float16, 0), 2 ** -48 / 12);
  expect(varianceOfFaint(3, 2)).toBe(18);
});

describe("the error of scores", () => {
  const scores = { score: 2, norms: 3 };
  // 0.41 · ‖q‖‖k‖ = 1.23, and (√16/3 + 2) · 2 = 20/3, in units of the sum.
  const SUMS = (U32 * (1.23 + 20 / 3)) ** 2;

  test("is that of the sum of products, and of what is done to it", () => {
    expectRatio(varianceOfScores(scores, work("float32"), 16), SUMS);
    expectRatio(varianceOfScores(scores, work("bfloat16"), 16), SUMS);
    expectRatio(varianceOfScores(scores, work("float64"), 16), (2 ** -52 * (1.23 + 20 / 3)) ** 2);
    // Of products with 8 columns: √(1 + 2 · 8/16) = √2 as much.
    const projected = work("float32", { projectedFrom: 8 });
    expectRatio(varianceOfScores(scores, projected, 16), (U32 * (1.23 * Math.SQRT2 + 20 / 3)) ** 2);
  });

  test.each([
    ["bfloat16", { roundsScores: true }, U8],
    ["bfloat16", { roundsInputs: true }, U8],
    ["float16", { roundsScores: true }, U11],
    // The factors of tf32 are always rounded.
    ["tf32", {}, U11],
  ] as const)("with scores or their factors rounded to %s %j", (compute, more, unit) => {
    // e^(3 u (2 + 2·3/√16)) − 1 = e^(10.5 u) − 1, a third of it as a unit.
    const short = Math.expm1(10.5 * unit) / 3;
    expectRatio(varianceOfScores(scores, work(compute, more), 16), SUMS + short ** 2 / 3);
  });

  test("in float32 nothing is rounded to a short type, and e^50 is as bad as it gets", () => {
    expectRatio(varianceOfScores(scores, work("float32", { roundsScores: true }), 16), SUMS);
    const large = varianceOfScores({ score: 1e6, norms: 0 }, work("bfloat16", { roundsScores: true }), 1);
    expectRatio(large, (Math.expm1(50) / 3) ** 2 / 3);
  });
});

describe("the error of an output", () => {
  const of = (rounding: RoundingModel, row: Partial<typeof ROW> = {}) =>
    varianceOfRow({ ...ROW, ...row }, MEAN_SQUARES, rounding, 16)[0];
  // Of 9 keys in float32: (5/2 + 2²/3) · 9 u²/3
  const SUMS = ((9 * U32 ** 2) / 3) * (5 / 2 + 4 / 3);
  const stored = (unit: number) => (4 * unit ** 2) / 3;

  test("is that of sums and of storing where weights are not rounded", () => {
    expectRatio(of(work("float32")), SUMS + stored(U32));
    expectRatio(of(work("float32", { stored: "bfloat16" })), SUMS + stored(U8));
  });

  test("with weights rounded to a short type, and values too", () => {
    const short = U8 ** 2 / 3;
    expectRatio(of(work("bfloat16", { stored: "float32" })), 5 * short + SUMS + stored(U32));
    const rounded = work("bfloat16", { stored: "float32", roundsInputs: true });
    expectRatio(of(rounded), 10 * short + SUMS + stored(U32));
    // Both factors of a product in tf32 are rounded.
    expectRatio(of(work("tf32", { stored: "float32" })), (10 * U11 ** 2) / 3 + SUMS + stored(U32));
  });

  test("of float16, whose weights below 2⁻²⁴ are multiples of it: 9 keys, a sum of 3, mean squares of 11", () => {
    const floor = ((2 ** -48 / 12) * 9) / 3 ** 2;
    expectRatio(
      of(work("float16", { stored: "float32" })),
      (5 * U11 ** 2) / 3 + floor * 11 + SUMS + stored(U32),
    );
    // Nothing else is left of weights that are no more than that.
    const none = { output: new Float64Array(1), squares: new Float64Array(1) };
    expectRatio(
      of(work("float16", { stored: "float32" }), { ...none, sum: 0.5 }),
      (2 ** -48 / 12) * 9 * 4 * 11,
    );
  });

  test("of weights below 2⁻¹²⁶, of which machines make 0: 9 keys, a sum of 3, mean squares of 11", () => {
    const none = { output: new Float64Array(1), squares: new Float64Array(1) };
    for (const name of ["bfloat16", "float32"] as const)
      expectRatio(of(work(name), none), ((2 ** -252 * 9) / 3 ** 2) * 11);
    expect(of(work("float64"), none)).toBe(0);
  });

  test("of sums that are rounded to the short type each time", () => {
    const short = U8 ** 2 / 3;
    const rounding = work("bfloat16", { stored: "float32", sumsShort: true });
    expectRatio(of(rounding), 5 * short + 9 * short * (5 + 4 / 3) + SUMS + stored(U32));
  });

  test("of values that are products themselves, and of scores by how much values differ", () => {
    const projected = work("float32", { projectedFrom: 64 });
    expectRatio(of(projected), (0.41 * U32) ** 2 * 64 * 5 + SUMS + stored(U32));
    const scores = { score: 2, norms: 3 };
    const ofScores = varianceOfScores(scores, work("float32"), 16);
    expectRatio(of(work("float32"), scores), 7 * ofScores + SUMS + stored(U32));
  });
});

describe("the error of the log-sum-exp", () => {
  const of = (rounding: RoundingModel, row: Partial<typeof ROW> = {}) =>
    varianceOfLogSumExp({ ...ROW, ...row }, rounding, 16);
  // It is 3, stored within a unit of that, and a sum of 9 keys.
  const SUMS = (U32 ** 2 / 3) * (9 + 9);

  test("is that of sums, of storing and of the scores", () => {
    expectRatio(of(work("float32")), SUMS + (3 * U32) ** 2);
    expectRatio(of(work("bfloat16")), SUMS + (3 * U8) ** 2);
    const scores = { score: 2, norms: 3 };
    const ofScores = varianceOfScores(scores, work("float32"), 16);
    expectRatio(of(work("float32"), scores), ofScores + SUMS + (3 * U32) ** 2);
  });

  test.each([
    ["bfloat16", { roundsScores: true }, U8],
    ["bfloat16", { roundsInputs: true }, U8],
    ["tf32", {}, U11],
  ] as const)(
    "with powers of scores that were rounded to %s %j, half of them in one weight",
    (compute, more, unit) =>
      expectRatio(
        of(work(compute, { ...more, stored: "float32" })),
        (0.5 * unit ** 2) / 3 + SUMS + (3 * U32) ** 2,
      ),
  );

  test("float32 rounds none", () =>
    expectRatio(of(work("float32", { roundsScores: true })), SUMS + (3 * U32) ** 2));
});
