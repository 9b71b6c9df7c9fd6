import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// One option in place of several: it means what they mean, and what is wrong with it is said.

const ROPE = ["rope", "--length", "3", "--d-model", "8"];
const SCORES = ["attend", "--scores", "1 2 3 4; 4 3 2 1; 1 1 1 1; 0 1 0 1"];

const LAYER = ["layer", "--x", "1 2; 3 1", "--w1", "1 0; 0 1", "--w2", "1 0; 0 1"];

/** Two ways to say the same. */
const SAME: readonly (readonly [readonly string[], string, string])[] = [
  [SCORES, "--window 1,0", "--window-left 1 --window-right 0"],
  [SCORES, "--window 1,", "--window-left 1"],
  [SCORES, "--window ,2", "--window-right 2"],
  [SCORES, "--window-size 1,0", "--window-left 1 --window-right 0"],
  [SCORES, "--window-size (1,-1)", "--window-left 1"],
  [SCORES, "--window-size -1,-1", ""],
  [ROPE, "--scaling linear:factor=2", "--scaling linear --scaling-factor 2"],
  [ROPE, "--scaling yarn:factor=4,original=300", "--scaling yarn --scaling-factor 4 --original-length 300"],
  [
    ROPE,
    "--scaling yarn:factor=4,original=300,beta-fast=16,beta-slow=2",
    "--scaling yarn --scaling-factor 4 --original-length 300 --beta-fast 16 --beta-slow 2",
  ],
  [
    ROPE,
    "--scaling llama3:factor=8,original=64,low-freq=1,high-freq=4",
    "--scaling llama3 --scaling-factor 8 --original-length 64 --low-freq-factor 1 --high-freq-factor 4",
  ],
  [
    ROPE,
    "--scaling longrope:factors=1,2,3,4,original=8,sequence=32",
    "--scaling longrope --factors 1,2,3,4 --original-length 8 --sequence-length 32",
  ],
  [LAYER, "--norm rms", "--norm-kind rms"],
  [LAYER, "--norm-order pre_ln --norm-kind rmsnorm", "--norm pre --norm-kind rms"],
  [SCORES, "--causal --mask-fill -1e9", "--causal --mask-fill replace:-1e9"],
  [SCORES, "--reaches scores[0,1]", "--uses scores[0,1]"],
  [SCORES, "--reaches scores[0,1] --uses scores[0,1]", "--uses scores[0,1]"],
];

test.each(SAME)("%j %s is %s", async (problem, one, several) => {
  const run = (options: string) => runCli([...problem, ...options.split(" ").filter(Boolean), "--json"]);
  const [folded, plain] = [await run(one), await run(several)];
  expect(folded.stderr).toBe("");
  expect(folded.stdout).not.toBe("");
  expect(folded.stdout).toBe(plain.stdout);
});

test("a window of one number stays what it was: W keys, including the query's own", async () => {
  const weights = async (window: string) =>
    JSON.parse((await runCli([...SCORES, "--window", window, "--json"])).stdout).weights;
  expect(await weights("2")).toEqual(await weights("1,0"));
});

describe("--header", () => {
  // Names that are numbers: 2017 and 2018.
  const given = { "s.csv": "2017,2018\n1,2\n" };
  const rows = async (...options: readonly string[]) => {
    const argv = ["attend", "--scores", "s.csv", "--only", "scores", "--json", "--quiet", ...options];
    const { stdout, stderr } = await runCli(argv, { given });
    return stdout === "" ? JSON.parse(stderr).error.message : JSON.parse(stdout).length;
  };
  test("yes, no, alone, and by its other name", async () => {
    expect(await rows("--header", "yes")).toBe(1);
    expect(await rows("--header=yes")).toBe(1);
    expect(await rows("--header")).toBe(1);
    expect(await rows("--header", "no")).toBe(2);
    expect(await rows("--no-header")).toBe(2);
  });
  test("alone before a SOURCE it takes no word from it", async () => {
    const { stdout } = await runCli(["attend", "--header", "scores.csv", "--json", "--quiet"], {
      given: { "scores.csv": given["s.csv"] },
    });
    expect(JSON.parse(stdout).inputs.scores).toEqual([[1, 2]]);
  });
  test("of several the last counts", async () => {
    expect(await rows("--header", "--no-header")).toBe(2);
    expect(await rows("--header", "no", "--header", "yes")).toBe(1);
  });
  test("another word is refused", async () => {
    expect(await rows("--header=maybe")).toBe('"maybe" is not one of the choices.');
  });
});

test.each([
  [[...ROPE, "--scaling", "yarn:facto=4"], "BAD_VALUE", 'Did you mean "factor"?'],
  [[...ROPE, "--scaling", "yarn:"], "BAD_VALUE", '"" is unknown here'],
  [[...ROPE, "--scaling", "yarn:factor=4,factor=5"], "BAD_VALUE", "factor is given twice."],
  [[...ROPE, "--scaling", "yarm:factor=4"], "BAD_VALUE", "yarm"],
  [[...ROPE, "--scaling", "linear:factor=2", "--scaling-factor", "3"], "USAGE", "contradict each other"],
  [[...SCORES, "--window", "1,2,3"], "BAD_VALUE", '"1,2,3" is not a window.'],
  [[...SCORES, "--window", ","], "BAD_VALUE", '"," is not a window.'],
  [[...SCORES, "--window", "1,x"], "BAD_VALUE", '"x" is not a number'],
  [[...SCORES, "--window", "1,0", "--window-left", "2"], "USAGE", "contradict each other"],
  [[...SCORES, "--reaches", "scores[0,1]", "--uses", "scores[0,0]"], "USAGE", "--reaches and --uses"],
])("%j is refused", async (argv, code, text) => {
  const { exitCode, stderr } = await runCli(argv);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`[${code}]`);
  expect(stderr).toContain(text);
});

test("what another option says stands behind the others of its group", async () => {
  const { stdout } = await runCli(["help", "multihead", "--all"]);
  for (const [flag, usual] of [
    ["--window-left", "--window"],
    ["--scaling-factor", "--scaling"],
    ["--reaches", "--uses"],
    ["--no-header", "--header"],
    ["--no-color", "--color"],
  ]) {
    expect(stdout.indexOf(`\n  ${flag} `), flag).toBeGreaterThan(stdout.indexOf(`\n  ${usual} `));
  }
});

test("a part that another scaling listens to changes nothing, and one line says so", async () => {
  const { exitCode, stderr } = await runCli([...ROPE, "--scaling", "linear:factor=2,beta-fast=3"]);
  expect([exitCode, stderr]).toEqual([
    0,
    "note: --beta-fast changes nothing here: it is about --scaling yarn\n",
  ]);
});
