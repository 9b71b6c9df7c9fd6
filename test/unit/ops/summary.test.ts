import { describe, expect, test } from "vitest";
import { matrixFromRows } from "../../../src/math/matrix.js";
import {
  effectiveKeys,
  relativeEntropy,
  rowArgmax,
  rowLogSumExp,
  rowMaximum,
} from "../../../src/ops/summary.js";
import type { Op } from "../../../src/trace/op.js";

const [NAN, MINUS_INFINITY] = [Number.NaN, Number.NEGATIVE_INFINITY];
const row = (...cells: number[]) => matrixFromRows([cells]);

test("entropy and effective keys of a row that sums below 1 are those of its shares", () => {
  // 0.2, 0.2, 0 is half and half: ln 2 of ln 3, two keys. 0.25 alone is one key. 0.1 and 0.3 are ¼ and ¾:
  // −¼ ln ¼ − ¾ ln ¾ = ln 4 − ¾ ln 3, and e to that is 4 / 3^¾.
  const weights = matrixFromRows([
    [0.2, 0.2, 0],
    [0, 0.25, 0],
    [0.1, 0, 0.3],
    [0, 0, 0],
  ]);
  expect(relativeEntropy.compute([weights], undefined)).toBeCloseToMatrix([
    [Math.log(2) / Math.log(3)],
    [0],
    [(Math.log(4) - 0.75 * Math.log(3)) / Math.log(3)],
    [0],
  ]);
  expect(effectiveKeys.compute([weights], undefined)).toBeCloseToMatrix([[2], [1], [4 / 3 ** 0.75], [0]]);
});

describe("the arithmetic of an entropy", () => {
  const said = (...cells: number[]) => relativeEntropy.explainCells([row(...cells)], undefined)(0, 0);

  test("is −Σ p ln p of a row that sums to 1 but for rounding, without the keys that weigh nothing", () => {
    for (const cells of [
      [0.5, 0, 0.5],
      [0.5, 0, 0.5 + 1e-13],
    ])
      expect(said(...cells)).toMatchObject({
        ...{ kind: "quotient", dividend: { kind: "negative", of: { terms: [{}, {}] } } },
        divisor: { fn: "ln", args: [{ value: 3, name: "m" }] },
      });
  });

  test("is ln Z − Σ w ln w / Z of one that does not", () => {
    for (const cells of [
      [0.25, 0, 0.25],
      [0.5, 0, 0.5 + 1e-11],
    ])
      expect(said(...cells)).toMatchObject({
        dividend: { kind: "sum", terms: [{ fn: "ln" }, { kind: "negative" }] },
      });
  });

  test("does not divide by what rounding leaves", () => {
    // −½ ln ½ twice of 1 + 10⁻¹³, which is taken for 1.
    const own = 0.5 + 5e-14;
    const [entropy] = relativeEntropy.compute([row(own, own)], undefined).data;
    expect(entropy).toBe((-own * Math.log(own) - own * Math.log(own)) / Math.LN2);
  });
});

test.each<[string, Op, number[], number]>([
  ["row maximum", rowMaximum, [1, 3, 2], 3],
  ["row argmax", rowArgmax, [1, 3, 2], 1],
  ["row argmax of several", rowArgmax, [0, 2, 2], 1],
  ["row argmax of none", rowArgmax, [0, 0, 0], NAN],
  ["row argmax beside NaN", rowArgmax, [1, NAN, 2], NAN],
  ["entropy of one key", relativeEntropy, [1], 0],
  ["effective keys of three alike", effectiveKeys, [1 / 3, 1 / 3, 1 / 3], 3],
  // ln (1 + 3), shifted by 1000, and alone beside −∞.
  ["ln Σ e^s", rowLogSumExp, [0, Math.log(3)], Math.log(4)],
  ["ln Σ e^s of large scores", rowLogSumExp, [1000, 1000 + Math.log(3)], 1000 + Math.log(4)],
  ["ln Σ e^s of one", rowLogSumExp, [MINUS_INFINITY, 5], 5],
  ["ln Σ e^s of none", rowLogSumExp, [MINUS_INFINITY, MINUS_INFINITY], MINUS_INFINITY],
])("%s", (_, op, cells, expected) => {
  expect(op.compute([row(...cells)], undefined)).toBeCloseToMatrix([[expected]]);
});

test.each<[Op, number[], number, string]>([
  [relativeEntropy, [1], 0, "0, because there is one key"],
  [effectiveKeys, [0, 0], 0, "0, because no key may be attended"],
  [rowArgmax, [0, 0], NAN, "NaN, because no key stands out"],
  [rowArgmax, [1, NAN], NAN, "NaN, because no key stands out"],
  [rowLogSumExp, [MINUS_INFINITY, MINUS_INFINITY], MINUS_INFINITY, "−∞, because no key may be attended"],
])("%o of %j says why", (op, cells, value, text) => {
  expect(op.explainCells([row(...cells)], undefined)(0, 0)).toEqual({ kind: "constant", value, text });
});

test("ln Σ e^s is explained by the largest score, by its name, and without those that are −∞", () => {
  expect(rowLogSumExp.explainCells([row(1, MINUS_INFINITY, 4)], undefined)(0, 0)).toMatchObject({
    terms: [
      { kind: "cell", col: 2 },
      { fn: "ln", args: [{ terms: [{ fn: "exp" }, { fn: "exp" }] }] },
    ],
  });
  expect(rowLogSumExp.explainCells([row(1, NAN)], undefined)(0, 0)).toMatchObject({
    terms: [{ fn: "max" }, {}],
  });
});
