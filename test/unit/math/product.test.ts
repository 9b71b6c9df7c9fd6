import { beforeEach, expect, test, vi } from "vitest";
import { kernelsForProduct } from "../../../src/math/kernels/instance.js";
import { createMatrix, transpose } from "../../../src/math/matrix.js";
import { multiply, multiplyPlainly, multiplyTransposed } from "../../../src/math/product.js";

vi.mock("../../../src/math/kernels/instance.js", { spy: true });
beforeEach(() => {
  vi.mocked(kernelsForProduct).mockClear();
});

// Small whole numbers, of which sums are exact.
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
  // Row 2 of A is 14 + 3k, row 1 of B is 7 + 3k, less 5 mod 11.
  let dot = 0;
  for (let k = 0; k < 64; k++) dot += (((14 + 3 * k) % 11) - 5) * (((7 + 3 * k) % 11) - 5);
  expect(plain.data[2 * 256 + 1]).toBe(dot);
});
