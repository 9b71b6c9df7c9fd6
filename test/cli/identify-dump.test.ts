import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// The dumps of fixtures/dumps and fixtures/kernels were made by NumPy and torch with the options that are told here (their make.py).

const identify = async (words: readonly string[], folder = "fixtures/dumps") => {
  const { exitCode, stdout } = await runCli(["identify", ...words, "--json"], { folder });
  const { options, explained, precision } = JSON.parse(stdout);
  return { exitCode, options, explained, precision };
};

test.each([
  [["plain.npz"], [], "float32"],
  [["causal.npz"], ["--causal"], "float32"],
  [["bf16.pt"], ["--causal"], "bfloat16"],
  [["q.npy", "k.npy", "v.npy", "o_triton.npy"], [], "float32"],
])("%j works as %j", async (words, options, precision) =>
  expect(await identify(words)).toEqual({ exitCode: 0, options, explained: true, precision }),
);

test("a kernel that no convention explains is told by its mistakes", async () => {
  const { exitCode, stdout } = await runCli(["identify", "not-rescaled.npz"], { folder: "fixtures/kernels" });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^✗ Not explained/);
});

test("the answers to the probe must be in one file", async () => {
  const { stderr } = await runCli(["identify", "o_triton.npy", "my_result.npy"], {
    folder: "fixtures/dumps",
  });
  expect(stderr).toContain("must be in one file");
});
