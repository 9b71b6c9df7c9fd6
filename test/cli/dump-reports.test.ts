import { expect, test } from "vitest";
import { type DumpedArray, npyOf, npzOf } from "../support/array-files.js";
import { runCli } from "../support/run-cli.js";

// What programs read of judged dumps: JUnit, annotations of GitHub, two arrays compared, arrays written whole.

const folder = "fixtures/dumps";

test("-o junit: a test for each dump, with what is wrong", async () => {
  const { exitCode, stdout } = await runCli(["check", "causal.npz", "plain.npz", "--causal", "-o", "junit"], {
    folder,
  });
  expect(exitCode).toBe(1);
  expect(stdout).toContain('<testsuite name="qkv check" tests="2" failures="1" errors="0">');
  expect(stdout).toContain('<testcase classname="qkv" name="causal.npz"/>');
  expect(stdout).toMatch(
    /name="plain.npz">\n {6}<failure message="✗ not right for float32[^"]*">✗ not right/,
  );
  const one = await runCli(["check", "causal.npz", "--causal", "-o", "junit"], { folder });
  expect([one.exitCode, one.stdout]).toEqual([
    0,
    expect.stringContaining('tests="1" failures="0" errors="0"'),
  ]);
  const part = await runCli(["check", "causal.npz", "--causal", "-o", "junit", "--rows", "1"], { folder });
  expect(part.stdout).toMatch(/<system-out>✓ right for float32[^<]*in \d+ of \d+ rows/);
  const missing = await runCli(["check", "causal.npz", "q.npy", "-o", "junit", "--causal"], { folder });
  expect(missing.exitCode).not.toBe(0);
});

test("what goes in and what came out may stand in two files, in either order; among dumps a file without an answer is told", async () => {
  const of = (shape: readonly number[], ...data: number[]): DumpedArray => ({
    shape,
    data: Float64Array.from(data),
    type: "float32",
  });
  // Equal scores weigh both values alike: their mean is 3 and 6.
  const inputs = {
    q: of([1, 1, 1, 2], 0, 0),
    k: of([1, 1, 2, 2], 1, 2, 3, 4),
    v: of([1, 1, 2, 2], 2, 4, 4, 8),
  };
  const o = of([1, 1, 1, 2], 3, 6);
  const given = { "in.npz": npzOf(inputs), "o.npy": npyOf(o), "dump.npz": npzOf({ ...inputs, o }) };
  for (const words of [
    ["in.npz", "o.npy"],
    ["o.npy", "in.npz"],
  ]) {
    const { exitCode, stdout } = await runCli(["check", ...words], { given });
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/2 numbers of (?:output|context) right/)]);
    expect((await runCli(["identify", ...words], { given })).stdout).toContain(
      `It works like qkv check ${words.join(" ")}`,
    );
  }
  const { exitCode, stdout } = await runCli(["check", "dump.npz", "in.npz"], { given });
  expect(exitCode).toBe(1);
  // In front it is the problem of the others.
  const behind = await runCli(["check", "in.npz", "dump.npz"], { given });
  expect(behind.stdout + behind.stderr).not.toContain("nothing to check");
  expect(stdout).toMatch(/dump\.npz +✓ right[^\n]*\nin\.npz +— not readable; There is nothing to check/);
});

test("under GITHUB_ACTIONS a wrong dump is an annotation", async () => {
  const env = { GITHUB_ACTIONS: "true" };
  const wrong = await runCli(["check", "plain.npz", "--causal"], { folder, env });
  expect(wrong.stderr).toMatch(
    /^::error file=plain\.npz,title=qkv check::✗ not right(?![^\n]*not right)[^\n%]*: [^\n%]*\n/m,
  );
  expect((await runCli(["check", "causal.npz", "--causal"], { folder, env })).stderr).not.toContain(
    "::error",
  );
  expect((await runCli(["check", "plain.npz", "--causal"], { folder })).stderr).not.toContain("::error");
});

const array = (...data: number[]) =>
  npyOf({ shape: [2, 1, 2, 2], data: Float64Array.from(data), type: "float32" });

test("qkv diff says where two arrays differ, and how far", async () => {
  const given = {
    "a.npy": array(1, 2, 3, 4, 5, 6, 7, 8),
    "b.npy": array(1, 2, 3, 4, 5, 6.5, 7, 8),
    "t.npy": array(1, 3, 2, 4, 5, 7, 6, 8),
  };
  const same = await runCli(["diff", "a.npy", "a.npy"], { given });
  expect([same.exitCode, same.stdout]).toEqual([0, expect.stringContaining("8 numbers (2×1×2×2)")]);
  const { exitCode, stdout } = await runCli(["diff", "a.npy", "b.npy", "--json"], { given });
  expect(exitCode).toBe(1);
  // 6 has 2^-21 as its last place in float32: 0.5 are 2^20 of them.
  expect(JSON.parse(stdout)).toMatchObject({
    schema: "qkv/diff/1",
    verdict: "differs",
    type: "float32",
    of: 8,
    wrong: 1,
    along: [[1], [0]],
    largest: { at: [1, 0, 0, 1], reference: 6, got: 6.5, distance: 0.5, ulps: 2 ** 20 },
  });
  const turned = await runCli(["diff", "a.npy", "t.npy"], { given });
  expect([turned.exitCode, turned.stdout]).toEqual([
    1,
    expect.stringContaining("axes are in the order 0, 1, 3, 2"),
  ]);
  const loose = await runCli(["diff", "a.npy", "b.npy", "--atol", "0.5"], { given });
  expect(loose.exitCode).toBe(0);
  const other = await runCli(["diff", "a.npy", "1 2; 3 4"], { given });
  expect([other.exitCode, other.stderr]).toEqual([
    2,
    expect.stringContaining("1 2; 3 4: it is 2×2, and a.npy is 2×1×2×2"),
  ]);
});

test("of two files the arrays of one name are compared, and what one alone holds is told", async () => {
  const one = (...data: number[]): DumpedArray => ({
    shape: [2],
    data: Float64Array.from(data),
    type: "float64",
  });
  const given = {
    "ref.npz": npzOf({ q: one(1, 2), o: one(3, 4), lse: one(5, 6) }),
    "o.npz": npzOf({ o: one(3, 4), extra: one(7, 8) }),
    "all.npz": npzOf({ o: one(3, 4), lse: one(5, 6) }),
  };
  // The output is the same, and no log-sum-exp came out.
  const lacking = await runCli(["diff", "ref.npz", "o.npz"], { given });
  expect(lacking.exitCode).toBe(1);
  expect(lacking.stdout).toMatch(/^✓ o: the same/);
  expect(lacking.stdout).toContain("✗ o.npz does not contain lse, but ref.npz does.");
  expect(lacking.stdout).toContain("Not compared: q, only in ref.npz.");
  expect(lacking.stdout).toContain("Not compared: extra, only in o.npz.");
  const json = JSON.parse((await runCli(["diff", "ref.npz", "o.npz", "--json"], { given })).stdout);
  expect(json).toMatchObject({
    ...{ reference: "ref.npz", got: "o.npz", verdict: "differs" },
    ...{ onlyInReference: ["q", "lse"], onlyInGot: ["extra"] },
  });
  expect(json.arrays).toHaveLength(1);
  // Inputs need not come out.
  const whole = await runCli(["diff", "ref.npz", "all.npz"], { given });
  expect([whole.exitCode, whole.stdout]).toEqual([0, expect.stringContaining("Not compared: q")]);
});

test("-o npy writes the outputs of all batches and heads, which are those of the dump", async () => {
  const run = await runCli(["attend", "causal.npz", "--causal", "-o", "npy"], { folder });
  expect(run.stderr).toContain("writing output of all batches and heads (2×4×6×8)");
  const given = { "o.npy": run.bytes };
  const { exitCode } = await runCli(["diff", "causal.npz:o", "-"], { folder, stdin: given["o.npy"] });
  expect(exitCode).toBe(0);
});
