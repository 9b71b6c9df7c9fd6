import { expect, test } from "vitest";
import { keptSteps } from "../../src/cli/large-runs.js";
import type { ViewSettings } from "../../src/cli/views.js";
import { attend } from "../../src/commands/attend.js";
import { posenc } from "../../src/commands/posenc.js";
import type { FormatName } from "../../src/render/formats/registry.js";
import { runCli } from "../support/run-cli.js";

const CASES: readonly (readonly [string, FormatName, Partial<ViewSettings>, object])[] = [
  ["a table", "table", {}, {}],
  ["JSON", "json", { steps: [] }, {}],
  ["JSON of the output alone", "json", { only: "output" }, { stream: "early" }],
  ["CSV, of the output when nobody chooses", "csv", {}, { stream: "early" }],
  ["all arrays", "npz", {}, {}],
  ["the arithmetic of a cell", "json", { only: "output", why: "output[0,0]" }, {}],
  ["another step", "csv", { only: "weights" }, { stream: false }],
  ["every step", "json", { steps: "all" }, { stream: false }],
  ["answers to check", "table", { check: ["answers.json"] }, { stream: false }],
];

test.each(CASES)("%s", (_, format, views, kept) => {
  expect(keptSteps(attend, views, {}, format)).toEqual(kept);
  expect(keptSteps(posenc, views, {}, format)).toEqual({});
});

test("rounding on the way needs the steps", () => {
  expect(keptSteps(attend, {}, { carry: 3 }, "csv")).toEqual({ stream: false });
});

test("the output alone is the same numbers, and what was asked for wins", async () => {
  const line = Array.from({ length: 300 }, (_, i) => Math.sin(i)).join(";");
  const given = ["attend", "--query", line, "--key", line, "--value", line, "-o", "csv", "--only", "output"];
  const numbers = async (...more: string[]) => {
    const { stdout } = await runCli([...given, ...more]);
    return stdout.trim().split("\n").map(Number);
  };
  const alone = await numbers();
  const whole = await numbers("--no-stream");
  expect(alone).toHaveLength(300);
  for (const [row, number] of whole.entries()) expect(alone[row]).toBeCloseTo(number, 14);
  expect(await numbers("--stream")).toEqual(alone);
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
