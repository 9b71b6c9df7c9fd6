import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { MULTIHEAD_INPUTS } from "../../src/attention/heads/multihead.js";
import { sortAttentionTensors } from "../../src/systems/checkpoints/attention-module.js";
import { recogniseTensors } from "../../src/systems/checkpoints/libraries.js";
import { storedTensors } from "../support/model-folder.js";
import { runCli } from "../support/run-cli.js";
import { spawnCli } from "../support/spawn-cli.js";

// Every tensor of an attention module is used or reported. One that would change the numbers is refused.

type Rows = readonly (readonly number[])[];

const EYE: Rows = [
  [1, 0],
  [0, 1],
];
const X = "1 2; 0 1";

/** W^Q, W^K, W^V and W^O under Llama's names. They leave x unchanged. */
const llama = (layer: number): Record<string, Rows | readonly number[]> =>
  Object.fromEntries(
    ["q", "k", "v", "o"].map((name) => [`model.layers.${layer}.self_attn.${name}_proj.weight`, EYE]),
  );

const BERT = Object.fromEntries(
  ["self.query", "self.key", "self.value", "output.dense"].map((name) => [
    `encoder.layer.0.attention.${name}.weight`,
    EYE,
  ]),
);

/** The additional tensors, and what qkv says of them: for a refusal the error message, else the notes. */
const TOLD: readonly (readonly [
  string,
  object,
  Readonly<Record<string, Rows | readonly number[]>>,
  RegExp,
])[] = [
  [
    "GPT-OSS",
    llama(0),
    { "model.layers.0.self_attn.sinks": [1, 2] },
    /^error.*self_attn\.sinks \(attention sinks\)/,
  ],
  [
    "a norm with a bias",
    llama(0),
    { "model.layers.0.self_attn.q_norm.weight": [1, 1], "model.layers.0.self_attn.q_norm.bias": [1, 1] },
    /^error.*q_norm\.weight \(a norm of queries\)/,
  ],
  [
    "OLMo 2",
    llama(0),
    {
      "model.layers.0.self_attn.k_norm.weight": [1, 1],
      "model.layers.0.post_feedforward_layernorm.weight": [1, 1],
    },
    /^error.*a norm of keys of all heads together/,
  ],
  [
    "Gemma 3",
    llama(0),
    {
      "model.layers.0.self_attn.k_norm.weight": [1, 1],
      "model.layers.0.pre_feedforward_layernorm.weight": [1, 1],
      "model.layers.0.post_feedforward_layernorm.weight": [1, 1],
    },
    /^error.*a norm of keys whose weights are stored less 1/,
  ],
  [
    "StableLM",
    llama(0),
    { "model.layers.0.self_attn.q_layernorm.norms.0.weight": [1] },
    /^error.*a norm of queries or keys/,
  ],
  [
    "BERT with distances",
    BERT,
    { "encoder.layer.0.attention.self.distance_embedding.weight": EYE },
    /^error.*a bias by distance/,
  ],
  [
    "LoRA",
    llama(0),
    { "model.layers.0.self_attn.q_proj.lora_A.weight": EYE },
    /^error.*lora_A\.weight \(a factor\)/,
  ],
  [
    "MLA",
    { "model.layers.0.self_attn.o_proj.weight": EYE },
    { "model.layers.0.self_attn.kv_a_proj_with_mqa.weight": EYE },
    /^error.*\(a projection\).*hint: Give the projected queries, keys and values/,
  ],
  [
    "Llama 2",
    llama(0),
    { "model.layers.0.self_attn.rotary_emb.inv_freq": [1] },
    /^note.*rotary_emb\.inv_freq is not used: a table of RoPE, which --rope asks for/,
  ],
  [
    "BERT",
    BERT,
    { "encoder.layer.0.attention.output.LayerNorm.weight": [1, 1] },
    /^note.*output\.LayerNorm\.weight is not used: the norm after the attention/,
  ],
  [
    "minGPT",
    llama(0),
    { "model.layers.0.self_attn.mask": EYE },
    /^note.*self_attn\.mask is not used: a mask that its code keeps/,
  ],
  [
    "what nobody knows",
    llama(0),
    { "model.layers.0.self_attn.foo": [1] },
    /^note.*self_attn\.foo is not used: a tensor that is not known/,
  ],
];

describe.each([undefined, "0"])("--layer %s", (layer) => {
  const withLayer = layer === undefined ? [] : ["--layer", layer];
  test.each(TOLD)("%s", async (_, base, beside, said) => {
    const given = { "m.safetensors": storedTensors({ ...base, ...beside }) };
    const argv = ["multihead", "m.safetensors", "--x", X, ...withLayer];
    const { exitCode, stdout, stderr } = await runCli(argv, { given });
    expect([exitCode, stdout === ""]).toEqual(said.source.startsWith("^error") ? [2, true] : [0, false]);
    expect(stderr.replace(/\s+/g, " ")).toMatch(said);
  });
});

test("what a refusal says to give in place of the file is the attention without the tensor", async () => {
  const given = {
    "a b.safetensors": storedTensors({ ...llama(0), ...llama(1), "model.layers.1.self_attn.sinks": [1] }),
    "plain.safetensors": storedTensors({ ...llama(0), ...llama(1) }),
  };
  const refused = await runCli(["multihead", "a b.safetensors", "--x", X, "--layer", "1"], { given });
  const [, replaced, words] = /replace (.*) by: (--wq .*)$/.exec(refused.stderr.trim()) ?? [];
  expect(replaced).toBe("a b.safetensors --layer 1");
  const argv = Array.from(words.matchAll(/'([^']*)'|(\S+)/g), ([, inQuotes, plain]) => inQuotes ?? plain);
  const without = await runCli(["multihead", "--x", X, ...argv, "--json"], { given });
  const plain = await runCli(["multihead", "plain.safetensors", "--x", X, "--layer", "1", "--json"], {
    given,
  });
  expect(JSON.parse(without.stdout).output).toEqual(JSON.parse(plain.stdout).output);
});

test("attend, which has no W^O, works without it and says so", async () => {
  const given = { "m.safetensors": storedTensors(llama(0)) };
  const { exitCode, stderr } = await runCli(["attend", "m.safetensors", "--x", X], { given });
  expect([exitCode, stderr]).toEqual([
    0,
    expect.stringContaining("o_proj.weight is not used: not an input of this command"),
  ]);
});

test("a layer says which of its norms and feed-forward are not used", async () => {
  const beside = {
    "model.layers.0.input_layernorm.weight": [1, 1],
    "model.layers.0.mlp.up_proj.weight": EYE,
  };
  const other = { "model.layers.1.input_layernorm.weight": [1, 1], "model.norm.weight": [1, 1] };
  const given = { "m.safetensors": storedTensors({ ...llama(0), ...llama(1), ...beside, ...other }) };
  const argv = ["layer", "m.safetensors", "--x", X, "--layer", "0", "--w1", "1 0; 0 1", "--w2", "1 0; 0 1"];
  const { exitCode, stderr } = await runCli(argv, { given });
  expect([exitCode, stderr]).toEqual([
    0,
    expect.stringContaining(
      "note: not used from layer 0, because no input has the name: model.layers.0.input_layernorm.weight, model.layers.0.mlp.up_proj.weight\n",
    ),
  ]);
});

test("norms that options give are not refused in the file", async () => {
  const norms = { "l.0.self_attn.q_norm.weight": [2, 2], "l.0.self_attn.k_norm.weight": [1, 1] };
  const weights = Object.fromEntries(
    Object.entries(llama(0)).map(([name, rows]) => [name.replace("model.layers", "l"), rows]),
  );
  const given = {
    "m.safetensors": storedTensors({ ...weights, ...norms }),
    "w.safetensors": storedTensors(weights),
  };
  const refused = await runCli(["multihead", "m.safetensors", "--x", X], { given });
  expect([refused.exitCode, refused.stderr]).toEqual([
    2,
    expect.stringContaining("If they are RMS norms of each head, add"),
  ]);
  const options = ["--x", X, "--query-norm", "2 2", "--key-norm", "1 1", "--json"];
  const said = await runCli(["multihead", "m.safetensors", ...options], { given });
  const plain = await runCli(["multihead", "w.safetensors", ...options], { given });
  expect(JSON.parse(said.stdout).output).toEqual(JSON.parse(plain.stdout).output);
});

describe("names", () => {
  const sorted = (names: readonly string[]) => {
    const { additional, unused } = sortAttentionTensors(
      names,
      recogniseTensors(names, MULTIHEAD_INPUTS),
      MULTIHEAD_INPUTS,
    );
    return [Object.fromEntries(additional), unused.map(({ name, changesNumbers }) => [name, changesNumbers])];
  };

  test("of another module are none of the attention's", () =>
    expect(
      sorted(["h.0.attn.c_attn.weight", "h.0.mlp.dense.weight", "h.0.ln_1.weight", "h.1.attn.foo"]),
    ).toEqual([{}, []]));

  test("without a module are the attention's where nothing else has such", () =>
    expect(sorted(["q_proj.weight", "k_proj.weight", "q_norm.weight", "ln_f.weight", "dense.bias"])).toEqual([
      { "dense.bias": "bo" },
      [["q_norm.weight", true]],
    ]));

  test("of W^O are not looked for where there is one, or no projection", () => {
    expect(
      sorted(["a.self_attn.q_proj.weight", "a.self_attn.o_proj.weight", "a.self_attn.dense.weight"]),
    ).toEqual([{}, [["a.self_attn.dense.weight", true]]]);
    expect(sorted(["a.attn.dense.weight", "a.attn.proj.weight"])).toEqual([{}, []]);
  });
});

// A small Qwen3, computed by NumPy: fixtures/reference/make-model-kinds.py.
interface Kind {
  readonly id: string;
  readonly tensors: Readonly<Record<string, readonly number[] | Rows>>;
  readonly residual: readonly Rows[];
  readonly weights: readonly (readonly Rows[])[];
}

test("norms of Qwen3 without its config.json are NumPy's, in the built program", () => {
  const { models } = JSON.parse(readFileSync("fixtures/reference/model-kinds.json", "utf8")) as {
    readonly models: readonly Kind[];
  };
  const [{ tensors, residual, weights }] = models.filter(({ id }) => id === "qwen3");
  // The embedding after the norm before the attention, with ε = 1e-6.
  const norm = tensors["model.layers.0.input_layernorm.weight"] as readonly number[];
  const x = residual[0].map((row) => {
    const size = Math.sqrt(row.reduce((sum, value) => sum + value ** 2, 0) / row.length + 1e-6);
    return row.map((value, at) => (value / size) * norm[at]);
  });
  const folder = mkdtempSync(join(tmpdir(), "tensors-"));
  try {
    const path = join(folder, "qwen3.safetensors");
    writeFileSync(path, storedTensors(tensors));
    const heads = ["--heads", "2", "--kv-heads", "1", "--head-size", "4", "--causal"];
    const options = ["--layer", "0", "--rope", "half-split", "--base", "1e6", "--eps", "1e-6", "--json"];
    const { status, stdout, stderr } = spawnCli([
      "multihead",
      path,
      "--x",
      JSON.stringify(x),
      ...heads,
      ...options,
    ]);
    expect([status, stderr]).toEqual([
      0,
      expect.stringContaining("q_norm.weight is taken as queryNorm: an RMS norm of each head"),
    ]);
    const got = (JSON.parse(stdout).weights as Rows[]).flat(2);
    // The numbers of NumPy are rounded to 12 decimals.
    for (const [at, number] of weights[0].flat(2).entries())
      expect(Math.abs(got[at] - number)).toBeLessThan(1e-11);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
