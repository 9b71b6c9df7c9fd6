import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

test.each([
  [["--demo", "--preset", "gpt2", "--random"], "--demo and --preset gpt2 contradict each other."],
  [["x", "--demo"], "DIR x and --demo contradict each other."],
  [["src", "docs"], "a run uses one model, but src, docs are named."],
  [["--random"], "--random: a model is drawn only with both --preset and --random."],
  [["--demo", "--text-file", "x", "--ids", "1"], "--text-file x and --ids contradict each other."],
  [
    ["--preset", "gpt2", "--random", "--ids", "1,2", "--length", "5"],
    "--length is the number of drawn tokens, and --ids gives other tokens.",
  ],
])("qkv model %j is refused, with what to do", async (words, message) => {
  const { exitCode, stderr } = await runCli(["model", ...words]);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  expect(stderr).toMatch(/^hint: \S/m);
});

test("the text of a dump that is meant changes nothing where there is no dump", async () => {
  const { exitCode, stderr } = await runCli(["model", "--demo", "--batch", "1"]);
  expect([exitCode, stderr]).toEqual([
    0,
    expect.stringContaining("note: --batch changes nothing here: it is about --check"),
  ]);
});

test("what stands behind a model and is no file is its text", async () => {
  const { stderr } = await runCli(["model", "--demo", "0 1 2"]);
  expect(stderr).toContain("'0 1 2' is read as --text '0 1 2'");
  expect(stderr).toContain("Give the tokens themselves, --ids 0,1,2. With tokenizer.json");
});
