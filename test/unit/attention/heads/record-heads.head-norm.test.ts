import { describe, expect, test } from "vitest";
import { layer, matrixOf, multihead, toRows } from "../../../../src/index.js";
import { modelFolder } from "../../../support/model-folder.js";
import { createRandom, randomMatrix } from "../../../support/random.js";
import { runCli } from "../../../support/run-cli.js";

// The mean squares of 3, 4 and of 0, 5 are 12.5: with ε = 3.5 their roots are √16 = 4.
const rows = {
  ...{
    query: [
      [3, 4],
      [0, 5],
    ],
    key: [
      [0, 5],
      [3, 4],
    ],
    value: [
      [1, 0],
      [0, 1],
    ],
  },
  ...{ queryNorm: [[2, 1]], keyNorm: [[4, 8]] },
};

describe("queries and keys of a head are normed by their root mean square", () => {
  const settings = { eps: 3.5, scale: 1 };

  test("each by its own weight, before they meet", () => {
    const trace = multihead(rows, settings);
    const got = ["q-norm", "k-norm", "scores"].map((id) => toRows(matrixOf(trace, `head 0/${id}`)));
    expect(got).toEqual([
      [
        [1.5, 1],
        [0, 1.25],
      ],
      [
        [0, 10],
        [3, 8],
      ],
      [
        [10, 12.5],
        [12.5, 10],
      ],
    ]);
  });

  test.each([
    [["queryNorm", "keyNorm"], "queries and keys", ["Norm of the queries", "Norm of the keys"]],
    [["queryNorm"], "queries", ["Norm of the queries"]],
    [["keyNorm"], "keys", ["Norm of the keys"]],
    [[], "", []],
  ] as const)("%j: which are normed is stated", (names, what, titles) => {
    const { query, key, value } = rows;
    const norms = Object.fromEntries(names.map((name) => [name, rows[name]]));
    const trace = multihead({ query, key, value, ...norms }, what === "" ? {} : { eps: 3.5 });
    const stated = trace.conventions.filter(({ name }) => name === "headNorm");
    const text = `RMS norm of each head's ${what}, ε = 3.5`;
    expect(stated).toEqual(what === "" ? [] : [{ name: "headNorm", value: 3.5, text }]);
    expect(trace.steps.filter(({ id }) => id.endsWith("-norm")).map(({ title }) => title)).toEqual(titles);
  });

  test("and before they are turned: position 1 by one radian", () => {
    const trace = multihead(rows, { ...settings, rope: "half-split" });
    const [first, second] = toRows(matrixOf(trace, "head 0/q-rotated"));
    expect(first).toEqual([1.5, 1]);
    expect(second[0]).toBeCloseTo(-1.25 * Math.sin(1), 14);
    expect(second[1]).toBeCloseTo(1.25 * Math.cos(1), 14);
  });

  test("one alone, and by an RMS norm also in a layer of layer norms", () => {
    const { query, queryNorm } = rows;
    const weights = {
      w1: [
        [0, 0],
        [0, 0],
      ],
      w2: [
        [0, 0],
        [0, 0],
      ],
    };
    const trace = layer({ x: query, queryNorm, ...weights }, { ...settings, normKind: "layer" });
    expect(toRows(matrixOf(trace, "head 0/q-norm"))).toEqual([
      [1.5, 1],
      [0, 1.25],
    ]);
    expect(trace.steps.filter(({ id }) => id === "k-norm")).toEqual([]);
  });
});

test.each([
  ["SHAPE_MISMATCH", "d_k", ["--heads", "2", "--query-norm", "1 2 3 4"]],
  ["CONFLICTING_INPUTS", "one head size", ["--key-norm", "1 2 3 4", "--compare-heads", "1,2"]],
  ["USAGE", "--key-norm", ["--key-norm", "1 2 3 4", "--as", "torch-mha"]],
])("%s: %s", async (code, words, options) => {
  const { exitCode, stderr } = await runCli(["multihead", "--x", "1 0 2 1; 0 1 1 2", ...options, "--json"]);
  expect([exitCode, JSON.parse(stderr).error]).toEqual([
    2,
    expect.objectContaining({ code, message: expect.stringContaining(words) }),
  ]);
});

test("--eps without a norm changes nothing, and one line says so", async () => {
  const { exitCode, stderr } = await runCli([
    "multihead",
    "--x",
    "1 0 2 1; 0 1 1 2",
    "--eps",
    "0.1",
    "--json",
  ]);
  const note =
    "note: --eps changes nothing here: it is about norms of queries and keys, but there are none\n";
  expect([exitCode, stderr]).toEqual([0, note]);
});

/** A Qwen3 of one layer: four heads of 2 columns, which share two kv heads. */
function qwen3() {
  const random = createRandom(3);
  const drawn = (count: number, cols: number) => toRows(randomMatrix(random, count, cols));
  const attention = (name: string) => `model.layers.0.self_attn.${name}.weight`;
  const mlp = (name: string) => `model.layers.0.mlp.${name}_proj.weight`;
  return {
    config: {
      ...{ model_type: "qwen3", hidden_size: 4, num_hidden_layers: 1, num_attention_heads: 4 },
      ...{ num_key_value_heads: 2, head_dim: 2, intermediate_size: 3, max_position_embeddings: 8 },
      ...{ vocab_size: 5, rms_norm_eps: 0.25, hidden_act: "silu", tie_word_embeddings: true },
    },
    tensors: {
      ...{ "model.embed_tokens.weight": drawn(5, 4), "model.norm.weight": drawn(1, 4)[0] },
      ...{ [attention("q_proj")]: drawn(8, 4), [attention("k_proj")]: drawn(4, 4) },
      ...{ [attention("v_proj")]: drawn(4, 4), [attention("o_proj")]: drawn(4, 8) },
      ...{ [attention("q_norm")]: drawn(1, 2)[0], [attention("k_norm")]: drawn(1, 2)[0] },
      "model.layers.0.input_layernorm.weight": drawn(1, 4)[0],
      "model.layers.0.post_attention_layernorm.weight": drawn(1, 4)[0],
      ...{ [mlp("gate")]: drawn(3, 4), [mlp("up")]: drawn(3, 4), [mlp("down")]: drawn(4, 3) },
    },
  };
}

test("a layer of a Qwen3 gives by itself what it gives in the model", async () => {
  const given = modelFolder("m", qwen3());
  const run = async (...argv: readonly string[]) => {
    const { exitCode, stdout, stderr } = await runCli([...argv, "--json", "--quiet"], { given });
    expect(exitCode, stderr).toBe(0);
    return JSON.parse(stdout);
  };
  const { steps } = await run("model", "m", "--ids", "1,4,2", "--steps", "all");
  const of = (id: string) =>
    steps.find(
      (step: { id: string; scope: unknown }) =>
        step.id === id && JSON.stringify(step.scope).includes("layer 0"),
    ).data;
  const asLayer = await run("layer", "m", "--layer", "0", "--x", JSON.stringify(of("input")));
  expect(asLayer.output).toEqual(of("output"));
  const asHeads = await run("multihead", "m", "--layer", "0", "--x", JSON.stringify(of("norm-1")));
  expect(asHeads.output).toEqual(of("attention-output"));
});
