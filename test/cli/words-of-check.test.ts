import { expect, test } from "vitest";
import { zipFile } from "../support/alter.js";
import { npyOf, safetensorsOf } from "../support/array-files.js";
import { runCli } from "../support/run-cli.js";

// What the words behind `qkv check` are is decided by what stands in their files, in whatever order they come.

// Scores 0 and ln 3 with the scale 1/√1: weights 1/4 and 3/4, and the output 3/4 · 8 = 6.
const [Q, K, V] = [[[1]], [[0], [Math.log(3)]], [[0], [8]]];
const text = (name: string, rows: readonly (readonly number[])[]) => `${name} = ${JSON.stringify(rows)}\n`;
const INPUTS = text("Q", Q) + text("K", K) + text("V", V);
const SHEET = "weights = [[0.25, 0.75]]\n";
const array = (rows: readonly (readonly number[])[]) =>
  ({ shape: [rows.length, rows[0].length], data: Float64Array.from(rows.flat()), type: "float64" }) as const;

const given = {
  "p.json": JSON.stringify({ q: Q, k: K, v: V }),
  "p.txt": INPUTS,
  "ada.txt": SHEET,
  "ada.json": '{"weights": [[0.25, 0.75]]}',
  "ada.npy": npyOf(array([[0.25, 0.75]])),
  "bob.txt": "weights = [[0.75, 0.25]]\n",
  "sheets/ada.txt": SHEET,
  "sheets/bob.txt": "weights = [[0.75, 0.25]]\n",
  "own/ada.txt": INPUTS + SHEET,
  "own/none.txt": "I did not get this one.\n",
  "own.zip": zipFile(
    [INPUTS + SHEET, `${INPUTS}output = [[5]]\n`].map((sheet, at) => ({
      name: `${"ab"[at]}.txt`,
      data: new TextEncoder().encode(sheet),
    })),
  ),
};

const check = async (line: string, stdin = "") => {
  const { exitCode, stdout } = await runCli(["check", ...line.split(" ")], { given, stdin });
  return [exitCode, stdout.split("\n", 1)[0]];
};

test.each(["p.json", "p.txt"])(
  "%s is the problem in front of its sheets and behind them",
  async (problem) => {
    for (const sheet of ["ada.txt", "ada.json"]) {
      for (const line of [`${problem} ${sheet}`, `${sheet} ${problem}`])
        expect([line, ...(await check(line))]).toEqual([line, 0, "Right so far. Weights ✓"]);
    }
    expect(await check(`${problem} bob.txt`)).toEqual([1, "Not right yet: one mistake. Weights ✗"]);
    expect(await check(`ada.npy ${problem}`)).toEqual([0, "✓ right for float64 (the type of the answer)"]);
  },
);

test.each([
  ["ada.txt", "p.json"],
  ["ada.json", "p.json"],
  ["ada.txt", "p.txt"],
  ["p.json", "ada.txt"],
  ["p.txt", "ada.txt"],
  ["- p.json", "ada.txt"],
  ["ada.txt -", "p.json"],
] as const)("%s, with %s in a pipe", async (words, piped) => {
  expect(await check(words, given[piped])).toEqual([0, "Right so far. Weights ✓"]);
});

test("a folder beside a pipe has the sheets of the problem in it", async () => {
  const { exitCode, stdout } = await runCli(["check", "sheets"], { given, stdin: given["p.json"] });
  expect([exitCode, stdout]).toEqual([
    1,
    expect.stringMatching(/^sheets\/ada\.txt +✓ right.*\n.*bob\.txt +✗ not right/),
  ]);
  // What options give is the problem, whatever a pipe holds.
  const demo = await runCli(["check", "--demo", "scores = [[1, 0, 2], [2, 2, 0], [2, 1, 2]]"], {
    stdin: given["p.json"],
  });
  expect([demo.exitCode, demo.stdout]).toEqual([0, expect.stringMatching(/^Right so far\. Scores ✓/)]);
});

test("sheets in an archive give their own problems", async () => {
  const { exitCode, stdout } = await runCli(["check", "own.zip"], { given });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/own\.zip\/a\.txt +✓ right.*\n.*own\.zip\/b\.txt +✗ not right/);
});

test("a folder of dumps is a row for each, in any form", async () => {
  const dump = (output: number) =>
    safetensorsOf({ q: array(Q), k: array(K), v: array(V), o: array([[output]]) });
  const dumps = { "dumps/a.safetensors": dump(6), "dumps/b.safetensors": dump(2) };
  const { exitCode, stdout } = await runCli(["check", "dumps"], { given: dumps });
  expect([exitCode, stdout]).toEqual([
    1,
    expect.stringMatching(/a\.safetensors +✓ right.*\n.*b\.safetensors +✗ not right/),
  ]);
});

test.each([
  ["two/p.json", "two/p.json: only inputs: qkv found no answers.", "qkv attend two/p.json"],
  ["one/q.npy", "only inputs", "qkv attend one/q.npy one/k.npy one/v.npy"],
  [
    "two/o.npy",
    "two/o.npy: only answers: qkv found no query, key and value.",
    "qkv check two/p.json two/o.npy",
  ],
  ["one/o.npy", "only answers", "qkv check one/q.npy one/k.npy one/v.npy one/o.npy"],
  ["alone/p.json", "only inputs", "qkv attend alone/p.json"],
  ["two/o.npy --ref one/o.npy", "two/o.npy and one/o.npy: only answers", "qkv diff one/o.npy two/o.npy"],
])("%s without its other half: the hint is a line that works", async (line, problem, command) => {
  const [q, k, v, o] = [Q, K, V, [[6]]].map((rows) => npyOf(array(rows)));
  const one = { "one/q.npy": q, "one/k.npy": k, "one/v.npy": v, "one/o.npy": o };
  const files = { "two/p.json": given["p.json"], "two/o.npy": o, "alone/p.json": given["p.json"] };
  const surroundings = { given: { ...files, ...one } };
  const { exitCode, stderr } = await runCli(["check", ...line.split(" ")], surroundings);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(problem)]);
  expect(stderr).toContain(command);
  expect((await runCli(command.split(" ").slice(1), surroundings)).exitCode).toBe(0);
});
