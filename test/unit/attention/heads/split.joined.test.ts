import { expect, test } from "vitest";
import { recordOutputProjection, stateCost } from "../../../../src/attention/heads/split.js";
import { record, recordWith } from "../../../../src/attention/recorder.js";
import { matrixFromRows, toRows } from "../../../../src/math/matrix.js";
import { mean } from "../../../../src/ops/elementwise.js";
import { joinColumns } from "../../../../src/ops/parts.js";
import { createRecorder } from "../../../../src/trace/recorder.js";
import { refusal } from "../../../support/refusal.js";

const AXES = [{ name: "query" }, { name: "column" }] as const;

/** A recorder with these matrices as inputs, by name. */
function given<Name extends string>(matrices: Readonly<Record<Name, number[][]>>) {
  const recorder = createRecorder("heads");
  const refs = Object.fromEntries(
    Object.entries<number[][]>(matrices).map(([name, rows]) => [
      name,
      recorder.input(name, matrixFromRows(rows), AXES),
    ]),
  ) as Record<Name, ReturnType<typeof recorder.input>>;
  return { recorder, refs };
}

test("the average of two heads' weights", () => {
  const { recorder, refs } = given({ one: [[1, 0]], other: [[0.5, 0.5]] });
  recordWith(recorder, () => record("average-weights", mean, [refs.one, refs.other]));
  const [step] = recorder.trace().steps;
  // (1 + 0.5) / 2 and (0 + 0.5) / 2
  expect(toRows(step.output())).toEqual([[0.75, 0.25]]);
  expect(step).toMatchObject({
    ...{ id: "average-weights", title: "Average weights", formula: "mean of α over the heads" },
    ...{ view: "distribution", axes: AXES },
  });
});

test.each([
  [1, "the context of the one head", ["h0:0", "h0:1"], [[1, 2]]],
  [
    ...([3, "[context of head 0; …; head 2]"] as const),
    ...([["h0:0", "h0:1", "h1:0", "h2:0", "h2:1"], [[1, 2, 3, 4, 5]]] as const),
  ],
])("%d contexts side by side", (count, formula, labels, rows) => {
  const { recorder, refs } = given({ a: [[1, 2]], b: [[3]], c: [[4, 5]] });
  recordWith(recorder, () => record("concat", joinColumns, [refs.a, refs.b, refs.c].slice(0, count)));
  const [step] = recorder.trace().steps;
  expect(toRows(step.output())).toEqual(rows);
  expect(step).toMatchObject({ id: "concat", role: "concat", title: "Concatenation", formula });
  expect(step.axes).toEqual([{ name: "query" }, { name: "column", labels }]);
});

// concat = [1 2]; W^O = [1 0; 1 1] as rows of inputs: [1·1 + 2·1, 2·1] = [3, 2]; b^O = [10 20] adds to it.
test.each([
  ["W^O and b^O", ["wo", "bo"], "O = concat W^O + b^O", [[13, 22]]],
  ["W^O alone", ["wo"], "O = concat W^O", [[3, 2]]],
  ["b^O alone", ["bo"], "O = concat + b^O", [[11, 22]]],
  ["neither", [], "O = concat, because there is no W^O", [[1, 2]]],
])("the output with %s", (_, names, formula, rows) => {
  const { recorder, refs } = given({
    concat: [[1, 2]],
    wo: [
      [1, 0],
      [1, 1],
    ],
    bo: [[10, 20]],
  });
  const weights = Object.fromEntries(names.map((name) => [name, refs[name as "wo" | "bo"]]));
  recordWith(recorder, () => recordOutputProjection(refs.concat, weights, "in-out"));
  const [step] = recorder.trace().steps;
  expect(toRows(step.output())).toEqual(rows);
  expect(step).toMatchObject({ id: "output", title: "Output", role: "output-projection", formula });
  expect(step.axes[0]).toEqual({ name: "query" });
  expect(step.axes[1].name).toBe(names.length > 0 ? "d_model" : "column");
});

test.each([
  [["wo"], { wo: [[1], [2], [3]] }, "concat is 1×2 but wo is 3×1: H·d_v must match (2 ≠ 3)."],
  [["bo"], { bo: [[1, 2, 3]] }, "concat is 1×2 but bo is 1×3: d_model must match (2 ≠ 3)."],
  [["wo", "bo"], { wo: [[1], [2]], bo: [[1, 2]] }, "wo is 2×1 but bo is 1×2: d_out must match (1 ≠ 2)."],
])("%j of another shape", (_, matrices, message) => {
  const { recorder, refs } = given<string>({ concat: [[1, 2]], ...matrices });
  const { concat, ...weights } = refs;
  const error = refusal(() => recordWith(recorder, () => recordOutputProjection(concat, weights, "in-out")));
  expect(error?.code).toBe("SHAPE_MISMATCH");
  expect(error?.message).toContain(message);
});

test("what a layer holds and costs", () => {
  const ones = (rows: number, cols: number) => Array.from({ length: rows }, () => Array(cols).fill(1));
  const { recorder, refs } = given({
    ...{ wq: ones(4, 6), wk: ones(4, 3), wv: ones(4, 5), wo: ones(10, 4) },
    ...{
      bq: ones(1, 6),
      bk: ones(1, 3),
      bv: ones(1, 5),
      bo: ones(1, 4),
      biasK: ones(1, 3),
      biasV: ones(1, 5),
    },
    ...{ wa: ones(3, 3) },
  });
  const split = { numHeads: 2, numKvHeads: 1, headSize: 3, valueSize: 5 };
  const cost = recordWith(recorder, () => stateCost(split, refs, { numQueries: 7, newKeys: 8, allKeys: 9 }));
  const facts = Object.values(recorder.trace().facts).map(({ text }) => text);
  // W: 24 + 12 + 20 + 40 = 96; b: 6 + 3 + 5 + 4 + 3 + 5 = 26; W_a of the scoring: 9
  expect(facts).toContain("131 parameters in W and b");
  // 7 queries by W^Q and W^O: 7·64 = 448; 8 keys by W^K and W^V: 8·32 = 256; 2 heads · 7·9 · (3 + 5) = 1008
  expect(cost).toBe(1712);
  expect(facts).toContain("1712 multiply-adds: 704 in projections, 1008 in Q Kᵀ and α V");
  // One kv head of 3 + 5 numbers, of two bytes each.
  expect(facts).toContain("8 numbers per token in a KV cache: 16 bytes in float16");
});

test("a layer without weights costs its attention", () => {
  const { recorder } = given({});
  const split = { numHeads: 1, numKvHeads: 1, headSize: 2, valueSize: 2 };
  // 1 · 3·3 · 4
  const cost = recordWith(recorder, () => stateCost(split, {}, { numQueries: 3, newKeys: 3, allKeys: 3 }));
  expect(cost).toBe(36);
});
