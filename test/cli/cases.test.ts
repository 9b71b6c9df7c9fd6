import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// One file of JSON with several cases: a row each, and each of them alone behind a colon.

// One query of score 0 against two keys: the mean of their values, 2 and 6, is 4. Causal it sees the first alone.
const problem = { q: [[1]], k: [[0], [0]], v: [[2], [6]] };
const [right, wrong] = [
  { ...problem, o: [[4]] },
  { ...problem, o: [[2]] },
];
const given = {
  "list.json": JSON.stringify([right, wrong]),
  "within.json": JSON.stringify({ cases: [right, wrong] }),
  "named.json": JSON.stringify({ mean: right, first: wrong }),
  "lines.jsonl": `${JSON.stringify(right)}\n${JSON.stringify(wrong)}\n`,
};

test.each([
  ["list.json", "0", "1"],
  ["within.json", "cases.0", "cases.1"],
  ["named.json", "mean", "first"],
  ["lines.jsonl", "0", "1"],
])("%s is a row for each case", async (file, first, second) => {
  const { exitCode, stdout } = await runCli(["check", file, "--json"], { given });
  const rows = JSON.parse(stdout).sheets.map(
    ({ sheet, check }: { readonly sheet: string; readonly check: { readonly verdict: string } }) =>
      `${sheet} ${check.verdict}`,
  );
  expect([exitCode, ...rows]).toEqual([1, `${file}:${first} agrees`, `${file}:${second} differs`]);
});

test("one case is picked by its number or its name, in every command", async () => {
  const alone = await runCli(["check", "list.json:0"], { given });
  expect([alone.exitCode, alone.stdout.trim()]).toEqual([0, "Right. Output ✓"]);
  const words = ["--query", "within.json:cases:1:q", "--key", "named.json:mean.k", "--quiet", "-o", "csv"];
  const worked = await runCli(["attend", ...words], { given });
  expect([worked.stderr, worked.stdout]).toEqual(["", "0.5,0.5\n"]);
  const near = await runCli(["attend", "named.json:meen"], { given });
  expect(near.stderr).toContain('it holds no "meen"');
  expect(near.stderr).toContain('Did you mean "mean"?');
});
