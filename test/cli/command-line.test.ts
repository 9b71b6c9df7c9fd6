import { describe, expect, test } from "vitest";
import { readPlainly } from "../../src/cli/command-line.js";
import { loadCommands } from "../../src/cli/commands/registry.js";
import { parseByCommander } from "../../src/cli/program.js";

// Plain command lines are read without commander, to the same invocation as with it.

const definitions = await loadCommands();

describe("plain command lines", () => {
  test.each([
    [["attend"]],
    [["attend", "a.json", "--json"]],
    [["attend", "-", "--causal", "--align", "top-left", "-o", "csv", "--only", "output"]],
    [
      [
        "attend",
        "--query",
        "[[1,-2]]",
        "--key",
        "k.csv",
        "--scale",
        "1/sqrt(d_k)",
        "--mask-fill",
        "replace:-1e9",
      ],
    ],
    [
      [
        "attend",
        "q.csv",
        "k.csv",
        "v.csv",
        "--header",
        "--decimal-comma",
        "--tokens",
        "a b",
        "--output",
        "-",
      ],
    ],
    [["multihead", "x.npz", "--heads", "8", "--kv-heads", "2", "--past-key", "pk.npy", "--d-model", "16"]],
    [["posenc", "--positions", "[5]", "--d-model", "8", "--quiet", "--format", "json"]],
    [["compare-scoring", "a.json", "--sweep", "d_k=2..512", "--seed", "1"]],
    [["multihead", "--preset", "gpt2", "--random", "--length", "6"]],
  ])("%j", (argv) => {
    const invocation = readPlainly(argv, definitions);
    expect(invocation).toBeDefined();
    expect(parseByCommander(argv, definitions, () => 80)).toEqual({ kind: "run", invocation });
  });
});

describe("what may mean something else is left to commander", () => {
  test.each([
    ["one word", ["attend", "-ojson"]],
    ["an equals sign", ["attend", "--scale=2"]],
    ["a denial", ["attend", "--no-color"]],
    ["a list of values", ["attend", "a.json", "--check", "b.json", "c.json"]],
    ["a misspelt option", ["attend", "--jsn"]],
    ["an option given twice", ["attend", "--scale", "1", "--scale", "2"]],
    ["a value with a sign", ["attend", "--scale", "-1"]],
    ["no value", ["attend", "--scale"]],
    ["an end of options", ["attend", "--", "a.json"]],
    ["help", ["attend", "--help"]],
    ["a page", ["systems", "gpt2"]],
    ["no command", []],
    ["a misspelt command", ["atend"]],
  ])("%s", (_, argv) => {
    expect(readPlainly(argv, definitions)).toBeUndefined();
  });
});
