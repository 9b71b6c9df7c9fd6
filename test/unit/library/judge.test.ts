import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { judge, type NdArray, read } from "../../../src/index.js";
import { runCli } from "../../support/run-cli.js";

// Arrays in memory are judged like a dump that contains them.

/** Two batches of three heads of 4 queries and keys with 2 columns, and the causal attention of each in float32. */
function dump() {
  const shape = [2, 3, 4, 2];
  const draw = (seed: number) => Float32Array.from({ length: 48 }, (_, at) => Math.sin(seed + at * at));
  const [q, k, v] = [1, 2, 3].map(draw);
  const o = new Float32Array(48);
  const lse = new Float32Array(24);
  for (let row = 0; row < 24; row++) {
    const first = row - (row % 4);
    const keys = Array.from({ length: (row % 4) + 1 }, (_, at) => first + at);
    const powers = keys.map((key) =>
      Math.exp((q[2 * row] * k[2 * key] + q[2 * row + 1] * k[2 * key + 1]) / Math.SQRT2),
    );
    const sum = powers.reduce((a, b) => a + b);
    lse[row] = Math.log(sum);
    for (const col of [0, 1]) {
      o[2 * row + col] = keys.reduce((total, key, at) => total + (powers[at] / sum) * v[2 * key + col], 0);
    }
  }
  const array = (data: Float32Array) => ({ data, shape });
  return {
    inputs: { q: array(q), k: array(k), v: array(v) },
    o: array(o),
    lse: { data: lse, shape: [2, 3, 4] },
  };
}

const { inputs, o, lse } = dump();

test("right ones agree, of all heads and batches", async () => {
  const { verdict, steps, precision } = await judge(inputs, { o, lse }, { causal: true });
  expect({ verdict, precision: precision.compute, steps: steps.length }).toEqual({
    ...{ verdict: "agrees", precision: "float32" },
    steps: 2 * 3 * 2,
  });
});

test("what would make them right is told by its settings", async () => {
  const { verdict, rightWith } = await judge(inputs, { o });
  expect({ verdict, rightWith }).toEqual({ verdict: "differs", rightWith: { causal: true } });
});

test("inputs and answers may stand in one object, settings among the inputs", async () => {
  expect((await judge({ ...inputs, o, is_causal: true })).verdict).toBe("agrees");
  const { verdict, notes } = await judge(inputs, { mine: o }, { causal: true });
  expect({ verdict, notes: notes.join() }).toMatchObject({
    verdict: "agrees",
    notes: expect.stringContaining("read mine as the output, by its shape (2×3×4×2)"),
  });
});

test("one wrong number in one head is found", async () => {
  const wrong = { ...o, data: o.data.map((value, at) => (at === 41 ? value + 1 : value)) };
  const { verdict, steps } = await judge(inputs, { out: wrong }, { causal: true });
  // Number 41 of (2, 3, 4, 2) is batch 1, head 2, row 0, column 1.
  expect(verdict).toBe("differs");
  expect(steps.filter((step) => step.wrong > 0)).toMatchObject([
    { scope: "batch 1/head 2", worst: { cell: [0, 1] } },
  ]);
});

test("the same report as of a file", async () => {
  const path = "fixtures/kernels/not-rescaled.npz";
  const { q, k, v, out } = (await read(readFileSync(path), path)) as Readonly<Record<string, NdArray>>;
  const { stdout } = await runCli(["multihead", path, "--causal", "--check", "--json"]);
  const spelled = JSON.parse(stdout.replace(/--([a-z]+)/g, "$1")).check;
  const { notes: _, ...report } = await judge({ q, k, v }, { out }, { causal: true });
  expect(JSON.parse(JSON.stringify(report))).toEqual(spelled);
});

test("nested lists, other axes, and settings of judging", async () => {
  // Equal keys: the output is the mean of the values.
  const heads = {
    q: [[[1, 0]], [[0, 1]]],
    k: [
      [
        [1, 1],
        [1, 1],
      ],
      [
        [2, 2],
        [2, 2],
      ],
    ],
    v: [
      [[1], [3]],
      [[5], [9]],
    ],
  };
  const turned = {
    q: [
      [
        [1, 0],
        [0, 1],
      ],
    ],
    k: [
      [
        [1, 1],
        [2, 2],
      ],
      [
        [1, 1],
        [2, 2],
      ],
    ],
    v: [
      [[1], [5]],
      [[3], [9]],
    ],
  };
  expect((await judge(heads, { output: [[[2]], [[7]]] }, { axes: "hnd" })).verdict).toBe("agrees");
  expect((await judge(turned, { output: [[[2], [7]]] }, { axes: "nhd" })).verdict).toBe("agrees");
  expect((await judge(heads, { output: [[[2.1]], [[7]]] }, { axes: "hnd", atol: 0.2 })).verdict).toBe(
    "agrees",
  );
  const mask = [[true, false]];
  expect((await judge({ ...heads, mask }, { output: [[[1]], [[5]]] }, { axes: "hnd" })).verdict).toBe(
    "agrees",
  );
});

describe("what is wrong is said with what would do", () => {
  const q = inputs.q;
  const cases: readonly (readonly [string, () => Promise<unknown>, string, string])[] = [
    ["no answer", () => judge(inputs, {}), "MISSING_INPUT", "There is no answer to judge."],
    ["no names", () => judge([q] as never, o as never), "BAD_VALUE", "settings by name"],
    ["a name twice", () => judge(inputs, { q }), "CONFLICTING_INPUTS", '"q" is both an input and an answer'],
    [
      "no setting",
      () => judge(inputs, { o }, { causl: true } as object),
      "UNKNOWN_KEY",
      'no setting "causl"',
    ],
    ["no number", () => judge(inputs, { o: [["a"]] as never }), "NOT_A_NUMBER", 'o contains "a"'],
    ["ragged", () => judge(inputs, { o: [[1, 2], [3]] }), "RAGGED_ROWS", "of o have different lengths"],
    ["a shape", () => judge(inputs, { o: { ...o, shape: [2, 2] } }), "SHAPE_MISMATCH", "o has 48 numbers"],
  ];
  test.each(cases)("%s", async (_, work, code, message) => {
    await expect(work()).rejects.toMatchObject({ name: "UserError", code });
    await expect(work()).rejects.toThrow(message);
  });
});
