import { expect, test } from "vitest";
import { attend, check, explain, multihead } from "../../../src/index.js";

// Query, key and value with axes for batches and heads are computed as a whole. With equal keys, the output is the mean
// of the values.

/** Two batches of two heads, with one query and two keys each, whose values are 1 … 8. All keys are equal. */
const arrays = {
  q: { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2, 1, 1] },
  k: { data: new Float32Array(8).fill(0.5), shape: [2, 2, 2, 1] },
  v: { data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), shape: [2, 2, 2, 1] },
};

test("results are those of all batches and heads, steps those of the first", () => {
  const run = attend(arrays);
  expect(run.output).toMatchObject({ shape: [2, 2, 1, 1], axes: ["batch", "head", "query", "d_v"] });
  expect(JSON.stringify(run.output)).toBe("[[[[1.5]],[[3.5]]],[[[5.5]],[[7.5]]]]");
  expect(run.weights?.shape).toEqual([2, 2, 1, 2]);
  // Scores are q·k with d = 1.
  expect(run.step("scores").toRows()).toEqual([
    [[[0.5, 0.5]], [[1, 1]]],
    [[[1.5, 1.5]], [[2, 2]]],
  ]);
  expect(run.warnings.join()).toContain("2 batches × 2 heads. The steps are those of batch 0, head 0");
  expect(explain(run, "output[0,0]").value).toBe(1.5);
  expect(check(run, { output: [["1.5"]] }).verdict).toBe("agrees");
});

test("heads are those of multihead, too, and may share keys", () => {
  const { q, k, v } = arrays;
  const run = multihead(q, { ...k, shape: [2, 1, 4, 1] }, { ...v, shape: [2, 1, 4, 1] });
  expect(run.step("context")).toMatchObject({ shape: [2, 2, 1, 1], axes: ["batch", "head", "query", "d_v"] });
  expect(run.step("context").toRows()).toEqual([
    [[[2.5]], [[2.5]]],
    [[[6.5]], [[6.5]]],
  ]);
});

test("nested lists, positions before heads, a mask for all", () => {
  // One batch, two positions, two heads: head h has the values h, h + 2.
  const lists = {
    q: [[[[1], [1]]]],
    k: [
      [
        [[1], [1]],
        [[1], [1]],
      ],
    ],
    v: [
      [
        [[0], [1]],
        [[2], [3]],
      ],
    ],
  };
  expect(attend(lists, { axes: "bshd" }).output?.toRows()).toEqual([[[[1]], [[2]]]]);
  expect(attend({ ...lists, mask: [[true, false]] }, { axes: "bshd" }).output?.toRows()).toEqual([
    [[[0]], [[1]]],
  ]);
});

test("what does not fit is said with what would do", () => {
  const { q, k, v } = arrays;
  expect(() => attend(q, { ...k, shape: [4, 2, 1, 1] }, v)).toThrow("they do not fit each other");
  expect(() => attend([[1]], [[1]], [[1]], { axes: "bhsd" })).toThrow("axes is about query, key and value");
  expect(() => attend(arrays, { casual: true } as object)).toThrow('no setting "casual"');
  expect(() => attend(arrays).step("nope")).toThrow("no step");
});
