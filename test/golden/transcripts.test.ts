import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// What people see, kept to be read when it changes. Numbers are checked elsewhere; here it is the picture.

const PROBLEM = "fixtures/inputs/please-study-man.json";
const MANY = Array.from({ length: 64 }, (_, i) => `${Math.round(100 * Math.sin(i))} ${Math.round(100 * Math.cos(i))}`).join("; ");

const TRANSCRIPTS: Readonly<Record<string, readonly string[]>> = {
  "attend-80": ["attend", PROBLEM, "--causal", "--width", "80"],
  "attend-40": ["attend", PROBLEM, "--causal", "--width", "40"],
  "attend-ascii": ["attend", PROBLEM, "--causal", "--ascii"],
  "attend-colour": ["attend", PROBLEM, "--causal", "--color", "always", "--steps", "masked-scores,weights"],
  "attend-one-token": ["attend", "--x", "[[1, 2]]"],
  "attend-64-tokens": ["attend", "--x", MANY, "--scale", "0.001", "--causal"],
  "attend-projections": ["attend", "--x", "1 0 1; 0 2 1", "--wq", "1 0; 0 1; 1 1", "--wk", "0 1; 1 0; 1 0", "--bk", "1 -1", "--precision", "2"],
  "attend-additive": ["attend", PROBLEM, "--scoring", "additive", "--va", "1 -1", "--plot", "bars"],
  "attend-empty-row": ["attend", "--x", "1 0; 0 1", "--mask", "1 1; 0 0", "--plot", "none"],
  "attend-why": ["attend", PROBLEM, "--why", "output[man,0]"],
  "attend-help": ["attend", "--help"],
  "multihead-80": ["multihead", "fixtures/inputs/two-heads.json", "--kv-heads", "1", "--causal"],
  "multihead-40": ["multihead", "--demo", "--steps", "weights,output,head-entropy", "--width", "40"],
  "multihead-colour": ["multihead", "--demo", "--steps", "weights", "--color", "always"],
  "multihead-one-head": ["multihead", "--demo", "--head", "1"],
  "multihead-compare": ["multihead", "--demo", "--compare-heads", "1,2", "--steps", "places"],
  "multihead-help": ["multihead", "--help"],
  help: ["--help"],
};

test.each(Object.entries(TRANSCRIPTS))("%s", async (name, argv) => {
  const { exitCode, stdout } = await runCli(argv);
  expect(exitCode).toBe(0);
  await expect(stdout).toMatchFileSnapshot(`transcripts/${name}.txt`);
});
