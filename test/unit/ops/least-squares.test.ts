import { describe, expect, test } from "vitest";
import { createMatrix, matrixFromRows } from "../../../src/math/matrix.js";
import { multiplyPlainly } from "../../../src/math/product.js";
import { columnFrequencies, fittedShift, pairFit } from "../../../src/ops/least-squares.js";
import { evaluate } from "../../../src/trace/expression.js";

const pairs = { pairing: "interleaved", pairs: 1, cols: 2 } as const;
const column = (...cells: number[]) => matrixFromRows(cells.map((cell) => [cell]));

describe("the map between two tables", () => {
  test("is the one that was applied", () => {
    const from = matrixFromRows([
      [1, 0],
      [0, 1],
      [2, 3],
    ]);
    const map = matrixFromRows([
      [2, -1],
      [5, 3],
    ]);
    const to = multiplyPlainly(from, map);
    expect(fittedShift.compute([from, to], pairs)).toBeCloseToMatrix(map);
    // For the sines alone, x = 1, 0, 2 and y = 2, −1, 1: Σxy = 4, Σx² = 5, Σy² = 6, Σ(y − ȳ)² = 6 − 3 (2/3)² = 14/3,
    // and 1 − (6 − 16/5) / (14/3) = 0.4.
    expect(pairFit.compute([from, to], pairs)).toBeCloseToMatrix([[2, -1, 0.4]]);
  });

  test("leaves a column behind the pairs as it is", () => {
    const from = matrixFromRows([
      [1, 0, 7],
      [0, 1, 8],
    ]);
    expect(fittedShift.compute([from, from], { ...pairs, cols: 3 })).toBeCloseToMatrix([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
  });

  test("of columns that are multiples of each other takes the target's own", () => {
    // y = 2x; to is 3x beside 10x = 5y.
    const from = createMatrix(3, 2, (row, col) => (row + 1) * (col + 1));
    const to = createMatrix(3, 2, (row, col) => (row + 1) * (col ? 10 : 3));
    expect(fittedShift.compute([from, to], pairs)).toBeCloseToMatrix([
      [3, 0],
      [0, 5],
    ]);
    expect(fittedShift.explainCells([from, to], pairs)(0, 1)).toMatchObject({
      ...{ kind: "constant", value: 0, text: "0, the column says nothing that the other does not" },
    });
  });

  test.each([
    // If x = 0, `to` is 4y besides 5y. If y = 0, it is 4x besides 5x.
    [
      0,
      [
        [0, 4],
        [0, 5],
      ],
    ],
    [
      1,
      [
        [4, 0],
        [5, 0],
      ],
    ],
  ])("takes the other one where column %d is zero", (zero, expected) => {
    const from = createMatrix(3, 2, (row, col) => (col === zero ? 0 : row + 1));
    const to = createMatrix(3, 2, (row, col) => (row + 1) * (4 + col));
    expect(fittedShift.compute([from, to], pairs)).toBeCloseToMatrix(expected);
  });

  test("of two zero columns is zero", () => {
    const to = createMatrix(3, 2, (row, col) => row - col);
    expect(fittedShift.compute([createMatrix(3, 2), to], pairs)).toBeCloseToMatrix(createMatrix(2, 2));
  });
});

test("the R² of sines that are all 0 counts what is left of y, and is 1 where y does not vary", () => {
  // y = 1, 3: Σy² = 10 and Σ(y − 2)² = 2, so 1 − 10/2 = −4.
  const zero = createMatrix(2, 2);
  const r2 = (cells: readonly number[]) => {
    const to = matrixFromRows(cells.map((cell) => [cell, 0]));
    expect(evaluate(pairFit.explainCells([zero, to], pairs)(0, 2)).value).toBe(
      pairFit.compute([zero, to], pairs).data[2],
    );
    return pairFit.compute([zero, to], pairs).data[2];
  };
  expect(r2([1, 3])).toBe(-4);
  expect(r2([2, 2])).toBe(1);
});

describe("how fast a column swings", () => {
  test.each([0, 0.3, 1.5, 3])("sin and cos of %d radians a row", (rate) => {
    // sin 0 is 0 everywhere, so nothing can be computed.
    const waves = createMatrix(6, 2, (row, col) => (col ? Math.cos(rate * row) : Math.sin(rate * row)));
    const [ofSine, ofCosine] = columnFrequencies.compute([waves], undefined).data;
    if (rate === 0) expect(ofSine).toBeNaN();
    else expect(ofSine).toBeCloseTo(rate, 12);
    expect(ofCosine).toBeCloseTo(rate, 7);
  });

  test.each([
    // x (x/2 + 2x) / 2x² = 1.25, which is not a cosine.
    [[1, 2, 4], 0],
    [[1, -2, 4], Math.PI],
    // 3 · (1 + 2) / (2 · 9) = 1/2: only rows between two others count.
    [[1, 3, 2], Math.PI / 3],
    [[5, 0, 7], Number.NaN],
    [[5, 7], Number.NaN],
    [[5], Number.NaN],
  ])("a column of %j: %d", (cells, rate) => {
    expect(columnFrequencies.compute([column(...cells)], undefined)).toBeCloseToMatrix([[rate]]);
    const said = columnFrequencies.explainCells([column(...cells)], undefined)(0, 0);
    if (Number.isNaN(rate)) expect(said).toMatchObject({ text: "the column does not swing" });
    else expect(evaluate(said).value).toBeCloseTo(rate, 12);
  });
});
