import { describe, expect, test } from "vitest";
import { suggestCommand } from "../../src/cli/command-suggestion.js";
import { NEAR_TOPICS } from "../../src/cli/foreign-words.js";
import { loadCommands } from "../../src/commands/registry.js";
import { findSystem, OTHER_NAMES } from "../../src/systems/registry.js";
import { runCli } from "../support/run-cli.js";

// What is said of a word that is none: by what it begins, by what it means, by how it is spelt, and never something that fails.

const hintOf = async (...argv: string[]) => /^hint: (.*)$/m.exec((await runCli(argv)).stderr)?.[1];
const names = (await loadCommands()).map(({ name }) => name);

describe("a word that is no command", () => {
  test.each([
    ["comp", "compare-scoring"],
    ["sofmax", "softmax"],
    ["atend", "attend"],
    ["q.csv", "attend q.csv"],
    ["2 1 0.1", "softmax '2 1 0.1'"],
  ])("%s: qkv %s", async (word, line) => {
    expect(await hintOf(word)).toBe(`Did you mean qkv ${line}?`);
  });
  test.each([
    ["scores q.csv k.csv", "attend --only scores q.csv k.csv"],
    ["scaled_dot_product_attention q.csv k.csv", "attend q.csv k.csv"],
    [
      "MHA --d-model 4 --heads 2 --only output -o csv",
      "multihead --random --d-model 4 --heads 2 --only output -o csv",
    ],
    ["flops --length 8 --d 4", "compare-scoring --random --only costs --length 8 --d-model 4"],
    ["attend q.csv k.csv --masked", "attend q.csv k.csv --causal"],
    ["attend q.csv k.csv --code python", "attend q.csv k.csv --emit numpy"],
    ["exercise --difficulty easy", "exercise --level 1"],
    ["exercise --topic multihead", "exercise multihead"],
    ["generate --count 2", "exercise --count 2"],
    ["generate homework --students 2", "exercise --count 2"],
    ["mask q.csv k.csv v.csv", "attend q.csv k.csv v.csv"],
    ["gqa --heads 4 --kv-heads 2 --only output", "multihead --random --heads 4 --kv-heads 2 --only output"],
    ["flash_attn_func q.csv k.csv v.csv", "attend q.csv k.csv v.csv"],
    ["explain softmax temperature", "help scale"],
    ["explain why divide by sqrt(dk)", "help scale"],
    ["explain causal mask", "help mask"],
    ["weights --json", "attend --demo --only weights --json"],
    ["attend q.csv k.csv --labels cat,sat", "attend q.csv k.csv --tokens cat,sat"],
    ["why weights[1][0] q.csv k.csv", "explain weights[1,0] q.csv k.csv"],
    ["params gpt3", "systems gpt3"],
    ["sinusoidal 4 8", "posenc 4 8"],
    ["rotary --d-model 4", "rope --d-model 4"],
    ["yarn", "rope --d-model 8 --scaling yarn:factor=4,original=8192"],
    ["gradient", "attend --demo --backward ones"],
    ["gradient q.csv k.csv v.csv", "attend --backward ones q.csv k.csv v.csv"],
    ["causal q.csv k.csv", "attend --causal q.csv k.csv"],
    ["bahdanau", "attend --demo --scoring additive"],
    ["luong", "attend --demo --random --scoring general"],
    ["pytorch", "attend --demo --emit torch"],
    ["gpt-2", "systems gpt2"],
    ["gqa", "help heads"],
    ["mask", "help mask"],
    ["softcap", "help scale"],
    ["dtype", "help precision"],
    ["matmul q.csv k.csv", "attend --only scores --transpose key q.csv k.csv"],
    ["attend q.csv k.csv --output weights", "attend q.csv k.csv --only weights"],
    ["attend q.csv k.csv --only scores,weights", "attend q.csv k.csv --steps scores,weights"],
    ["attend q.csv k.csv --backend jax", "attend q.csv k.csv --emit jax"],
    ["attend q.csv k.csv --pytorch", "attend q.csv k.csv --emit torch"],
    ["transformer", "layer --demo"],
  ])("that means one thing is read as that: %s", async (line, meant) => {
    const given = { "q.csv": "1,0\n0,1\n", "k.csv": "1,0\n1,1\n", "v.csv": "1\n2\n" };
    const [found, right] = await Promise.all(
      [line, meant].map((words) => runCli(words.split(" "), { given })),
    );
    expect(found.stdout).toBe(right.stdout);
    expect([found.exitCode, right.exitCode]).toEqual([0, 0]);
    // A page of help says itself what it is about.
    if (!/^(?:help|systems)|^mask/.test(meant)) expect(found.stderr).toContain(" is read as ");
  });
  test.each([
    ["mla", "heads"],
    ["sinks", "mask"],
    ["mamba", "layers"],
  ])("%s is nothing that qkv works, and a topic is near", async (word, topic) => {
    expect(await hintOf(word)).toMatch(`qkv does not know ${word}. The nearest topic: qkv help ${topic} (`);
    expect(await hintOf("help", word)).toBe(await hintOf(word));
  });
  test("no word is near two topics, and every topic is there", async () => {
    const words = Object.values(NEAR_TOPICS).flatMap((line) => line.split(" "));
    expect(new Set(words).size).toBe(words.length);
    for (const topic of Object.keys(NEAR_TOPICS)) expect((await runCli(["help", topic])).exitCode).toBe(0);
  });
  test("that is like none of them gets the list", async () => {
    expect(await hintOf("xyzzy")).toContain(`The commands are ${names.join(", ")}`);
  });
  test("what a meaning leads to is there", async () => {
    for (const word of ["grading", "docs", "grader", "usage"]) {
      const [command = ""] = suggestCommand(word)?.split(" ") ?? [];
      expect([...names, "help", "--version"], word).toContain(command);
    }
    for (const word of ["gradient", "heatmap", "bert"]) {
      const { exitCode } = await runCli(suggestCommand(word)?.split(" ") ?? []);
      expect(exitCode, word).toBe(0);
    }
  });
});

describe("an option that is none", () => {
  test.each([
    [["attend", "--prec", "2"], "Did you mean qkv attend --precision 2?"],
    [["check", "--refer", "p.json", "o.npy"], "Did you mean qkv check --reference p.json o.npy?"],
    [["attend", "p.json", "--warmup", "3", "--runs", "9"], "Without it: qkv attend p.json."],
    [["attend", "--causl"], "Did you mean qkv attend --causal?"],
    [["attend", "--heads", "2"], "--heads is an option of qkv multihead, "],
    [["attend", "--x", "1 0; 0 1", "--num_heads", "2"], ": qkv multihead --x '1 0; 0 1' --heads 2"],
    [["attend", "--demo", "--num_heads=2"], ": qkv multihead --demo --heads=2"],
    [["attend", "--presicion", "2"], "Did you mean qkv attend --precision 2?"],
    [["attend", "--mask-shape", "0"], "qkv help mask shows the options about this"],
    [["multihead", "--rope-kind", "x"], "qkv help positions shows the options about this"],
    [["attend", "--htlm"], "Did you mean qkv attend --html?"],
    [["check", "p.json", "--from", "2"], "Without it: qkv check p.json."],
    [["attend", "p.json", "--them", "dark"], "Did you mean qkv attend p.json --theme dark?"],
    [["posenc", "--demo", "--backward", "ones"], ": qkv attend --demo --backward ones"],
    [["attend", "--demo", "--rope"], ": qkv multihead --demo --rope interleaved"],
    [["multihead", "--demo", "--rope"], "For example --rope interleaved."],
    [["attend", "--zzz"], "qkv attend -h shows the everyday options"],
  ])("%j", async (argv, hint) => {
    expect(await hintOf(...argv)).toContain(hint);
  });
});

describe("an option of another program is never answered by letters alone", () => {
  /** What people of torch, flash-attn, JAX, NumPy, jq and shells type and qkv has no option for. */
  const FOREIGN =
    "arg args argjson ascii-output backend batch-size block-size bool causality cat clip count debug delimiter \
device dir dist dump dry-run einsum epochs err exit-status fast file filter float force-yes get grep grid hdim http \
id in include info input-file jit join keepdims kwargs lines list log lr map max-seqlen mem memory-efficient min mode model-name n name \
ndmin needs new no-cache null-input offline op optim order out_dtype p page params path port profile range raw-input rank \
recursive repeat reset retry rm rng rows save-as script sed select shape size slurp sort sparse stats stride sum tab tail test tile \
time timeout top-k top-p train unbuffered unroll url use-flash user verb vmap warn xml yaml yes zip";
  test.each(FOREIGN.split(/\s+/))("--%s", async (word) => {
    const hint = await hintOf("attend", "--demo", `--${word}`);
    expect(hint).toMatch(/\S/);
    // What is begun so is what may be meant: --list of nothing, --show of --show-solution.
    for (const [, meant] of hint?.matchAll(/Did you mean (--[\w-]+)/g) ?? []) {
      expect(meant.startsWith(`--${word}`), `${word}: ${meant}`).toBe(true);
    }
    const [, line] = /Without it: qkv ([^.]+)\./.exec(hint ?? "") ?? [];
    if (line !== undefined) expect((await runCli(line.split(" "))).exitCode, line).toBe(0);
  });
});

test.each([
  [["attend", "wo.csv"], { "wo.csv": "1 0" }],
  [["attend", "p.json"], { "p.json": '{"wo": [[1, 0]]}' }],
])("%j: an input of another command leads to that command", async (argv, given) => {
  const { stderr } = await runCli(argv, { given });
  expect(stderr).toContain("wo is for qkv multihead");
});

test.each([
  ["attend --random 4x8", "attend --random --length 4 --d-model 8"],
  ["multihead --random 4 8 --heads 2", "multihead --random --length 4 --d-model 8 --heads 2"],
  ["alibi 4 6", "alibi --heads 4 --length 6"],
  ["systems gpt-3 175b", "systems gpt3-175b"],
])("whole numbers and words alone are sizes: %s", async (line, meant) => {
  const [found, right] = await Promise.all(
    [line, meant].map(async (words) => {
      const { exitCode, stdout } = await runCli([...words.split(" "), "--json"]);
      return { exitCode, run: JSON.parse(stdout) };
    }),
  );
  expect(found).toEqual(right);
  expect(found.exitCode).toBe(0);
});

test("of an option that is given twice the last counts, and a note says so", async () => {
  const { stderr, stdout } = await runCli(["attend", "--demo", "--precision", "2", "--precision", "3"]);
  expect(stderr).toContain("note: --precision 2 changes nothing here: --precision 3 comes after it");
  expect(stdout).toBe((await runCli(["attend", "--demo", "--precision", "3"])).stdout);
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
  const { stderr } = await runCli(["attend", "--demo", "--causal=late"]);
  expect(stderr).toContain("hint: --causal takes no value: write it alone.");
  const yes = await runCli(["attend", "--demo", "--causal=yes"]);
  expect(yes).toEqual(await runCli(["attend", "--demo", "--causal"]));
  expect((await runCli(["help", "--", "scale"])).stdout).toContain("Scores are multiplied by a scale");
});
