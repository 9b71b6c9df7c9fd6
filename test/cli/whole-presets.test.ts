import { describe, expect, test } from "vitest";
import { drawnModel } from "../../src/systems/drawn/drawn-model.js";
import { findSystem, SYSTEMS } from "../../src/systems/registry.js";
import { runCli } from "../support/run-cli.js";

const NAMES = SYSTEMS.flatMap(({ name, model }) => (model ? [name] : []));
const small = (name: string) => [
  ...["model", "--preset", name, "--random", "--seed", "1", "--layers", "2", "--d-model", "16"],
  ...["--vocabulary", "30", "--quiet"],
];

async function run(...argv: readonly string[]) {
  const { exitCode, stdout, stderr } = await runCli([...argv]);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

describe.each(NAMES)("%s whole", (name) => {
  const isStacked = name === "transformer";
  // Macaw: 6 tokens, and 2 rows of each modality between its start and its end token.
  const rows = name === "macaw" ? 6 + 3 * 4 : 6;

  test("runs at its published vocabulary, made narrow", async () => {
    const argv = small(name).filter((word) => word !== "--vocabulary" && word !== "30");
    expect(await run(...argv, "--plot", "none")).toContain("To repeat this run");
  });

  test("its probabilities sum to 1, and its weights have a list a head", async () => {
    const { ids, logits, weights, next } = JSON.parse(await run(...small(name), "--json", "--steps", "none"));
    expect(ids).toHaveLength(6);
    expect(logits[0]).toHaveLength(30);
    expect(next).toHaveLength(5);
    const layers = isStacked ? weights.cross : weights;
    expect(layers).toHaveLength(2);
    for (const row of layers[1][0])
      expect(row.reduce((sum: number, cell: number) => sum + cell, 0)).toBeCloseTo(1, 12);
  });

  test("a logit is explained, a head shown, a matrix written", async () => {
    expect(await run(...small(name), "--why", "logits[-1,3]", "--depth", "2")).toContain(
      name === "macaw" ? ",3] = " : "logits[5,3]",
    );
    expect(await run(...small(name), "--layer", "1", "--head", "0")).toContain("layer 1/head 0");
    const csv = await run(...small(name), "--only", "logits", "-o", "csv");
    expect(csv.trim().split("\n")).toHaveLength(rows);
    const lens = JSON.parse(await run(...small(name), "--logit-lens", "--json", "--steps", "none"));
    expect(lens.logitLens).toHaveLength(2);
  });
});

test("transformer: the parameters of table 3, about 65 and 213 million", () => {
  const count = (name: string) => {
    const { weights } = drawnModel(findSystem(name), {}, 0);
    const all = [weights, weights.encoder].flatMap((stack) =>
      stack ? [...Object.values(stack.outer), ...stack.layers.flatMap((own) => Object.values(own))] : [],
    );
    return all.reduce((sum, { matrix: { rows, cols } }) => sum + rows * cols, 0);
  };
  // Embedding 37000·512; a layer of the encoder 4·512² + 2·512·2048 + 2048 + 512 + 2·2·512, of the decoder 4·512² + 2·512 more.
  const encoder = 4 * 512 ** 2 + 2 * 512 * 2048 + 2048 + 512 + 4 * 512;
  expect(count("transformer-base")).toBe(37_000 * 512 + 6 * (2 * encoder + 4 * 512 ** 2 + 2 * 512));
  expect(Math.abs(count("transformer-base") / 65e6 - 1)).toBeLessThan(0.04);
  expect(Math.abs(count("transformer-big") / 213e6 - 1)).toBeLessThan(0.02);
});

describe("gpt3: dense and banded layers take turns", () => {
  const keysOf = (rows: readonly (readonly number[])[]) =>
    rows.map((row) => row.filter((cell) => cell > 0).length);

  test("with a band of 3 keys, layer 1 sees 1, 2, 3, 3, … and layer 0 all before", async () => {
    const { weights } = JSON.parse(await run(...small("gpt3"), "--window", "3", "--json", "--steps", "none"));
    expect(keysOf(weights[0][0])).toEqual([1, 2, 3, 4, 5, 6]);
    expect(keysOf(weights[1][0])).toEqual([1, 2, 3, 3, 3, 3]);
  });

  test("without one all layers are dense, and the run says so", async () => {
    const text = await run(...small("gpt3"), "--plot", "none", "--width", "500");
    expect(text).toContain("is not published");
    const { weights } = JSON.parse(await run(...small("gpt3"), "--json", "--steps", "none"));
    expect(keysOf(weights[1][0])).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("other systems have no bands", async () => {
    const { exitCode, stderr } = await runCli([...small("gpt2"), "--window", "3"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--window");
  });
});

test("a size that is refused says how much memory it takes", async () => {
  const { stderr } = await runCli(["model", "--preset", "palm", "--random"]);
  // 256000·4096 of the embedding and 4096·(2·256·17 + 3·16384) of a layer, 8 bytes each: 10.3 GB.
  expect(stderr).toContain("10 GB of memory");
});

test("the decoder's options are refused where there is none", async () => {
  const { exitCode, stderr } = await runCli(["model", "--demo", "--decoder-ids", "1,2"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("--decoder-ids is for a model with an encoder");
});

test("from the logits down to an embedding of the source, through the attention to it", async () => {
  const why = JSON.parse(
    await run(
      ...small("transformer"),
      "--why",
      "decoder/layer 0/cross-head 0/v[2,1]",
      "--depth",
      "9",
      "--json",
    ),
  );
  expect(JSON.stringify(why.why)).toContain("encoder/layer 1/residual");
});

test("the card says that both stacks run, and attend of a model's folder which commands take it", async () => {
  expect(await run("systems", "transformer", "--width", "200")).toContain(
    "the whole model, encoder and decoder",
  );
  const given = { "m/config.json": "{}" };
  const { stderr } = await runCli(["attend", "m"], { given });
  expect(stderr).toContain("qkv multihead m --layer 0");
});
