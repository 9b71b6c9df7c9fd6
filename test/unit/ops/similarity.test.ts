import { describe, expect, test } from "vitest";
import { matrixFromRows, toRows } from "../../../src/math/matrix.js";
import {
  concatenatedDotKeyGradient,
  concatenatedDotQueryGradient,
  concatenatedDotWeightGradient,
  cosineKeyGradient,
  cosineQueryGradient,
  hasProducts,
} from "../../../src/ops/similarity.js";

describe("cosine", () => {
  // a = (3, 4) and b = (1, 0): s = 3/5. By a: b / 5 − s a / 25 = (0.2 − 0.072, −0.096); by b: a / 5 − s b = (0, 0.8).
  const a = matrixFromRows([
    [3, 4],
    [0, 0],
  ]);
  const b = matrixFromRows([[1, 0]]);
  const scores = matrixFromRows([[0.6], [0]]);
  const dS = matrixFromRows([[2], [5]]);

  test("by queries and by keys; a zero vector has none and gives none", () => {
    expect(cosineQueryGradient.compute([dS, scores, a, b], undefined)).toBeCloseToMatrix([
      [0.256, -0.192],
      [0, 0],
    ]);
    expect(cosineKeyGradient.compute([dS, scores, a, b], undefined)).toBeCloseToMatrix([[0, 1.6]]);
    const none = { kind: "constant", value: 0, text: "0, because one vector is zero" };
    expect(cosineQueryGradient.explainCells([dS, scores, a, b], undefined)(1, 0)).toEqual(none);
    // The zero vector contributes nothing: (2 / (5·2))·3 + (0 / 1)·0, minus the part along b.
    expect(cosineKeyGradient.explainCells([dS, scores, a, b], undefined)(0, 0)).toMatchObject({
      terms: [{ factors: [{ dividend: { value: 2 } }, { value: 3 }] }, { kind: "negative" }],
    });
  });
});

describe("w·[a; b; a∘b]", () => {
  const a = matrixFromRows([[2, 3]]);
  const b = matrixFromRows([
    [5, 7],
    [1, 1],
  ]);
  const dS = matrixFromRows([[1, 10]]);
  const w = matrixFromRows([[1, 2, 3, 4, 5, 6]]);
  const plain = matrixFromRows([[1], [2], [3], [4]]);

  test("has products where w has three parts", () => {
    expect([hasProducts(a, w), hasProducts(a, plain)]).toEqual([true, false]);
  });

  test("by queries, keys and weights", () => {
    // By a: 1 (1 + 5·5) + 10 (1 + 5·1) = 86, 1 (2 + 6·7) + 10 (2 + 6) = 124; without products 11 · w.
    expect(toRows(concatenatedDotQueryGradient.compute([dS, a, b, w], undefined))).toEqual([[86, 124]]);
    expect(toRows(concatenatedDotQueryGradient.compute([dS, a, b, plain], undefined))).toEqual([[11, 22]]);
    // By b: 3 + 5·2, 4 + 6·3, and ten times that.
    expect(toRows(concatenatedDotKeyGradient.compute([dS, a, b, w], undefined))).toEqual([
      [13, 22],
      [130, 220],
    ]);
    expect(toRows(concatenatedDotKeyGradient.compute([dS, a, b, plain], undefined))).toEqual([
      [3, 4],
      [30, 40],
    ]);
    // By w: 11 a, b₀ + 10 b₁ = (15, 17), and a ∘ that.
    expect(toRows(concatenatedDotWeightGradient.compute([dS, a, b, w], undefined))).toEqual([
      [22, 33, 15, 17, 30, 51],
    ]);
    expect(toRows(concatenatedDotWeightGradient.compute([dS, a, b, plain], undefined))).toEqual([
      [22],
      [33],
      [15],
      [17],
    ]);
  });
});

test("those by queries need row i for row i, those by keys are sums over rows, so that no block is made twice", () => {
  expect([cosineQueryGradient, concatenatedDotQueryGradient].map(({ rowwise }) => rowwise)).toEqual([
    [0, 1, 2],
    [0, 1],
  ]);
  expect([cosineKeyGradient, concatenatedDotKeyGradient].map(({ sumsOverRows }) => sumsOverRows)).toEqual([
    [0, 1, 2],
    [0, 1],
  ]);
});
