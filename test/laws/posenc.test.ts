import { describe, expect, test } from "vitest";
import { SCALING_NAMES } from "../../src/attention/positions/scaling.js";
import {
  type Matrix,
  matrixOf,
  type PosencInputs,
  type PosencSettings,
  posenc,
  replay,
  toRows,
} from "../../src/index.js";
import { cellOf, createMatrix, mapCells, transpose } from "../../src/math/matrix.js";
import { multiply, multiplyTransposed } from "../../src/math/product.js";
import { expectTraceExplained } from "../support/explained.js";
import { posencExamples, SCALING_EXAMPLES } from "../support/posenc-examples.js";
import { createRandom, randomMatrix } from "../support/random.js";

const identity = (size: number) => createMatrix(size, size, (row, col) => (row === col ? 1 : 0));
const slopesOf = (heads: number) =>
  Array.from(matrixOf(posenc({}, { kind: "alibi", length: 1, heads }), "slopes").data);
const encodingOf = (settings: Partial<PosencSettings>) => matrixOf(posenc({}, settings), "encoding");
const rotationBy = (shift: number, settings: Partial<PosencSettings> = {}) =>
  matrixOf(posenc({}, { length: 2, dModel: 8, shift, ...settings }), "rotation");

/** Every cell equals its neighbour on the diagonal. */
function expectConstantDiagonals(matrix: Matrix, tolerance: number): void {
  for (let row = 1; row < matrix.rows; row++) {
    for (let col = 1; col < matrix.cols; col++) {
      const difference = Math.abs(cellOf(matrix, row, col) - cellOf(matrix, row - 1, col - 1));
      expect(difference, `[${row}, ${col}]`).toBeLessThanOrEqual(tolerance);
    }
  }
}

describe("every step of posenc explains its cells", () => {
  for (const { name, inputs, settings } of posencExamples()) {
    test(name, () => expectTraceExplained(posenc(inputs, settings)));
  }
});

describe("a shift is a rotation", () => {
  const ways: readonly Partial<PosencSettings>[] = [
    {},
    { columns: "halves" },
    { convention: "tensor2tensor" },
    { base: 50 },
    { dModel: 7, oddD: "zero" },
  ];
  test.each(ways)("M is orthogonal, and M_j·M_k = M_{j+k}: %j", (settings) => {
    const rotation = rotationBy(3, settings);
    expect(multiplyTransposed(rotation, rotation)).toBeCloseToMatrix(identity(rotation.rows));
    expect(multiply(rotationBy(4, settings), rotation)).toBeCloseToMatrix(rotationBy(7, settings));
    expect(transpose(rotation)).toBeCloseToMatrix(rotationBy(-3, settings));
    expect(rotationBy(0, settings)).toBeCloseToMatrix(identity(rotation.rows));
  });

  test.each(ways)("M·PE(pos) = PE(pos + k) far out, too: %j", (settings) => {
    const trace = posenc({}, { length: 20, dModel: 16, offset: 500_000, shift: 17, ...settings });
    expect(Math.max(...matrixOf(trace, "difference").data.map(Math.abs))).toBeLessThan(1e-15);
  });

  test("the fitted coefficients are cos kω and sin kω, and the sines alone do not do it", () => {
    const trace = posenc({}, { length: 60, dModel: 8, shift: 2 });
    const { coefficients, sineOnlyR2, maxDifference } = Object(trace.facts.shift.value);
    for (const [pair, rate] of matrixOf(trace, "rates").data.entries()) {
      expect(coefficients[pair][0]).toBeCloseTo(Math.cos(2 * rate), 10);
      expect(coefficients[pair][1]).toBeCloseTo(Math.sin(2 * rate), 10);
    }
    expect(sineOnlyR2).toBeLessThan(0.5);
    expect(maxDifference).toBeLessThan(1e-15);
  });

  // One pair, positions 0 to 3, k = 1: y = sin(p + 1) against a·sin p. Σ sin² p = S, Σ sin p · sin(p + 1) = T.
  test("the R² of the sines alone is what least squares leaves", () => {
    const fit = matrixOf(posenc({}, { length: 4, dModel: 2, shift: 1 }), "fit");
    const x = [0, 1, 2, 3].map(Math.sin);
    const y = [1, 2, 3, 4].map(Math.sin);
    const slope = x.reduce((sum, value, p) => sum + value * y[p], 0) / x.reduce((sum, v) => sum + v * v, 0);
    const mean = y.reduce((sum, value) => sum + value, 0) / 4;
    const left = y.reduce((sum, value, p) => sum + (value - slope * x[p]) ** 2, 0);
    const spread = y.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    expect(fit).toBeCloseToMatrix([[Math.cos(1), Math.sin(1), 1 - left / spread]]);
  });

  test("what a shift does is said also backwards, for nothing, and where sines do worse than a constant", () => {
    const textOf = (settings: Partial<PosencSettings>) =>
      posenc({}, { length: 6, dModel: 4, ...settings }).facts.shift.text;
    expect(textOf({ shift: -3 })).toContain("PE(pos − 3)");
    expect(textOf({ shift: 0 })).toContain("the sines alone are enough");
    expect(textOf({ shift: 100 })).toContain("worse than a constant");
    expect(textOf({ shift: 2, length: 1 })).toContain("One position is too few");
  });
});

describe("the sinusoid", () => {
  test("PE·PE depends on the distance only, and is d/2 at distance 0", () => {
    const trace = posenc({}, { length: 40, dModel: 12, dotProducts: true });
    const products = matrixOf(trace, "dot-products");
    expectConstantDiagonals(products, 1e-14);
    expect(cellOf(products, 5, 5)).toBeCloseTo(6, 14);
    expect(matrixOf(trace, "dot-by-distance").data).toEqual(products.data.slice(0, 40));
  });

  test("columns in halves are the interleaved ones in another order", () => {
    const [interleaved, halves] = [
      encodingOf({ length: 6, dModel: 8 }),
      encodingOf({ length: 6, dModel: 8, columns: "halves" }),
    ];
    const reordered = createMatrix(6, 8, (row, col) =>
      cellOf(interleaved, row, col < 4 ? 2 * col : 2 * (col - 4) + 1),
    );
    expect(toRows(halves)).toEqual(toRows(reordered));
  });

  test("positions and offset say the same", () => {
    const counted = encodingOf({ length: 3, offset: 5, dModel: 4 });
    expect(toRows(matrixOf(posenc({ positions: [[5], [6], [7]] }, { dModel: 4 }), "encoding"))).toEqual(
      toRows(counted),
    );
  });

  test("angles that are rounded on the way give the waves of the rounded angles", () => {
    const trace = posenc({}, { length: 4, dModel: 4 });
    const tenths = (matrix: Matrix) => mapCells(matrix, (value) => Math.round(10 * value) / 10);
    const rounded = replay(trace, {
      arithmetic:
        ({ id, op }) =>
        (given, params) =>
          id === "angles" ? tenths(op.compute(given, params)) : op.compute(given, params),
    });
    // sin 0.02 has the angle 0.0.
    expect(cellOf(matrixOf(rounded, "encoding"), 2, 2)).toBe(0);
    const base100 = replay(trace, {
      replace: new Map([["rates", { rows: 1, cols: 2, data: Float64Array.of(1, 0.1) }]]),
    });
    expect(cellOf(matrixOf(base100, "encoding"), 2, 2)).toBeCloseTo(Math.sin(0.2), 15);
    expect(toRows(matrixOf(replay(trace, {}), "encoding"))).toEqual(toRows(matrixOf(trace, "encoding")));
  });
});

describe("RoPE", () => {
  const random = createRandom(8);
  const [q, k] = [randomMatrix(random, 1, 6), randomMatrix(random, 1, 6)];
  /** The same vector at many positions. */
  const turned = (vector: Matrix, positions: readonly number[], settings: Partial<PosencSettings>) => {
    const x = createMatrix(positions.length, vector.cols, (_, col) => cellOf(vector, 0, col));
    const inputs: PosencInputs = { x, positions: [positions] };
    return matrixOf(posenc(inputs, { kind: "rope", ...settings }), "rotated");
  };
  const positions = Array.from({ length: 12 }, (_, position) => position);

  test.each(["interleaved", "half-split"] as const)("%s: scores depend on i − j only", (pairs) => {
    for (const settings of [{ pairs }, { pairs, rotarySize: 4 }, { pairs, base: 100 }]) {
      const scores = multiplyTransposed(turned(q, positions, settings), turned(k, positions, settings));
      expectConstantDiagonals(scores, 1e-14);
    }
  });

  test.each(["interleaved", "half-split"] as const)(
    "%s: position 0 is the identity, and lengths stay",
    (pairs) => {
      expect(toRows(turned(q, [0], { pairs }))).toEqual(toRows(q));
      const far = turned(q, [12_345], { pairs });
      expect(multiplyTransposed(far, far)).toBeCloseToMatrix(multiplyTransposed(q, q));
    },
  );

  test("columns beyond the rotary size pass", () => {
    expect(turned(q, [7], { pairs: "half-split", rotarySize: 2 }).data.slice(2)).toEqual(q.data.slice(2));
  });

  test("half-split is interleaved with the columns reordered", () => {
    const order = [0, 2, 4, 1, 3, 5];
    const reordered = createMatrix(1, 6, (_, col) => cellOf(q, 0, order[col]));
    const back = turned(reordered, [9], { pairs: "half-split" });
    const wanted = turned(q, [9], { pairs: "interleaved" });
    expect(back).toBeCloseToMatrix([order.map((col) => cellOf(wanted, 0, col))]);
  });

  test("the shift of posenc --shift leaves scores as they are", () => {
    const x = randomMatrix(random, 4, 6);
    const trace = posenc({ x }, { kind: "rope", pairs: "half-split", shift: 1000 });
    expect(matrixOf(trace, "shifted-scores")).toBeCloseToMatrix(matrixOf(trace, "scores"));
    expect(matrixOf(trace, "mapped")).toBeCloseToMatrix(matrixOf(trace, "shifted"));
  });
});

describe("every scaling of RoPE", () => {
  const plain = posenc({}, { kind: "rope", length: 4, dModel: 8 });
  test.each(SCALING_NAMES)("%s with factor 1 is none", (scaling) => {
    // Dynamic scaling grows with the text beyond the training length, whatever the factor: L = 4 here.
    const trained = scaling === "dynamic" ? { originalLength: 4 } : {};
    const settings = { ...SCALING_EXAMPLES[scaling], scalingFactor: 1, ...trained };
    const ones = settings.factors && { factors: settings.factors.map(() => 1) };
    const scaled = posenc({}, { kind: "rope", length: 4, dModel: 8, scaling, ...settings, ...ones });
    for (const id of ["inverse-frequencies", "angles", "cos", "sin"]) {
      expect(matrixOf(scaled, id)).toBeCloseToMatrix(matrixOf(plain, id));
    }
    expect(scaled.facts.attentionFactor.value).toBe(1);
  });

  test.each(SCALING_NAMES)("%s slows the slowest pair down, and never speeds one up", (scaling) => {
    const scaled = posenc({}, { kind: "rope", length: 4, dModel: 8, scaling, ...SCALING_EXAMPLES[scaling] });
    const [got, unscaled] = [scaled, plain].map((trace) => matrixOf(trace, "inverse-frequencies").data);
    expect(got[3]).toBeLessThan(unscaled[3]);
    for (const [pair, rate] of got.entries()) expect(rate).toBeLessThanOrEqual(unscaled[pair]);
  });
});

describe("distances", () => {
  test("ALiBi: the first slope of 8 heads is 1/2, each next one half of it; 12 heads take 8 and every second of 16", () => {
    expect(slopesOf(8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((h) => 2 ** -h));
    expect(slopesOf(12).slice(8)).toEqual([1, 3, 5, 7].map((h) => 2 ** (-h / 2)));
  });

  test("ALiBi biases and T5 buckets are the same along each diagonal", () => {
    expectConstantDiagonals(matrixOf(posenc({}, { kind: "alibi", length: 9, heads: 3 }), "head 2/bias"), 0);
    expectConstantDiagonals(matrixOf(posenc({}, { kind: "t5", length: 200 }), "bucket"), 0);
  });

  test("T5: all buckets are used, in order of the distance, and the last one from the maximal distance on", () => {
    const buckets = toRows(
      matrixOf(posenc({}, { kind: "t5", length: 300, causal: true }), "bucket"),
    )[299].toReversed();
    expect(new Set(buckets).size).toBe(32);
    expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
    expect([buckets[113], buckets[128], buckets[299]]).toEqual([31, 31, 31]);
  });
});

describe("a given table", () => {
  const examine = (encoding: Matrix, settings: Partial<PosencSettings> = {}) =>
    posenc({ encoding }, settings).facts as Readonly<
      Record<string, { readonly value: Record<string, unknown> }>
    >;
  const table = (exponent: (col: number) => number, decimals?: number) =>
    createMatrix(24, 8, (row, col) => {
      const value = (col % 2 === 0 ? Math.sin : Math.cos)(row * 10_000 ** -exponent(col));
      return decimals === undefined ? value : Number(value.toFixed(decimals));
    });
  const pairNumber = (col: number) => Math.floor(col / 2);

  test.each([undefined, 6, 4, 2])("the paper's, with %s decimals, is linear and recognized", (decimals) => {
    const { shift, encodingRule } = examine(
      table((col) => pairNumber(col) / 4, decimals),
      { shift: 2 },
    );
    expect(encodingRule.value).toMatchObject({
      name: "paper",
      columns: "interleaved",
      linear: true,
      wrongCells: [],
    });
    expect(shift.value.k).toBe(2);
  });

  test("a doubled exponent keeps the property and is named", () => {
    expect(examine(table((col) => pairNumber(col) / 2)).encodingRule.value).toMatchObject({
      ...{ name: "doubled-exponent", linear: true },
    });
  });

  test("the column's number in the exponent breaks it: sine and cosine of a pair swing at different rates", () => {
    const { value } = examine(table((col) => col / 8)).encodingRule;
    expect(value).toMatchObject({ name: "column-number", linear: false });
    const frequencies = value.columnFrequencies as number[];
    // Columns 2 and 3: 10000^(−2/8) = 0.1 and 10000^(−3/8) = 0.0316.
    expect(frequencies[2]).toBeCloseTo(0.1, 6);
    expect(frequencies[3]).toBeCloseTo(10 ** -1.5, 6);
  });

  test("a doubled exponent is named in words, with where it comes from, and as linear", () => {
    const { facts } = posenc({ encoding: table((col) => pairNumber(col) / 2) }, {});
    expect(facts.shift.text).toContain("is linear in the shift");
    expect(facts.encodingRule.text).toContain("the exponent doubled, 4i/d (as in Macaw-LLM's");
  });

  test.each([undefined, 4])(
    "one column that swings at another rate is found by its frequency, with %s decimals",
    (decimals) => {
      // Column 5 has its own number in the exponent: 10000^(−5/8) = 0.00316 where its pair has 10000^(−4/8) = 0.01.
      const { shift, encodingRule } = posenc(
        { encoding: table((col) => (col === 5 ? 5 : 2 * pairNumber(col)) / 8, decimals) },
        {},
      ).facts;
      expect(encodingRule.value).toMatchObject({
        ...{ name: "none", nearest: "paper", linear: false },
        brokenColumns: [{ column: 5, expectedFrequency: 0.01 }],
      });
      const [{ frequency }] = Object(encodingRule.value).brokenColumns;
      expect(Math.abs(frequency / 10 ** -2.5 - 1)).toBeLessThan(0.02);
      expect(encodingRule.text).toMatch(
        /Column 5 is cos\(0\.003\d+·pos\) where the rule has cos\(0\.01·pos\)/,
      );
      expect(shift.text).toContain("not linear");
    },
  );

  test("another base and another first position are found, unless they are given", () => {
    const base100 = createMatrix(30, 8, (row, col) =>
      (col % 2 === 0 ? Math.sin : Math.cos)(row * 100 ** (-pairNumber(col) / 4)),
    );
    expect(examine(base100).encodingRule.value).toMatchObject({ name: "paper", base: 100, firstPosition: 0 });
    expect(examine(base100, { base: 10_000 }).encodingRule.value).toMatchObject({ name: "none" });
    const fromOne = createMatrix(12, 8, (row, col) =>
      (col % 2 === 0 ? Math.sin : Math.cos)((row + 1) * 10_000 ** (-pairNumber(col) / 4)),
    );
    expect(examine(fromOne).encodingRule.value).toMatchObject({ name: "paper", firstPosition: 1 });
    expect(examine(fromOne, { offset: 0 }).encodingRule.value).toMatchObject({ name: "none" });
  });

  test("cosines before sines, and angles taken for degrees, are named", () => {
    const filled = (wave: (angle: number, col: number) => number) =>
      createMatrix(24, 8, (row, col) => wave(row * 10_000 ** (-pairNumber(col) / 4), col));
    const cosineFirst = filled((angle, col) => (col % 2 === 0 ? Math.cos : Math.sin)(angle));
    const degrees = filled((angle, col) => (col % 2 === 0 ? Math.sin : Math.cos)((angle * Math.PI) / 180));
    expect(examine(cosineFirst).encodingRule.value).toMatchObject({ name: "cosine-first", linear: true });
    expect(examine(degrees).encodingRule.value).toMatchObject({ name: "degrees", linear: true });
  });

  test("zeros are linear in every shift, and no sinusoid", () => {
    const { shift, encodingRule } = posenc({ encoding: createMatrix(4, 2, () => 0) }, {}).facts;
    expect(shift.text).toContain("is linear in the shift");
    expect(encodingRule.text).toContain("none of the known rules");
  });

  test("random numbers follow none of the known rules", () => {
    const { facts } = posenc({ encoding: randomMatrix(createRandom(3), 20, 8) }, {});
    expect(facts.encodingRule.text).toContain("none of the known rules");
    expect(facts.shift.text).toContain("not linear");
  });

  test("our own tables in halves are recognized, and one wrong cell is found", () => {
    const own = encodingOf({ length: 20, dModel: 8, convention: "tensor2tensor" });
    expect(examine(own).encodingRule.value).toMatchObject({
      name: "half-minus-one",
      columns: "halves",
      linear: true,
    });
    const slipped = mapCells(own, (value, row, col) => (row === 4 && col === 6 ? value + 0.1 : value));
    expect(examine(slipped).encodingRule.value).toMatchObject({
      name: "none",
      nearest: "half-minus-one",
      wrongCells: [[4, 6]],
    });
  });
});

test("the first sentence says how fast the first and the last pair of columns turn", () => {
  // The rates of d = 4 are 1 and 10000^(−2/4) = 1/100: once in 2π and in 200π positions.
  const { value, text } = posenc({}, { length: 2, dModel: 4 }).facts.turns;
  const { fastest, slowest } = value as { readonly fastest: number; readonly slowest: number };
  expect(fastest).toBeCloseTo(2 * Math.PI, 12);
  expect(slowest).toBeCloseTo(200 * Math.PI, 10);
  expect(text).toMatch(/Pair 0 turns once in 6\.28 positions, pair 1 once in 628\./);
});
