import { describe, expect, test } from "vitest";
import { createMatrix, matrixFromRows } from "../../../src/math/matrix.js";
import {
  crossEntropy,
  crossEntropyGradient,
  IGNORE_INDEX,
  meanSquaredError,
  meanSquaredErrorGradient,
  repeatCell,
  sumOfCells,
} from "../../../src/ops/losses.js";
import { evaluate } from "../../../src/trace/expression.js";

const column = (...cells: number[]) => matrixFromRows(cells.map((cell) => [cell]));
const matrix = matrixFromRows([
  [1, 2],
  [3, 4],
  [5, 6],
]);

test("the sum of all cells", () => expect(sumOfCells.compute([matrix], undefined).data[0]).toBe(21));

test("the mean squared error and its gradient", () => {
  // Errors 1 and −2 in 6 cells: (1 + 4) / 6, and 2 · 1/6, 2 · −2/6.
  const target = matrixFromRows([
    [0, 2],
    [3, 4],
    [5, 8],
  ]);
  expect(meanSquaredError.compute([matrix, target], undefined).data[0]).toBeCloseTo(5 / 6, 14);
  expect(meanSquaredErrorGradient.compute([matrix, target], undefined)).toBeCloseToMatrix([
    [1 / 3, 0],
    [0, 0],
    [0, -2 / 3],
  ]);
});

describe("cross entropy", () => {
  const [ln2, ln3] = [Math.LN2, Math.log(3)];
  const logits = matrixFromRows([
    [0, ln3, ln2],
    [9, 9, 9],
    [ln2, 0, 0],
  ]);
  // Powers 1, 3, 2 and 2, 1, 1: the shares of the ids are 3/6 and 1/4; row 1 does not count.
  const ids = column(1, IGNORE_INDEX, 2);

  test("is the mean of −ln of the shares of the ids", () => {
    expect(crossEntropy.compute([logits, ids], undefined).data[0]).toBeCloseTo((ln2 + 2 * ln2) / 2, 14);
    expect(evaluate(crossEntropy.explainCells([logits, ids], undefined)(0, 0)).value).toBeCloseTo(
      1.5 * ln2,
      14,
    );
  });

  test("of torch.nn.functional.cross_entropy", () => {
    const given = matrixFromRows([
      [1, 2, 3, 4],
      [0, 0, 0, 0],
      [5, 1, 1, 1],
    ]);
    expect(crossEntropy.compute([given, column(2, -100, 0)], undefined).data[0]).toBeCloseTo(
      0.7468400741335645,
      14,
    );
  });

  test("takes logits that have no power", () => {
    // e^1000 overflows; ln(1 + e^−1) + 1.
    const large = matrixFromRows([
      [1000, 1001],
      [-1000, -1001],
    ]);
    const loss = Math.log(1 + Math.exp(-1)) + 1;
    expect(crossEntropy.compute([large, column(0, 1)], undefined).data[0]).toBeCloseTo(loss, 12);
    expect(evaluate(crossEntropy.explainCells([large, column(0, 1)], undefined)(0, 0)).value).toBeCloseTo(
      loss,
      12,
    );
  });

  test("has the gradient (p − 1 of the id) over the rows that count", () => {
    const shares = matrixFromRows([
      [1 / 6, 3 / 6, 2 / 6],
      [1 / 3, 1 / 3, 1 / 3],
      [1 / 2, 1 / 4, 1 / 4],
    ]);
    expect(crossEntropyGradient.compute([shares, ids], undefined)).toBeCloseToMatrix([
      [1 / 12, -1 / 4, 1 / 6],
      [0, 0, 0],
      [1 / 4, 1 / 8, -3 / 8],
    ]);
    expect(crossEntropyGradient.explainCells([shares, ids], undefined)(1, 0)).toEqual({
      ...{ kind: "constant", value: 0, text: "0, because this row does not count" },
    });
  });
});

test("one number in every cell", () => {
  expect(repeatCell.compute([column(7)], { rows: 2, cols: 3 })).toEqual(createMatrix(2, 3, () => 7));
});
