import { describe, expect, test } from "vitest";
import { givenFrequencies } from "../../../src/math/frequencies.js";
import { matrixFromRows, toRows } from "../../../src/math/matrix.js";
import { columnsOfPair, type ShiftRotation, shiftRotation } from "../../../src/ops/pairs.js";

const angle = 0.3;
const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
const [sin2, cos2] = [Math.sin(2 * angle), Math.cos(2 * angle)];
const rates = matrixFromRows([[angle, 2 * angle]]);
const params: ShiftRotation = {
  ...{ pairing: "interleaved", pairs: 2, cols: 5, shift: 1, of: "sine and cosine" },
  frequencies: givenFrequencies(rates.data),
};

describe("the shift of an encoding", () => {
  // sin(a + b) = cos b sin a + sin b cos a, cos(a + b) = −sin b sin a + cos b cos a; the fifth column stays.
  test("rotates sines and cosines", () => {
    expect(shiftRotation.compute([rates], params)).toBeCloseToMatrix([
      [cos, sin, 0, 0, 0],
      [-sin, cos, 0, 0, 0],
      [0, 0, cos2, sin2, 0],
      [0, 0, -sin2, cos2, 0],
      [0, 0, 0, 0, 1],
    ]);
  });

  test("turns vectors the other way round, in halves", () => {
    expect(
      shiftRotation.compute([rates], { ...params, of: "vectors", pairing: "half-split" }),
    ).toBeCloseToMatrix([
      [cos, 0, -sin, 0, 0],
      [0, cos2, 0, -sin2, 0],
      [sin, 0, cos, 0, 0],
      [0, sin2, 0, cos2, 0],
      [0, 0, 0, 0, 1],
    ]);
  });

  test("by 0 is none, without a −0", () => {
    const identity = [0, 1, 2, 3, 4].map((row) => [0, 1, 2, 3, 4].map((col) => (row === col ? 1 : 0)));
    expect(toRows(shiftRotation.compute([rates], { ...params, shift: 0 }))).toEqual(identity);
  });

  test("goes by the rates, when these were changed", () => {
    const changed = matrixFromRows([[angle, angle / 2]]);
    const half = shiftRotation.compute([changed], { ...params, shift: 2 });
    expect(toRows(half)[0][0]).toBeCloseTo(cos2, 14);
    expect(toRows(half)[0][1]).toBeCloseTo(sin2, 14);
    expect(toRows(half)[2][3]).toBeCloseTo(sin, 14);
  });

  test("is exact while the rates are those that were recorded", () => {
    // The float64 nearest to a tenth is 5.55·10⁻¹⁸ larger: a million times it is 10⁵ + 5.55·10⁻¹², which is rounded to
    // 10⁵.
    const tenth = matrixFromRows([[0.1]]);
    const one = { ...params, pairs: 1, cols: 2, frequencies: givenFrequencies(tenth.data) };
    const wave = toRows(shiftRotation.compute([tenth], { ...one, shift: 1e6 }))[0][1];
    expect(Math.abs(wave - (Math.sin(1e5) + 5.551115123125783e-12 * Math.cos(1e5)))).toBeLessThan(1e-15);
  });

  test("says which cells belong to no block", () => {
    const said = (row: number, col: number) => shiftRotation.explainCells([rates], params)(row, col);
    expect(said(4, 4)).toEqual({ kind: "constant", value: 1, text: "1, a column that is left as it is" });
    for (const [row, col] of [
      [0, 2],
      [4, 0],
      [0, 4],
      [3, 4],
    ])
      expect(said(row, col)).toEqual({ kind: "constant", value: 0, text: "0, outside of the blocks" });
  });
});

test.each([
  [
    "interleaved",
    [
      [0, 1],
      [2, 3],
    ],
  ],
  [
    "half-split",
    [
      [0, 2],
      [1, 3],
    ],
  ],
] as const)("columns of pairs, %s", (pairing, expected) => {
  expect([0, 1].map((pair) => columnsOfPair(pair, { pairing, pairs: 2 }))).toEqual(expected);
});
