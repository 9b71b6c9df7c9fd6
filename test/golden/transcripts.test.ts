import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";
import { TRANSCRIPTS } from "./transcripts.js";

// What people see, stored so that changes are read. Other tests check the numbers; these check the picture.

/** What each command shows of its example without options. */
const FIRST_SCREENS: Readonly<Record<string, readonly string[]>> = {
  attend: ["attend", "--demo"],
  "attend-drawn": ["attend", "--random", "--length", "4", "--d-model", "3"],
  multihead: ["multihead", "--demo"],
  "multihead-12-heads-64-tokens": ["multihead", "--random", "--d-model", "48", "--heads", "12", "--length", "64"],
  layer: ["layer", "--demo"],
  model: ["model", "--demo"],
  "compare-scoring": ["compare-scoring", "--demo"],
  sweep: ["compare-scoring", "--sweep", "d_k=2..64", "--samples", "50"],
  posenc: ["posenc", "--length", "10", "--d-model", "8"],
  shift: ["posenc", "--demo"],
  softmax: ["softmax", "1 2 3"],
  rope: ["rope", "1 0 0 1; 0 1 1 0"],
  alibi: ["alibi", "--length", "5"],
};

/** A screen or two. Conventions that wrap more often than counted may take a few more lines. */
const MOST_LINES = 66;

test.each(Object.entries(FIRST_SCREENS))("the first screen of %s", async (name, argv) => {
  const { exitCode, stdout } = await runCli([...argv, "--width", "80"]);
  expect(exitCode).toBe(0);
  expect(stdout.split("\n").length - 1).toBeLessThanOrEqual(MOST_LINES);
  await expect(stdout).toMatchFileSnapshot(`transcripts/first-${name}.txt`);
});

test("no title is cut", async () => {
  const { stdout } = await runCli(["multihead", "--demo", "--steps", "head-previous,head-entropy", "--width", "60"]);
  expect(stdout).toMatch(/on the one\n.* before/);
});

test.each(Object.entries(TRANSCRIPTS))("%s", async (name, argv) => {
  const { exitCode, stdout } = await runCli(argv);
  expect(exitCode).toBe(0);
  await expect(stdout).toMatchFileSnapshot(`transcripts/${name}.txt`);
});
