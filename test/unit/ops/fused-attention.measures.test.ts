import { expect, test } from "vitest";
import { createMatrix, matrixFromRows, toRows } from "../../../src/math/matrix.js";
import { fuseCells } from "../../../src/ops/fused-attention.js";
import { shares } from "../../../src/ops/heads.js";
import type { EmptyRows } from "../../../src/ops/softmax.js";
import {
  effectiveKeys,
  relativeEntropy,
  rowArgmax,
  rowLogSumExp,
  rowMaximum,
} from "../../../src/ops/summary.js";
import type { Recorder, Ref } from "../../../src/trace/recorder.js";
import { column, fuse, masked, recordAttention, SOME } from "../../support/recorded-attention.js";

// Measures of weights that are not kept come from the kernel pass that computed their output.

const [ln2, ln3] = [2, 3].map(Math.log);

const MEASURES = { relativeEntropy, effectiveKeys, rowMaximum, rowArgmax } as const;
const measure = (recorder: Recorder, name: keyof typeof MEASURES, weights: Ref) =>
  fuse(recorder, MEASURES[name], [weights], undefined);
const entropy = (...shares: number[]) => shares.reduce((total, p) => total - p * Math.log(p), 0) / ln2;

test.each<[keyof typeof MEASURES, EmptyRows["emptyRow"], number[]]>([
  // Query 0 sees only key 1, query 1 has the weights 1/10 and 9/10, query 2 sees nothing.
  ["relativeEntropy", "zero", [0, entropy(0.1, 0.9), 0]],
  ["relativeEntropy", "nan", [0, entropy(0.1, 0.9), Number.NaN]],
  ["relativeEntropy", "uniform", [0, entropy(0.1, 0.9), 1]],
  ["rowMaximum", "zero", [1, 0.9, 0]],
  ["rowMaximum", "nan", [1, 0.9, Number.NaN]],
  ["rowMaximum", "uniform", [1, 0.9, 0.5]],
  ["rowArgmax", "zero", [1, 1, Number.NaN]],
  ["rowArgmax", "nan", [1, 1, Number.NaN]],
  ["rowArgmax", "uniform", [1, 1, 0]],
])("%s, of an empty row that is %s", (name, emptyRow, expected) => {
  const { recorder, weights, fused } = recordAttention({ become: masked(), emptyRow });
  expect(measure(recorder, name, weights)).toBeUndefined();
  fused();
  expect(measure(recorder, name, weights)).toBeCloseToMatrix(expected.map((value) => [value]));
});

test("of one key", () => {
  const one = {
    become: masked({
      blocked: {
        ...SOME,
        cols: 1,
        numRuled: 1,
        low: new Float64Array(3),
        high: Float64Array.of(1, 1, 0),
      },
    }),
  };
  const given = { key: column(ln3), value: matrixFromRows([[4, 40]]) };
  for (const [emptyRow, ofEmpty] of [
    ["zero", 0],
    ["uniform", 0],
    ["nan", Number.NaN],
  ] as const) {
    const { recorder, weights, fused } = recordAttention({ ...one, given, emptyRow });
    fused();
    expect(measure(recorder, "relativeEntropy", weights)).toBeCloseToMatrix([[0], [0], [ofEmpty]]);
  }
});

test("NaN among the scores leaves no key that stands out", () => {
  const { recorder, weights, fused } = recordAttention({ given: { query: column(1, Number.NaN, 0) } });
  fused();
  expect(measure(recorder, "rowArgmax", weights)).toBeCloseToMatrix([[1], [Number.NaN], [0]]);
});

test("ln Σ e^s: ln 4, ln 10, ln 2; −∞ of an empty row", () => {
  const { recorder, scores, fused } = recordAttention();
  expect(fuse(recorder, rowLogSumExp, [scores], undefined)).toBeUndefined();
  fused();
  expect(fuse(recorder, rowLogSumExp, [scores], undefined)).toBeCloseToMatrix(
    column(Math.log(4), Math.log(10), ln2),
  );
  const empty = recordAttention({ become: masked() });
  empty.fused();
  // e^ln 3, and 1 + 9.
  expect(fuse(empty.recorder, rowLogSumExp, [empty.scores], undefined)).toBeCloseToMatrix(
    column(ln3, Math.log(10), Number.NEGATIVE_INFINITY),
  );
  expect(fuse(empty.recorder, rowLogSumExp, [empty.value], undefined)).toBeUndefined();
});

test("weights that are kept are looked at themselves", () => {
  const large = { query: createMatrix(101, 1), key: createMatrix(100, 1), value: createMatrix(100, 1) };
  const { recorder, weights, fused } = recordAttention({ isKept: true, given: large });
  expect(fused()).toBeDefined();
  expect(measure(recorder, "rowMaximum", weights)).toBeUndefined();
  expect(fuseCells(weights.key, recorder.numbers)).toBeUndefined();
});

test("single weights, and the shares that lie in some places", () => {
  const { recorder, weights, fused, value } = recordAttention({ become: masked(), emptyRow: "uniform" });
  expect(fuseCells(weights.key, recorder.numbers)).toBeUndefined();
  const places = [{ name: "first", columns: [[0], [0], [0]] }];
  expect(fuse(recorder, shares, [weights], { places })).toBeUndefined();
  fused();
  const cells = fuseCells(weights.key, recorder.numbers);
  const found = createMatrix(3, 2, (row, col) => cells?.(row, col) ?? Number.NaN);
  expect(found).toBeCloseToMatrix([
    [0, 1],
    [0.1, 0.9],
    [0.5, 0.5],
  ]);
  // (0 + 0.1 + 0.5) / 3
  expect(fuse(recorder, shares, [weights, weights], { places })).toBeCloseToMatrix([[0.2], [0.2]]);
  expect(fuse(recorder, shares, [weights, value], { places })).toBeUndefined();
});

test("weights of steps that no kernel makes have no pass", () => {
  const { recorder, weights, fused } = recordAttention({ become: masked({ fill: -1e9 }) });
  expect(fused()).toBeUndefined();
  expect(measure(recorder, "rowMaximum", weights)).toBeUndefined();
  expect(fuseCells(weights.key, recorder.numbers)).toBeUndefined();
  expect(toRows(recorder.numbers.of(weights))[1][1]).toBeCloseTo(0.9, 12);
});
