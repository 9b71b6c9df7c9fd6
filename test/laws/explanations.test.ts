import { describe, test } from "vitest";
import { attend } from "../../src/index.js";
import { createMatrix, type Matrix } from "../../src/math/matrix.js";
import type { Op } from "../../src/trace/op.js";
import { OPS } from "../../src/trace/ops/registry.js";
import { attendExamples } from "../support/attend-examples.js";
import { expectExplained, expectTraceExplained } from "../support/explained.js";
import { createRandom, randomMask, randomMatrix } from "../support/random.js";

// The law: an explanation, evaluated, gives the number it explains, within the rounding of its own arithmetic.

const random = createRandom(20170612);
const matrix = (rows: number, cols: number, size?: number) => randomMatrix(random, rows, cols, size);
const positive = (rows: number, cols: number) => createMatrix(rows, cols, () => random());

/** Inputs and parameters to try an op with; a new op without any does not compile. */
type Samples = {
  readonly [Name in keyof typeof OPS]: readonly (readonly [
    inputs: readonly Matrix[],
    params: (typeof OPS)[Name] extends Op<infer Params> ? Params : never,
  ])[];
};

const withEmptyRow = createMatrix(3, 4, (row) => (row === 1 ? Number.NEGATIVE_INFINITY : random()));
const zeroRow = createMatrix(3, 4, (row) => (row === 1 ? 0 : random()));

const SAMPLES: Samples = {
  matmul: [
    [[matrix(3, 4), matrix(4, 2)], undefined],
    [[matrix(5, 7), matrix(7, 6), matrix(1, 6)], undefined],
  ],
  matmulTransposed: [
    [[matrix(3, 4), matrix(2, 4)], undefined],
    [[matrix(9, 5), matrix(10, 5), matrix(1, 10)], undefined],
  ],
  slice: [[[matrix(4, 5)], { firstRow: 1, firstCol: 2, rows: 2, cols: 3 }]],
  stackRows: [
    [[matrix(2, 3), matrix(1, 3)], { zeroRows: 0 }],
    [[matrix(2, 3)], { zeroRows: 2 }],
  ],
  joinColumns: [[[matrix(3, 2), matrix(3, 1), matrix(3, 4)], undefined]],
  mean: [[[matrix(3, 2), matrix(3, 2), matrix(3, 2)], undefined]],
  headOfColumn: [
    [
      [],
      {
        parts: [
          { columns: 6, headSize: 2 },
          { columns: 4, headSize: 2 },
        ],
      },
    ],
  ],
  distinctPlaces: [
    [[createMatrix(2, 1, (row) => row), createMatrix(2, 1, () => 1), createMatrix(2, 1, () => 1)], undefined],
  ],
  argmaxOfEach: [[[positive(1, 4), createMatrix(1, 4), positive(1, 4)], undefined]],
  meanOfRows: [
    [[matrix(3, 4), matrix(3, 4)], { column: 0 }],
    [[matrix(3, 4), matrix(3, 4)], { diagonal: 2 }],
  ],
  scale: [
    [[matrix(3, 3)], { factor: 0.3, text: "0.3" }],
    [[matrix(3, 3)], { factor: 1 / Math.sqrt(3), text: "1/√3", root: 3 }],
  ],
  softcap: [[[matrix(3, 3, 30)], { cap: 5 }]],
  add: [
    [[matrix(3, 4), matrix(3, 4)], undefined],
    [[matrix(3, 4), matrix(1, 4), matrix(3, 4)], undefined],
  ],
  mask: [[[matrix(3, 4)], { blocked: randomMask(random, 3, 4), reason: () => "masked" }]],
  exponentials: [
    [[matrix(3, 4)], undefined],
    [[matrix(3, 4, 300)], undefined],
    [[withEmptyRow], undefined],
    [[createMatrix(1, 2, (_, col) => (col ? Number.POSITIVE_INFINITY : 1))], undefined],
  ],
  rowSums: [[[matrix(3, 4)], undefined]],
  columnSums: [[[matrix(3, 4)], undefined]],
  normalizeRows: (["zero", "nan", "uniform"] as const).map((emptyRow) => [
    [zeroRow, createMatrix(3, 1, (row) => (row === 1 ? 0 : 2.5))],
    { emptyRow },
  ]),
  tanhSum: [
    [[matrix(3, 4), matrix(2, 4)], undefined],
    [[matrix(3, 4), matrix(2, 4), matrix(4, 1)], undefined],
    [[matrix(3, 4), matrix(2, 4), matrix(1, 4)], undefined],
  ],
  cosine: [
    [[matrix(3, 4), matrix(2, 4)], undefined],
    [[zeroRow, matrix(2, 4)], undefined],
  ],
  concatenatedDot: [
    [[matrix(3, 2), matrix(4, 2), matrix(1, 6)], undefined],
    [[matrix(3, 2), matrix(4, 2), matrix(4, 1)], undefined],
  ],
  relativeEntropy: [
    [[positive(3, 4)], undefined],
    [[zeroRow], undefined],
    [[positive(3, 1)], undefined],
  ],
  rowMaximum: [[[matrix(3, 4)], undefined]],
  rowArgmax: [
    [[positive(3, 4)], undefined],
    [[zeroRow], undefined],
  ],
};

describe("every op explains its cells", () => {
  for (const [name, samples] of Object.entries(SAMPLES)) {
    test(name, () => {
      // The table above has checked that these inputs and parameters belong to this op.
      const op = OPS[name as keyof typeof OPS] as Op<unknown>;
      for (const [inputs, params] of samples) {
        const output = op.compute(inputs, params);
        expectExplained(output, (row, col) => op.explainCell(inputs, params, row, col));
      }
    });
  }
});

describe("every step of attend explains its cells", () => {
  for (const { name, inputs, settings } of attendExamples()) {
    test(name, () => expectTraceExplained(attend(inputs, settings)));
  }
});
