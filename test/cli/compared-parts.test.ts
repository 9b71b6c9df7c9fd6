import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createMatrix, type Matrix } from "../../src/math/matrix.js";
import { type DumpedArray, npyOf, npzOf } from "../support/array-files.js";
import { runKernel } from "../support/machines.js";
import { MODEL_EXAMPLES } from "../support/model-examples.js";
import { modelFolder } from "../support/model-folder.js";
import { createRandom } from "../support/random.js";
import { runCli } from "../support/run-cli.js";
import { spawnCli } from "../support/spawn-cli.js";

// A check that looked at a part of what was given says which part. The dump is 2 batches of 4 heads of a kernel that ignores the padding
// of batch 1: its 6 keys are used, of which 4 may be. Batch 0 has no padding and is right.

const [B, H, N, D] = [2, 4, 6, 4];
const random = createRandom(30);
const draw = () =>
  Array.from({ length: B }, () =>
    Array.from({ length: H }, () => createMatrix(N, D, () => Math.fround(2 * random() - 1))),
  );
const [query, key, value] = [draw(), draw(), draw()];
const output = query.map((heads, b) => {
  const problem = { query: heads, key: key[b], value: value[b], scale: 0.5, allows: () => true };
  return runKernel(problem, { compute: "float32", stored: "float32", tile: 0 }).output;
});

const arrayOf = (shape: readonly number[], parts: readonly Matrix[]): DumpedArray => ({
  ...{ shape, type: "float32", data: Float64Array.from(parts.flatMap(({ data }) => Array.from(data))) },
});
const all = (parts: readonly (readonly Matrix[])[]) => arrayOf([B, H, N, D], parts.flat());
const firstBatch = ([heads]: readonly (readonly Matrix[])[]) => arrayOf([H, N, D], heads);
const one = ([[matrix]]: readonly (readonly Matrix[])[]) => arrayOf([N, D], [matrix]);
const mask: DumpedArray = {
  ...{ shape: [B, 1, N, N], type: "float32" },
  data: Float64Array.from({ length: B * N * N }, (_, at) => (at < N * N || at % N < 4 ? 1 : 0)),
};
const inputs = { q: all(query), k: all(key), v: all(value), mask };

const scores = [0, 1, 2].map((head) => createMatrix(1, 2, (_, col) => Math.fround(head * col)));
/** e^s / (1 + e^s) of scores 0 and s. */
const weights = scores.map(({ data: [, s] }) =>
  createMatrix(1, 2, (_, col) => Math.fround((col === 0 ? 1 : Math.exp(s)) / (1 + Math.exp(s)))),
);

const given = {
  "dump.npz": npzOf({ ...inputs, o: all(output) }),
  "in.npz": npzOf(inputs),
  "o.npy": npyOf(all(output)),
  "o.npz": npzOf({ o: all(output) }),
  "one.npz": npzOf({ q: one(query), k: one(key), v: one(value) }),
  "heads.npz": npzOf({
    q: firstBatch(query),
    k: firstBatch(key),
    v: firstBatch(value),
    o: firstBatch(output),
  }),
  "q.npy": npyOf(all(query)),
  "k.npy": npyOf(all(key)),
  "v.npy": npyOf(all(value)),
  "x.npy": npyOf(firstBatch(query)),
  "scores.npy": npyOf(arrayOf([3, 1, 2], scores)),
  "weights.npy": npyOf(arrayOf([3, 1, 2], weights)),
  // The first rows of the right output, which rounds to them.
  "person.txt": `Output:\n${[0, 1, 2, 3, 4, 5]
    .map((row) => [0, 1, 2, 3].map((col) => output[0][0].data[row * D + col].toFixed(2)).join(" "))
    .join("\n")}\n`,
};

const run = async (...argv: string[]) => {
  const { exitCode, stdout, stderr } = await runCli(argv, { given });
  return { exitCode, stdout, stderr };
};

const IDENTITY = "1 0 0 0; 0 1 0 0; 0 0 1 0; 0 0 0 1";
const PICKED = ["--query", "q.npy:0,2", "--key", "k.npy:0,2", "--value", "v.npy:0,2"];
const PROJECTED = ["--wq", IDENTITY, "--wk", IDENTITY, "--wv", IDENTITY, "--heads", "2"];

/** Of 2×4 heads; of 4; of 3; of the batches of a self-attention. */
const NARROWED: readonly (readonly [string[], number, string, number, number])[] = [
  [["attend", "dump.npz", "--batch", "0", "--head", "0", "--check"], 0, "heads", 1, 8],
  [["attend", "dump.npz", "--batch", "1", "--head", "3", "--check"], 1, "heads", 1, 8],
  [["attend", "dump.npz", "--head", "0", "--check"], 1, "heads", 2, 8],
  [["multihead", "dump.npz", "--batch", "0", "--check"], 0, "batches", 1, 2],
  [["multihead", "dump.npz", "--head", "2", "--check"], 1, "heads", 2, 8],
  [["multihead", "dump.npz", "--batch", "0", "--head", "2", "--check"], 0, "heads", 1, 8],
  [["multihead", "heads.npz", "--head", "2", "--check"], 0, "heads", 1, 4],
  [["attend", "heads.npz", "--head", "2", "--check"], 0, "heads", 1, 4],
  [["multihead", "in.npz", "--check", "head 1/output=o.npy:0,1"], 0, "heads", 1, 8],
  [["multihead", "in.npz", "--check", "head 1/output=o.npy:0,1", "head 2/o=o.npy:0,2"], 0, "heads", 2, 8],
  [["attend", ...PICKED, "--check", "output=o.npy:0,2"], 0, "heads", 1, 8],
  [["attend", "one.npz", "--check", "output=o.npy:0,0"], 0, "heads", 1, 8],
  [["attend", "in.npz", "--batch", "0", "--head", "0", "--check", "person.txt"], 0, "heads", 1, 8],
  [["attend", "--scores", "scores.npy", "--head", "2", "--check", "weights=weights.npy"], 0, "heads", 1, 3],
  [["attend", "--scores", "scores.npy:1", "--check", "weights=weights.npy:1"], 0, "heads", 1, 3],
  [
    ["multihead", "--x", "x.npy", "--batch", "1", ...PROJECTED, "--check", `q=${IDENTITY}; 1 1 1 1; 1 1 1 1`],
    1,
    "batches",
    1,
    4,
  ],
  [["check", "in.npz", "o.npz", "--batch", "0", "--head", "1"], 0, "heads", 1, 8],
  [["check", "in.npz", "o.npy", "--batch", "0"], 0, "batches", 1, 2],
];

describe("a check of a part says which part of how many", () => {
  test.each(NARROWED)("%j", async (argv, exitCode, kind, checked, of) => {
    const text = await run(...argv);
    expect(text.exitCode).toBe(exitCode);
    // No line ends within it.
    expect(text.stdout).toMatch(new RegExp(`in ${checked} of ${of} ${kind}\\.?\n`));
    const json = JSON.parse((await run(...argv, "--json")).stdout);
    const { answered } = json.check ?? json.sheets[0].check;
    expect(answered.parts).toEqual({ checked, of });
  });

  test.each([
    [["multihead", "dump.npz", "--check"], 1],
    [["multihead", "in.npz", "--check", "output=o.npy"], 1],
    [["multihead", "heads.npz", "--check"], 0],
    [["attend", "one.npz", "--check", "person.txt"], 0],
    [["check", "in.npz", "o.npz"], 1],
  ])("and one of all says nothing of it: %j", async (argv, exitCode) => {
    const { stdout, exitCode: code } = await run(...argv);
    expect([code, stdout]).toEqual([exitCode, expect.not.stringMatching(/\bin \d+ of \d+ (heads|batches)/)]);
    expect((await run(...argv, "--json")).stdout).not.toContain('"parts":{"checked"');
  });

  test("in the row of a class, as table, CSV, Markdown and for Gradescope", async () => {
    const narrow = ["--batch", "0", "--head", "0"];
    const sheets = ["check", "in.npz", "o.npz", "person.txt", ...narrow];
    const table = (await run(...sheets, "--width", "120")).stdout;
    expect(table).toMatch(/^o\.npz +✓ right for float32; 24 cells of output, in 1 of 8 heads$/m);
    expect(table).toMatch(/^person\.txt +✓ right; Compared in 1 of 8 heads$/m);
    expect((await run(...sheets, "-o", "csv")).stdout.split("\n").slice(1, 3)).toEqual([
      "o.npz,right,,,in 1 of 8 heads,24,24,1,",
      "person.txt,right,,,in 1 of 8 heads,24,24,1,7",
    ]);
    expect((await run(...sheets, "-o", "markdown")).stdout).toContain(
      "| o.npz | right |  |  | in 1 of 8 heads |",
    );
    const { output: shown } = JSON.parse(
      (await run(...sheets.slice(0, 3), ...narrow, "--gradescope")).stdout,
    );
    expect(shown).toContain("in 1 of 8 heads");
  });

  test("in several sheets, and in Markdown", async () => {
    const narrow = ["attend", "in.npz", "--batch", "0", "--head", "0"];
    const several = await run(...narrow, "--check", "o.npz", "person.txt");
    expect(several.stdout.match(/in 1 of 8 heads/g)).toHaveLength(2);
    const markdown = await run(...narrow, "--check", "o.npz", "-o", "markdown");
    expect(markdown.stdout).toContain("in 1 of 8 heads");
  });

  test("qkv attend judges all heads, too", async () => {
    const [attend, multihead] = [
      await run("attend", "dump.npz", "--check"),
      await run("multihead", "dump.npz", "--check"),
    ];
    expect([attend.exitCode, attend.stdout]).toEqual([1, multihead.stdout]);
    // What stands beside query, key and value is checked without being asked for.
    expect((await run("attend", "dump.npz")).stdout).toBe(multihead.stdout);
  });

  test("in the built program", () => {
    const folder = mkdtempSync(join(tmpdir(), "qkv-parts-"));
    try {
      const file = join(folder, "dump.npz");
      writeFileSync(file, given["dump.npz"]);
      const narrowed = spawnCli(["attend", file, "--check", "--batch", "0", "--head", "0"]);
      expect([narrowed.status, narrowed.stdout]).toEqual([
        ...[0, expect.stringMatching(/^✓ right for float32 \(.+\), in 1 of 8 heads\n/)],
      ]);
      expect(spawnCli(["multihead", file, "--check"]).status).toBe(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("layers, heads and texts of a model", () => {
  const [[, example]] = MODEL_EXAMPLES;
  const folder = modelFolder("m", example);
  const model = ["model", "m", "--ids", "0,3,1,5,2"];
  const dumpOf = async () => (await runCli([...model, "-o", "npz"], { given: folder })).bytes;
  const checked = async (...options: string[]) => {
    const files = { ...folder, "m.npz": await dumpOf() };
    const { exitCode, stdout, stderr } = await runCli([...model, "--check", "m.npz", "--json", ...options], {
      given: files,
    });
    expect(stderr).toBe("");
    const { verdict, answered, steps } = JSON.parse(stdout).check;
    return {
      exitCode,
      verdict,
      parts: answered?.parts,
      scopes: steps.map(({ scope }: { scope: string }) => scope),
    };
  };

  // Two layers of two heads.
  test.each([
    [[], undefined],
    [["--layer", "1"], undefined],
    [["--layer", "0"], { checked: 1, of: 2 }],
    [["--head", "1"], { checked: 2, of: 4 }],
    [["--layer", "0", "--head", "1"], { checked: 1, of: 4 }],
  ])("%j", async (options, parts) => {
    const found = await checked(...options);
    expect([found.exitCode, found.verdict, found.parts]).toEqual([0, "agrees", parts]);
    if (options.includes("--head"))
      expect(found.scopes.every((scope: string) => scope.endsWith("/head 1"))).toBe(true);
    if (options.includes("0"))
      expect(found.scopes.every((scope: string) => !scope.startsWith("layer 1"))).toBe(true);
  });

  test("one of several texts, and a head of which nothing is there", async () => {
    const { bytes } = await runCli([...model, "--only", "logits", "-o", "npy"], { given: folder });
    const logits = JSON.parse(
      (await runCli([...model, "--only", "logits", "--json"], { given: folder })).stdout,
    ) as number[][];
    const data = Float64Array.from([...logits, ...logits, ...logits].flat());
    const files = {
      ...folder,
      "logits.npy": bytes,
      "three.npz": npzOf({ logits: { shape: [3, logits.length, logits[0].length], data, type: "float64" } }),
    };
    const texts = await runCli([...model, "--check", "three.npz", "--batch", "1"], { given: files });
    expect([texts.exitCode, texts.stdout]).toEqual([0, expect.stringContaining("in 1 of 3 texts\n")]);
    const refused = await runCli([...model, "--check", "logits.npy", "--head", "0"], { given: files });
    expect([refused.exitCode, refused.stderr]).toEqual([
      ...[2, expect.stringContaining("The dump has nothing that belongs only to head 0 alone.")],
    ]);
  });

  test("a layer of a model by itself, and a person's sheet of a run that ends behind one", async () => {
    const layer = ["multihead", "m", "--layer", "1", "--x", "1 0 0 1", "--check", "head 0/weights=1"];
    const own = await runCli(layer, { given: folder });
    expect([own.exitCode, own.stdout]).toEqual([0, expect.stringContaining("in 1 of 2 layers.\n")]);
    const short = ["model", "m", "--ids", "0", "--layer", "0", "--check", "layer 0/head 0/weights=1"];
    const found = await runCli(short, { given: folder });
    expect([found.exitCode, found.stdout]).toEqual([0, expect.stringContaining("in 1 of 2 layers.\n")]);
  });
});
