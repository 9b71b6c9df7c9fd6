import { describe, expect, test } from "vitest";
import type { Matrix } from "../../src/math/matrix.js";
import { createMatrix } from "../../src/math/matrix.js";
import type { Expression } from "../../src/trace/expression.js";
import { ALL_SAMPLES } from "../support/op-samples.js";

// The law: if an op says how machines sum it in float32, that is its explanation, computed in float32 as written.

const same = (matrix: Matrix) => matrix;
const inSingles = (matrix: Matrix) =>
  createMatrix(matrix.rows, matrix.cols, (row, col) => Math.fround(matrix.data[row * matrix.cols + col]));

function evaluateInSingles(expression: Expression): number {
  switch (expression.kind) {
    case "cell":
      return expression.value;
    case "sum":
      return expression.terms.reduce((total, term) => Math.fround(total + evaluateInSingles(term)), 0);
    case "product":
      return expression.factors.reduce((total, factor) => Math.fround(total * evaluateInSingles(factor)), 1);
    default:
      throw new Error(`no sum of products has a ${expression.kind}`);
  }
}

const SUMS = ALL_SAMPLES.filter(([, op]) => op?.computeInFloat32 !== undefined);

test("products and sums over an axis are such ops", () => {
  expect(SUMS.map(([name]) => name).sort()).toEqual([
    ...["columnSums", "matmul", "matmulTransposed", "rowSums", "transposedMatmul", "weightedSum"],
  ]);
});

describe.each(SUMS)("%s", (_, op, samples) => {
  test("is its explanation in float32", () => {
    for (const [given, params] of samples) {
      const inputs = given.map(inSingles);
      const output = op.computeInFloat32?.(inputs, params, same);
      const expected = createMatrix(output?.rows ?? 0, output?.cols ?? 0, (row, col) =>
        evaluateInSingles(op.explainCells(inputs, params)(row, col)),
      );
      // A row that is added to a product is rounded together with the product.
      expect(inputs.length > 2 ? inSingles(output as Matrix) : output).toEqual(expected);
    }
  });
  test("is of factors as they are said to be read, unless it has none", () => {
    const zero = ({ rows, cols }: Matrix) => createMatrix(rows, cols);
    for (const [inputs, params] of samples) {
      const output = op.computeInFloat32?.(inputs.slice(0, 2), params, zero).data;
      expect(output?.every((value) => value === 0)).toBe(inputs.length > 1);
    }
  });
});
