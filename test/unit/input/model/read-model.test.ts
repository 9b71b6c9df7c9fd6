import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { model, UserError } from "../../../../src/index.js";
import { nodeFiles } from "../../../../src/input/files.js";
import { readModel } from "../../../../src/input/model/read-model.js";
import { safetensorsFile } from "../../../support/alter.js";
import { runCli } from "../../../support/run-cli.js";

const place = mkdtempSync(join(tmpdir(), "qkv-model-"));
afterAll(() => rmSync(place, { recursive: true }));

const CONFIG = {
  model_type: "gpt2",
  n_embd: 2,
  n_head: 1,
  n_layer: 1,
  n_positions: 4,
  n_inner: 2,
  vocab_size: 3,
};

const eye = [
  [1, 0],
  [0, 1],
];
const TENSORS: Readonly<Record<string, readonly number[] | readonly (readonly number[])[]>> = {
  ...{
    "wte.weight": [
      [1, 0],
      [0, 1],
      [1, 1],
    ],
    "wpe.weight": [
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ],
  },
  ...{
    "h.0.attn.c_attn.weight": [
      [1, 0, 1, 0, 1, 0],
      [0, 1, 0, 1, 0, 1],
    ],
    "h.0.attn.c_attn.bias": [0, 0, 0, 0, 0, 0],
  },
  ...{ "h.0.attn.c_proj.weight": eye, "h.0.attn.c_proj.bias": [0, 0], "h.0.mlp.c_fc.weight": eye },
  ...{ "h.0.mlp.c_fc.bias": [0, 0], "h.0.mlp.c_proj.weight": eye, "h.0.mlp.c_proj.bias": [0, 0] },
  ...{
    "h.0.ln_1.weight": [1, 1],
    "h.0.ln_1.bias": [0, 0],
    "h.0.ln_2.weight": [1, 1],
    "h.0.ln_2.bias": [0, 0],
  },
  ...{ "ln_f.weight": [1, 1], "ln_f.bias": [0, 0] },
};

function errorOf(run: () => unknown): UserError {
  try {
    run();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("a model that is not as its config says is refused with the names", () => {
  const without = (name: string) =>
    Object.fromEntries(Object.entries(TENSORS).filter(([key]) => key !== name));
  test.each([
    ["BAD_VALUE", "gpt7", { ...CONFIG, model_type: "gpt7" }, TENSORS],
    ["MISSING_INPUT", "model_type", { n_embd: 2 }, TENSORS],
    ["MISSING_INPUT", "n_head", { model_type: "gpt2", n_embd: 2 }, TENSORS],
    ["BAD_VALUE", "mish", { ...CONFIG, activation_function: "mish" }, TENSORS],
    ["MISSING_INPUT", "h.0.ln_2.bias", CONFIG, without("h.0.ln_2.bias")],
    ["UNKNOWN_KEY", "h.1.ln_1.weight", CONFIG, { ...TENSORS, "h.1.ln_1.weight": [1, 1] }],
    ["SHAPE_MISMATCH", "wte.weight is 3×2", { ...CONFIG, vocab_size: 4 }, TENSORS],
    ["SHAPE_MISMATCH", "h.0.ln_1.weight is 3", CONFIG, { ...TENSORS, "h.0.ln_1.weight": [1, 1, 1] }],
    ["MISSING_INPUT", "lm_head.weight", { ...CONFIG, tie_word_embeddings: false }, TENSORS],
  ])("%s: %s", (code, words, config, tensors) => {
    const { code: got, message } = errorOf(() => model({ config, tensors }, { ids: [0, 1] }));
    expect([got, message]).toEqual([code, expect.stringContaining(words)]);
  });

  test.each([
    ["BAD_VALUE", "no token 3", { ids: [0, 3] }],
    ["BAD_VALUE", "no position 4", { ids: [0, 1, 0, 1, 0] }],
    ["MISSING_INPUT", "nothing to run", {}],
    ["MISSING_INPUT", "no tokenizer", { text: "a" }],
    ["CONFLICTING_INPUTS", "Both", { text: "a", ids: [0] }],
  ])("%s: %s", (code, words, settings) => {
    const { code: got, message } = errorOf(() => model({ config: CONFIG, tensors: TENSORS }, settings));
    expect([got, message]).toEqual([code, expect.stringContaining(words)]);
  });
});

/** A .safetensors file of these tensors, in float64. */
function stored(names: readonly string[], prefix = ""): Uint8Array {
  let offset = 0;
  const blobs: Uint8Array[] = [];
  const header: Record<string, object> = {};
  for (const name of names) {
    const tensor = TENSORS[name];
    const rows = tensor.filter(Array.isArray);
    const numbers = Float64Array.from((rows.length > 0 ? rows.flat() : tensor) as readonly number[]);
    const shape = rows.length > 0 ? [rows.length, rows[0].length] : [tensor.length];
    header[prefix + name] = { dtype: "F64", shape, data_offsets: [offset, offset + numbers.byteLength] };
    offset += numbers.byteLength;
    blobs.push(new Uint8Array(numbers.buffer));
  }
  return safetensorsFile(JSON.stringify(header), Buffer.concat(blobs));
}

function folderWith(name: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = join(place, name);
  mkdirSync(folder);
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
  return name;
}

const names = Object.keys(TENSORS);
const config = JSON.stringify(CONFIG);

describe("a model on disk", () => {
  const run = (...argv: readonly string[]) =>
    runCli(["model", ...argv, "--ids", "0,1", "--json", "--steps", "none"], { folder: place });
  const whole = folderWith("whole", {
    "config.json": config,
    "model.safetensors": stored(names, "transformer."),
  });

  test("is named by its folder or its file, and says the same", async () => {
    const [byFolder, byFile] = [await run(whole), await run(join(whole, "model.safetensors"))];
    expect(byFolder.exitCode, byFolder.stderr).toBe(0);
    expect(byFile.stdout).toBe(byFolder.stdout);
    const { logits, weights, next, heads } = JSON.parse(byFolder.stdout);
    expect([logits.length, logits[0].length]).toEqual([2, 3]);
    // Layer, head, query, key.
    expect([weights.length, weights[0].length, weights[0][0].length, weights[0][0][0].length]).toEqual([
      1, 1, 2, 2,
    ]);
    expect(next).toHaveLength(3);
    expect(heads).toEqual([{ layer: 0, head: 0, pattern: expect.any(String), share: expect.any(Number) }]);
  });

  test("may lie in several files, which an index names", async () => {
    const weight_map = Object.fromEntries(names.map((name, at) => [name, `part-${at % 2}.safetensors`]));
    const sharded = folderWith("sharded", {
      "config.json": config,
      "model.safetensors.index.json": JSON.stringify({ weight_map }),
      "part-0.safetensors": stored(names.filter((_, at) => at % 2 === 0)),
      "part-1.safetensors": stored(names.filter((_, at) => at % 2 === 1)),
    });
    const [one, several] = [await run(whole), await run(sharded)];
    expect(JSON.parse(several.stdout).logits).toEqual(JSON.parse(one.stdout).logits);
  });

  test.each([
    ["the only file of weights in its folder", ["best.safetensors"]],
    ["parts without an index", ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]],
  ])("may be %s, in what training scripts put around it", async (_, parts) => {
    const given: Record<string, string | Uint8Array> = { "m/config.json": config };
    for (const [at, part] of parts.entries()) {
      const own = names.filter((_, index) => index % parts.length === at);
      given[`m/${part}`] = stored(own, "model._orig_mod.transformer.");
    }
    const argv = ["model", "m", "--ids", "0,1", "--json", "--steps", "none"];
    const [one, other] = [await run(whole), await runCli(argv, { given })];
    expect(other.stderr).toBe("");
    expect(JSON.parse(other.stdout).logits).toEqual(JSON.parse(one.stdout).logits);
  });

  test("is read no further than its header until a weight is asked for", async () => {
    const read: number[] = [];
    const files = nodeFiles();
    const watched = {
      ...files,
      openFile(path: string) {
        const file = files.openFile(path);
        if (!path.endsWith(".safetensors")) return file;
        return {
          size: file.size,
          read(into: Uint8Array, at: number) {
            read.push(into.length);
            return file.read(into, at);
          },
        };
      },
    };
    const { weights } = await readModel(join(place, whole), watched);
    const before = read.length;
    expect(read.reduce((sum, count) => sum + count, 0)).toBeLessThan(4000); // the header
    expect(weights.outer.tokenEmbedding?.matrix.readRows({ first: 2, count: 1 }).data).toEqual(
      Float64Array.of(1, 1),
    );
    expect(read.slice(before)).toEqual([16]); // two numbers
  });

  test("with a tokenizer that cannot be used runs on ids, and says so", async () => {
    const folder = folderWith("without-tokenizer", {
      ...{ "config.json": config, "model.safetensors": stored(names), "tokenizer.json": "{" },
    });
    const byIds = await runCli(["model", folder, "--ids", "0,1"], { folder: place });
    expect([byIds.exitCode, byIds.stderr]).toEqual([
      0,
      expect.stringContaining(
        "Tokens are shown by their ids: without-tokenizer/tokenizer.json: it is not JSON",
      ),
    ]);
    const byText = await runCli(["model", folder, "--text", "a"], { folder: place });
    expect([byText.exitCode, byText.stderr]).toEqual([
      2,
      expect.stringContaining("without-tokenizer/tokenizer.json"),
    ]);
    expect(byText.stderr).toContain("--ids");
  });

  test.each([
    ["FILE_UNREADABLE", "no model here", {}],
    [
      "MISSING_INPUT",
      "none of model.safetensors, model.safetensors.index.json, pytorch_model.bin",
      { "config.json": config },
    ],
    ["MISSING_INPUT", "no config.json", { "model.safetensors": stored(names) }],
    ["SYNTAX", "not JSON", { "config.json": "{", "model.safetensors": stored(names) }],
    [
      "FILE_UNREADABLE",
      "no such file",
      {
        "config.json": config,
        "model.safetensors.index.json": '{"weight_map": {"wte.weight": "gone.safetensors"}}',
      },
    ],
  ] as const)("%s: %s", async (code, words, files) => {
    const folder = folderWith(`broken-${words.replaceAll(/\W/g, "-")}`, files);
    const { exitCode, stderr } = await run(folder);
    expect([exitCode, JSON.parse(stderr).error]).toEqual([
      2,
      expect.objectContaining({ code, message: expect.stringContaining(words) }),
    ]);
  });
});
