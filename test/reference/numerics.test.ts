import { Decimal } from "decimal.js";
import { describe, expect, test } from "vitest";
import { attend, type Matrix, matrixOf } from "../../src/index.js";
import { cellOf, createMatrix } from "../../src/math/matrix.js";
import { createRandom, randomMatrix } from "../support/random.js";

// softmax(QKᵀ/√d_k)V computed with 40 digits.

const D = Decimal.clone({ precision: 40 });

function exactAttention(
  query: Matrix,
  key: Matrix,
  value: Matrix,
): { weights: number[][]; output: number[][] } {
  const rows = Array.from({ length: query.rows }, (_, i) => i);
  const keys = Array.from({ length: key.rows }, (_, j) => j);
  const columns = Array.from({ length: query.cols }, (_, k) => k);
  const root = new D(query.cols).sqrt();
  const exact = rows.map((i) => {
    const powers = keys.map((j) =>
      columns
        .reduce((sum, k) => sum.plus(new D(cellOf(query, i, k)).times(cellOf(key, j, k))), new D(0))
        .div(root)
        .exp(),
    );
    const total = powers.reduce((a, b) => a.plus(b));
    return powers.map((power) => power.div(total));
  });
  const output = exact.map((weights) =>
    Array.from({ length: value.cols }, (_, c) =>
      weights.reduce((sum, weight, j) => sum.plus(weight.times(cellOf(value, j, c))), new D(0)).toNumber(),
    ),
  );
  return { weights: exact.map((row) => row.map((weight) => weight.toNumber())), output };
}

describe("against a 40-digit reference", () => {
  for (const [name, n, m, d, size] of [
    ["ordinary scores", 7, 9, 8, 2],
    ["one token", 1, 1, 4, 2],
    ["scores around ±80, where the row maximum is taken off", 6, 6, 4, 9],
    ["64 columns", 12, 30, 64, 1.5],
  ] as const) {
    test(name, () => {
      const random = createRandom(n * 1000 + m);
      const inputs = {
        query: randomMatrix(random, n, d, size),
        key: randomMatrix(random, m, d, size),
        value: randomMatrix(random, m, 5),
      };
      const { weights, output } = exactAttention(inputs.query, inputs.key, inputs.value);
      const trace = attend(inputs);
      expect(matrixOf(trace, "weights")).toBeCloseToMatrix(weights);
      expect(matrixOf(trace, "output")).toBeCloseToMatrix(output);
    });
  }
});

describe("scores as large as ±1e300", () => {
  test("the largest takes everything, ties share, nothing is NaN", () => {
    const scores = [
      [1e300, -1e300, 0],
      [-1e300, -1e300, -1e300],
      [1e300, 1e300, -5],
      [-1e300, 0, 1],
    ];
    // e^(0 − 1) : 1 for the last two of row 3; everything else is at 1e300 distance.
    const e = Math.exp(-1);
    expect(matrixOf(attend({ scores, value: [[1], [2], [3]] }), "weights")).toBeCloseToMatrix([
      [1, 0, 0],
      [1 / 3, 1 / 3, 1 / 3],
      [0.5, 0.5, 0],
      [0, e / (1 + e), 1 / (1 + e)],
    ]);
  });

  test("scores that are all very small do not become 0/0", () => {
    const scores = createMatrix(2, 3, (row) => (row === 0 ? -800 : -1e5));
    expect(matrixOf(attend({ scores }), "weights")).toBeCloseToMatrix([
      [1 / 3, 1 / 3, 1 / 3],
      [1 / 3, 1 / 3, 1 / 3],
    ]);
  });
});
