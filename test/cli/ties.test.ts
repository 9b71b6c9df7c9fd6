import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// K = [1 0; 1 0; 0 1; 0 1; 2 0]: q = 0 compares alike with all five keys, (0, 1) with two, and (1, 0) most with the last.

const KEYS = ["--key", "1 0; 1 0; 0 1; 0 1; 2 0", "--value", "1; 2; 3; 4; 5"];

test.each([
  ["0 0", "0 \\+4 alike"],
  ["0 1", "2, 3"],
  ["1 0", "4"],
])("a query %s looks at %s", async (query, keys) => {
  const { stdout } = await runCli(["attend", "--query", query, ...KEYS, "--steps", "all"]);
  expect(stdout).toMatch(new RegExp(`looks at +with weight.*\\n─+\\n0 +${keys} +0\\.\\d{4} `));
});

test("JSON has one key a query, the first", async () => {
  const { stdout } = await runCli(["attend", "--query", "0 1", ...KEYS, "--json"]);
  const { steps } = JSON.parse(stdout) as { steps: { id: string; data: number[][] }[] };
  expect(steps.find(({ id }) => id === "strongest-key")?.data).toEqual([[2]]);
});
