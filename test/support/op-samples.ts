import { givenFrequencies, powerFrequencies } from "../../src/math/frequencies.js";
import { cellOf, createMatrix, type Matrix, rowOf } from "../../src/math/matrix.js";
import { OPS } from "../../src/ops/registry.js";
import type { Sinusoids } from "../../src/ops/waves.js";
import type { Op } from "../../src/trace/op.js";
import { createRandom, randomMask, randomMatrix } from "./random.js";

const random = createRandom(20170612);
const matrix = (rows: number, cols: number, size?: number) => randomMatrix(random, rows, cols, size);
const positive = (rows: number, cols: number) => createMatrix(rows, cols, () => random());

/** Inputs and parameters to try each op with. A new op without samples does not compile. */
type Samples = {
  readonly [Name in keyof typeof OPS]: readonly (readonly [
    inputs: readonly Matrix[],
    params: (typeof OPS)[Name] extends Op<infer Params> ? Params : never,
  ])[];
};

const withEmptyRow = createMatrix(3, 4, (row) => (row === 1 ? Number.NEGATIVE_INFINITY : random()));
const zeroRow = createMatrix(3, 4, (row) => (row === 1 ? 0 : random()));

const zeroRow5 = createMatrix(3, 5, (row) => (row === 1 ? 0 : random() - 0.5));
/** Rows above zero that sum to 1. */
const distribution = (rows: number, cols: number) => {
  const sizes = positive(rows, cols);
  const sumOf = (row: number) => Array.from(rowOf(sizes, row)).reduce((sum, value) => sum + value, 0);
  return createMatrix(rows, cols, (row, col) => cellOf(sizes, row, col) / sumOf(row));
};

/** One id per row. */
const ids = (...own: number[]): Matrix => ({ rows: own.length, cols: 1, data: Float64Array.from(own) });

const positions = Float64Array.of(0, 1, 3, 0.5, -7, 100_003);
const powers = powerFrequencies({ base: 10_000, step: 2, denominator: 8 }, 4);
const rates = { rows: 1, cols: 4, data: powers.values };
const sixAngles = createMatrix(6, 4, (row, col) => positions[row] * powers.values[col]);
const waves: Sinusoids = { positions, frequencies: powers, layout: "interleaved", cols: 8, factor: 1 };
const relative = createMatrix(1, 600, (_, col) => col - 300);
const fewRelative = createMatrix(3, 60, (row, col) => row + col - 30);

/**
 * 3 queries and 4 keys, of which one is open. Queries see every key, some keys, and none; some keys are blocked one by
 * one.
 */
const masking = {
  blocked: {
    ...{ rows: 3, cols: 4, numRuled: 3, low: Float64Array.of(0, 1, 2), high: Float64Array.of(3, 3, 2) },
    cells: randomMask(random, 3, 3),
  },
  reason: () => "masked",
};

export const SAMPLES: Samples = {
  matmul: [
    [[matrix(3, 4), matrix(4, 2)], undefined],
    [[matrix(5, 7), matrix(7, 6), matrix(1, 6)], undefined],
  ],
  weightedSum: [[[distribution(3, 4), matrix(4, 2)], undefined]],
  matmulTransposed: [
    [[matrix(3, 4), matrix(2, 4)], undefined],
    [[matrix(9, 5), matrix(10, 5), matrix(1, 10)], undefined],
  ],
  combineColumns: [
    [[matrix(3, 4), matrix(4, 1)], undefined],
    [[matrix(3, 4), matrix(1, 4)], undefined],
  ],
  slice: [[[matrix(4, 5)], { firstRow: 1, firstCol: 2, rows: 2, cols: 3 }]],
  stackRows: [
    [[matrix(2, 3), matrix(1, 3)], { zeroRows: 0 }],
    [[matrix(2, 3)], { zeroRows: 2 }],
  ],
  rowWindows: [
    [[matrix(7, 2)], { kernel: 3, stride: 2 }],
    [[matrix(8, 3)], { kernel: 2, stride: 4 }],
    [[matrix(3, 2)], { kernel: 3, stride: 1 }],
  ],
  // 3 windows of 3 rows, which share rows 2 and 4; 2 windows of 2 rows, with rows between them that are in none.
  addWindows: [
    [[matrix(3, 6)], { kernel: 3, stride: 2, rows: 8 }],
    [[matrix(2, 6)], { kernel: 2, stride: 4, rows: 8 }],
  ],
  padColumns: [[[matrix(3, 3)], { zeroCols: 2 }]],
  joinColumns: [[[matrix(3, 2), matrix(3, 1), matrix(3, 4)], undefined]],
  subtract: [[[matrix(3, 4), matrix(3, 4)], undefined]],
  identity: [[[matrix(3, 4)], undefined]],
  relu: [[[matrix(3, 4, 4)], undefined]],
  // Both parts of erf, and where it is 1.
  gelu: [
    [[createMatrix(1, 9, (_, col) => 2.3 * (col - 4))], undefined],
    [[matrix(3, 4, 4)], undefined],
  ],
  geluTanh: [[[matrix(3, 4, 6)], undefined]],
  silu: [[[matrix(3, 4, 6)], undefined]],
  rowMeans: [[[matrix(3, 5)], undefined]],
  rowVariances: [[[matrix(3, 5), matrix(3, 1)], undefined]],
  rowDeviations: [[[positive(3, 1)], undefined]],
  unitRows: [[[matrix(3, 5)], undefined]],
  subtractFromRows: [[[matrix(3, 5), matrix(3, 1)], undefined]],
  rowMeanSquares: [[[matrix(3, 5)], undefined]],
  standardiseRows: [[[matrix(3, 5), matrix(3, 1), positive(3, 1)], { eps: 1e-5 }]],
  divideByRootMeanSquare: [[[matrix(3, 5), positive(3, 1)], { eps: 1e-6 }]],
  scaleColumns: [
    [[matrix(3, 4), matrix(1, 4)], undefined],
    [[matrix(3, 4), matrix(1, 4), matrix(1, 4)], undefined],
  ],
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
    [[createMatrix(3, 1, (row) => row), createMatrix(3, 1, () => 1), createMatrix(3, 1, () => 1)], undefined],
  ],
  argmaxOfEach: [[[positive(1, 4), createMatrix(1, 4), positive(1, 4)], undefined]],
  meanOfRows: [
    [[matrix(3, 4), matrix(3, 4)], { column: 0 }],
    [[matrix(3, 4), matrix(3, 4)], { diagonal: 2 }],
  ],
  shares: [
    [
      [matrix(3, 3), matrix(3, 3)],
      {
        places: [
          { name: "a place before", columns: [[], [0], [1]] },
          { name: "two of one kind", columns: [[], [], [0, 1]] },
          { name: "no place", columns: [[], [], []] },
        ],
      },
    ],
  ],
  tiles: [[[matrix(2, 3), matrix(2, 3), matrix(2, 3), matrix(2, 3)], { perRow: 2 }]],
  scale: [
    [[matrix(3, 3)], { factor: 0.3, text: "0.3" }],
    [[matrix(3, 3)], { factor: 1 / Math.sqrt(3), text: "1/√3", root: 3 }],
  ],
  softcap: [[[matrix(3, 3, 30)], { cap: 5 }]],
  tanh: [[[matrix(3, 3, 4)], undefined]],
  add: [
    [[matrix(3, 4), matrix(3, 4)], undefined],
    [[matrix(3, 4), matrix(1, 4), matrix(3, 4)], undefined],
  ],
  mask: [Number.NEGATIVE_INFINITY, -1e9].map((fill) => [[matrix(3, 4)], { ...masking, fill }]),
  addToMasked: [[[matrix(3, 4)], { ...masking, amount: -1e4, text: "−1e4" }]],
  eraseMasked: [[[positive(3, 4)], masking]],
  exponentials: [
    [[matrix(3, 4)], { isShifted: false }],
    [[matrix(3, 4, 300)], { isShifted: true }],
    [[withEmptyRow], { isShifted: false }],
    [[withEmptyRow], { isShifted: true }],
    [[createMatrix(1, 2, (_, col) => (col ? Number.POSITIVE_INFINITY : 1))], { isShifted: true }],
  ],
  rowLogSumExp: [[[withEmptyRow], undefined]],
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
  frequencyPowers: [
    [[], { frequencies: powers }],
    [[], { frequencies: powerFrequencies({ base: 0.3, step: 1, denominator: 3 }, 4) }],
    [[], { frequencies: givenFrequencies(Float64Array.of(0.5, 2)) }],
  ],
  angles: [[[rates], { positions }]],
  sinusoids: [
    [[sixAngles], waves],
    [[sixAngles], { ...waves, layout: "halves", cols: 9, factor: 1.2 }],
    [[sixAngles, rates], { ...waves, layout: "sine", cols: 4, frequencies: givenFrequencies(powers.values) }],
    [[sixAngles], { ...waves, layout: "cosine", cols: 4 }],
    // Angles that were rounded before.
    [[matrix(6, 4, 9)], waves],
  ],
  rotatePairs: (["interleaved", "half-split"] as const).flatMap((pairing) => [
    [[matrix(3, 5), matrix(3, 2), matrix(3, 2)], { pairing }],
    [[matrix(3, 5), matrix(3, 2), matrix(3, 2)], { pairing, isBack: true }],
  ]),
  ramp: [
    [[rates], { over: "pair", length: 1, zeroAt: 3, oneAt: 1 }],
    [[rates], { over: "turns", length: 300, zeroAt: 1, oneAt: 4 }],
  ],
  divideFrequencies: [
    [[rates], { divisors: Float64Array.of(1, 2, 3, 4) }],
    [
      [rates, createMatrix(1, 4, (_, col) => [0, 0.3, 0.7, 1][col])],
      { divisors: Float64Array.of(1, 2, 3, 4) },
    ],
  ],
  wavelengths: [[[rates], undefined]],
  shiftRotation: (["sine and cosine", "vectors"] as const).map((of) => [
    [rates],
    { pairing: "interleaved", pairs: 4, cols: 9, shift: 3, frequencies: powers, of },
  ]),
  fittedShift: [
    [[matrix(7, 5), matrix(7, 5)], { pairing: "half-split", pairs: 2, cols: 5 }],
    [[createMatrix(4, 2, () => 1), matrix(4, 2)], { pairing: "interleaved", pairs: 1, cols: 2 }],
    [
      [createMatrix(4, 2, (row, col) => (col ? row : 0)), matrix(4, 2)],
      { pairing: "interleaved", pairs: 1, cols: 2 },
    ],
  ],
  pairFit: [
    [[matrix(7, 5), matrix(7, 5)], { pairing: "half-split", pairs: 2, cols: 5 }],
    [[createMatrix(4, 2, () => 0), matrix(4, 2)], { pairing: "interleaved", pairs: 1, cols: 2 }],
    [[matrix(4, 2), createMatrix(4, 2, () => 0)], { pairing: "interleaved", pairs: 1, cols: 2 }],
  ],
  columnFrequencies: [
    [[createMatrix(9, 3, (row, col) => Math.sin(row / (col + 1)))], undefined],
    [[zeroRow], undefined],
    [[matrix(2, 2)], undefined],
  ],
  distances: (["i − j", "j − i"] as const).map((sign) => [
    [],
    { queries: Float64Array.of(0, 4, 5), keys: Float64Array.of(1, 2, 9), sign },
  ]),
  slopes: [1, 3, 8, 14].map((numHeads) => [[], { numHeads, biasMax: 8 }]),
  slopeBias: [false, true].map((isSymmetric) => [[positive(3, 1), matrix(4, 2)], { head: 2, isSymmetric }]),
  buckets: [true, false].flatMap((isBidirectional) => [
    [[relative], { numBuckets: 32, maxDistance: 128, isBidirectional }],
    [[fewRelative], { numBuckets: 10, maxDistance: 20, isBidirectional }],
  ]),
  clipped: [[[fewRelative], { limit: 4 }]],
  lookUpRows: [[[matrix(3, 4)], { rows: [2, 0, 2] }]],
  effectiveKeys: [
    [[distribution(3, 4)], undefined],
    [[positive(3, 4)], undefined],
    [[zeroRow], undefined],
  ],
  softmaxJacobian: [
    [[distribution(2, 4)], { row: 1 }],
    [[createMatrix(1, 3, (_, col) => (col === 1 ? 1 : 0))], { row: 0 }],
  ],
  jacobianNorm: [
    [[distribution(3, 5)], undefined],
    [[createMatrix(1, 3, (_, col) => (col === 1 ? 1 : 1e-20))], undefined],
  ],
  centredRanks: [
    [[matrix(3, 5)], {}],
    [[createMatrix(2, 5, (_, col) => [1, 3, 3, 0, 1][col])], {}],
    [[matrix(3, 5)], { blocked: randomMask(random, 3, 5) }],
  ],
  rankCorrelation: [
    [[matrix(3, 5), matrix(3, 5), zeroRow5], undefined],
    [[createMatrix(2, 3), createMatrix(2, 3)], undefined],
  ],
  totalVariation: [[[distribution(3, 4), distribution(3, 4)], undefined]],
  ownPlaces: [[[], { rows: 3, offset: 2 }]],
  predictedPlaces: [
    [[matrix(3, 4), matrix(4, 1)], { numKeys: 7 }],
    [[matrix(3, 4), matrix(1, 4)], { numKeys: 7 }],
  ],
  gaussian: [[[matrix(3, 1)], { cols: 5, sigma: 1.5 }]],
  multiplyCells: [[[matrix(3, 4), matrix(3, 4)], undefined]],
  dropCells: [
    [[matrix(3, 4), matrix(3, 4)], { probability: 0.25 }],
    [[matrix(3, 4), matrix(3, 4)], { probability: 0 }],
  ],
  drawUniform: [[[], { seed: 3, name: "wa", rows: 2, cols: 3, bound: 0.7 }]],
  measured: [[[], { values: matrix(2, 3), how: "measured" }]],
  countSizes: [
    [
      [],
      {
        formulas: [
          ["n·m·d_k + 2", "0"],
          ["n", "1"],
        ],
        sizes: [
          { n: 3, m: 4, d_k: 2 },
          { n: 1, m: 2, d_k: 2 },
        ],
      },
    ],
  ],
  transposedMatmul: [[[matrix(5, 3), matrix(5, 2)], undefined]],
  placeParts: [
    [
      [matrix(2, 2), matrix(2, 2), matrix(2, 1)],
      {
        ...{ rows: 3, cols: 5 },
        places: [
          { firstRow: 0, firstCol: 0 },
          { firstRow: 1, firstCol: 1 },
          { firstRow: 1, firstCol: 4 },
        ],
      },
    ],
  ],
  addToRows: [[[matrix(3, 4)], { rows: [2, 0, 2], numRows: 4 }]],
  tanhGradient: [1, 5].map((cap) => [[matrix(3, 4), matrix(3, 4)], { cap }]),
  rowDots: [[[matrix(3, 4), matrix(3, 4)], undefined]],
  softmaxGradient: [
    [
      [distribution(3, 4), matrix(3, 4), matrix(3, 1), createMatrix(3, 1, (row) => (row === 1 ? 0 : 2))],
      undefined,
    ],
  ],
  normalizationGradient: [
    [[matrix(3, 4), matrix(3, 1), createMatrix(3, 1, (row) => (row === 1 ? 0 : 2.5))], undefined],
  ],
  tanhSumQueryGradient: [
    [[matrix(3, 2), matrix(3, 4), matrix(2, 4)], undefined],
    [[matrix(3, 2), matrix(3, 4), matrix(2, 4), matrix(4, 1)], undefined],
  ],
  tanhSumKeyGradient: [
    [[matrix(3, 2), matrix(3, 4), matrix(2, 4)], undefined],
    [[matrix(3, 2), matrix(3, 4), matrix(2, 4), matrix(1, 4)], undefined],
  ],
  tanhSumWeightGradient: [[[matrix(3, 2), matrix(3, 4), matrix(2, 4), matrix(4, 1)], undefined]],
  cosineQueryGradient: [
    [[matrix(3, 2), matrix(3, 2), matrix(3, 4), matrix(2, 4)], undefined],
    [[matrix(3, 2), matrix(3, 2), zeroRow, matrix(2, 4)], undefined],
  ],
  cosineKeyGradient: [
    [[matrix(3, 2), matrix(3, 2), matrix(3, 4), matrix(2, 4)], undefined],
    [[matrix(3, 2), matrix(3, 2), zeroRow, matrix(2, 4)], undefined],
  ],
  concatenatedDotQueryGradient: [4, 6].map((size) => [
    [matrix(3, 4), matrix(3, 2), matrix(4, 2), matrix(1, size)],
    undefined,
  ]),
  concatenatedDotKeyGradient: [4, 6].map((size) => [
    [matrix(3, 4), matrix(3, 2), matrix(4, 2), matrix(size, 1)],
    undefined,
  ]),
  concatenatedDotWeightGradient: [4, 6].map((size) => [
    [matrix(3, 4), matrix(3, 2), matrix(4, 2), matrix(1, size)],
    undefined,
  ]),
  gaussianGradient: [[[matrix(3, 5), positive(3, 5), matrix(3, 1)], { sigma: 1.5 }]],
  placeFeatureGradient: [
    [[matrix(3, 1), positive(3, 1), matrix(3, 4), matrix(4, 1)], { numKeys: 7 }],
    [[matrix(3, 1), positive(3, 1), matrix(3, 4), matrix(1, 4)], { numKeys: 7 }],
  ],
  placeWeightGradient: [
    [[matrix(3, 1), positive(3, 1), matrix(3, 4), matrix(4, 1)], { numKeys: 7 }],
    [[matrix(3, 1), positive(3, 1), matrix(3, 4), matrix(1, 4)], { numKeys: 7 }],
  ],
  reluGradient: [[[matrix(3, 4), matrix(3, 4, 4)], undefined]],
  geluGradient: [
    [[matrix(1, 9), createMatrix(1, 9, (_, col) => 2.3 * (col - 4))], undefined],
    [[matrix(3, 4), matrix(3, 4, 4)], undefined],
  ],
  geluTanhGradient: [[[matrix(3, 4), matrix(3, 4, 6)], undefined]],
  siluGradient: [[[matrix(3, 4), matrix(3, 4, 6)], undefined]],
  rowMeansGradient: [[[matrix(3, 1)], { cols: 4 }]],
  rowVariancesGradient: [[[matrix(3, 1), matrix(3, 4), matrix(3, 1)], undefined]],
  varianceMeansGradient: [[[matrix(3, 1), matrix(3, 4), matrix(3, 1)], undefined]],
  rowMeanSquaresGradient: [[[matrix(3, 1), matrix(3, 4)], undefined]],
  rootGradient: [[[matrix(3, 4), matrix(3, 4), positive(3, 1)], { eps: 1e-5 }]],
  standardiseMeansGradient: [[[matrix(3, 4), positive(3, 1)], { eps: 1e-5 }]],
  columnDots: [[[matrix(5, 3), matrix(5, 3)], undefined]],
  crossEntropy: [
    [[matrix(3, 4), ids(2, 0, 2)], undefined],
    [[matrix(3, 4, 300), ids(1, -100, 3)], undefined],
  ],
  crossEntropyGradient: [[[distribution(3, 4), ids(1, -100, 3)], undefined]],
  sumOfCells: [[[matrix(3, 4)], undefined]],
  meanSquaredError: [[[matrix(3, 4), matrix(3, 4)], undefined]],
  meanSquaredErrorGradient: [[[matrix(3, 4), matrix(3, 4)], undefined]],
  repeatCell: [[[matrix(1, 1)], { rows: 2, cols: 3 }]],
};

/** Every op with its inputs and parameters. The type of the table above has checked that they belong to it. */
export const ALL_SAMPLES = Object.entries(SAMPLES).map(
  ([name, samples]) => [name, OPS[name as keyof typeof OPS] as Op<unknown>, samples] as const,
);
