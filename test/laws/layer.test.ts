import { describe, expect, test } from "vitest";
import { layer, matrixOf, multihead, toRows } from "../../src/index.js";
import { createMatrix, rowsOf } from "../../src/math/matrix.js";
import { expectTraceExplained } from "../support/explained.js";
import { layerExamples } from "../support/layer-examples.js";
import { createRandom, randomMatrix } from "../support/random.js";

const random = createRandom(77);
const matrix = (rows: number, cols: number, size?: number) => randomMatrix(random, rows, cols, size);

describe("every step of a layer explains its cells", () => {
  test.each(layerExamples())("$name", ({ inputs, settings }) => {
    expectTraceExplained(layer(inputs, settings));
  });
});

test("the attention in a layer is what multihead gives for the same rows", () => {
  const w = { wq: matrix(4, 4), wk: matrix(4, 4), wv: matrix(4, 4), wo: matrix(4, 4) };
  const x = matrix(3, 4);
  const whole = layer({ x, ...w, w1: matrix(4, 5), w2: matrix(5, 4) }, { heads: 2, causal: true });
  const alone = multihead({ x, ...w }, { heads: 2, causal: true });
  expect(toRows(matrixOf(whole, "attention-output"))).toEqual(toRows(matrixOf(alone, "output")));
  expect(toRows(matrixOf(whole, "head 1/weights"))).toEqual(toRows(matrixOf(alone, "head 1/weights")));
});

test("a normalised row has mean 0 and variance 1, and does not see its scale or what is added to all of it", () => {
  const x = matrix(4, 6);
  const moved = createMatrix(4, 6, (row, col) => 7 * x.data[row * 6 + col] + 3);
  const zeros = { w1: createMatrix(6, 2), w2: createMatrix(2, 6), wv: createMatrix(6, 6) };
  const normalised = (rows: typeof x) =>
    matrixOf(layer({ x: rows, ...zeros }, { eps: 1e-15 }), "norm-1/normalised");
  const got = normalised(x);
  expect(normalised(moved)).toBeCloseToMatrix(got, { atol: 1e-12 });
  for (const row of toRows(got)) {
    expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 12);
    expect(row.reduce((sum, value) => sum + value * value, 0) / 6).toBeCloseTo(1, 12);
  }
});

test("with zeros for W₂ and W^V a layer without norms is its residual stream", () => {
  const x = matrix(3, 4);
  const trace = layer(
    { x, wv: createMatrix(4, 4), w1: matrix(4, 5), w2: createMatrix(5, 4) },
    { norm: "none" },
  );
  expect(toRows(matrixOf(trace, "output"))).toEqual(toRows(x));
});

test("causal rows of a layer do not see later ones", () => {
  const inputs = { wq: matrix(4, 4), wk: matrix(4, 4), w1: matrix(4, 5), w2: matrix(5, 4) };
  const x = matrix(5, 4);
  const whole = matrixOf(layer({ x, ...inputs }, { causal: true, norm: "pre" }), "output");
  const start = { first: 0, count: 2 };
  const first = matrixOf(layer({ x: rowsOf(x, start), ...inputs }, { causal: true, norm: "pre" }), "output");
  expect(first).toBeCloseToMatrix(rowsOf(whole, start));
});
