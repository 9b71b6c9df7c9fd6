import { describe, expect, test } from "vitest";
import type { RoundingModel } from "../../../../src/check/machine/expected-error.js";
import { attentionsOf, findTarget } from "../../../../src/check/machine/target.js";
import { attentionOf, taskOf, tasksOf } from "../../../../src/check/machine/task.js";
import { createMatrix, type Matrix, matrixFromRows } from "../../../../src/math/matrix.js";
import type { Trace } from "../../../../src/trace/trace.js";
import { recordAttend, recordMultihead } from "../../../support/record.js";
import { refusal } from "../../../support/refusal.js";

const QUERY = matrixFromRows([
  [1, 2],
  [3, 4],
]);
const KEY = matrixFromRows([
  [1, 0],
  [0, 1],
  [1, 1],
]);
const VALUE = matrixFromRows([[5], [6], [7]]);
const GIVEN = { query: QUERY, key: KEY, value: VALUE };

const attend = (settings: object = {}, more: object = {}) =>
  recordAttend({ matrices: { ...GIVEN, ...more }, settings });
const contextOf = (trace: Trace) => {
  const context = trace.steps.find(({ role }) => role === "context");
  if (!context) throw new TypeError("there is an output");
  return context;
};
const task = (trace: Trace) => taskOf(trace, contextOf(trace));

describe("an attention as a kernel is given it", () => {
  test("is its inputs, its scale, and what becomes of a row without keys", () => {
    expect(task(attend())).toEqual({
      ...{ scope: "", head: 0, query: QUERY, key: KEY, value: VALUE, scale: 1 / Math.sqrt(2) },
      ...{ softcap: undefined, bias: undefined, blocked: undefined, emptyRow: "zero", isProjected: false },
    });
  });

  test("has what is done to its scores", () => {
    const bias = matrixFromRows([[1, 2, 3]]);
    const found = task(attend({ scale: 3, softcap: 5, causal: true, align: "bottom-right" }, { bias }));
    expect(found).toMatchObject({ scale: 3, softcap: 5 });
    expect(found?.bias?.data).toBe(bias.data);
    // Query 0 of two stands at key 1 of three.
    expect([...(found?.blocked?.low ?? [])]).toEqual([0, 0]);
    expect([...(found?.blocked?.high ?? [])]).toEqual([2, 3]);
    expect(task(attend({ scale: 1 }))?.scale).toBe(1);
    expect(task(attend({ softcap: 5 }))).toMatchObject({ softcap: 5, scale: 1 / Math.sqrt(2) });
    expect(task(attend({}, { bias }))).toMatchObject({ softcap: undefined, bias });
  });

  test("is none that sets scores to a number, or weighs otherwise", () => {
    expect(task(attend({ causal: true, align: "bottom-right", maskFill: "replace:-1e9" }))).toBeUndefined();
    expect(task(attend({ causal: true, align: "bottom-right", maskFill: "multiply-exp" }))).toBeUndefined();
    expect(task(attend({ scoring: "cosine" }))).toBeUndefined();
    expect(tasksOf(attend({ scoring: "cosine" }))).toEqual([]);
    // Scores that were given are of no queries and keys; weights are no sum of values.
    const scores = matrixFromRows([[1, 2, 3]]);
    expect(task(recordAttend({ matrices: { scores, value: VALUE }, settings: {} }))).toBeUndefined();
    const weights = attend().steps.find(({ id }) => id === "weights");
    if (!weights) throw new TypeError("there are weights");
    expect(taskOf(attend(), weights)).toBeUndefined();
  });

  test("that sets masked scores to a number is known without its mask, with the scores of the softmax", () => {
    const filled = (maskFill: string) => {
      const trace = attend({ causal: true, align: "top-left", scale: 3, maskFill });
      return attentionOf(trace, contextOf(trace));
    };
    // q·k = 1 2 3; 3 4 7, times 3; query 0 stands at key 0.
    expect(filled("replace:-7")?.scores?.data).toEqual(Float64Array.of(3, -7, -7, 9, 12, -7));
    expect(filled("add:-7")?.scores?.data).toEqual(Float64Array.of(3, 6 - 7, 9 - 7, 9, 12, 21 - 7));
    expect(filled("replace:-7")?.task).toMatchObject({ query: QUERY, key: KEY, value: VALUE, scale: 3 });
    expect(filled("replace:-7")?.task.blocked).toBeUndefined();
    expect(attentionOf(attend(), contextOf(attend()))?.scores).toBeUndefined();
  });

  test("may have scores that are not scaled, and projections", () => {
    expect(task(attend({ scale: "none" }))).toMatchObject({ scale: 1, key: KEY });
    const one = matrixFromRows([
      [1, 0],
      [0, 1],
    ]);
    const matrices = { x: QUERY, wq: one, wk: one, wv: one };
    const projected = task(recordAttend({ matrices, settings: {} }));
    expect(projected?.isProjected).toBe(true);
    expect([...(projected?.value.data ?? [])]).toEqual([1, 2, 3, 4]);
  });

  test("is projected where one of query, key and value is, cached rows before it or not", () => {
    const two = createMatrix(2, 2, (row, col) => row + col);
    const isProjected = (more: object) =>
      recordAll({ query: two, key: two, value: two, ...more }).map((found) => found.isProjected);
    const recordAll = (matrices: object) =>
      tasksOf(recordMultihead({ matrices: matrices as Record<string, Matrix>, settings: { heads: 1 } }));
    const past = { pastKey: two, pastValue: two };
    expect(isProjected({})).toEqual([false]);
    expect(isProjected(past)).toEqual([false]);
    for (const name of ["wq", "wk", "wv"]) {
      expect(isProjected({ [name]: two })).toEqual([true]);
      expect(isProjected({ [name]: two, ...past })).toEqual([true]);
    }
    const ofOne = recordAttend({ matrices: { query: two, key: two, value: two, wq: two }, settings: {} });
    expect(task(ofOne)?.isProjected).toBe(true);
  });

  test("is one of each head", () => {
    const four = createMatrix(2, 4, (row, col) => row + col);
    const inputs = { query: four, key: four, value: four };
    const trace = recordMultihead({ matrices: inputs, settings: { heads: 2 } });
    const found = tasksOf(trace);
    expect(found.map(({ scope, head, isProjected }) => [scope, head, isProjected])).toEqual([
      ["head 0", 0, false],
      ["head 1", 1, false],
    ]);
    expect([...found[1].query.data]).toEqual([2, 3, 3, 4]);
    const wq = createMatrix(4, 4, (row, col) => (row === col ? 1 : 0));
    const projected = recordMultihead({ matrices: { ...inputs, wq }, settings: { heads: 2 } });
    expect(tasksOf(projected).map(({ isProjected }) => isProjected)).toEqual([true, true]);
  });

  test("adds up several biases, of one row and of all", () => {
    const two = createMatrix(2, 2, (row, col) => row + col);
    const bias = matrixFromRows([[10, 20]]);
    const trace = recordMultihead({
      matrices: { query: two, key: two, value: two, bias },
      settings: { heads: 1, alibi: true },
    });
    // ALiBi of one head: 2^−8 less for each position that a key lies behind.
    const [found] = tasksOf(trace);
    expect(found.bias?.rows).toBe(2);
    expect([...(found.bias?.data ?? [])].filter((_, at) => at !== 1)).toEqual([10, 10 - 2 ** -8, 20]);
  });
});

describe("what an answer is compared with", () => {
  const find = (trace: Trace, key: string, matrix: Matrix) =>
    findTarget(attentionsOf(trace), { key, matrix, source: "dump" });
  const four = createMatrix(2, 4, (row, col) => row + col);
  const heads = recordMultihead({
    matrices: {
      ...{ query: four, key: four, value: four },
      wo: createMatrix(4, 4, (row, col) => (row === col ? 2 : 0)),
    },
    settings: { heads: 2 },
  });

  test.each([
    ["output", "output", "output"],
    ["out", "output", "output"],
    ["lse", "log-sum-exp", "log-sum-exp"],
  ] as const)("%s of one attention is its %s", (key, id, what) => {
    const target = find(attend(), key, createMatrix(2, 1));
    expect([target.scope, target.id, target.of?.what]).toEqual(["", id, what]);
    expect(target.expected.want.rows).toBe(2);
  });

  test.each([
    ["head 1/output", "head 1", "context", 2, 2],
    ["head 1 context", "head 1", "context", 2, 2],
    ["head0.out", "head 0", "context", 2, 2],
    ["Head_1.lse", "head 1", "log-sum-exp", 2, 1],
    ["head 1/weights", "head 1", "weights", 2, 2],
    ["head 1/scores", "head 1", "scores", 2, 2],
    ["output", "", "output", 2, 4],
    ["concat", "", "concat", 2, 4],
  ])("%s of two heads", (key, scope, id, rows, cols) => {
    const target = find(heads, key, createMatrix(rows, cols));
    expect([target.scope, target.id]).toEqual([scope, id]);
    expect(target.got).toMatchObject({ rows, cols });
    expect(target.projection?.id).toBe(scope === "" ? id : undefined);
    expect(target.of?.task.scope).toBe(id === "context" || id === "log-sum-exp" ? scope : undefined);
  });

  const many = createMatrix(2, 11, (row, col) => row + col);
  const eleven = recordMultihead({
    matrices: { query: many, key: many, value: many },
    settings: { heads: 11 },
  });
  // Scores that are set to a number are those of no kernel.
  const filled = { causal: true, maskFill: "replace:-1e9" };
  const filledHeads = recordMultihead({
    matrices: { query: four, key: four, value: four },
    settings: { heads: 2, ...filled },
  });
  test.each<[string, Trace, string, string, boolean]>([
    ["  head - 10 : attn_out", eleven, "head 10", "context", true],
    ["head 10/lse", eleven, "head 10", "log-sum-exp", true],
    ["head 1/attn_output", heads, "head 1", "context", true],
    ["head 1/attn_probs", heads, "head 1", "weights", false],
    ["attn_output", attend(), "", "output", true],
    ["attn_output", attend({ ...filled, align: "bottom-right" }), "", "output", false],
    ["head 1/attn_output", filledHeads, "head 1", "context", false],
    ["head 1/attn_probs", filledHeads, "head 1", "weights", false],
    ["concat", filledHeads, "", "concat", false],
  ])("%s", (key, trace, scope, id, isOfAttention) => {
    const step = trace.steps.find((one) => one.id === id && (scope === "" || one.key === `${scope}/${id}`));
    const target = find(trace, key, createMatrix(step?.shape.rows ?? 2, step?.shape.cols ?? 1));
    expect([target.scope, target.id, target.of?.task.scope]).toEqual([
      scope,
      id,
      isOfAttention ? scope : undefined,
    ]);
    expect(target).toHaveProperty(
      "expected.want",
      expect.objectContaining(target.id === "log-sum-exp" ? {} : { data: step?.output().data }),
    );
    if (id !== "concat") expect(target).not.toHaveProperty("projection");
  });

  test.each(["lse", "overhead 1/output", "head 7/output", "attn_probs"])("of two heads none is %s", (key) =>
    expect(refusal(() => find(heads, key, createMatrix(2, 2)))?.code).toBe("UNKNOWN_STEP"),
  );

  test("weights of the only attention are found by what libraries call them", () =>
    expect(find(attend(), "attn_weights", createMatrix(2, 3)).id).toBe("weights"));

  test("a column may be a row", () => {
    const { got } = find(attend(), "lse", matrixFromRows([[1, 2]]));
    expect(got).toEqual(matrixFromRows([[1], [2]]));
    expect(find(attend(), "output", matrixFromRows([[1, 2]])).got).toEqual(matrixFromRows([[1], [2]]));
  });

  test("another shape is refused", () => {
    const error = (key: string, rows: number, cols: number, trace = attend()) => {
      const found = refusal(() => find(trace, key, createMatrix(rows, cols)));
      return [found?.code, found?.message, found?.details.hint, found?.details.location?.source];
    };
    const check = "Check which problem the answer belongs to.";
    expect(error("weights", 3, 2)).toEqual([
      ...["SHAPE_MISMATCH", "weights is 2×3, but the answer is 3×2."],
      ...["It looks transposed: save its transpose.", "dump"],
    ]);
    expect(error("output", 3, 1).slice(1, 3)).toEqual(["output is 2×1, but the answer is 3×1.", check]);
    expect(error("lse", 2, 2).slice(1, 3)).toEqual(["log-sum-exp is 2×1, but the answer is 2×2.", check]);
    expect(error("output", 1, 3).slice(1, 3)).toEqual(["output is 2×1, but the answer is 1×3.", check]);
    expect(error("head 1/lse", 3, 1, heads)[1]).toBe("head 1/log-sum-exp is 2×1, but the answer is 3×1.");
    expect(error("output", 2, 2, heads)[1]).toBe("output is 2×4, but the answer is 2×2.");
    // One row stands for a column alone.
    expect(error("head 1/output", 1, 2, heads)[1]).toBe("head 1/context is 2×2, but the answer is 1×2.");
  });

  test("a step that is not there is unknown", () =>
    expect(refusal(() => find(attend(), "frobs", createMatrix(2, 1)))?.code).toBe("UNKNOWN_STEP"));

  test("an attention of another run has no statistics", () => {
    const [other] = attentionsOf(attend()).tasks;
    expect(() => attentionsOf(attend()).statistics(other)).toThrow("this attention is not of this run");
    const own = attentionsOf(attend());
    expect(own.statistics(own.tasks[0])).toBe(own.statistics(own.tasks[0]));
  });
});

describe("the expected error", () => {
  const rounding: RoundingModel = {
    ...{ compute: "float32", stored: "float64", roundsScores: false, roundsInputs: false },
  };
  const varianceOf = (trace: Trace, key: string, rows: number, cols: number) =>
    findTarget(attentionsOf(trace), {
      key,
      matrix: createMatrix(rows, cols),
      source: "dump",
    }).expected.variance(rounding);
  const four = createMatrix(2, 4, (row, col) => 1 + row + col);
  const heads = (more: object = {}) =>
    recordMultihead({ matrices: { query: four, key: four, value: four, ...more }, settings: { heads: 2 } });
  const wo = createMatrix(4, 4, (row, col) => (row === col ? 2 : 0));

  test("of contexts side by side is that of each", () => {
    const [first, second] = [0, 1].map((head) => varianceOf(heads({ wo }), `head ${head}/context`, 2, 2));
    expect([...varianceOf(heads({ wo }), "concat", 2, 4)]).toEqual([
      ...[first[0], first[1], second[0], second[1], first[2], first[3], second[2], second[3]],
    ]);
  });

  test("of their projection is that times the squares of W, and what the product adds", () => {
    const before = varianceOf(heads({ wo }), "concat", 2, 4);
    const behind = varianceOf(heads({ wo }), "output", 2, 4);
    // 2² times what came before; 0.41 · 2^−24 · ‖row‖ · 2 by the product, in float64 next to nothing by storing it.
    const context = heads({ wo })
      .steps.find(({ id }) => id === "concat")
      ?.output() as Matrix;
    for (let row = 0; row < 2; row++) {
      const numbers = context.data.subarray(row * 4, (row + 1) * 4);
      const norm = numbers.reduce((sum, value) => sum + value ** 2, 0);
      for (let col = 0; col < 4; col++) {
        const expected = 4 * before[row * 4 + col] + (0.41 * 2 ** -24) ** 2 * norm * 4;
        expect(behind[row * 4 + col] / expected).toBeCloseTo(1, 9);
      }
    }
  });

  const bo = createMatrix(1, 4, () => 100);
  test("of an output that is the concatenation is that of it", () => {
    expect(varianceOf(heads(), "output", 2, 4)).toEqual(varianceOf(heads(), "concat", 2, 4));
    // Of a sum with b alone nothing is known but its size: the mean of the squares, and 16 times its own.
    const trace = heads({ bo });
    const want = trace.steps.find(({ id }) => id === "output")?.output() as Matrix;
    const mean = want.data.reduce((sum, value) => sum + value ** 2 / 8, 0);
    const variance = varianceOf(trace, "output", 2, 4);
    expect(variance[3] / (2 ** -48 * (16 * want.data[3] ** 2 + mean))).toBeCloseTo(1, 9);
  });

  test("of scores and weights is that of the attention they are of", () => {
    // d = 2: 0.41 · ‖q‖·‖k‖/√2 and (√2/3 + 2)·|s| units of 2^−24 for scaled scores.
    const trace = heads();
    const [query, key] = [1, 2].map((row) => [row + 2, row + 3]);
    const score = (query[0] * key[0] + query[1] * key[1]) / Math.SQRT2;
    const norms = (Math.hypot(...query) * Math.hypot(...key)) / Math.SQRT2;
    const sigma = 2 ** -24 * (0.41 * norms + (Math.SQRT2 / 3 + 2) * score);
    expect(varianceOf(trace, "head 1/scaled-scores", 2, 2)[1] / sigma ** 2).toBeCloseTo(1, 9);
    const weight = trace.steps.find((one) => one.key === "head 1/weights")?.output().data[1] ?? 0;
    expect(varianceOf(trace, "head 1/weights", 2, 2)[1] / (2 * sigma ** 2 * weight ** 2)).toBeCloseTo(1, 9);
  });

  test("of a projection of what is not known is not known either", () => {
    const trace = recordMultihead({
      matrices: { query: four, key: four, value: four, wo },
      settings: { heads: 2, scoring: "cosine" },
    });
    for (const id of ["concat", "output"]) {
      const want = trace.steps.find((one) => one.id === id)?.output() as Matrix;
      const mean = want.data.reduce((sum, value) => sum + value ** 2 / 8, 0);
      const variance = varianceOf(trace, id, 2, 4);
      expect(variance[3] / (2 ** -48 * (16 * want.data[3] ** 2 + mean))).toBeCloseTo(1, 9);
    }
  });

  test("of a number in the place of masked scores is that of −∞, in a row that may attend to all keys", () => {
    const lastRow = (settings: object, id: string) =>
      varianceOf(
        recordMultihead({ matrices: { query: four, key: four, value: four, wo }, settings }),
        ...([id, 2, 4] as const),
      ).slice(4);
    for (const id of ["concat", "output"])
      expect(lastRow({ heads: 2, causal: true, maskFill: "replace:-1e9" }, id)).toEqual(
        lastRow({ heads: 2, causal: true }, id),
      );
  });

  test("of a log-sum-exp is that of scores and sums", () => {
    // One key: ln e^s = s errs as its score, and by u²/3·(1 + s²) of the sum; storing in float64 adds nothing to speak of.
    const one = matrixFromRows([[3]]);
    const trace = recordAttend({ matrices: { query: one, key: one, value: one }, settings: {} });
    const sigma = 2 ** -24 * (0.41 * 9 + (1 / 3 + 2) * 9);
    const sums = (2 ** -48 / 3) * (1 + 81);
    expect(varianceOf(trace, "lse", 1, 1)[0] / (sigma ** 2 + sums)).toBeCloseTo(1, 9);
  });

  test("of a given projection is that of the product alone", () => {
    // x of a row (1 2 3 4), norm 30; W = 2·1: ‖column‖² = 4.
    const made = varianceOf(heads({ wq: wo }), "Q", 2, 4);
    expect(made[0] / ((0.41 * 2 ** -24) ** 2 * 30 * 4)).toBeCloseTo(1, 9);
    const turned = createMatrix(4, 4, (row, col) => (row === 0 ? col : 0));
    const out = recordMultihead({
      matrices: { query: four, key: four, value: four, wq: turned },
      settings: { heads: 2, layout: "out-in" },
    });
    // Q = x·Wᵀ: its first column is x times (0 1 2 3), the others times 0.
    const other = varianceOf(out, "Q", 2, 4);
    expect(other[0] / ((0.41 * 2 ** -24) ** 2 * 30 * 14)).toBeCloseTo(1, 9);
    expect(other[1]).toBe(0);
  });
});
