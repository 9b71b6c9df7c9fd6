import { describe, expect, test } from "vitest";
import { LIBRARY_NAMES } from "../../src/runs/libraries/registry.js";
import { runCli } from "../support/run-cli.js";

// All scores are 0, so that a row's output is the mean of the values, 1 and 3, of the keys that it may see.
const ZEROS = ["attend", "--query", "0 0; 0 0; 0 0", "--key", "0 0; 0 0", "--value", "1; 3"];
const CAUSAL = [...ZEROS, "--causal", "--quiet"];

interface Told {
  readonly name: string;
  readonly verdict: string;
  readonly rows?: readonly number[];
  readonly outputRows?: readonly number[];
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
    // Models look back from the end of their keys, of which there are as many as queries, or more.
    gpt2: [undefined, []],
    bert: [undefined, []],
  };

  test("every library gives what its conventions make of it, and names the one that does", async () => {
    const libraries = await told(...CAUSAL, "--align", "bottom-right", "--as", "all");
    expect([...libraries.keys()]).toEqual(LIBRARY_NAMES);
    for (const [name, library] of libraries) {
      expect([name, library.output, makeDifference(library)]).toEqual([name, ...expected[name]]);
    }
  });

  test("the first lines say it", async () => {
    const { stdout } = await runCli([...CAUSAL, "--align", "bottom-right", "--as", "all", "--width", "200"]);
    expect(stdout.split("\n").slice(0, 3)).toEqual([
      "same as yours: flash",
      "differs: torch in rows 0–1 (causal mask aligned top-left: --align top-left)",
      "differs: torch-mha in row 0 (a row that may attend to no key gives NaN: --empty-row nan)",
    ]);
    expect(stdout).toMatch(/^cannot compute this: bert \(its causal mask has no more queries than keys\)$/m);
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
  const libraries = await told(...ZEROS, "--quiet", "--mask", "1 0; 1 1; 0 1", "--as", "all");
  const multihead = libraries.get("torch-mha") as Told;
  expect(multihead.output).toEqual([[3], ["NaN"], [1]]);
  expect(makeDifference(multihead)).toEqual([
    ["--mask-true drop", [0, 1, 2]],
    ["--empty-row nan", [1]],
  ]);
  expect(libraries.get("torch")?.verdict).toBe("same");
  expect(libraries.get("flash")?.obstacles).toEqual(["its only masks are the causal one and the window"]);
});

test("with another mask torch's causal one stands in it, aligned as it is asked for", async () => {
  const libraries = await told(
    ...[...CAUSAL, "--align", "bottom-right", "--mask", "1 1; 1 1; 1 1", "--as", "torch"],
  );
  expect(libraries.get("torch")?.verdict).toBe("same");
});

test("what a library has no argument for is said by name", async () => {
  const libraries = await told(...ZEROS, "--quiet", "--softcap", "5", "--as", "all");
  expect(libraries.get("torch")?.obstacles).toEqual(["it has no softcap"]);
  expect(libraries.get("onnx")?.verdict).toBe("same");
  expect(libraries.get("flash")?.verdict).toBe("same");
});

test("heads in groups are said where a library has none", async () => {
  const problem = ["multihead", "--x", "1 0 2 1; 0 1 1 2; 1 1 0 1", "--heads", "2", "--kv-heads", "1"];
  const w = ["--wk", "1 0; 0 1; 1 1; 0 0", "--wv", "1 0; 0 1; 1 1; 0 0"];
  const libraries = await told(...problem, ...w, "--causal", "--quiet", "--as", "all");
  expect(libraries.get("torch")?.verdict).toBe("same");
  expect(libraries.get("torch-mha")?.obstacles).toEqual(["it has as many key heads as query heads"]);
});

// Row 1 of the mask is all false: a finite fill leaves its keys alike, (1 + 3) / 2.
const WITH_EMPTY_ROW = [
  ...ZEROS.slice(0, 1),
  "--query",
  "0 0; 0 0",
  ...ZEROS.slice(3),
  "--quiet",
  "--mask",
  "1 0; 0 0",
];

test("a finite fill leaves all keys of a row without one alike", async () => {
  const libraries = await told(...WITH_EMPTY_ROW, "--as", "all");
  for (const [name, fill] of [
    ["keras", "replace:-2.372671e+38"],
    ["jax", "replace:-2.3819764e+38"],
    ["bert", "add:float32.min"],
    ["gpt2", "replace:float32.min"],
  ] as const) {
    const { output, rows, conventions = [] } = libraries.get(name) as Told;
    expect([name, output, rows]).toEqual([name, [[1], [2]], [1]]);
    expect(conventions.some(({ options }) => options === `--mask-fill ${fill.replace("e+", "e")}`)).toBe(
      true,
    );
  }
  // The errata of ONNX and torch's _safe_softmax give 0.
  expect(libraries.get("onnx")?.output).toEqual([[1], [0]]);
  expect(libraries.get("torch")?.output).toEqual([[1], [0]]);
});

test("one library is shown with its conventions, their effect and its numbers", async () => {
  const { stdout } = await runCli([...WITH_EMPTY_ROW, "--causal", "--as", "gpt2", "--width", "200"]);
  expect(stdout).toContain("Conventions of Hugging Face GPT2Attention");
  expect(stdout).toContain("(--align bottom-right): changes nothing here");
  expect(stdout).toContain("(--mask-fill replace:float32.min): changes row 1");
  expect(stdout).toMatch(/^1 {2}2$/m);
});

test("other weights are a difference, also where the output is the same", async () => {
  // Both values are 1: whatever the weights of row 0 are (1, 0 when causal), its output is 1.
  const argv = ["attend", "--query", "0 0; 0 0", "--key", "0 0; 0 0", "--value", "1; 1", "--quiet"];
  const libraries = await told(...argv, "--as", "all");
  expect(libraries.get("gpt2")).toMatchObject({ verdict: "differs", rows: [0], outputRows: [] });
  expect(libraries.get("torch")?.verdict).toBe("same");
  const { stdout } = await runCli([...argv, "--as", "gpt2", "--width", "200"]);
  expect(stdout).toMatch(/^differs: gpt2 in the weights of row 0 \(the output is the same\) \(always causal/);
});

test("keys of earlier steps are where ONNX counts from, and what some calls have no place for", async () => {
  const heads = [
    "multihead",
    "--x",
    "1 0; 0 1",
    "--past-key",
    "1 1",
    "--past-value",
    "2 3",
    "--causal",
    "--quiet",
  ];
  const libraries = await told(...heads, "--as", "all");
  expect(libraries.get("onnx")?.verdict).toBe("same");
  expect(libraries.get("flash")?.verdict).toBe("same");
  expect(makeDifference(libraries.get("torch") as Told)).toEqual([["--align top-left", [0, 1]]]);
  expect(libraries.get("torch-mha")?.obstacles).toEqual(["it has no place for keys of earlier steps"]);
});

test("a key of zeros is torch.nn.MultiheadAttention's alone, and ALiBi a mask of numbers or flash-attention's", async () => {
  const heads = ["multihead", "--x", "1 0; 0 1", "--quiet"];
  const zeros = await told(...heads, "--add-zero-attention", "--as", "all");
  expect(zeros.get("torch-mha")?.verdict).toBe("same");
  expect(zeros.get("jax")?.obstacles).toEqual(["it adds no key to those it is given (bias_k, zeros)"]);
  const alibi = await told(...heads, "--alibi", "--as", "all");
  expect(alibi.get("flash")?.obstacles).toEqual([
    "its ALiBi falls off on both sides of a query (--symmetric)",
  ]);
  expect(alibi.get("bert")?.obstacles).toEqual(["nothing can be added to its scores"]);
  expect((await told(...heads, "--alibi", "--causal", "--as", "flash")).get("flash")?.verdict).toBe("same");
});

test("ONNX ends its causal mask at the last key that is no padding", async () => {
  // Two queries, three keys, two of them real: offset 2 − 2 = 0, so that row 0 sees key 0 (1) and row 1 both (2).
  const argv = [
    "attend",
    "--query",
    "0 0; 0 0",
    "--key",
    "0 0; 0 0; 0 0",
    "--value",
    "1; 3; 5",
    "--causal",
    "--quiet",
  ];
  const libraries = await told(...argv, "--align", "bottom-right", "--key-length", "2", "--as", "onnx");
  expect(libraries.get("onnx")?.output).toEqual([[1], [2]]);
});

test("rows without a key that the run refuses are no reason to refuse the comparison", async () => {
  const argv = [...CAUSAL, "--align", "top-left", "--empty-row", "error"];
  expect((await told(...argv, "--as", "flash")).get("flash")?.output).toEqual([[0], [1], [2]]);
});

describe("the arithmetic of a cell", () => {
  const argv = [...CAUSAL, "--align", "bottom-right", "--as", "torch", "--why", "weights[1,1]"];
  test("is that of the library's run, below the verdict", async () => {
    const { stdout } = await runCli([...argv, "--width", "100"]);
    expect(stdout).toMatch(/^differs: torch in rows 0–1/);
    // Top-left: row 1 sees both keys, 1/2 each; bottom-right it would be masked.
    expect(stdout).toMatch(/weights\[1,1\] = 0\.5/);
  });

  test("as JSON with the settings that make it so", async () => {
    const { stdout } = await runCli([...argv, "--json"]);
    const run = JSON.parse(stdout);
    expect(run.settings.align).toBe("top-left");
    expect(run.why.value).toBe(0.5);
    expect(run.as).toMatchObject({ name: "torch", verdict: "differs", rows: [0, 1] });
    expect(run.as.conventions[0].options).toBe("--align top-left");
  });

  test("is refused where the library cannot work the run", async () => {
    const { stderr, exitCode } = await runCli([
      ...ZEROS,
      "--softcap",
      "5",
      "--as",
      "torch",
      "--why",
      "output[0,0]",
    ]);
    expect(stderr).toMatch(/scaled_dot_product_attention cannot compute this: it has no softcap/);
    expect(exitCode).toBe(2);
  });
});

describe("as a table", () => {
  const argv = [...CAUSAL, "--align", "bottom-right", "--as", "all"];
  test("csv has a row a library", async () => {
    const { stdout } = await runCli([...argv, "-o", "csv"]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toBe("library,call,verdict,where,why");
    expect(lines).toHaveLength(1 + LIBRARY_NAMES.length);
    expect(lines[7]).toBe("flash,flash_attn_func,same,,");
    expect(lines[1]).toMatch(/^torch,.*,differs,rows 0–1,causal mask aligned top-left: --align top-left$/);
  });

  test("markdown has it with the sources", async () => {
    const { stdout } = await runCli([...argv, "-o", "markdown"]);
    expect(stdout).toMatch(/^\| library \| call \| verdict \| where \| why \|\n\|---\|/);
    expect(stdout).toMatch(/^\| flash \|.*\| same \| {2}\| {2}\|$/m);
    expect(stdout).toMatch(/^- flash: flash-attention/m);
  });
});

test("of very many weights the output alone is compared, which is told", async () => {
  // 1025 · 1025 = 1050625 weights are more than 2^20.
  const argv = ["attend", "--random", "--length", "1025", "--d-model", "1", "--quiet", "--as", "flash"];
  expect((await runCli(argv)).stdout).toMatch(/Only the outputs were compared: 1050625 weights/);
  const { stdout } = await runCli([...argv, "--json"]);
  expect(JSON.parse(stdout).compared).toEqual(["output"]);
  // 4097 · 4096 are more than 2^24.
  const large = [
    "attend",
    "--random",
    "--length",
    "4097",
    "--source-length",
    "4096",
    "--d-model",
    "1",
    "--as",
    "flash",
  ];
  expect((await runCli(large)).stderr).toMatch(/16781312 weights are more than its maximum of 16777216/);
});

test.each([
  [["--as", "tork"], /torch/],
  [["--as", "all", "--why", "output[0,0]"], /--why reads one run, and --as all compares several/],
  [["--as", "all", "-o", "latex"], /not as latex/],
  [["--as", "torch", "--why", "output[0,0]", "-o", "csv"], /not as csv/],
  [
    ["--as", "all", "--carry", "3"],
    /--as all compares what calls do in float64, and --carry 3 is not part of them/,
  ],
])("%j is refused", async (words, message) => {
  const { exitCode, stderr } = await runCli([...ZEROS, ...words]);
  expect(stderr).toMatch(message);
  expect(exitCode).toBe(2);
});

test("a whole layer is no single call", async () => {
  const { exitCode, stderr } = await runCli(["layer", "--demo", "--as", "torch"]);
  expect(stderr).toMatch(/--as is for one attention or its heads/);
  expect(exitCode).toBe(2);
});
