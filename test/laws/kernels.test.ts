import { describe, expect, test } from "vitest";
import { createMatrix, type Matrix } from "../../src/math/matrix.js";
import { computeNumbers } from "../../src/ops/interpreters/numbers.js";
import { OPS } from "../../src/ops/registry.js";
import { evaluate } from "../../src/trace/expression.js";
import type { Op } from "../../src/trace/op.js";
import { ALL_SAMPLES } from "../support/op-samples.js";
import { createRandom, randomMatrix } from "../support/random.js";

// The law: a kernel gives what the definition of its op gives, within the rounding of the arithmetic that explains the
// cell, and bit for bit if only one order of terms is possible.

const random = createRandom(38);
const upTo = (most: number) => Math.floor(random() * (most + 1));
const NONFINITE = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

type OpName = keyof typeof OPS;
type Sample = readonly [inputs: readonly Matrix[], params: unknown];

/** Ops whose definition has the order of their kernel. */
const TO_THE_BIT: readonly OpName[] = [
  ...([
    "scale",
    "add",
    "identity",
    "mask",
    "exponentials",
    "rowSums",
    "columnSums",
    "normalizeRows",
  ] as const),
  ...(["slice", "placeParts", "lookUpRows", "measured", "softmaxGradient"] as const),
];

/** Ops whose kernel keeps more numbers if some are not finite: in the definition, a product with 0 makes them NaN. */
const FINITE: readonly OpName[] = ["addToRows", "jacobianNorm", "rankCorrelation"];

/** Some numbers are 0, −0 or not finite. */
const strange = (matrix: Matrix, values: readonly number[]) =>
  createMatrix(matrix.rows, matrix.cols, (row, col) =>
    random() < 0.3 ? values[upTo(values.length - 1)] : matrix.data[row * matrix.cols + col],
  );

function expectAlike(name: string, op: Op<unknown>, [inputs, params]: Sample): void {
  const found = op.compute(inputs, params);
  const expected = computeNumbers(op.definition, inputs, params);
  expect([found.rows, found.cols]).toEqual([expected.rows, expected.cols]);
  for (const [at, value] of found.data.entries()) {
    const want = expected.data[at];
    // 0 and −0 count as equal.
    if (value === want || (Number.isNaN(value) && Number.isNaN(want))) continue;
    const [row, col] = [Math.floor(at / found.cols), at % found.cols];
    const { error } = evaluate(op.explainCells(inputs, params)(row, col));
    const isNear = !TO_THE_BIT.includes(name as OpName) && Math.abs(value - want) <= error;
    expect(
      isNear && Number.isFinite(error),
      `${name} [${row}, ${col}]: ${value}, not ${want} ± ${error}`,
    ).toBe(true);
  }
}

const KERNELS = ALL_SAMPLES.filter(([, op]) => op?.kernel !== undefined);

test("there are kernels, and each that is worked to the bit is one", () => {
  expect(KERNELS.map(([name]) => name)).toEqual(expect.arrayContaining([...TO_THE_BIT, ...FINITE]));
});

describe.each(KERNELS)("%s", (name, op, samples) => {
  test("on its samples, and on numbers that are 0, −0, NaN or infinite", () => {
    const isOpen = !FINITE.includes(name as OpName);
    for (const [inputs, params] of samples) {
      expectAlike(name, op, [inputs, params]);
      const values = [0, -0, ...(isOpen ? NONFINITE : [])];
      // The rates of waves follow from the parameters.
      const others = inputs.map((input, at) =>
        name === "sinusoids" && at > 0 ? input : strange(input, values),
      );
      expectAlike(name, op, [others, params]);
    }
  });
});

const matrix = (rows: number, cols: number) => randomMatrix(random, rows, cols, 4);

/** Inputs of any size, including none. */
const SIZED: { readonly [Name in OpName]?: (n: number, m: number, k: number) => readonly Sample[] } = {
  matmul: (n, m, k) => [
    [[matrix(n, k), matrix(k, m)], undefined],
    [[matrix(n, k), matrix(k, m), matrix(1, m)], undefined],
  ],
  weightedSum: (n, m, k) => [[[matrix(n, k), matrix(k, m)], undefined]],
  matmulTransposed: (n, m, k) => [[[matrix(n, k), matrix(m, k)], undefined]],
  transposedMatmul: (n, m, k) => [[[matrix(k, n), matrix(k, m)], undefined]],
  add: (n, m) => [
    [[matrix(n, m), matrix(n, m)], undefined],
    [[matrix(n, m), matrix(1, m), matrix(n, m)], undefined],
  ],
  scale: (n, m) => [[[matrix(n, m)], { factor: random(), text: "f" }]],
  exponentials: (n, m) => [true, false].map((isShifted) => [[matrix(n, m)], { isShifted }]),
  normalizeRows: (n, m) =>
    ["zero", "nan", "uniform"].map((emptyRow) => [[matrix(n, m), strange(matrix(n, 1), [0])], { emptyRow }]),
  rowSums: (n, m) => [[[matrix(n, m)], undefined]],
  columnSums: (n, m) => [[[matrix(n, m)], undefined]],
  softmaxGradient: (n, m) => [
    [[matrix(n, m), matrix(n, m), matrix(n, 1), strange(matrix(n, 1), [0])], undefined],
  ],
  tanhSum: (n, m, k) => [
    [[matrix(n, k), matrix(m, k)], undefined],
    [[matrix(n, k), matrix(m, k), matrix(1, k)], undefined],
  ],
  jacobianNorm: (n, m) => [[[matrix(n, m)], undefined]],
};

test.each(Object.entries(SIZED))("%s on inputs of any size", (name, samplesOf) => {
  for (let round = 0; round < 25; round++) {
    for (const sample of samplesOf(upTo(6), upTo(6), upTo(9))) {
      expectAlike(name, OPS[name as OpName] as Op<unknown>, sample);
    }
  }
});
