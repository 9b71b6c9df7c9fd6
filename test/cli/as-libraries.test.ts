import { describe, expect, test } from "vitest";
import { LIBRARY_NAMES } from "../../src/attention/libraries/registry.js";
import { runCli } from "../support/run-cli.js";

// All scores are 0, so that a row's output is the mean of the values, 1 and 3, of the keys that it may see.
const ZEROS = ["attend", "--query", "0 0; 0 0; 0 0", "--key", "0 0; 0 0", "--value", "1; 3"];
const CAUSAL = [...ZEROS, "--causal", "-q"];

interface Told {
  readonly name: string;
  readonly verdict: string;
  readonly rows?: readonly number[];
  readonly obstacles?: readonly string[];
  readonly conventions?: readonly { readonly options: string; readonly rows: readonly number[] }[];
  readonly output?: readonly (readonly unknown[])[];
}

async function told(...argv: readonly string[]): Promise<ReadonlyMap<string, Told>> {
  const { exitCode, stdout, stderr } = await runCli([...argv, "--json"]);
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  const { schema, libraries } = JSON.parse(stdout) as { schema: string; libraries: readonly Told[] };
  expect(schema).toBe("qkv/as/1");
  return new Map(libraries.map((library) => [library.name, library]));
}

const makeDifference = ({ conventions = [] }: Told) =>
  conventions.filter(({ rows }) => rows.length > 0).map(({ options, rows }) => [options, rows]);

describe("three queries, two keys, causal, aligned bottom-right", () => {
  // Row 0 sees nothing and gives 0, row 1 sees key 0 and gives 1, row 2 sees both and gives 2.
  const topLeft = [[1], [2], [2]];
  const topLeftCause = [["--align top-left", [0, 1]]];
  const expected: Readonly<Record<string, readonly [output: unknown, causes: unknown]>> = {
    torch: [topLeft, topLeftCause],
    keras: [topLeft, topLeftCause],
    onnx: [topLeft, topLeftCause],
    jax: [topLeft, topLeftCause],
    flash: [[[0], [1], [2]], []],
    "torch-mha": [[["NaN"], [1], [2]], [["--empty-row nan", [0]]]],
    // A finite fill leaves all keys of an empty row alike: (1 + 3) / 2.
    gpt2: [[[2], [1], [2]], [["--mask-fill replace:float32.min", [0]]]],
    bert: [[[2], [1], [2]], [["--mask-fill add:float32.min", [0]]]],
  };

  test("every library gives what its conventions make of it, and names the one that does", async () => {
    const libraries = await told(...CAUSAL, "--align", "bottom-right", "--as", "all");
    expect([...libraries.keys()]).toEqual(LIBRARY_NAMES);
    for (const [name, library] of libraries) {
      expect([name, library.output, makeDifference(library)]).toEqual([name, ...expected[name]]);
    }
  });

  test("one line a library says it", async () => {
    const { stdout } = await runCli([...CAUSAL, "--align", "bottom-right", "--as", "all", "--width", "200"]);
    expect(stdout).toMatch(
      /^torch {6}differs in 2 of 3 rows: causal mask aligned top-left \(--align top-left\)$/m,
    );
    expect(stdout).toMatch(/^flash {6}same as yours$/m);
  });
});

test("a convention that only tells behind another one is named with its row", async () => {
  // Top-left: 1, 2, 2. flash-attention: bottom-right, and 0 where --empty-row nan would give NaN.
  const libraries = await told(...CAUSAL, "--align", "top-left", "--empty-row", "nan", "--as", "flash");
  const flash = libraries.get("flash") as Told;
  expect(flash.output).toEqual([[0], [1], [2]]);
  expect(makeDifference(flash)).toEqual([
    ["--align bottom-right", [0, 1]],
    ["--empty-row zero", [0]],
  ]);
});

test("true in a mask is the opposite in torch.nn.MultiheadAttention", async () => {
  // Kept: row 0 sees key 0 (1), row 1 both (2), row 2 key 1 (3). Dropped: key 1 (3), none (NaN), key 0 (1).
  const libraries = await told(...ZEROS, "-q", "--mask", "1 0; 1 1; 0 1", "--as", "all");
  const multihead = libraries.get("torch-mha") as Told;
  expect(multihead.output).toEqual([[3], ["NaN"], [1]]);
  expect(makeDifference(multihead)).toEqual([
    ["--mask-true drop", [0, 1, 2]],
    ["--empty-row nan", [1]],
  ]);
  expect(libraries.get("torch")?.verdict).toBe("same");
  expect(libraries.get("flash")?.obstacles).toEqual(["it takes no mask but its causal one and its window"]);
});

test("with another mask torch's causal one stands in it, aligned as it is asked for", async () => {
  const libraries = await told(
    ...[...CAUSAL, "--align", "bottom-right", "--mask", "1 1; 1 1; 1 1", "--as", "torch"],
  );
  expect(libraries.get("torch")?.verdict).toBe("same");
});

test("what a library has no argument for is said by name", async () => {
  const libraries = await told(...ZEROS, "-q", "--softcap", "5", "--as", "all");
  expect(libraries.get("torch")?.obstacles).toEqual(["it has no softcap"]);
  expect(libraries.get("onnx")?.verdict).toBe("same");
  expect(libraries.get("flash")?.verdict).toBe("same");
});

test("heads in groups are said where a library has none", async () => {
  const problem = ["multihead", "--x", "1 0 2 1; 0 1 1 2; 1 1 0 1", "--heads", "2", "--kv-heads", "1"];
  const w = ["--wk", "1 0; 0 1; 1 1; 0 0", "--wv", "1 0; 0 1; 1 1; 0 0"];
  const libraries = await told(...problem, ...w, "--causal", "-q", "--as", "all");
  expect(libraries.get("torch")?.verdict).toBe("same");
  expect(libraries.get("torch-mha")?.obstacles).toEqual(["it has as many key heads as query heads"]);
});

test("one library is shown with its conventions, their effect and its numbers", async () => {
  const { stdout } = await runCli([...CAUSAL, "--align", "bottom-right", "--as", "gpt2", "--width", "200"]);
  expect(stdout).toContain("Conventions of Hugging Face GPT2Attention");
  expect(stdout).toContain("(--align bottom-right): changes nothing here");
  expect(stdout).toContain("(--mask-fill replace:float32.min): changes row 0");
  expect(stdout).toMatch(/^0 {2}2$/m);
});

test.each([
  [["--as", "tork"], /torch/],
  [["--as", "all", "--why", "output[0,0]"], /--why reads one run, and --as all compares several/],
  [["--as", "all", "-o", "csv"], /not as csv/],
  [["--as", "all", "--carry", "3"], /without --carry/],
  [["--as", "all", "--steps", "weights"], /--steps/],
])("%j is refused", async (words, message) => {
  const { exitCode, stderr } = await runCli([...ZEROS, ...words]);
  expect(stderr).toMatch(message);
  expect(exitCode).toBe(2);
});

test("a whole layer is no single call", async () => {
  const { exitCode, stderr } = await runCli(["layer", "--demo", "--as", "torch"]);
  expect(stderr).toMatch(/--as works one attention or its heads/);
  expect(exitCode).toBe(2);
});
