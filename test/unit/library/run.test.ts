import { describe, expect, test } from "vitest";
import {
  alibi,
  attend,
  compareScoring,
  layer,
  multihead,
  posenc,
  type Run,
  replay,
  rope,
  toRows,
} from "../../../src/index.js";
import { runCli } from "../../support/run-cli.js";

// Results as arrays, and as the JSON of the command line.

// e^0 and e^(1/√2 · √2) for q·k = 0 and 1 without a scale: weights 1/(1 + e) and e/(1 + e).
const small = {
  q: [[1, 0]],
  k: [
    [0, 1],
    [1, 0],
  ],
  v: [
    [10, 1],
    [20, 2],
  ],
};
const share = Math.E / (1 + Math.E);

describe("results are arrays with named axes", () => {
  const run = attend(small, { scale: "none" });
  test("weights, output and any step or input", () => {
    expect(run.weights).toMatchObject({ shape: [1, 2], axes: ["query", "key"] });
    expect(run.weights?.toRows()[0][1]).toBeCloseTo(share, 14);
    expect(run.output?.toRows()[0][1]).toBeCloseTo(1 + share, 14);
    expect(run.step("scores").toRows()).toEqual([[0, 1]]);
    expect(run.step("value").toRows()).toEqual(small.v);
  });
  test("of several heads with an axis for heads", () => {
    // Head 0 has columns 0 and 1, head 1 columns 2 and 3: q·k is 2 and 3 in the one, 5 and 0 in the other.
    const x = {
      q: [[1, 0, 0, 1]],
      k: [
        [2, 9, 9, 5],
        [3, 9, 9, 0],
      ],
      v: [
        [1, 1],
        [1, 1],
      ],
    };
    const { weights, step } = multihead(x, { heads: 2, scale: "none" });
    expect(step("scores")).toMatchObject({ shape: [2, 1, 2], axes: ["head", "query", "key"] });
    expect(step("scores").toRows()).toEqual([[[2, 3]], [[5, 0]]]);
    expect(step("head 1/scores").toRows()).toEqual([[5, 0]]);
    expect(weights?.shape).toEqual([2, 1, 2]);
    expect(weights?.data[2]).toBeCloseTo(1 / (1 + Math.exp(-5)), 14);
  });
  test("what has none is undefined", () => {
    expect(attend({ q: [[1]], k: [[1]] }).output).toBeUndefined();
    expect(posenc({}, { length: 2, dModel: 2 }).weights).toBeUndefined();
    expect(compareScoring({ q: [[1]], k: [[1]] }).weights).toBeUndefined();
  });
  test("a step that is not there is named, with the nearest", () => {
    expect(() => run.step("weigths")).toThrow(
      expect.objectContaining({ code: "UNKNOWN_STEP", details: { hint: 'Did you mean "weights"?' } }),
    );
  });
  test("they are of this run alone: a copy with other steps does not have them", () => {
    expect(Object.keys({ ...run })).toEqual(Object.keys(JSON.parse(JSON.stringify({ ...run }))));
    expect({ ...run }).not.toHaveProperty("output");
  });
  test("a replay has its own", () => {
    const doubled = replay(run, {
      replace: new Map([["value", { rows: 2, cols: 1, data: Float64Array.of(0, 1) }]]),
    });
    expect(doubled.output?.toRows()[0][0]).toBeCloseTo(share, 14);
    expect(JSON.parse(JSON.stringify(doubled)).settings).toEqual({ scale: "none" });
  });
});

describe("JSON.stringify writes what the command prints", () => {
  const x = [
    [1, 0, 2, 0],
    [0, 1, 0, 3],
  ];
  const w = {
    w1: [
      [1, 0],
      [0, 1],
      [1, 1],
      [0, 0],
    ],
    w2: [
      [1, 0, 0, 0],
      [0, 1, 0, 0],
    ],
  };
  const narrow = [
    [1, 0],
    [0, 1],
  ];
  const grouped = { q: x, k: narrow, v: narrow };
  const mask = [
    [true, false],
    [true, true],
  ];
  const cases: readonly (readonly [string, Run, object, readonly string[]])[] = [
    [
      "attend",
      attend(small, { causal: true, align: "top-left" }),
      small,
      ["--causal", "--align", "top-left"],
    ],
    ["attend", attend({ x, mask, tokens: ["a", "b"] }), { x, mask, tokens: ["a", "b"] }, []],
    ["attend", attend({ x }, { preset: "gpt2" }), { x }, ["--preset", "gpt2"]],
    ["attend", attend({ x }, { dtype: "bfloat16" }), { x }, ["--dtype", "bfloat16"]],
    [
      "attend",
      attend(
        {
          x,
          mask: [
            [false, false],
            [true, true],
          ],
        },
        { emptyRow: "nan" },
      ),
      {
        x,
        mask: [
          [false, false],
          [true, true],
        ],
      },
      ["--empty-row", "nan"],
    ],
    ["multihead", multihead(grouped, { heads: 2, kvHeads: 1 }), grouped, ["--heads", "2", "--kv-heads", "1"]],
    ["layer", layer({ x, ...w }, { heads: 2 }), { x, ...w }, ["--heads", "2"]],
    ["posenc", posenc({}, { length: 3, dModel: 4 }), { settings: { length: 3, dModel: 4 } }, []],
    ["alibi", alibi({ length: 3, heads: 2 }), { settings: { length: 3, heads: 2 } }, []],
    ["rope", rope(x), { x }, []],
    [
      "compare-scoring",
      compareScoring({ x }, { scorings: ["dot", "cosine"] }),
      { x },
      ["--scorings", "dot,cosine"],
    ],
  ];
  test.each(cases)("%s %#", async (command, run, given, options) => {
    const { stdout, stderr } = await runCli([
      command,
      JSON.stringify(given),
      ...options,
      "--json",
      "--quiet",
    ]);
    expect(stderr).toBe("");
    // Texts name settings as a script does.
    const spelled = stdout.replace(/--([a-z-]+)/g, (_, name: string) =>
      name.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase()),
    );
    expect(JSON.parse(JSON.stringify(run))).toEqual(JSON.parse(spelled));
  });
});

test("nested lists of any number of axes", () => {
  const { output } = alibi({ length: 2, heads: 2 });
  // The slopes of 2 heads are 2^-4 and 2^-8 (Press et al. 2022); the bias of one step back is -slope.
  expect(output?.toRows<number[][][]>()[0][1][0]).toBe(-(2 ** -4));
  expect(output?.toRows<number[][][]>()[1][1][0]).toBe(-(2 ** -8));
  expect(toRows({ rows: 1, cols: 1, data: Float64Array.of(1) })).toEqual([[1]]);
});
