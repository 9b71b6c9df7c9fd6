import { describe, expect, test } from "vitest";
import { MODEL_EXAMPLES } from "../support/model-examples.js";
import { modelFolder, storedTensors } from "../support/model-folder.js";
import { runCli } from "../support/run-cli.js";

type Rows = readonly (readonly number[])[];

async function matrixOf(given: Readonly<Record<string, string | Uint8Array>>, ...argv: string[]) {
  const { exitCode, stdout, stderr } = await runCli([...argv, "--json", "--quiet"], { given });
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Rows;
}

const literal = (rows: Rows) => rows.map((row) => row.join(" ")).join("; ");

function expectSame(got: Rows, expected: Rows) {
  expect(got.length).toBe(expected.length);
  for (const [row, cells] of expected.entries())
    for (const [col, cell] of cells.entries()) expect(got[row][col]).toBeCloseTo(cell, 12);
}

describe.each(MODEL_EXAMPLES)("a layer of %s", (kind, example) => {
  const given = modelFolder("m", example);
  const run = ["model", "m", "--ids", "0,3,1,5,2"];
  const isPost = ["openai-gpt", "bert", "roberta"].includes(kind);

  test.each([0, 1])("layer %i by itself is what it is inside the model", async (index) => {
    const scope = `layer ${index}`;
    const input = await matrixOf(given, ...run, "--only", `${scope}/input`);
    const seen = isPost ? input : await matrixOf(given, ...run, "--only", `${scope}/norm-1`);
    const expected = await matrixOf(given, ...run, "--only", `${scope}/attention-output`);
    for (const source of ["m", "m/model.safetensors"]) {
      const own = ["multihead", source, "--layer", String(index), "--x", literal(seen)];
      expectSame(await matrixOf(given, ...own, "--only", "output"), expected);
    }
    const weights = await matrixOf(given, ...run, "--only", `${scope}/head 1/weights`);
    const own = ["multihead", "m", "--layer", String(index), "--x", literal(seen)];
    expectSame(await matrixOf(given, ...own, "--only", "head 1/weights"), weights);
    const whole = ["layer", "m", "--layer", String(index), "--x", literal(input), "--only", "output"];
    expectSame(await matrixOf(given, ...whole), await matrixOf(given, ...run, "--only", `${scope}/residual`));
  });
});

// Two layers of GPT-2 with d_model 2 and one head. With a single row of x its attention gives x W^V W^O + b.
const CONFIG = {
  model_type: "gpt2",
  n_embd: 2,
  n_head: 1,
  n_layer: 2,
  n_positions: 4,
  n_inner: 1,
  vocab_size: 2,
};
const ones = [1, 1];
const layerOf = (at: string, v: number) => ({
  [`${at}.attn.c_attn.weight`]: [
    [1, 0, 1, 0, v, 0],
    [0, 1, 0, 1, 0, v],
  ],
  [`${at}.attn.c_attn.bias`]: [0, 0, 0, 0, 0, 0],
  [`${at}.attn.c_proj.weight`]: [
    [0, 1],
    [1, 0],
  ],
  [`${at}.attn.c_proj.bias`]: [0.5, 0],
  [`${at}.mlp.c_fc.weight`]: [[1], [1]],
  [`${at}.mlp.c_fc.bias`]: [0],
  [`${at}.mlp.c_proj.weight`]: [ones],
  ...{ [`${at}.mlp.c_proj.bias`]: [0, 0], [`${at}.ln_1.weight`]: ones, [`${at}.ln_1.bias`]: [0, 0] },
  ...{ [`${at}.ln_2.weight`]: ones, [`${at}.ln_2.bias`]: [0, 0] },
});
const TENSORS = {
  "wte.weight": [ones, ones],
  "wpe.weight": [ones, ones, ones, ones],
  ...{ ...layerOf("h.0", 2), ...layerOf("h.1", 3), "ln_f.weight": ones, "ln_f.bias": [0, 0] },
};
const GIVEN = {
  ...modelFolder("m", { config: CONFIG, tensors: TENSORS }),
  ...{ "alone/l.safetensors": storedTensors({ ...layerOf("h.0", 2), ...layerOf("h.1", 3) }) },
};

describe("by hand", () => {
  test.each(["m", "m/model.safetensors"])("%s", async (source) => {
    const run = (...more: string[]) =>
      matrixOf(GIVEN, "multihead", source, "--x", "1 2", "--only", "output", ...more);
    // [1 2]·2 = [2 4], turned round [4 2], + [0.5 0]
    expect(await run("--layer", "0")).toEqual([[4.5, 2]]);
    expect(await run("--layer", "1")).toEqual([[6.5, 3]]);
    // Matrices that are given win: [3 6]·I + [0.5 0]
    expect(await run("--layer", "1", "--wo", "1 0; 0 1")).toEqual([[3.5, 6]]);
  });

  test("tensors without a config.json are those of one layer, too, and settings are options", async () => {
    const run = (...more: string[]) =>
      matrixOf(GIVEN, "multihead", "alone/l.safetensors", "--x", "1 2", "--only", "output", ...more);
    expect(await run("--layer", "0")).toEqual([[4.5, 2]]);
    expect(await run("--layer", "1")).toEqual([[6.5, 3]]);
  });

  test("config.json sets heads and mask, and options win", async () => {
    const settings = async (...more: string[]) => {
      const argv = ["multihead", "m", "--layer", "1", "--x", "1 2; 3 4", "--json", ...more];
      return JSON.parse((await runCli(argv, { given: GIVEN })).stdout).settings;
    };
    expect(await settings()).toMatchObject({ heads: 1, causal: true, layout: "in-out" });
    expect(await settings("--heads", "2")).toMatchObject({ heads: 2, causal: true });
  });

  test("an x is drawn as wide as the model", async () => {
    const argv = ["multihead", "m", "--layer", "1", "--random", "--length", "3", "--only", "output"];
    const rows = await matrixOf(GIVEN, ...argv);
    expect(rows.map((row) => row.length)).toEqual([2, 2, 2]);
  });

  test("a note says what was taken and set, and what x is", async () => {
    const { stderr } = await runCli(["multihead", "m", "--layer", "1", "--x", "1 2"], { given: GIVEN });
    expect(stderr).toContain("read wqkv, bqkv, wo, bo of layer 1 of 2 from m (gpt2)");
    expect(stderr).toContain("--heads 1");
    expect(stderr).toContain("x is the output of the norm before the attention");
  });
});

describe("errors", () => {
  test.each([
    [["m"], "MISSING_INPUT", "--layer 0 … 1"],
    [["m/model.safetensors"], "MISSING_INPUT", "--layer 0 … 1"],
    [["alone/l.safetensors"], "MISSING_INPUT", "--layer 0 … 1"],
    [["m", "--layer", "2"], "BAD_VALUE", "no layer 2"],
    [["alone/l.safetensors", "--layer", "2"], "BAD_VALUE", "no layer 2"],
    [["m", "m", "--layer", "1"], "USAGE", "two are named"],
    [["--layer", "1"], "UNKNOWN_STEP", "It has no layers of its own"],
  ])("%j is %s", async (argv, code, text) => {
    const { exitCode, stderr } = await runCli(["multihead", ...argv, "--x", "1 2"], { given: GIVEN });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(code);
    expect(stderr).toContain(text);
  });
});
