import { expect, test } from "vitest";
import { createMatrix, matrixFromRows, toRows, transpose } from "../../../src/math/matrix.js";
import { dotRows, multiply, multiplyTransposed } from "../../../src/math/product.js";
import { columnSums, rowMaxima, rowSums } from "../../../src/math/rows.js";
import { createRandom, randomMatrix } from "../../support/random.js";

const a = matrixFromRows([
  [1, 2],
  [3, 4],
]);
const b = matrixFromRows([
  [5, 6],
  [7, 8],
]);

test("products of 2×2", () => {
  // 1·5 + 2·7 = 19, 1·6 + 2·8 = 22, 3·5 + 4·7 = 43, 3·6 + 4·8 = 50
  expect(toRows(multiply(a, b))).toEqual([
    [19, 22],
    [43, 50],
  ]);
  // 1·5 + 2·6 = 17, 1·7 + 2·8 = 23, 3·5 + 4·6 = 39, 3·7 + 4·8 = 53
  expect(toRows(multiplyTransposed(a, b))).toEqual([
    [17, 23],
    [39, 53],
  ]);
});

test("tiles and their remainders give the bits of one dot product after another", () => {
  const random = createRandom(5);
  for (const [n, m, k] of [
    [1, 1, 1],
    [4, 4, 4],
    [5, 7, 3],
    [8, 9, 1],
    [3, 12, 6],
    [11, 4, 17],
  ]) {
    const [p, q] = [randomMatrix(random, n, k), randomMatrix(random, m, k)];
    const expected = createMatrix(n, m, (row, col) => dotRows(p, row, q, col));
    expect(multiplyTransposed(p, q)).toEqual(expected);
  }
});

test("rows and columns", () => {
  expect(toRows(transpose(matrixFromRows([[1, 2, 3]])))).toEqual([[1], [2], [3]]);
  expect(toRows(rowSums(a))).toEqual([[3], [7]]);
  expect(toRows(columnSums(a))).toEqual([[4, 6]]);
  expect(
    Array.from(
      rowMaxima(
        matrixFromRows([
          [1, 3],
          [Number.NaN, 5],
        ]),
      ),
    ),
  ).toEqual([3, Number.NaN]);
  expect(() => matrixFromRows([[1, 2], [3]])).toThrow("row 1 has 1 value, row 0 has 2");
});
