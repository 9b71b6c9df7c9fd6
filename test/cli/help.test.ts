import { readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { optionsOf } from "../../src/cli/options.js";
import { TOPICS } from "../../src/cli/topics/registry.js";
import { loadCommands } from "../../src/commands/registry.js";
import { runCli } from "../support/run-cli.js";
import { shell } from "../support/spawn-cli.js";

// Help in layers: alone, -h, --help, help TOPIC.

// Processes are started, which a busy machine stretches.
vi.setConfig({ testTimeout: 120_000 });

const SCREEN = 24;
const commands = await loadCommands();
const examplesIn = (text: string) => text.match(/^ {2}qkv .*$/gm)?.map((line) => line.trim()) ?? [];

describe.each(commands)("qkv $name -h", (command) => {
  const { name, summary, examples } = command;
  test("fits a screen, and says what the command does, with examples and options", async () => {
    const { exitCode, stdout } = await runCli([name, "-h"]);
    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split("\n").length).toBeLessThanOrEqual(SCREEN);
    expect(stdout).toContain(summary);
    expect(examplesIn(stdout)).toEqual(examples.slice(0, 3).map(([, line]) => line));
    if (optionsOf(command).length > 0) expect(stdout).toMatch(/^ {2}--json/m);
  });
  test("every option that it names is one of the command", async () => {
    const { stdout } = await runCli([name, "-h"]);
    const full = (await runCli([name, "--help"])).stdout;
    for (const [option] of stdout.matchAll(/--[a-z-]+/g)) expect(full, option).toContain(option);
  });
  test("no example needs a file", () => {
    for (const [, line] of examples)
      expect(line.replace(/ > .*/, "")).not.toMatch(/fixtures|\.(json|csv|npz)\b/);
  });
});

describe("qkv alone", async () => {
  const { exitCode, stdout, stderr } = await runCli([]);
  test("shows what people come for, on one screen", () => {
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(SCREEN);
    for (const { name } of commands) expect(stderr).toContain(name);
  });
  test.each(examplesIn(stderr))("%s runs", (line) =>
    expect(shell(line)).toMatchObject({ status: 0, stderr: "" }),
  );
  test("is what qkv -h prints", async () => expect((await runCli(["-h"])).stdout).toBe(stderr));
});

describe("qkv help TOPIC", () => {
  test("without a topic lists them", async () => {
    const { exitCode, stdout } = await runCli(["help"]);
    expect(exitCode).toBe(0);
    for (const name of Object.keys(TOPICS)) expect(stdout).toMatch(new RegExp(`^${name} `, "m"));
  });
  test.each(Object.keys(TOPICS))("%s is explained, without marks of Markdown", async (name) => {
    const { exitCode, stdout, stderr } = await runCli(["help", name]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).not.toMatch(/^#|^\||\*\*|^```/m);
    expect(stdout.length).toBeGreaterThan(200);
  });
  const pages = Object.values(TOPICS).filter(({ page }) => page.startsWith("topics/"));
  const lines = pages.flatMap(
    ({ page }) => readFileSync(`docs/${page}`, "utf8").match(/^ {4}qkv .*$/gm) ?? [],
  );
  test.each(lines.map((line) => line.trim()))("%s runs", (line) => {
    const { status, stdout } = shell(line);
    expect(stdout).not.toBe("");
    // The one that shows a mistake ends so.
    expect(status).toBe(line.includes("0.73 0.27") ? 1 : 0);
  });
  test("by another word, in capitals", async () => {
    expect((await runCli(["help", "Masking"])).stdout).toBe((await runCli(["help", "mask"])).stdout);
  });
  test.each([
    "scale",
    "mask",
    "check",
    "rounding",
    "posenc",
    "precision",
    "formats",
    "exit-codes",
    "glossary",
  ])("%s is one", async (word) => expect((await runCli(["help", word])).exitCode).toBe(0));
  test("a topic that is called as a command leads there", async () => {
    const { stdout } = await runCli(["help", "posenc"]);
    expect(stdout).toContain((await runCli(["help", "positions"])).stdout);
    expect(stdout).toContain("qkv posenc -h shows how the command of this name is used.");
  });
  test("a mistake by its id, with its fix and an example that can be copied", async () => {
    const { exitCode, stdout } = await runCli(["help", "scale-missing"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("The scores were not divided by √d_k.");
    const [, line = ""] = /^ {2}(qkv attend .* --check .*)$/m.exec(stdout) ?? [];
    const checked = shell(line);
    expect(checked.status).toBe(1);
    expect(checked.stdout).toContain("(scale-missing)");
  });
  test("a word of the glossary, by any of its names", async () => {
    const { stdout } = await runCli(["help", "GQA"]);
    expect(stdout).toMatch(/^MHA, GQA, MQA /);
    expect(stdout).toContain("some share them");
  });
  test.each(["scale", "scale-missing", "entropy"])("explain %s says the same", async (word) => {
    expect(await runCli(["explain", word])).toEqual(await runCli(["help", word]));
  });
  test.each([
    ["scale-mising", "Did you mean qkv help scale-missing?"],
    ["`", "The topics are scale, mask"],
    ["mas", "Did you mean qkv help mask?"],
    ["xyzzy", "The topics are scale, mask"],
  ])("%s is none", async (word, hint) => {
    const { exitCode, stderr } = await runCli(["help", word]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(hint);
  });
});

describe("the glossary", () => {
  const words = readFileSync("docs/topics/glossary.md", "utf8").toLowerCase();
  const RUNS = [
    ...["attend --demo --causal --backward ones", "multihead --demo --compare-heads 1,2", "multihead --demo"],
    ...[
      "layer --demo",
      "layer --demo --norm-kind rms",
      "model --demo",
      "posenc --demo",
      "posenc --kind t5 --length 4",
    ],
    ...["rope --length 3 --d-model 4", "alibi --length 3", "compare-scoring --demo"],
    ...["compare-scoring --sweep d_k=2..8 --samples 20", "attend --demo --softcap 5 --scoring local-m"],
  ];
  /** English, and numbers of layers. */
  const PLAIN =
    /^(?:the|and|of|by|for|all|this|what|where|each|that|before|behind|from|with|number|keys?|quer(?:y|ies)|given|one|are|published|dimension|layers?|different|looked|compared|effective|position|input|attention|output|after|times|\d+)$/;
  test.each(RUNS)("has every word of the steps of %s", async (line) => {
    const { stdout, stderr } = await runCli([...line.split(" "), "--json", "--quiet"]);
    expect(stderr).toBe("");
    const steps: readonly { readonly title: string }[] = JSON.parse(stdout).steps;
    expect(steps.length).toBeGreaterThan(0);
    const used = new Set(steps.flatMap(({ title }) => title.toLowerCase().match(/[a-zα-ω]{3,}/gu) ?? []));
    const missing = [...used].filter((word) => !PLAIN.test(word) && !words.includes(word.replace(/s$/, "")));
    expect(missing).toEqual([]);
  });
});

test.each([
  ["lambda", "λ"],
  ["KV cache", "KV cache"],
  ["d_v", "d_k, d_v, d_model"],
  ["jacobian", "Jacobian norm"],
  ["sigma", "row sums"],
])("a word of the glossary: %s", async (word, name) => {
  const { exitCode, stdout } = await runCli(["help", ...word.split(" ")]);
  expect([exitCode, stdout.startsWith(name)]).toEqual([0, true]);
});

test("every word of the glossary is explained, or is a topic or command", async () => {
  const rows = [...readFileSync("docs/topics/glossary.md", "utf8").matchAll(/^\| (?!word|---)(.*?) \|/gm)];
  expect(rows.length).toBeGreaterThan(50);
  for (const [, name] of rows) {
    const words = name.replaceAll(/ \([^)]*\)/g, "").split(/, |: /);
    for (const word of words.filter((one) => one !== "…"))
      expect([word, (await runCli(["help", word])).exitCode]).toEqual([word, 0]);
  }
});
