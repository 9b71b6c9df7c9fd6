import { expect, test } from "vitest";
import type { Needs } from "../../src/attention/recorder.js";
import type { FormatName } from "../../src/render/formats/registry.js";
import { needsOf } from "../../src/runs/large-runs.js";
import type { ViewSettings } from "../../src/runs/views.js";
import { runCli } from "../support/run-cli.js";

const CASES: readonly (readonly [string, FormatName, Partial<ViewSettings>, Needs])[] = [
  ["a table", "table", {}, "view"],
  ["JSON", "json", { steps: [] }, "view"],
  ["JSON of the output alone", "json", { only: "output" }, "output"],
  ["CSV, of the output when nobody chooses", "csv", {}, "output"],
  ["all arrays", "npz", {}, "view"],
  ["the arithmetic of a cell", "json", { only: "output", why: "output[0,0]" }, "view"],
  ["another step", "csv", { only: "weights" }, "steps"],
  ["what a model has come to", "npy", { only: "logits" }, "output"],
  ["one step of a model beside its pairs", "json", { steps: ["layer 3/residual"] }, "view"],
  ["every step", "json", { steps: "all" }, "steps"],
  ["answers to check", "table", { check: ["answers.json"] }, "steps"],
];

test.each(CASES)("%s", (_, format, views, needs) => {
  expect(needsOf(views, format, false)).toBe(needs);
});

test("the output is the same to the bit, whatever is written and kept", async () => {
  const line = Array.from({ length: 300 }, (_, i) => Math.sin(i)).join(";");
  const given = ["attend", "--query", line, "--key", line, "--value", line, "-o", "csv", "--only", "output"];
  const numbers = async (...more: string[]) => {
    const { stdout } = await runCli([...given, ...more]);
    return stdout.trim().split("\n").map(Number);
  };
  const alone = await numbers();
  const whole = await numbers("--no-stream");
  expect(alone).toHaveLength(300);
  expect(whole).toEqual(alone);
  expect(await numbers("--stream")).toEqual(alone);
  expect(await numbers("--scoring", "cosine")).toEqual(await numbers("--scoring", "cosine", "--no-stream"));
  const { stdout } = await runCli([...given.slice(0, -4), "--json"]);
  expect(JSON.parse(stdout).output.flat()).toEqual(alone);
});

test("in JSON the arithmetic of a cell names the cells as the whole run does, row by row or not", async () => {
  const given = ["attend", "--query", "1 0; 0 2", "--key", "1 0; 1 1", "--value", "1 2; 3 4"];
  const cellsOf = async (...options: string[]) => {
    const { stdout } = await runCli([...given, "--why", "output[1,1]", "--json", ...options]);
    const { why } = JSON.parse(stdout);
    return [why.cell, why.parts[0].cell, why.parts[1].cell];
  };
  const expected = ["output[1,1]", "weights[1,0]", "weights[1,1]"];
  expect(await cellsOf()).toEqual(expected);
  expect(await cellsOf("--stream")).toEqual(expected);
});

// More keys than an argument list of JavaScript holds (about 120,000).
test("one query of very many keys is shown, drawn and explained", async () => {
  const count = 150_000;
  const keys = Array.from({ length: count }, (_, i) => (i === 70_000 ? 2 : i % 2)).join("\n");
  const given = { "k.csv": keys, "v.csv": keys };
  const run = (...more: string[]) =>
    runCli(["attend", "--query", "1", "--key", "k.csv", "--value", "v.csv", ...more], { given });
  // e² / (74,999 + 75,000·e + e²) is no percent.
  expect((await run()).stdout).toMatch(/^query 0 looks most at key 70000 \(0 %\)/);
  expect((await run("-o", "svg")).stdout).toMatch(/each cell is the largest of 1×147</); // ⌈150,000 / 1024⌉
  expect((await run("--why", "strongest-key[0]", "--depth", "1")).stdout).toMatch(
    /^strongest-key\[0\] = 70000/,
  );
  // The largest score is 2: ln(74,999 + 75,000·e + e²) = 12.5385.
  const { stdout } = await run("--why", "log-sum-exp[0]", "--depth", "1");
  expect(stdout).toMatch(/^log-sum-exp\[0\] = 12\.5385/);
  expect(stdout).toContain("= 2 + ln(e^(0 − 2) + e^(1 − 2) + ");
});
