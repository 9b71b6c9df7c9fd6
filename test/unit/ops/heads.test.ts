import { describe, expect, test } from "vitest";
import { matrixFromRows, toRows } from "../../../src/math/matrix.js";
import { argmaxOfEach, distinctPlaces, headOfColumn, meanOfRows, shares } from "../../../src/ops/heads.js";

const row = (...cells: number[]) => matrixFromRows([cells]);

test("which head a column goes to: ⌊column / size⌋, and 0 behind the columns of a matrix", () => {
  const params = {
    parts: [
      { columns: 6, headSize: 2 },
      { columns: 4, headSize: 1 },
      { columns: 2, headSize: 2 },
    ],
  };
  expect(toRows(headOfColumn.compute([], params))).toEqual([
    [0, 0, 1, 1, 2, 2],
    [0, 1, 2, 3, 0, 0],
    [0, 0, 0, 0, 0, 0],
  ]);
  expect(headOfColumn.explainCells([], params)(0, 5)).toMatchObject({
    fn: "floor",
    args: [{ dividend: { value: 5 }, divisor: { value: 2 } }],
  });
});

describe("the mean of one cell a row", () => {
  const heads = [
    matrixFromRows([
      [1, 2, 3],
      [4, 5, 6],
    ]),
    matrixFromRows([
      [10, 20, 30],
      [40, 50, 60],
    ]),
  ];
  test.each([
    [{ column: 0 }, [2.5, 25]],
    [{ column: 2 }, [4.5, 45]],
    // 1 and 5; 2 and 6; 3 alone, as row 1 has no column 3; 4 alone, as row 0 has no column −1.
    [{ diagonal: 0 }, [3, 30]],
    [{ diagonal: 1 }, [4, 40]],
    [{ diagonal: 2 }, [3, 30]],
    [{ diagonal: -1 }, [4, 40]],
  ])("%j", (cells, expected) => {
    expect(meanOfRows.compute(heads, cells)).toBeCloseToMatrix(expected.map((mean) => [mean]));
  });
});

test("where each is largest: the first of several, and nowhere when nothing is above 0", () => {
  const inputs = [row(0, 2, 2), row(3, 2, 1), row(0, 0, 0)];
  expect([...argmaxOfEach.compute(inputs, undefined).data]).toEqual([1, 0, Number.NaN]);
  expect(argmaxOfEach.explainCells(inputs, undefined)(0, 0)).toMatchObject({ kind: "call", fn: "argmax" });
  expect(argmaxOfEach.explainCells(inputs, undefined)(2, 0)).toMatchObject({
    ...{ kind: "constant", value: Number.NaN, text: "NaN, because no key stands out" },
  });
});

test("how many different places heads look at", () => {
  const inputs = [matrixFromRows([[1], [1]]), matrixFromRows([[1], [2]]), matrixFromRows([[1], [3]])];
  expect([...distinctPlaces.compute(inputs, undefined).data]).toEqual([1, 3]);
});

describe("how much of each row lies in some places", () => {
  const places = [
    { name: "the key before", columns: [[], [0], [1]] },
    { name: "two of one kind", columns: [[], [], [0, 1]] },
    { name: "a key like it", columns: [[], [], []] },
  ];
  const heads = [
    matrixFromRows([
      [1, 0, 0],
      [0.25, 0.75, 0],
      [0.5, 0.125, 0.375],
    ]),
    matrixFromRows([
      [1, 0, 0],
      [1, 0, 0],
      [0, 0.5, 0.5],
    ]),
  ];

  test("on average over the rows that have such a place", () => {
    // (0.25 + 0.125) / 2 and 0.5 + 0.125; (1 + 0.5) / 2 and 0.5.
    expect(shares.compute(heads, { places })).toBeCloseToMatrix([
      [0.1875, 0.625, Number.NaN],
      [0.75, 0.5, Number.NaN],
    ]);
    expect(shares.explainCells(heads, { places })(0, 2)).toMatchObject({
      ...{ kind: "constant", value: Number.NaN, text: "NaN, because no row has a key like it" },
    });
  });
});
