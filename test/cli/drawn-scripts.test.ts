import { describe, expect, test, vi } from "vitest";
import { scriptOf, writeDrawnRuns } from "../support/drawn-scripts.js";
import { verdictOf } from "../support/onnx-runtime.js";
import { pythonWith, runScripts } from "../support/python.js";
import { JAX_API, KERAS_API } from "../support/python-apis.js";
import { runCli } from "../support/run-cli.js";

// Drawn runs of every command, written as scripts and run: `npm run fuzz:scripts` runs many more.

vi.setConfig({ testTimeout: 240_000 });

const RUNS = 96;

describe.each([
  ["numpy", 1],
  ["torch", 2],
] as const)("--emit %s", (dialect, seed) => {
  const python = pythonWith(...(dialect === "numpy" ? [] : [dialect]), "numpy");
  test.skipIf(!python)(
    "every drawn run that is worked gives a script that ends in its own line",
    async () => {
      const { written, refused, failed } = await writeDrawnRuns(seed, RUNS, dialect);
      expect(failed).toEqual([]);
      expect(written.length).toBeGreaterThan(0.8 * RUNS);
      expect(written.length + refused.length).toBe(RUNS);
      expect(runScripts(python ?? "", written.map(scriptOf))).toEqual({});
    },
  );
});

describe.each([
  ["jax", JAX_API],
  ["keras", KERAS_API],
] as const)("--emit %s", (dialect, api) => {
  const python = pythonWith("numpy");
  test.skipIf(!python)(
    "every drawn run that is worked gives a script that agrees, by the library's API",
    async () => {
      const { written, failed } = await writeDrawnRuns(3, RUNS, dialect);
      expect(failed).toEqual([]);
      expect(written.length).toBeGreaterThan(0.8 * RUNS);
      const scripts = written.map(scriptOf).filter(({ text }) => !text.includes("jax.vjp"));
      const beside = scripts.map((script) => ({ ...script, text: `${api}${script.text}` }));
      expect(runScripts(python ?? "", beside)).toEqual({});
    },
  );
});

test("--emit onnx: every model of a drawn run, by steps and by the operator Attention, agrees in a runtime", async () => {
  const { written, failed } = await writeDrawnRuns(4, RUNS, "onnx");
  expect(failed).toEqual([]);
  expect(written.length).toBeGreaterThan(0.7 * RUNS);
  for (const { name, files } of written) {
    for (const [file, bytes] of Object.entries(files))
      expect.soft([await verdictOf(bytes), `${name}: ${file}`]).toEqual(["agrees", expect.anything()]);
  }
});

test("a causal mask under a scale below 0 is not given to is_causal, which makes NaN of it", async () => {
  const given = ["--x", "1 0; 0 1", "--causal", "--emit", "torch", "--quiet"];
  const { stdout } = await runCli(["attend", ...given, "--scale", "-1"]);
  expect(stdout).not.toContain("is_causal=True");
  expect(stdout).toContain("# Not with is_causal");
  expect((await runCli(["attend", ...given])).stdout).toContain("is_causal=True");
});

test("of two files that belong together none is written when one of them is there", async () => {
  for (const [dialect, stale] of [
    ["numpy", "run.py"],
    ["onnx", "run-attention.onnx"],
  ]) {
    const command = dialect === "onnx" ? "attend" : "model";
    const file = dialect === "onnx" ? "run.onnx" : "run.py";
    const words = [command, "--demo", "--emit", dialect, "--output", file, "--quiet"];
    const { exitCode, stderr, files } = await runCli(words, { given: { [stale]: "" } });
    expect([exitCode, stderr, files]).toEqual([
      2,
      expect.stringContaining(`${stale}: it exists already`),
      {},
    ]);
    const forced = await runCli([...words, "--force"], { given: { [stale]: "" } });
    expect([forced.exitCode, forced.stderr, Object.keys(forced.files).length]).toEqual([0, "", 2]);
  }
});

test.each([
  ["onnx", "run.py"],
  ["torch", "run.onnx"],
])("--emit %s does not write %s", async (dialect, file) => {
  const run = await runCli(["attend", "--demo", "--emit", dialect, "--output", file]);
  expect([run.exitCode, run.stderr, run.files]).toEqual([2, expect.stringContaining("writes no file"), {}]);
});
