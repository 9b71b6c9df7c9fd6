import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { matrixOf, model, UserError } from "../../src/index.js";
import { runCli } from "../support/run-cli.js";
import { type StoredTensor, safetensorsFile } from "../support/stored-tensors.js";

// Drawn models with every kind and switch of config.json, computed by NumPy in float64. The README in the folder
// explains them.

type Rows = readonly (readonly number[])[];

interface Case {
  readonly id: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly tensors: Readonly<Record<string, readonly number[] | Rows>>;
  /** After the embedding and after each layer. */
  readonly residual: readonly Rows[];
  /** Layer, head. */
  readonly weights: readonly (readonly Rows[])[];
  readonly logits?: Rows;
}

const { ids, models } = JSON.parse(readFileSync("fixtures/reference/model-kinds.json", "utf8")) as {
  readonly ids: readonly number[];
  readonly models: readonly Case[];
};
const kinds = models.filter(({ id }) => id !== "nested");
const nested = models.find(({ id }) => id === "nested") ?? models[0];

function expectAlike(got: Float64Array | readonly number[], want: Rows): void {
  const flat = want.flat();
  expect(got.length).toBe(flat.length);
  // The numbers of NumPy are rounded to 12 decimals.
  for (const [at, number] of flat.entries()) expect(Math.abs(got[at] - number)).toBeLessThan(1e-11);
}

describe.each(kinds)("$id", ({ config, tensors, residual, weights, logits }) => {
  const trace = model({ config, tensors }, { ids: [...ids] });
  test("every residual stream, every weight and the logits are NumPy's", () => {
    // 0 is padding in BERT, 1 in RoBERTa, and both are among the ids.
    expect(trace.warnings.filter((text) => !/^Tokens? .* padding/.test(text))).toEqual([]);
    for (const [layer, heads] of weights.entries()) {
      expectAlike(matrixOf(trace, `layer ${layer}/residual`).data, residual[layer + 1]);
      for (const [head, own] of heads.entries()) {
        expectAlike(matrixOf(trace, `layer ${layer}/head ${head}/weights`).data, own);
      }
    }
    if (logits) expectAlike(matrixOf(trace, "logits").data, logits);
  });
});

test("a checkpoint of nanoGPT's training says the sizes itself", async () => {
  const bytes = readFileSync("fixtures/reference/nanogpt.pt");
  const options = ["--ids", ids.join(","), "--json"];
  const { stdout, stderr } = await runCli(["model", "out", ...options], { given: { "out/ckpt.pt": bytes } });
  expect(stderr).toBe("");
  const nano = models.find(({ id }) => id === "nanogpt");
  const got: readonly number[] = JSON.parse(stdout).logits.flat();
  // Its weights are float32: numbers of two decimals have errors of about 3e-8.
  for (const [at, number] of (nano?.logits ?? []).flat().entries()) expect(got[at]).toBeCloseTo(number, 5);
});

test("a line that begins with a model runs it", async () => {
  const given = { "out/ckpt.pt": readFileSync("fixtures/reference/nanogpt.pt") };
  const { stdout, stderr } = await runCli(["out/ckpt.pt", "--ids", "1,2", "--json"], { given });
  expect(stderr).toBe("note: qkv out/ckpt.pt is read as qkv model out/ckpt.pt\n");
  expect(JSON.parse(stdout)).toMatchObject({ command: "model", ids: [1, 2] });
});

test("a pytorch_model.bin whose weights stand beside an epoch and an optimizer, in a dictionary of their own", async () => {
  const bytes = readFileSync("fixtures/reference/nested-model.bin");
  const given = { "m/config.json": JSON.stringify(nested.config), "m/pytorch_model.bin": bytes };
  for (const path of ["m", "m/pytorch_model.bin", "m/config.json"]) {
    const { stdout, stderr } = await runCli(["model", path, "--ids", ids.join(","), "--json"], { given });
    expect(stderr).toBe("");
    expectAlike(JSON.parse(stdout).logits.flat(), nested.logits ?? []);
  }
  const map = Object.fromEntries(
    ["wte.weight", "h.0.ln_1.weight"].map((name) => [`state_dict.transformer.${name}`, "pytorch_model.bin"]),
  );
  const { stderr } = await runCli(["model", "n", "--ids", "1"], {
    given: {
      ...{
        "n/config.json": JSON.stringify(nested.config),
        "n/pytorch_model.bin.index.json": JSON.stringify({ weight_map: map }),
      },
      "n/pytorch_model.bin": "no archive",
    },
  });
  expect(stderr).toContain("not an archive of named tensors");
});

describe("what a config.json says is followed, refused or told", () => {
  const [plain] = kinds.filter(({ id }) => id === "llama, linear, gelu, tied");
  const run = (more: Readonly<Record<string, unknown>>) =>
    model({ config: { ...plain.config, ...more }, tensors: plain.tensors }, { ids: [...ids] });
  const messageOf = (more: Readonly<Record<string, unknown>>) => {
    try {
      run(more);
    } catch (error) {
      if (error instanceof UserError) return error.message;
      throw error;
    }
    return undefined;
  };

  test.each([
    [{ partial_rotary_factor: 0.5 }, "partial_rotary_factor is 0.5"],
    [{ quantization_config: { bits: 4 } }, 'quantization_config is {"bits":4}'],
    [
      { rope_scaling: { type: "yarn", factor: 4, attention_factor: 1.3 } },
      "rope_scaling.attention_factor is 1.3",
    ],
    [{ rope_scaling: { type: "mrope", factor: 4 } }, 'rope_type "mrope"'],
    [{ attention_bias: true }, "layers.0.self_attn.q_proj.bias"],
    [
      { layer_types: ["full_attention"], use_sliding_window: true, sliding_window: 3 },
      "layer_types names 1 layers",
    ],
  ])("%j is refused", (more, words) => {
    expect(messageOf(more)).toContain(words);
  });

  test("biases that a config does not speak of are surplus", () => {
    const [biased] = kinds.filter(({ id }) => id.startsWith("llama, biases"));
    const config = { ...biased.config, attention_bias: false };
    expect(() => model({ config, tensors: biased.tensors }, { ids: [...ids] })).toThrow(/q_proj\.bias/);
  });

  test("a key that nobody knows is told, and what says nothing is not", () => {
    expect(
      run({ logit_multiplier: 3, torch_dtype: "float16", use_alibi: false, pruned_heads: {} }).warnings,
    ).toEqual([
      "qkv does not use what logit_multiplier in config.json says: if it does change the numbers, these are not the model's numbers.",
    ]);
  });
});

test("Meta's folder has its sizes in params.json", async () => {
  const { config, tensors, logits = [] } = models.find(({ id }) => id === "meta-llama") ?? models[0];
  const stored = Object.entries(tensors).map(([name, rows]): [string, StoredTensor] => {
    const [first] = rows;
    return [name, [typeof first === "number" ? [rows.length] : [rows.length, first.length], rows.flat()]];
  });
  const given = {
    "llama/params.json": JSON.stringify(config),
    "llama/consolidated.safetensors": safetensorsFile(Object.fromEntries(stored)),
  };
  const { stdout, stderr } = await runCli(["model", "llama", "--ids", ids.join(","), "--json"], { given });
  expect(stderr).toBe("");
  const got: readonly number[] = JSON.parse(stdout).logits.flat();
  for (const [at, number] of logits.flat().entries()) expect(got[at]).toBeCloseTo(number, 5);
});
