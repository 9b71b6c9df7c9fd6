import { describe, expect, test } from "vitest";
import type { LoadedModel, Weight } from "../../src/attention/model/architecture.js";
import { loadedModel } from "../../src/input/model/plain-model.js";
import { drawnModel } from "../../src/systems/drawn/drawn-model.js";
import { findSystem } from "../../src/systems/registry.js";
import { modelFolder } from "../support/model-folder.js";
import { runCli } from "../support/run-cli.js";

const SMALL = { layers: 2, dModel: 8, heads: 2, vocabulary: 11 };
const OPTIONS = ["--layers", "2", "--d-model", "8", "--heads", "2", "--vocabulary", "11"];

const allWeights = ({ weights: { outer, layers } }: LoadedModel): readonly Weight[] => [
  ...Object.values(outer),
  ...layers.flatMap((layer) => Object.values(layer)),
];

const countOf = (name: string) =>
  allWeights(drawnModel(findSystem(name), {}, 0)).reduce(
    (sum, { matrix: { rows, cols } }) => sum + rows * cols,
    0,
  );

async function jsonOf(argv: readonly string[], given = {}) {
  const { exitCode, stdout, stderr } = await runCli(["model", ...argv, "--json", "--quiet"], { given });
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

// What the checkpoints of Hugging Face count: a layer of 768 columns has
// 768·2304 + 2304 + 768·768 + 768 + 2·768·3072 + 3072 + 768 + 4·768 = 7087872 numbers.
test.each([
  ["gpt1", 40_478 * 768 + 512 * 768 + 12 * 7_087_872],
  ["gpt2", 124_439_808],
  // MaskedLM: also 768·768 + 3·768 and 30522 of the head.
  ["bert", 109_514_298],
])("%s has as many numbers as its checkpoint", (name, count) => {
  expect(countOf(name)).toBe(count);
});

const GPT = { n_embd: 8, n_head: 2, n_layer: 2, vocab_size: 11 };
const BERT = {
  ...{ hidden_size: 8, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 32, vocab_size: 11 },
};

/** The same model as Hugging Face configures it. */
const CONFIGS: Readonly<Record<string, object>> = {
  gpt1: { model_type: "openai-gpt", ...GPT, n_positions: 512 },
  gpt2: { model_type: "gpt2", ...GPT, n_positions: 1024 },
  bert: { model_type: "bert", ...BERT, max_position_embeddings: 512, hidden_act: "gelu_new" },
  roberta: { model_type: "roberta", ...BERT, max_position_embeddings: 514, layer_norm_eps: 1e-5 },
};

describe.each(Object.entries(CONFIGS))("%s", (name, config) => {
  const drawn = drawnModel(findSystem(name), SMALL, 3);
  const tensors = Object.fromEntries(
    allWeights(drawn).map(({ name: tensor, matrix: { rows, cols, data } }) => [
      tensor,
      rows === 1 && !tensor.includes("embeddings.")
        ? Array.from(data)
        : Array.from({ length: rows }, (_, row) => Array.from(data.slice(row * cols, (row + 1) * cols))),
    ]),
  );
  // A norm of embeddings is a vector, a table of one segment is none.
  for (const norm of Object.keys(tensors).filter((key) => key.includes("embeddings.LayerNorm")))
    tensors[norm] = (tensors[norm] as number[][])[0];

  test("its weights, read as a checkpoint with a config.json, give the same logits", async () => {
    loadedModel({ config: { ...config }, tensors });
    const given = modelFolder("m", { config: { ...config }, tensors });
    const ids = ["--ids", "3,1,4,1,5"];
    const whole = await jsonOf([
      ...["--preset", name, "--random", "--seed", "3", ...OPTIONS, ...ids, "--only", "logits"],
    ]);
    const read = await jsonOf(["m", ...ids, "--only", "logits"], given);
    for (const [row, cells] of whole.entries())
      for (const [col, cell] of cells.entries()) expect(read[row][col]).toBeCloseTo(cell, 12);
  });

  test("rows by themselves are those of the whole matrix", () => {
    const one = drawnModel(findSystem(name), SMALL, 3).weights.outer.tokenEmbedding;
    const whole = drawn.weights.outer.tokenEmbedding?.matrix.data.slice(8, 24);
    expect(one?.matrix.readRows({ first: 1, count: 2 }).data).toEqual(whole);
  });
});

test("embeddings of GPT-2 spread as published, 0.02 and 0.01", () => {
  const { outer } = drawnModel(findSystem("gpt2"), SMALL, 1).weights;
  const deviation = (data: Float64Array = new Float64Array()) =>
    Math.sqrt(data.reduce((sum, cell) => sum + cell * cell, 0) / data.length);
  // 8192 numbers: the deviation of their deviation is 1/√16384 < 1 %.
  expect(deviation(outer.positionEmbedding?.matrix.data) / 0.01).toBeCloseTo(1, 1);
});

test("palm: a drawn layer is what qkv layer makes of its weights with the same preset", async () => {
  const { layers } = drawnModel(findSystem("palm"), SMALL, 2).weights;
  const argv = ["--preset", "palm", "--random", "--seed", "2", ...OPTIONS, "--ids", "3,1,4"];
  const input = await jsonOf([...argv, "--only", "layer 1/input"]);
  const expected = await jsonOf([...argv, "--only", "layer 1/residual"]);
  const matrices = Object.entries(layers[1]).map(([name, { matrix }]) => {
    const { rows, cols, data } = matrix;
    const list = Array.from({ length: rows }, (_, row) =>
      Array.from(data.slice(row * cols, (row + 1) * cols)),
    );
    return [name, list];
  });
  const settings = { preset: "palm", heads: 2, kvHeads: 1, headSize: 4, layout: "out-in" };
  const problem = JSON.stringify({ x: input, ...Object.fromEntries(matrices), settings });
  const { stdout } = await runCli(["layer", "-", "--only", "output", "--json"], { stdin: problem });
  const got = JSON.parse(stdout);
  for (const [row, cells] of expected.entries())
    for (const [col, cell] of cells.entries()) expect(got[row][col]).toBeCloseTo(cell, 12);
});

test("the seed decides; the run says what was drawn, and its weights are marked", async () => {
  const argv = ["--preset", "gpt2", "--random", ...OPTIONS, "--steps", "all"];
  const [one, again, other] = [
    await jsonOf([...argv, "--seed", "1"]),
    await jsonOf([...argv, "--seed", "1"]),
    await jsonOf([...argv, "--seed", "2"]),
  ];
  expect(again).toEqual(one);
  expect(other.logits).not.toEqual(one.logits);
  expect(one.conventions.random).toBe(1);
  expect(one.ids).toHaveLength(6);
});

test.each([
  [["--preset", "gpt2"], "USAGE", "--random"],
  [["--random"], "USAGE", "--preset"],
  [["--demo", "--random"], "USAGE", "--random"],
  [["--preset", "luong-dot", "--random"], "BAD_VALUE", "The models are transformer, gpt1"],
  [["--preset", "gpt2-1.5b", "--random"], "BAD_VALUE", "--layers 2"],
  [["--preset", "palm", "--random"], "BAD_VALUE", "at once"],
  [["--preset", "gpt2", "--random", "--demo"], "USAGE", "--preset gpt2"],
  [["DIR", "--preset", "gpt2", "--random"], "USAGE", "DIR"],
  [
    ["--preset", "gpt2", "--random", ...OPTIONS, "--ids", "1", "--length", "3"],
    "CONFLICTING_INPUTS",
    "--length",
  ],
  [["--preset", "gpt2", "--random", ...OPTIONS, "--text", "a b"], "MISSING_INPUT", "--ids"],
  [["--preset", "gpt2", "--random", "--d-model", "9", "--heads", "2"], "BAD_VALUE", "2 heads"],
])("%j is %s", async (argv, code, text) => {
  const { exitCode, stderr } = await runCli(["model", ...argv]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(code);
  expect(stderr).toContain(text);
});

test("--layers of the built-in model change nothing, and one line says so", async () => {
  const { exitCode, stderr } = await runCli(["model", "--demo", "--layers", "2"]);
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining("note: --layers changes nothing here")]);
});
