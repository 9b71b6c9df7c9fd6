import { describe, expect, test } from "vitest";
import { assemblerOf } from "../../../../src/check/machine/assemble.js";
import { checkDump } from "../../../../src/check/machine/check-dump.js";
import {
  type RoundingModel,
  varianceOfRow,
  varianceOfStoring,
} from "../../../../src/check/machine/expected-error.js";
import { FLOAT_TYPES } from "../../../../src/check/machine/float-types.js";
import { makeRow } from "../../../../src/check/machine/rows.js";
import { attentionsOf, findTarget } from "../../../../src/check/machine/target.js";
import { createMatrix, type Matrix, mapCells } from "../../../../src/math/matrix.js";
import { createRandom } from "../../../../src/math/random.js";
import type { Trace } from "../../../../src/trace/trace.js";
import { recordAttend, recordMultihead } from "../../../support/record.js";

const random = createRandom(21);
const draw = (rows: number, cols: number) => createMatrix(rows, cols, () => Math.fround(random.normal()));
const rounding: RoundingModel = {
  ...{ compute: "bfloat16", stored: "float16", roundsScores: false, roundsInputs: false },
};

const of = (trace: Trace, key: string) => {
  const attentions = attentionsOf(trace);
  const step = trace.steps.find((one) => one.key === key);
  const matrix = createMatrix(step?.shape.rows ?? 3, step?.shape.cols ?? 1);
  const assemble = assemblerOf(attentions, findTarget(attentions, { key, matrix, source: "dump" }), rounding);
  return { attentions, assemble };
};

const ROW = 1;
const [query, key, value] = [draw(3, 24), draw(3, 24), draw(3, 24)];
const heads = (more: object = {}, settings: object = {}) =>
  recordMultihead({ matrices: { query, key, value, ...more }, settings: { heads: 2, ...settings } });

/** The row of each head, and the mean squares of its errors, one behind the other. */
function partsOf({ attentions }: Pick<ReturnType<typeof of>, "attentions">) {
  const parts = attentions.tasks.map((task) => {
    const made = makeRow(task, ROW);
    if (!made) throw new TypeError("there are keys");
    const { meanSquares } = attentions.statistics(task);
    return { output: made.output, variance: varianceOfRow(made, meanSquares, rounding, task.query.cols) };
  });
  return {
    output: parts.flatMap((part) => [...part.output]),
    variance: parts.flatMap((part) => [...part.variance]),
  };
}

const rowOf = (trace: Trace, name: string) => {
  const made = of(trace, name);
  const row = made.assemble?.((task) => makeRow(task, ROW));
  if (!row) throw new TypeError("there is a row");
  return { row, parts: partsOf(made) };
};

describe("a row of one attention", () => {
  test("is what was made of it, with its expected error", () => {
    const { row, parts } = rowOf(recordAttend({ matrices: { query, key, value }, settings: {} }), "output");
    expect([...row.output]).toEqual(parts.output);
    expect([...row.variance]).toEqual(parts.variance);
    // Its first columns may be expected to err by no less.
    expect([...(row.sample?.output ?? [])]).toEqual(parts.output.slice(0, 8));
    expect(row.sample?.variance).toHaveLength(8);
    for (const [at, own] of row.sample?.variance.entries() ?? []) {
      expect(own).toBeGreaterThanOrEqual(parts.variance[at]);
    }
  });

  test("may be that of a head", () => {
    const { attentions, assemble } = of(heads(), "head 1/context");
    const asked: string[] = [];
    const row = assemble?.((task) => {
      asked.push(task.scope);
      return makeRow(task, ROW);
    });
    expect(asked).toEqual(["head 1"]);
    expect([...(row?.output ?? [])]).toEqual([...(makeRow(attentions.tasks[1], ROW)?.output ?? [])]);
  });

  test("is none where nothing is made, and of what is no output", () => {
    expect(of(heads(), "head 1/context").assemble?.(() => undefined)).toBeUndefined();
    expect(of(heads(), "head 1/weights").assemble).toBeUndefined();
    expect(of(heads(), "head 1/lse").assemble).toBeUndefined();
    // Scores that are set to a number are those of no kernel.
    const filled = heads({}, { causal: true, maskFill: "replace:-1e9" });
    expect(of(filled, "output").assemble).toBeUndefined();
  });
});

describe("a row of several attentions", () => {
  const wo = draw(24, 4);
  const bo = draw(1, 24);
  const storing = (number: number) => varianceOfStoring(FLOAT_TYPES.float16, number);

  test.each(["concat", "output"])("is theirs side by side: %s", (name) => {
    const { row, parts } = rowOf(heads(), name);
    expect([...row.output]).toEqual(parts.output);
    expect([...row.variance]).toEqual(parts.variance);
    // Of a projection the concatenation is before it.
    const before = rowOf(heads({ wo, bo: draw(1, 4) }), "concat");
    expect([...before.row.output]).toEqual(before.parts.output);
  });

  const turned = createMatrix(4, 24, (row, col) => wo.data[col * 4 + row]);
  test.each<[string, Matrix | undefined, Trace]>([
    ["times W", undefined, heads({ wo })],
    ["times W as torch keeps it", undefined, heads({ wo: turned }, { layout: "out-in" })],
    [
      "times W plus b",
      createMatrix(1, 4, (_, col) => 3 * col + 1),
      heads({ wo, bo: createMatrix(1, 4, (_, col) => 3 * col + 1) }),
    ],
  ])("%s", (_, b, trace) => {
    const { row, parts } = rowOf(trace, "output");
    expect(row.output).toHaveLength(4);
    for (let col = 0; col < 4; col++) {
      // Σ_k o_k w_kc + b_c errs by Σ_k σ_k² w_kc², and by what storing it adds.
      const weight = (k: number) => wo.data[k * 4 + col];
      const output = parts.output.reduce((sum, own, k) => sum + own * weight(k), b?.data[col] ?? 0);
      const variance = parts.variance.reduce((sum, own, k) => sum + own * weight(k) ** 2, storing(output));
      expect(row.output[col]).toBeCloseTo(output, 12);
      expect(row.variance[col] / variance).toBeCloseTo(1, 12);
    }
  });

  test("plus b alone", () => {
    const { row, parts } = rowOf(heads({ bo }), "output");
    const output = parts.output.map((own, col) => own + bo.data[col]);
    expect([...row.output]).toEqual(output);
    expect([...row.variance]).toEqual(parts.variance.map((own, col) => own + storing(output[col])));
  });

  test("is none where a head makes none", () => {
    const { attentions, assemble } = of(heads(), "output");
    expect(
      assemble?.((task) => (task === attentions.tasks[0] ? makeRow(task, ROW) : undefined)),
    ).toBeUndefined();
  });

  test.each([{}, { wo }, { bo }])("is what names a mistake: %#", (more) => {
    const problem = { matrices: { query, key, value, ...more }, settings: { heads: 2, causal: true } };
    const homework = { trace: recordMultihead(problem), problem, record: recordMultihead };
    const unmasked = heads(more).steps.find(({ id }) => id === "output");
    const matrix = mapCells(unmasked?.output() ?? createMatrix(1, 1), Math.fround);
    const { diagnosis } = checkDump([
      { homework, answers: [{ key: "output", matrix, source: "dump", kept: "float32" }] },
    ]);
    expect(diagnosis.map(({ mistake: { id }, step }) => [id, step])).toEqual([["mask-missing", "output"]]);
  });
});
