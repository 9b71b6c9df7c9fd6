import { describe, expect, test } from "vitest";
import { createBooleanMatrix, createMatrix, matrixFromRows, toRows } from "../../../src/math/matrix.js";
import { centredRanks, rankCorrelation, totalVariation } from "../../../src/ops/agreement.js";

const row = (...cells: number[]) => matrixFromRows([cells]);
const NAN = Number.NaN;

describe("ranks about the middle", () => {
  test.each([
    [[7], [0]],
    [
      [10, 30, 20],
      [-1, 1, 0],
    ],
    [
      [4, 3, 2, 1],
      [1.5, 0.5, -0.5, -1.5],
    ],
    // Ranks 0, 1½, 1½, 3, with the mean 1½.
    [
      [1, 2, 2, 3],
      [-1.5, 0, 0, 1.5],
    ],
    [
      [5, 5, 5],
      [0, 0, 0],
    ],
    [
      [2, 1, 2, 1],
      [1, -1, 1, -1],
    ],
    [
      [1, NAN, 2],
      [NAN, NAN, NAN],
    ],
  ])("of %j are %j", (cells, ranks) => {
    expect(toRows(centredRanks.compute([row(...cells)], {}))).toEqual([ranks]);
  });

  test("are made of the comparisons with the others", () => {
    expect(centredRanks.explainCells([row(10, 30, 20)], {})(0, 1)).toMatchObject({
      ...{ kind: "quotient", dividend: { terms: [{ fn: "sign" }, { fn: "sign" }] } },
    });
  });

  test("leave out what is blocked, in its own row", () => {
    const blocked = createBooleanMatrix(2, 4, (at, col) => at === 0 && col === 1);
    const matrix = matrixFromRows([
      [1, 9, 2, 3],
      [1, 9, 2, 3],
    ]);
    expect(toRows(centredRanks.compute([matrix], { blocked }))).toEqual([
      [-1, 0, 0, 1],
      [-1.5, 1.5, -0.5, 0.5],
    ]);
    expect(centredRanks.explainCells([matrix], { blocked })(0, 1)).toEqual({
      ...{ kind: "constant", value: 0, text: "0, because the cell is masked" },
    });
  });
});

describe("the rank correlation", () => {
  const up = [-1, 0, 1];
  const down = [1, 0, -1];
  // Spearman of 0, 1, 2 with 1, 0, 2: 1 − 6 · 2 / (3 · 8) = 1/2.
  const mixed = [0, -1, 1];

  test("is 1 of equal orders, −1 of reversed ones, 1/2 where two of three change places", () => {
    expect(rankCorrelation.compute([row(...up), row(...down), row(...mixed)], undefined)).toBeCloseToMatrix([
      [1, -1, 0.5],
      [-1, 1, -0.5],
      [0.5, -0.5, 1],
    ]);
  });

  test("is the mean of the rows in which both rank anything", () => {
    const flat = [0, 0, 0];
    const a = matrixFromRows([up, up, flat]);
    const b = matrixFromRows([up, mixed, up]);
    const c = matrixFromRows([flat, down, up]);
    // a with b: 1 and ½. c: −1 in row 1 only. b with c: −½ and 1.
    expect(rankCorrelation.compute([a, b, c], undefined)).toBeCloseToMatrix([
      [1, 0.75, -1],
      [0.75, 1, 0.25],
      [-1, 0.25, 1],
    ]);
  });

  test("is none where no row ranks anything", () => {
    const inputs = [createMatrix(2, 3), createMatrix(2, 3)];
    expect(toRows(rankCorrelation.compute(inputs, undefined))).toEqual([
      [NAN, NAN],
      [NAN, NAN],
    ]);
    expect(rankCorrelation.explainCells(inputs, undefined)(0, 1)).toMatchObject({
      ...{ kind: "constant", value: NAN, text: "NaN, because no row ranks its keys" },
    });
  });
});

test("the total variation is half of what differs, on average over the rows", () => {
  // Row 0: ½ (1 + 1) = 1; row 1: ½ (½ + ½) = ½.
  const a = matrixFromRows([
    [1, 0],
    [0.5, 0.5],
  ]);
  const b = matrixFromRows([
    [0, 1],
    [1, 0],
  ]);
  expect(toRows(totalVariation.compute([a, b], undefined))).toEqual([
    [0, 0.75],
    [0.75, 0],
  ]);
});
