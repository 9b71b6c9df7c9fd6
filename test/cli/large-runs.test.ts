import { expect, test } from "vitest";
import type { Needs } from "../../src/attention/keeping.js";
import { needsOf } from "../../src/cli/large-runs.js";
import type { ViewSettings } from "../../src/cli/views.js";
import type { FormatName } from "../../src/render/formats/registry.js";
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
  expect(needsOf(views, {}, format, false)).toBe(needs);
});

test("rounding on the way needs the steps", () => {
  expect(needsOf({}, { carry: 3 }, "csv", false)).toBe("steps");
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
