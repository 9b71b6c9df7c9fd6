import { describe, expect, test, vi } from "vitest";
import { pythonWith, runByTorchrun, runScripts } from "../support/python.js";
import { JAX_API } from "../support/python-apis.js";
import { runCli } from "../support/run-cli.js";

// --parallel: the same run on several processes (torch) or devices (JAX), asserted equal to the steps.

vi.setConfig({ testTimeout: 240_000 });

const torch = pythonWith("torch.distributed.tensor", "numpy");
const w = "1 0 0 1; 0 1 1 0; 1 1 1 1; 1 0 0 0";
const narrow = "1 2; 3 4; 5 6; 7 8";
const heads = ["multihead", "--x", "1 0 2 1; 0 1 1 2; 1 1 0 1", "--heads", "2", "--wq", w];

const RUNS: readonly (readonly [string, readonly string[]])[] = [
  ["heads", [...heads, "--wk", w, "--wv", w, "--wo", w, "--bo", "1 2 3 4", "--causal"]],
  ["one kv head", [...heads, "--wk", narrow, "--wv", narrow, "--kv-heads", "1", "--rope", "half-split"]],
  ["rows", ["attend", "--demo", "--causal"]],
];

describe("--emit torch --parallel", () => {
  test.skipIf(!torch).each(RUNS)("%s, on two processes", async (_, words) => {
    const { stdout, exitCode, stderr } = await runCli([...words, "--emit", "torch", "--parallel", "--quiet"]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    const { status, said } = runByTorchrun(torch ?? "", stdout);
    expect(status, said).toBe(0);
    // Each process compares everything, and says so.
    expect(said.match(/all results agree with qkv's/g)).toHaveLength(2);
    expect(said).not.toContain("Warning");
  });
  test.skipIf(!torch)("two processes notice another number", async () => {
    const { stdout } = await runCli([...RUNS[0][1], "--emit", "torch", "--parallel", "--quiet"]);
    const changed = stdout.replace("contexts.append(", "contexts.append(1.0001 * ");
    const { status, said } = runByTorchrun(torch ?? "", changed);
    expect([status, said]).toEqual([1, expect.stringContaining("output, heads split over processes")]);
  });
});

const numpy = pythonWith("numpy");

describe("--emit jax --parallel", () => {
  test.skipIf(!numpy).each(RUNS)("%s, by its API", async (name, words) => {
    const { stdout, exitCode, stderr } = await runCli([...words, "--emit", "jax", "--parallel", "--quiet"]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("xla_force_host_platform_device_count=2");
    // W^Q, W^K and W^V are cut along their columns, W^O along its rows.
    const cut = name === "rows" ? "" : 'assert asked[0][1] == (None, "devices"), asked\n';
    expect(runScripts(numpy ?? "", [{ name, text: `${JAX_API}${stdout}${cut}` }])).toEqual({});
  });
});
