import { beforeEach, describe, expect, test, vi } from "vitest";
import { kernelsForProduct } from "../../../src/math/kernels/instance.js";
import { createMatrix, transpose } from "../../../src/math/matrix.js";
import { multiply, multiplyPlainly, multiplyTransposed } from "../../../src/math/product.js";

vi.mock("../../../src/math/kernels/instance.js", { spy: true });
beforeEach(() => {
  vi.mocked(kernelsForProduct).mockClear();
});

// Small whole numbers, whose sums are exact.
const matrix = (rows: number, cols: number) =>
  createMatrix(rows, cols, (row, col) => ((7 * row + 3 * col) % 11) - 5);

test("the work of a product is so many multiply-adds", () => {
  multiply(matrix(3, 5), matrix(5, 7));
  // 3·7 sums of 5
  expect(kernelsForProduct).toHaveBeenLastCalledWith(105);
  multiplyTransposed(matrix(3, 5), matrix(7, 5));
  expect(kernelsForProduct).toHaveBeenLastCalledWith(105);
});

test("by the kernel it is what it is without", () => {
  // 128·256 sums of 64 are 2^21: enough for the kernel.
  const [a, b] = [matrix(128, 64), matrix(256, 64)];
  const plain = multiplyPlainly(a, b);
  expect(multiplyTransposed(a, b)).toEqual(plain);
  expect(multiply(a, transpose(b))).toEqual(plain);
  expect(vi.mocked(kernelsForProduct).mock.results.map(({ value }) => value)).toEqual([
    expect.anything(),
    expect.anything(),
  ]);
  // Row 2 of A is 14 + 3k, row 1 of B is 7 + 3k, both minus 5 mod 11.
  let dot = 0;
  for (let k = 0; k < 64; k++) dot += (((14 + 3 * k) % 11) - 5) * (((7 + 3 * k) % 11) - 5);
  expect(plain.data[2 * 256 + 1]).toBe(dot);
});

describe("sums in float32", () => {
  const rows = (...own: readonly number[][]) => createMatrix(own.length, own[0].length, (i, j) => own[i][j]);

  test("lose what is less than half the last place of the sum, term by term", () => {
    // Next to 1, the numbers of float32 are 2⁻²³ apart. 1 + 2⁻²⁴ is in the middle and is rounded to the even one, 1. In
    // the other order, the two small numbers give 2⁻²³ together.
    const small = 2 ** -24;
    const ones = rows([1, 1, 1]);
    const b = rows([1, small, small], [small, small, 1]);
    expect(multiplyTransposed(ones, b, "float32")).toEqual(rows([1, 1 + 2 ** -23]));
    expect(multiply(ones, transpose(b), "float32")).toEqual(rows([1, 1 + 2 ** -23]));
    expect(multiplyTransposed(ones, b)).toEqual(rows([1 + 2 ** -23, 1 + 2 ** -23]));
  });
  test("are of products that are rounded, too", () => {
    // (1 + 2⁻¹²)² = 1 + 2⁻¹¹ + 2⁻²⁴ is rounded to 1 + 2⁻¹¹, so nothing is left after −1 − 2⁻¹¹.
    const x = 1 + 2 ** -12;
    const [a, b] = [rows([-1 - 2 ** -11, x]), rows([1, x])];
    expect(multiplyTransposed(a, b, "float32")).toEqual(rows([0]));
    expect(multiplyTransposed(a, b)).toEqual(rows([2 ** -24]));
  });
  test("are of every row with every row", () => {
    // 1·5 + 2·6, 1·7 + 2·8 and 3·5 + 4·6, 3·7 + 4·8
    const [a, b] = [rows([1, 2], [3, 4]), rows([5, 6], [7, 8])];
    expect(multiplyTransposed(a, b, "float32")).toEqual(rows([17, 23], [39, 53]));
  });
  test("are of factors that are rounded first", () => {
    // 1 + 2⁻³⁰ is 1 in float32.
    const a = rows([1 + 2 ** -30]);
    expect(multiplyTransposed(a, a, "float32")).toEqual(rows([1]));
  });
});
