import { describe, expect, test, vi } from "vitest";
import { attend as attendSpec } from "../../src/commands/attend.js";
import { findCell, traceOfRow } from "../../src/explain/cell-reference.js";
import {
  type AttendSettings,
  attend,
  findStep,
  type MultiheadSettings,
  matrixOf,
  multihead,
  type Trace,
  UserError,
} from "../../src/index.js";
import { type Matrix, rowOf } from "../../src/math/matrix.js";
import { normalizeRows } from "../../src/ops/softmax.js";
import { recordProblem } from "../../src/runs/record-problem.js";
import { keptSteps } from "../../src/trace/trace.js";
import { attendExamples } from "../support/attend-examples.js";
import { expectTraceExplained } from "../support/explained.js";
import { createRandom, randomMatrix } from "../support/random.js";

// Attention row by row gives the same numbers as the recorded steps, and every step of one query is what it is in the
// whole.

const MEASURES = ["entropy", "strongest-key", "largest-weight"];

function expectAlike(streamed: Trace, whole: Trace): void {
  for (const { key, id } of streamed.steps) {
    if (["output", "context", "concat", ...MEASURES].includes(id)) {
      expect(matrixOf(streamed, key), key).toBeCloseToMatrix(matrixOf(whole, key));
    }
  }
}

/** Finds the steps that have a row for each query, in the run of that query. */
function expectRowsAlike(streamed: Trace, whole: Trace): void {
  expect(streamed.steps.some(({ isKept }) => !isKept)).toBe(true);
  const { rows } = whole.steps.find(({ role }) => role === "weights")?.shape ?? { rows: 0 };
  for (let row = 0; row < rows; row++) {
    for (const { key, id, axes, output } of traceOfRow(streamed, row).steps) {
      const inWhole = findStep(whole, key);
      // e^s may be shifted here, even if the whole does not need it.
      if (axes[0].first !== row || !inWhole || id === "exponentials" || id === "row-sums") continue;
      expect(output(), `${key}, query ${row}`).toBeCloseToMatrix(oneRow(inWhole.output(), row));
    }
  }
}

const oneRow = (matrix: Matrix, row: number): Matrix => ({ ...matrix, rows: 1, data: rowOf(matrix, row) });

const idsOf = (trace: Trace) => keptSteps(trace).map(({ id }) => id);

/** Runs that need the n×m steps. The message says why. */
const REFUSED = /given scores|no value/;

describe("attend", () => {
  for (const { name, inputs, settings } of attendExamples()) {
    const record = () => attend(inputs, { ...settings, stream: true });
    if (REFUSED.test(name)) {
      test(`${name} is refused`, () => {
        expect(record).toThrow(UserError);
        expect(record).toThrow(/^stream/);
      });
      continue;
    }
    test(name, () => {
      const [streamed, whole] = [record(), attend(inputs, settings)];
      expect(idsOf(streamed)).not.toContain("weights");
      expectAlike(streamed, whole);
      expectRowsAlike(streamed, whole);
      expect(streamed.warnings).toEqual(whole.warnings);
    });
  }

  test("large attentions go row by row unless told otherwise, small ones do not", () => {
    const random = createRandom(5);
    const large = { query: randomMatrix(random, 2049, 1), key: randomMatrix(random, 2048, 1) };
    const inputs = { ...large, value: randomMatrix(random, 2048, 1) };
    const streamed = attend(inputs);
    expect(idsOf(streamed)).not.toContain("weights");
    expect(idsOf(attend({ ...inputs, query: inputs.key }))).toContain("weights");
    const whole = attend(inputs, { stream: false });
    expectAlike(streamed, whole);
  });

  test("where nobody looks at the steps, a kernel makes the output without them from 100×100 on", () => {
    const random = createRandom(6);
    const key = randomMatrix(random, 100, 1);
    const inputs = { query: randomMatrix(random, 101, 1), key, value: randomMatrix(random, 100, 1) };
    const makesWeights = (matrices: object, settings: Partial<AttendSettings> = {}) => {
      const compute = vi.spyOn(normalizeRows, "compute");
      matrixOf(recordProblem(attendSpec, { matrices, settings }, { needs: "output" }), "output");
      const { length } = compute.mock.calls;
      compute.mockRestore();
      return length > 0;
    };
    expect(makesWeights(inputs)).toBe(false);
    expect(makesWeights({ ...inputs, query: key })).toBe(true);
    expect(makesWeights(inputs, { scoring: "cosine" })).toBe(true);
  });
});

describe("multihead", () => {
  const random = createRandom(8);
  const matrix = (rows: number, cols: number) => randomMatrix(random, rows, cols);
  const inputs = { x: matrix(5, 6), wq: matrix(6, 6), wk: matrix(6, 6), wv: matrix(6, 6), wo: matrix(6, 4) };
  const shared = { wk: matrix(6, 2), wv: matrix(6, 2) };
  const cases: readonly (readonly [string, object, Partial<MultiheadSettings>])[] = [
    ["heads", {}, {}],
    ["causal, RoPE, kv heads", shared, { causal: true, rope: "half-split", kvHeads: 1 }],
    ["ALiBi", {}, { alibi: true, causal: true }],
    ["a window and a softcap", {}, { window: 2, softcap: 2 }],
    ["a zero key", {}, { causal: true, addZeroAttention: true }],
    ["cosine scores", {}, { scoring: "cosine" }],
  ];
  test.each(cases)("%s", (_, projections, settings) => {
    const given = { ...inputs, ...projections };
    const all = { ...settings, heads: 3 };
    const [streamed, whole] = [multihead(given, { ...all, stream: true }), multihead(given, all)];
    expect(idsOf(streamed)).not.toContain("weights");
    expectAlike(streamed, whole);
    expectRowsAlike(streamed, whole);
  });
  test("a mask, a bias for every head and a cache", () => {
    const more = {
      mask: Array.from({ length: 5 }, (_, i) => Array.from({ length: 7 }, (_, j) => (i + j) % 3 > 0)),
      bias: matrix(15, 7),
      pastKey: matrix(2, 6),
      pastValue: matrix(2, 6),
    };
    const [streamed, whole] = [true, false].map((stream) =>
      multihead({ ...inputs, ...more }, { heads: 3, stream }),
    );
    expectAlike(streamed, whole);
    expectRowsAlike(streamed, whole);
  });
  test("what needs all weights is refused", () => {
    expect(() => multihead(inputs, { heads: 2, stream: true, averageWeights: true })).toThrow("all weights");
    expect(() => multihead(inputs, { heads: 2, stream: true, compareHeads: [1, 2] })).toThrow("all weights");
  });
});

test("any cell is explained in the steps of its row, by number or by name", () => {
  const inputs = {
    x: [
      [1, 0],
      [0, 1],
      [1, 1],
    ],
    tokens: ["a", "b", "c"],
  };
  const streamed = attend(inputs, { stream: true, causal: true });
  for (const text of ["weights[2,1]", "weights[c,b]", "output[2,0]", "scores[c,0]", "log-sum-exp[2]"]) {
    const { trace, cell } = findCell(streamed, text);
    expect(cell.row).toBe(0);
    expect(trace.steps.find(({ id }) => id === cell.key)?.axes[0].labels).toEqual(["c"]);
    expectTraceExplained(trace);
  }
  // Scores of c with a, b, c: 1, 1, 2, over √2.
  const [near, far] = [Math.exp(2 / Math.SQRT2), Math.exp(1 / Math.SQRT2)];
  const { trace, cell } = findCell(streamed, "weights[2,1]");
  expect(rowOf(matrixOf(trace, cell.key), 0)[1]).toBeCloseTo(far / (near + 2 * far), 14);
  expect(() => findCell(streamed, "weights[3,1]")).toThrow('no row "3"');
  expect(findCell(streamed, "x[1,0]").trace).toBe(streamed);
});
