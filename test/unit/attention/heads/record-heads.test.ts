import { describe, expect, test } from "vitest";
import { findStep, matrixOf, multihead, toRows } from "../../../../src/index.js";
import { refusal } from "../../../support/refusal.js";

type Inputs = Parameters<typeof multihead>[0];
type Settings = Parameters<typeof multihead>[1];

/** This many rows of ones, with two columns each. */
const ones = (rows: number) => Array.from({ length: rows }, () => [1, 1]);
/** All queries and keys are equal: two heads of one column, every score 1. */
const alike = (numQueries: number, numKeys: number): Inputs => ({
  ...{ query: ones(numQueries), key: ones(numKeys), value: ones(numKeys) },
});
const run = (inputs: Inputs, settings: Settings = {}) => multihead(inputs, { heads: 2, ...settings });

describe("a bias", () => {
  /** What heads 0 and 1 cut out of it, if anything. */
  const cut = (numQueries: number, bias: number[][], settings: Settings = {}) => {
    const trace = run({ ...alike(numQueries, 2), bias }, settings);
    return [0, 1].map((head) => findStep(trace, `head ${head}/given-bias`));
  };
  const rows = (step: ReturnType<typeof findStep>) => step && toRows(step.output());

  test("of a row a query and head is cut into that of each", () => {
    // Three queries, two heads.
    const bias = [0, 1, 2, 3, 4, 5].map((value) => [value, 10 * value]);
    const steps = cut(3, bias);
    expect(steps.map(rows)).toEqual([bias.slice(0, 3), bias.slice(3)]);
    expect(steps.map((step) => [step?.title, step?.formula])).toEqual([
      ["Given bias of this head", "rows 0 to 2 of bias"],
      ["Given bias of this head", "rows 3 to 5 of bias"],
    ]);
    expect(steps[0]?.axes).toEqual([{ name: "query" }, { name: "key" }]);
  });

  test("of a row a head holds for all queries of it", () => {
    const steps = cut(3, [
      [1, 2],
      [3, 4],
    ]);
    expect(steps.map(rows)).toEqual([[[1, 2]], [[3, 4]]]);
    expect(steps[1]?.formula).toBe("rows 1 to 1 of bias");
    expect(steps[1]?.axes).toEqual([{ name: "bias" }, { name: "key" }]);
  });

  test("of a row a query, or of one, is that of all heads", () => {
    // As many queries as heads: one row per query, not per head.
    const two = [
      [1, 2],
      [3, 4],
    ];
    expect(cut(2, two)).toEqual([undefined, undefined]);
    expect(cut(3, [[1, 2]])).toEqual([undefined, undefined]);
    expect(cut(3, [[1, 2]], { heads: 1 })[0]).toBeUndefined();
    expect(cut(1, [[1, 2]], { heads: 1 })[0]).toBeUndefined();
  });

  test("of any other number of rows is refused", () => {
    for (const count of [2, 4, 5, 7]) {
      const bias = Array.from({ length: count }, () => [1, 2]);
      const error = refusal(() => cut(3, bias, { heads: count === 2 ? 1 : 2 }));
      expect(error?.code).toBe("SHAPE_MISMATCH");
      expect(error?.message).toContain(`${count}×2`);
    }
  });
});

test("a bias of past and new keys says nothing of those behind them", () => {
  const past = { pastKey: ones(1), pastValue: ones(1) };
  const trace = run({ ...alike(1, 1), ...past, bias: [[3, 4]] }, { addZeroAttention: true });
  expect(findStep(trace, "open-bias")?.output().data).toEqual(Float64Array.of(3, 4, 0));
  expect(findStep(run({ ...alike(1, 1), ...past, bias: [[3, 4]] }), "open-bias")).toBeUndefined();
});

test("a causal mask counts the keys before the new ones", () => {
  const past = { pastKey: ones(1), pastValue: ones(1) };
  const trace = run({ ...alike(2, 2), ...past }, { causal: true });
  // Query 0 has the position of key 1.
  expect(toRows(matrixOf(trace, "head 0/weights"))).toEqual([
    [0.5, 0.5, 0],
    [1 / 3, 1 / 3, 1 / 3],
  ]);
});

describe("the weights of all heads", () => {
  test("are averaged when asked for, and a result", () => {
    // Every key has 1/2 in both heads.
    const trace = run(alike(1, 2), { averageWeights: true });
    expect(trace.results.averageWeights).toBe("average-weights");
    expect(findStep(trace, "average-weights")?.output().data).toEqual(Float64Array.of(0.5, 0.5));
    expect(run(alike(1, 2)).results).not.toHaveProperty("averageWeights");
    expect(findStep(run(alike(1, 2)), "average-weights")).toBeUndefined();
  });

  test("are needed for that", () => {
    const error = refusal(() => run(alike(1, 2), { averageWeights: true, stream: true }));
    expect(error?.message).toBe("stream: averageWeights needs all weights.");
  });

  test("are not kept, nor measured, row by row", () => {
    const trace = run(alike(1, 2), { stream: true });
    const convention = expect.objectContaining({ name: "stream", value: true });
    expect(trace.conventions).toContainEqual(convention);
    expect(trace.results).not.toHaveProperty("weights");
    expect(trace.overview?.findings).toEqual([]);
    expect(findStep(trace, "head-entropy")).toBeUndefined();
    expect(run(alike(1, 2)).conventions).not.toContainEqual(convention);
  });

  test("have a sentence a head", () => {
    expect(run(alike(1, 2)).overview?.findings).toEqual([
      "Head 0 looks mostly at its own position (50 % of its weight).",
      "Head 1 looks mostly at its own position (50 % of its weight).",
    ]);
    // A query after a cached key has the position of key 1, which in head 1 has e⁹ times the weight of key 0.
    const past = { pastKey: [[1, 0]], pastValue: [[1, 1]] };
    const behind = run({ query: [[9, 9]], key: [[1, 1]], value: [[1, 1]], ...past });
    expect(behind.overview?.findings?.[1]).toBe(
      "Head 1 looks mostly at its own position (100 % of its weight).",
    );
  });
});

test("the cost counts all keys: past, new, bias_k and the zero key", () => {
  const more = { pastKey: ones(1), pastValue: ones(1), biasK: ones(1), biasV: ones(1) };
  const { facts } = run({ ...alike(1, 2), ...more }, { addZeroAttention: true });
  // 2 heads, 1 query, 1 + 2 + 1 + 1 = 5 keys, 1 + 1 columns
  expect(facts.multiplyAdds.value).toBe(20);
});

test("steps of a head say what they are cut from", () => {
  const trace = run(alike(1, 2));
  expect(["q", "k", "v"].map((id) => findStep(trace, `head 1/${id}`)?.formula)).toEqual([
    ...["columns 1 to 1 of Q", "columns 1 to 1 of K", "columns 1 to 1 of V"],
  ]);
  expect(findStep(trace, "head 1/context")?.title).toBe("Context");
});

test("distances of positions have the names of queries and of all keys", () => {
  const past = { pastKey: ones(1), pastValue: ones(1) };
  const given = { ...alike(1, 1), ...past, tokens: ["now"], keyTokens: ["then", "now"] };
  expect(findStep(run(given, { alibi: true }), "distance")?.axes).toEqual([
    { name: "query", labels: ["now"] },
    { name: "key", labels: ["then", "now"] },
  ]);
});
