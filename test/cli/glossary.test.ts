import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// The glossary has every word of the output, and explains each.

test.each([["GQA", /^MHA, GQA, MQA /, "own keys"]])(
  "%s, by any of its names",
  async (word, start, meaning) => {
    const { stdout } = await runCli(["help", word]);
    expect(stdout).toMatch(start);
    expect(stdout).toContain(meaning);
  },
);

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
