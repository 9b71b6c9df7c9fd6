import { describe, expect, test } from "vitest";
import { createBooleanMatrix, createMatrix, type Matrix, matrixFromRows } from "../../../src/math/matrix.js";
import { add, scale, softcap, subtract } from "../../../src/ops/elementwise.js";
import { surelyHasWeights, weightedSum } from "../../../src/ops/fused-attention.js";
import { matmulTransposed, rowSums } from "../../../src/ops/product.js";
import { cosine, tanhSum } from "../../../src/ops/similarity.js";
import { exponentials, normalizeRows } from "../../../src/ops/softmax.js";
import type { Ref } from "../../../src/trace/recorder.js";
import {
  column,
  described,
  type From,
  fuse,
  masked,
  type Options,
  recordAttention,
  SOME,
} from "../../support/recorded-attention.js";
import { AXES } from "../../support/recorded-gradients.js";

const NONE = createBooleanMatrix(3, 2, () => false);
const [ln2, ln3, ln5] = [2, 3, 5].map(Math.log);

describe("the kernel makes what the steps say", () => {
  const scaled: From = (recorder, scores) =>
    recorder.step(scale, [scores], { ...described(), params: { factor: 2, text: "2" } });
  const capped: From = (recorder, scores) =>
    recorder.step(softcap, [scores], { ...described(), params: { cap: 1 } });
  const biased =
    (bias: Matrix): From =>
    (recorder, scores) =>
      recorder.step(add, [scores, recorder.input("bias", bias, AXES)], described());
  const share = (first: number, second: number) => (4 * first + 8 * second) / (first + second);
  const tangent = (x: number) => Math.exp(Math.tanh(x));

  test.each<[string, Options, number[]]>([
    ["products", {}, [share(1, 3), share(1, 9), 6]],
    // e^(2 s): 1 and 9, 1 and 81.
    ["a scale", { become: scaled }, [share(1, 9), share(1, 81), 6]],
    ["a softcap", { become: capped }, [share(1, tangent(ln3)), share(1, tangent(2 * ln3)), 6]],
    [
      "a scale, then a softcap",
      { become: (recorder, scores) => capped(recorder, scaled(recorder, scores)) },
      [share(1, tangent(2 * ln3)), share(1, tangent(4 * ln3)), 6],
    ],
    // 2·1 and 5·3, 2·1 and 5·9, 2 and 5.
    [
      "a bias for every query",
      { become: biased(matrixFromRows([[ln2, ln5]])) },
      [share(2, 15), share(2, 45), share(2, 5)],
    ],
    [
      "a bias of each query",
      {
        become: biased(
          matrixFromRows([
            [ln2, 0],
            [0, ln5],
            [0, 0],
          ]),
        ),
      },
      [share(2, 3), share(1, 45), 6],
    ],
    [
      "scale, softcap, bias and mask",
      {
        become: (recorder, scores) =>
          masked()(
            recorder,
            biased(matrixFromRows([[ln2, ln5]]))(recorder, capped(recorder, scaled(recorder, scores))),
          ),
      },
      [8, share(2, 5 * tangent(4 * ln3)), 0],
    ],
    ["a mask", { become: masked() }, [8, share(1, 9), 0]],
    [
      "cells of a mask",
      {
        become: masked({
          blocked: { ...SOME, cells: createBooleanMatrix(3, 2, (row, col) => row === 1 && col === 0) },
        }),
      },
      [8, 8, 0],
    ],
    ["an empty row that attends to all", { become: masked(), emptyRow: "uniform" }, [8, share(1, 9), 6]],
    ["an empty row that is NaN", { become: masked(), emptyRow: "nan" }, [8, share(1, 9), Number.NaN]],
    ["no empty row, where one would be NaN", { emptyRow: "nan" }, [share(1, 3), share(1, 9), 6]],
    [
      "sums of tanh",
      { compare: (recorder, query, key) => recorder.step(tanhSum, [query, key], described()) },
      [1, 2, 0].map((query) => share(tangent(query), tangent(query + ln3))),
    ],
    [
      "weighted sums of tanh",
      {
        compare: (recorder, query, key) =>
          recorder.step(tanhSum, [query, key, recorder.input("v", column(3), AXES)], described()),
      },
      [1, 2, 0].map((query) => share(tangent(query) ** 3, tangent(query + ln3) ** 3)),
    ],
  ])("%s", (_, options, expected) => {
    const { weights, value, recorder, fused } = recordAttention(options);
    const both = expected.map((output) => [output, 10 * output]);
    expect(fused()).toBeCloseToMatrix(both);
    expect(recorder.numbers.of(recorder.step(weightedSum, [weights, value], described()))).toBeCloseToMatrix(
      both,
    );
    // The steps themselves give the same.
    expect(
      weightedSum.compute([recorder.numbers.of(weights), recorder.numbers.of(value)], undefined),
    ).toBeCloseToMatrix(both);
  });
});

describe("the steps are worked out one by one", () => {
  test.each<[string, Options]>([
    ["where another number than −∞ stands for a masked cell", { become: masked({ fill: -1e9 }) }],
    ["where a key is open to all", { become: masked({ blocked: { ...SOME, numRuled: 1 } }) }],
    [
      "where two biases are added",
      {
        become: (recorder, scores) => {
          const bias = recorder.input("bias", matrixFromRows([[1, 2]]), AXES);
          return recorder.step(add, [scores, bias, bias], described());
        },
      },
    ],
    [
      "where something else was done to the scores",
      { become: (recorder, scores) => recorder.step(subtract, [scores, scores], described()) },
    ],
    [
      "of other comparisons",
      { compare: (recorder, query, key) => recorder.step(cosine, [query, key], described()) },
    ],
    [
      "where something was added to the products",
      {
        compare: (recorder, query, key) =>
          recorder.step(
            matmulTransposed,
            [query, key, recorder.input("c", matrixFromRows([[1, 2]]), AXES)],
            described(),
          ),
      },
    ],
    ["where the weights are kept, and few", { isKept: true }],
  ])("%s", (_, options) => {
    const { fused } = recordAttention(options);
    expect(fused()).toBeUndefined();
  });

  test("of weights that are no softmax, and of sums of something else", () => {
    const { recorder, powers, value, scores } = recordAttention();
    const given = recorder.input(
      "given",
      createMatrix(3, 2, () => 0.5),
      AXES,
    );
    expect(fuse(recorder, weightedSum, [given, value], undefined)).toBeUndefined();
    const normalized = (numbers: Ref, sums: Ref) =>
      recorder.step(normalizeRows, [numbers, sums], {
        ...described(),
        params: { emptyRow: "zero" },
      });
    const other = recorder.step(exponentials, [scores], { ...described(), params: { isShifted: true } });
    const sumsOfOther = recorder.step(rowSums, [other], described());
    expect(fuse(recorder, weightedSum, [normalized(powers, sumsOfOther), value], undefined)).toBeUndefined();
    expect(
      fuse(
        recorder,
        weightedSum,
        [normalized(powers, recorder.input("sums", column(1, 2, 3), AXES)), value],
        undefined,
      ),
    ).toBeUndefined();
    expect(
      fuse(
        recorder,
        weightedSum,
        [normalized(given, recorder.step(rowSums, [given], described())), value],
        undefined,
      ),
    ).toBeUndefined();
    // Scores that were given are not a product.
    const ofGiven = recorder.step(exponentials, [given], { ...described(), params: { isShifted: false } });
    const sums = recorder.step(rowSums, [ofGiven], described());
    expect(fuse(recorder, weightedSum, [normalized(ofGiven, sums), value], undefined)).toBeUndefined();
  });

  test("where something is added to the output", () => {
    const { recorder, weights, value } = recordAttention();
    expect(
      fuse(
        recorder,
        weightedSum,
        [weights, value, recorder.input("c", matrixFromRows([[1, 1]]), AXES)],
        undefined,
      ),
    ).toBeUndefined();
  });
});

test("weights that are kept are worth it from 100×100 on", () => {
  const fused = (rows: number, cols: number) =>
    recordAttention({
      isKept: true,
      given: {
        query: createMatrix(rows, 1),
        key: createMatrix(cols, 1),
        value: createMatrix(cols, 1, (row) => row),
      },
    }).fused();
  expect(fused(100, 100)).toBeUndefined();
  // With equal scores, the mean of 0 … 99.
  expect(fused(101, 100)).toBeCloseToMatrix(createMatrix(101, 1, () => 49.5));
});

describe("that every row weighs its keys is said without a look at the scores", () => {
  const range = (low: number) => ({
    blocked: { ...SOME, low: Float64Array.of(low, 0, 0), high: Float64Array.of(2, 2, 2) },
  });
  test.each<[string, Options, boolean]>([
    ["of small numbers", {}, true],
    ["where each query has a key", { become: masked(range(1)) }, true],
    ["but not where one has none", { become: masked(range(2)) }, false],
    ["nor where one key may be blocked", { become: masked({ blocked: { ...SOME, cells: NONE } }) }, false],
    // ‖q‖·‖k‖ = 2 · 16384 is 2^15: larger scores may exceed 65504, the end of float16.
    ["nor of products that a short type may not hold", { given: { key: column(0, 16384) } }, false],
    ["but of a product just below", { given: { key: column(0, 16383) } }, true],
    ["nor of a number that is none", { given: { key: column(0, Number.NaN) } }, false],
    [
      "nor with a bias",
      { become: (recorder, scores) => recorder.step(add, [scores, scores], described()) },
      false,
    ],
  ])("%s", (_, options, expected) => {
    const { recorder, scores } = recordAttention(options);
    expect(surelyHasWeights(scores, recorder.numbers)).toBe(expected);
  });
});
