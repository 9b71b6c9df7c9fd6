import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { matrixFromRows } from "../../src/math/matrix.js";
import { runCli } from "../support/run-cli.js";

// Checks every line of the example that docs/gradients.md computes by hand.

const page = readFileSync("docs/gradients.md", "utf8");
const rows = Array.from(page.matchAll(/^\| `([\w-]+)` \| .* \| `([^`]+)` \|$/gm), ([, id, numbers]) => {
  return [id, numbers.split(";").map((row) => row.trim().split(" ").map(Number))] as const;
});
const command = /```sh\nqkv (.*)\n```/.exec(page)?.[1] ?? "";
const args = Array.from(command.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, word]) => quoted ?? word);

test.each(rows)("%s", async (id, wanted) => {
  const { stdout } = await runCli([...args, "--only", id, "--json"]);
  // The page has four decimals or exact numbers.
  expect(matrixFromRows(JSON.parse(stdout))).toBeCloseToMatrix(wanted, { atol: 5e-5 });
});

test("there is a line for every step", () => {
  expect(rows.map(([id]) => id)).toEqual([
    ...["scores", "scaled-scores", "exponentials", "row-sums", "weights", "output"],
    ...["d-output", "d-value", "d-weights", "d-row-dots", "d-scaled-scores", "d-scores", "d-query", "d-key"],
  ]);
});
