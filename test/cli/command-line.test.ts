import { describe, expect, test } from "vitest";
import { readPlainly } from "../../src/cli/command-line.js";
import { loadCommands } from "../../src/cli/load-commands.js";
import { optionsOf } from "../../src/cli/options.js";
import { parseByCommander } from "../../src/cli/program.js";
import { createRandom } from "../../src/math/random.js";

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
    [["attend", "help"]],
    [["attend", "multihead", "", "a=b", "no-color"]],
    [["attend", "--key", "", "--query", "-", "--only", "head 0/weights", "-"]],
    [["attend", "--color", "always", "--stream", "--header"]],
  ])("%j", (argv) => {
    const invocation = readPlainly(argv, definitions);
    expect(invocation).toBeDefined();
    expect(parseByCommander(argv, definitions, () => 80)).toEqual({ kind: "run", invocation });
  });
});

describe("every option by itself", () => {
  const lines = definitions.flatMap((definition) =>
    "page" in definition
      ? []
      : optionsOf(definition).flatMap(({ flags }) =>
          flags
            .split(/, | /)
            .filter((word) => word.startsWith("-"))
            .map((name) => [definition.name, name, ...(flags.includes("<") ? ["value"] : [])]),
        ),
  );
  test("there are many", () => expect(lines.length).toBeGreaterThan(300));
  test.each(lines.map((line) => [line.join(" "), line] as const))("%s", (_, argv) => {
    const invocation = readPlainly(argv, definitions);
    const isLeft = argv[1].startsWith("--no-") || argv[1] === "--check";
    expect(invocation === undefined).toBe(isLeft);
    if (invocation) {
      expect(parseByCommander(argv, definitions, () => 80)).toEqual({ kind: "run", invocation });
    }
  });
});

describe("words in any order", () => {
  const random = createRandom(1);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random.uniform() * from.length)];
  const WORDS = [
    ...[
      "a.json",
      "",
      "-",
      "--",
      "1 0; 0 1",
      "-5",
      "--json",
      "--causal",
      "--no-color",
      "--color",
      "always",
      "-o",
      "csv",
    ],
    ...[
      "--query",
      "--scale",
      "1/d_k",
      "--scale=2",
      "-ojson",
      "--check",
      "--stream",
      "--no-stream",
      "--header",
      "-h",
    ],
    ...[
      "--help",
      "help",
      "--demo",
      "--tokens",
      "a b",
      "--past-key",
      "--seed",
      "3",
      "--x",
      "--o",
      "-",
      "--jsonn",
    ],
  ];
  const lines = Array.from({ length: 400 }, () => {
    const length = 1 + Math.floor(random.uniform() * 5);
    return [pick(["attend", "multihead", "posenc"]), ...Array.from({ length }, () => pick(WORDS))];
  });
  const understood = lines.flatMap((argv) => {
    const invocation = readPlainly(argv, definitions);
    return invocation ? [{ argv, invocation }] : [];
  });
  test("some are plain, some are not", () => {
    expect(understood.length).toBeGreaterThan(50);
    expect(understood.length).toBeLessThan(350);
  });
  test("a plain one means the same to commander", () => {
    for (const { argv, invocation } of understood) {
      const plan = parseByCommander(argv, definitions, () => 80);
      expect(plan, JSON.stringify(argv)).toEqual({ kind: "run", invocation });
    }
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
    ["an option given twice, in short and in full", ["attend", "-o", "csv", "--format", "json"]],
    ["a flag given twice", ["attend", "--json", "--json"]],
    ["an option in place of a value", ["attend", "--scale", "--json"]],
    ["the start of an option", ["attend", "--prec", "2"]],
    ["a number that looks like an option", ["attend", "-5"]],
    ["help", ["attend", "--help"]],
    ["help of a command", ["help", "attend"]],
    ["a page", ["systems", "gpt2"]],
    ["no command", []],
    ["a misspelt command", ["atend"]],
  ])("%s", (_, argv) => {
    expect(readPlainly(argv, definitions)).toBeUndefined();
  });
});
