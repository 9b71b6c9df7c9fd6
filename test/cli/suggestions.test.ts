import { describe, expect, test } from "vitest";
import { suggestCommand } from "../../src/cli/command-suggestion.js";
import { loadCommands } from "../../src/commands/registry.js";
import { findSystem, OTHER_NAMES } from "../../src/systems/registry.js";
import { runCli } from "../support/run-cli.js";

// What is said of a word that is none: by what it begins, by what it means, by how it is spelt, and never something that fails.

const hintOf = async (...argv: string[]) => /^hint: (.*)$/m.exec((await runCli(argv)).stderr)?.[1];
const names = (await loadCommands()).map(({ name }) => name);

describe("a word that is no command", () => {
  test.each([
    ["self-attention", "attend"],
    ["scaled_dot_product_attention", "attend"],
    ["MHA", "multihead"],
    ["gqa", "multihead"],
    ["sinusoidal", "posenc"],
    ["comp", "compare-scoring"],
    ["sofmax", "softmax"],
    ["atend", "attend"],
    ["rotary", "rope"],
    ["gradient", "attend --demo --backward ones"],
    ["gpt-2", "systems gpt2"],
    ["mask", "attend --causal"],
    ["presets", "systems"],
    ["q.csv", "attend q.csv"],
    ["2 1 0.1", "softmax '2 1 0.1'"],
  ])("%s: qkv %s", async (word, line) => {
    expect(await hintOf(word)).toBe(`Did you mean qkv ${line}?`);
  });
  test("that is like none of them gets the list", async () => {
    expect(await hintOf("xyzzy")).toContain(`The commands are ${names.join(", ")}`);
  });
  test("what a meaning leads to is there", async () => {
    for (const word of ["grading", "docs", "grader", "usage"]) {
      const [command = ""] = suggestCommand(word, names)?.split(" ") ?? [];
      expect([...names, "help", "--version"], word).toContain(command);
    }
    for (const word of ["gradient", "heatmap", "bert"]) {
      const { exitCode } = await runCli(suggestCommand(word, names)?.split(" ") ?? []);
      expect(exitCode, word).toBe(0);
    }
  });
});

describe("an option that is none", () => {
  test.each([
    [["attend", "--prec", "2"], "Did you mean --precision?"],
    [["attend", "--causl"], "Did you mean --causal?"],
    [["attend", "--heads", "2"], "--heads is an option of qkv multihead, "],
    [["attend", "--zzz"], "qkv attend --help shows what there is."],
  ])("%j", async (argv, hint) => {
    expect(await hintOf(...argv)).toContain(hint);
  });
});

test.each([
  [["attend", "wo.csv"], { "wo.csv": "1 0" }],
  [["attend", "p.json"], { "p.json": '{"wo": [[1, 0]]}' }],
])("%j: an input of another command leads to that command", async (argv, given) => {
  const { stderr } = await runCli(argv, { given });
  expect(stderr).toContain("wo is for qkv multihead");
});

describe("systems by the names they have elsewhere", () => {
  test("gpt2-xl is the size of 1.5 billion", async () => {
    expect(await hintOf("systems", "gpt2-xl")).toContain('Did you mean "gpt2-1.5b"?');
  });
  test.each([...OTHER_NAMES.values()])("%s is one", (name) => {
    expect(findSystem(name).system.name).toBeTruthy();
  });
});

test("a flag with a value, and -- behind help", async () => {
  const { stderr } = await runCli(["attend", "--demo", "--causal=yes"]);
  expect(stderr).toContain("hint: --causal takes no value: write it alone.");
  expect((await runCli(["help", "--", "scale"])).stdout).toContain("Scores are multiplied by a scale");
});

test.each([
  ["grading", "qkv check"],
  ["worksheet", "qkv exercise"],
  ["yarn", "qkv rope"],
  ["pytorch", "qkv attend --demo --emit torch"],
])("%s leads to %s", async (word, line) => {
  expect((await runCli([word])).stderr).toContain(`Did you mean ${line}?`);
});
