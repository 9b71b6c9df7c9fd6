import { describe, expect, test } from "vitest";
import { createRounding, rightNumbers } from "../../../../src/check/model/expected.js";
import { judgePart } from "../../../../src/check/model/judge-part.js";
import type { Part } from "../../../../src/check/model/parts.js";
import { type Matrix, matrixFromRows } from "../../../../src/math/matrix.js";
import type { Op } from "../../../../src/trace/op.js";
import type { Trace } from "../../../../src/trace/trace.js";

// Runs of one or a few steps, each of which adds 0 to its input or is given numbers.

const given = (rows: readonly (readonly number[])[]): Op<unknown> =>
  ({
    ...{ name: "given", compute: () => matrixFromRows(rows) },
    shape: () => ({ rows: rows.length, cols: rows[0].length }),
  }) as unknown as Op<unknown>;

interface Written {
  readonly key: string;
  readonly rows: readonly (readonly number[])[];
  readonly params?: unknown;
}

function runOf(written: readonly Written[], inputs: readonly { name: string; matrix: Matrix }[] = []): Trace {
  const steps = written.map(({ key, rows, params }) => {
    const matrix = matrixFromRows(rows);
    const id = key.slice(key.lastIndexOf("/") + 1);
    const shape = { rows: matrix.rows, cols: matrix.cols };
    return { key, id, params, shape, op: given(rows), inputs: [], isKept: true, output: () => matrix };
  });
  return {
    command: "model",
    steps,
    inputs,
    results: {},
    facts: {},
    conventions: [],
    warnings: [],
  } as unknown as Trace;
}

const numbers = (matrix: Matrix | undefined) => matrix && [...matrix.data];

describe("what a part of a dump should be", () => {
  const trace = runOf(
    [
      { key: "embedding", rows: [[1]] },
      { key: "layer 0/residual", rows: [[2]] },
      { key: "layer 1/residual", rows: [[3]] },
      { key: "layer 1/norm-1/variance", rows: [[3], [8]] },
      { key: "layer 1/norm-1/normalised", rows: [[9]], params: { eps: 1 } },
      { key: "layer 1/norm-2/variance", rows: [[4]] },
      { key: "encoder/layer 0/residual", rows: [[5]] },
    ],
    [{ name: "wte.weight", matrix: matrixFromRows([[7]]) }],
  );
  test.each([
    ["embedding", [1]],
    ["wte.weight", [7]],
    ["unheard", undefined],
    // Without a norm behind the last layer the stream goes on as it is: of the stack that is meant.
    ["encoder/final-norm", [5]],
    ["decoder/final-norm", undefined],
    ["layer 1/final-norm", [3]],
  ])("%s", (key, cells) => expect(numbers(rightNumbers(trace, { key }))).toEqual(cells));

  test("final-norm of a run without one is the last residual", () => {
    const plain = runOf([
      { key: "layer 0/residual", rows: [[2]] },
      { key: "layer 1/residual", rows: [[3]] },
      { key: "other", rows: [[4]] },
    ]);
    expect(numbers(rightNumbers(plain, { key: "final-norm" }))).toEqual([3]);
    expect(numbers(rightNumbers(plain, { key: "my-final-norm" }))).toBeUndefined();
    expect(numbers(rightNumbers(plain, { key: "final-norm/variance" }))).toBeUndefined();
    const normed = runOf([
      { key: "layer 0/residual", rows: [[2]] },
      { key: "final-norm", rows: [[6]] },
    ]);
    expect(numbers(rightNumbers(normed, { key: "final-norm" }))).toEqual([6]);
  });

  test("the deviation of a norm is the root of its variance and its ε", () => {
    const measure = "deviation";
    // √(3 + 1), √(8 + 1)
    expect(numbers(rightNumbers(trace, { key: "layer 1/norm-1/variance", measure }))).toEqual([2, 3]);
    expect(numbers(rightNumbers(trace, { key: "layer 1/norm-2/variance", measure }))).toEqual([2]);
    expect(numbers(rightNumbers(trace, { key: "layer 1/norm-1/variance" }))).toEqual([3, 8]);
  });
});

/** Half the distance from 1 to the next number: 24 and 8 bits, the first before the point. */
const UNIT = { float32: 2 ** -24, bfloat16: 2 ** -8 };

describe("how far rounding may move numbers", () => {
  test("is at least half a unit of float32, ten times over for sums, and a unit of each cell", () => {
    const rounding = createRounding(runOf([{ key: "logits", rows: [[1, 2, -2]] }]));
    // Root mean square √(9 / 3)
    const unit = 10 * (UNIT.float32 / 2) * Math.sqrt(3);
    const expected = [1, 2, -2].map((x) => unit ** 2 + (UNIT.float32 * x) ** 2);
    const variance = rounding.variance({ key: "logits" }, "float32");
    for (const [at, want] of expected.entries()) expect(variance[at] / want).toBeCloseTo(1, 9);
  });

  test("is in proportion in other types", () => {
    const rounding = createRounding(runOf([{ key: "logits", rows: [[1, 2, -2]] }]));
    const [one] = rounding.variance({ key: "logits" }, "float32");
    const [other] = rounding.variance({ key: "logits" }, "bfloat16");
    expect(Math.sqrt(other / one) / (UNIT.bfloat16 / UNIT.float32)).toBeCloseTo(1, 9);
  });

  test("is what rounding each step to float32 makes of it", () => {
    // 1.5 · 2⁻¹⁵⁰ becomes 2⁻¹⁴⁹, a third more.
    const small = 1.5 * 2 ** -150;
    const rounding = createRounding(runOf([{ key: "logits", rows: [[small, small]] }]));
    const [variance] = rounding.variance({ key: "logits" }, "float32");
    expect(Math.sqrt(variance) / ((10 * small) / 3)).toBeCloseTo(1, 9);
  });

  test("is that of the root where the deviation is meant", () => {
    // The variance is a third more in float32, as above, and its root √(4/3) as large.
    const small = 1.5 * 2 ** -150;
    const rounding = createRounding(runOf([{ key: "norm-1/variance", rows: [[small]] }]));
    const [variance] = rounding.variance({ key: "norm-1/variance", measure: "deviation" }, "float32");
    expect(Math.sqrt(variance) / (10 * (Math.sqrt(4 / 3) - 1) * Math.sqrt(small))).toBeCloseTo(1, 6);
  });

  test("does not count −∞, and nothing of a step that is none", () => {
    const trace = runOf([{ key: "masked-scores", rows: [[3, Number.NEGATIVE_INFINITY]] }]);
    const rounding = createRounding(trace);
    const unit = 10 * (UNIT.float32 / 2) * 3;
    const variance = rounding.variance({ key: "masked-scores" }, "float32");
    expect(variance[0] / (unit ** 2 + (UNIT.float32 * 3) ** 2)).toBeCloseTo(1, 9);
    expect(variance[1] / unit ** 2).toBeCloseTo(1, 9);
    expect(rounding.variance({ key: "unheard" }, "float32").length).toBe(0);
  });

  test("of zeros is none", () => {
    const rounding = createRounding(runOf([{ key: "logits", rows: [[0, 0]] }]));
    expect([...rounding.variance({ key: "logits" }, "float32")]).toEqual([0, 0]);
  });

  test("is at least half of what it is in a step that is made alike", () => {
    // In layer 0 a cell of 2⁻¹⁴⁹ / 2 is lost whole: a relative error of 1, of which half counts in layer 1.
    const trace = runOf([
      { key: "layer 0/weights", rows: [[2 ** -151]] },
      { key: "layer 1/weights", rows: [[1]] },
      { key: "layer 1/others", rows: [[1]] },
    ]);
    const rounding = createRounding(trace);
    const unitOf = (key: string) =>
      Math.sqrt(rounding.variance({ key }, "float32")[0] - UNIT.float32 ** 2) / 10;
    expect(unitOf("layer 1/weights")).toBeCloseTo(0.5, 9);
    expect(unitOf("layer 1/others")).toBeCloseTo(UNIT.float32 / 2, 9);
    expect(rounding.variance({ key: "layer 0/weights" }, "float32")[0]).toBeCloseTo(0, 30);
  });
});

describe("a part of a dump is judged", () => {
  const trace = runOf([{ key: "masked-scores", rows: [[1, 2, Number.NEGATIVE_INFINITY, 0]] }]);
  const judging = { rounding: createRounding(trace) };
  const part = (cells: readonly number[], key = "masked-scores"): Part =>
    ({ key, got: matrixFromRows([cells]), tensor: {} }) as unknown as Part;
  const INF = Number.POSITIVE_INFINITY;

  test("cell by cell, in units of what rounding may make", () => {
    const judged = judgePart(trace, part([1, 3, -INF, 0]), "float32", judging);
    expect(judged).toMatchObject({
      type: "float32",
      variance: judging.rounding.variance({ key: "masked-scores" }, "float32"),
    });
    // Off by 1
    expect([...judged.units]).toEqual([0, 1 / Math.sqrt(judged.variance[1]), 0, 0]);
  });

  test("as a blocked cell where anything far below stands for −∞", () => {
    const units = (cell: number, at: number) => {
      const cells = [1, 2, -INF, 0];
      cells[at] = cell;
      return judgePart(trace, part(cells), "float32", judging).units[at];
    };
    expect([units(-1e4, 2), units(-1e9, 2), units(-3.4e38, 2)]).toEqual([0, 0, 0]);
    expect([units(-9999, 2), units(0, 2), units(Number.NaN, 2)]).toEqual([INF, INF, INF]);
    expect(units(-1e9, 1)).toBeGreaterThan(1e9);
    expect(units(-1e9, 1)).toBeLessThan(INF);
  });

  test("by a tolerance of somebody's own", () => {
    const tolerance = { atol: 0.25, rtol: 0.5 };
    const judged = judgePart(trace, part([1, 3, -INF, 0]), "float32", { ...judging, tolerance });
    // An eighth of 0.25 + 0.5 · |right|: 0.09375 and 0.15625
    expect(judged.variance[0]).toBeCloseTo(0.09375 ** 2, 12);
    expect(judged.units[1]).toBeCloseTo(1 / 0.15625, 9);
  });

  test("as wrong throughout where the run has no such step, or one of other numbers", () => {
    expect([...judgePart(trace, part([1, 2], "unheard"), "float32", judging).units]).toEqual([INF, INF]);
    expect([...judgePart(trace, part([1, 2]), "float32", judging).units]).toEqual([INF, INF]);
    const tolerance = { atol: 1, rtol: 0 };
    const judged = judgePart(trace, part([1, 2], "unheard"), "float32", { ...judging, tolerance });
    expect([judged.units.length, judged.variance.length]).toEqual([2, 2]);
  });
});
