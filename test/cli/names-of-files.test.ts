import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";
import { shell } from "../support/spawn-cli.js";

// A file that is there under exactly the name that is typed is that file, whatever the name looks like.

// q = (1, 0) and K = I, so that the scores are 1 and 0; without a scale the weights are e : 1, that is 0.73 and 0.27.
const QUERY = "1,0\n";
const KEY = "1,0\n0,1\n";
const SHEET = "Scores: 1 0\nWeights: 0.73 0.27\n";
const PROBLEM = '{"query": [[1, 0]], "key": [[1, 0], [0, 1]], "settings": {"scale": "none"}}';
const WRITTEN = ["--scale", "none", "--only", "scores", "-o", "csv"];

/** A list, a step with its answer (twice), rows, a row, an array of an archive, a file behind @, a pattern. */
const NAMES = [
  ...["[draft] ada.txt", "x=1.txt", "run=weights.csv", "1;2.txt", "1 2"],
  // No names of files on Windows.
  ...(process.platform === "win32" ? [] : ["a.npz:q", "what?.txt"]),
  "@ada.txt",
];

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "qkv-names-"));
  const texts = { query: QUERY, sheet: SHEET, problem: PROBLEM };
  for (const [kind, text] of Object.entries(texts)) {
    mkdirSync(join(folder, kind));
    for (const name of NAMES) writeFileSync(join(folder, kind, name), text);
  }
  // What the names would be taken for holds other numbers.
  for (const name of ["1.txt", "weights.csv", "ada.txt", "whatx.txt"])
    writeFileSync(join(folder, "sheet", name), "9 9\n");
  writeFileSync(join(folder, "problem.json"), PROBLEM);
  writeFileSync(join(folder, "key.csv"), KEY);
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (place: string, ...argv: string[]) => runCli(argv, { folder: join(folder, place) });

describe.each(NAMES)("%s", (name) => {
  test("as the value of an option", async () => {
    const { stdout, stderr } = await run(
      "query",
      "attend",
      "--query",
      name,
      "--key",
      "../key.csv",
      ...WRITTEN,
    );
    expect({ stdout, stderr }).toEqual({ stdout: "1,0\n", stderr: "" });
  });
  test("as a SOURCE", async () => {
    const { stdout, stderr } = await run("problem", "attend", name, ...WRITTEN);
    expect({ stdout, stderr }).toEqual({ stdout: "1,0\n", stderr: "" });
  });
  test("as the value of --check", async () => {
    const { exitCode, stdout } = await run("sheet", "attend", "../problem.json", "--check", name, "--json");
    expect(JSON.parse(stdout).check.steps).toMatchObject([{ id: "scores" }, { id: "weights" }]);
    expect(exitCode).toBe(0);
  });
  test("as the answer to one step", async () => {
    const { exitCode, stdout } = await run(
      "query",
      "attend",
      "../problem.json",
      "--check",
      `scores=${name}`,
      "--json",
    );
    expect(JSON.parse(stdout).check.steps).toMatchObject([{ id: "scores" }]);
    expect(exitCode).toBe(0);
  });
  test("as a sheet of a class", async () => {
    const { exitCode, stdout } = await run("sheet", "check", "../problem.json", name, "--json");
    expect(JSON.parse(stdout).sheets).toMatchObject([{ sheet: name, check: { verdict: "agrees" } }]);
    expect(exitCode).toBe(0);
  });
  test("as the problem of a class", async () => {
    const { exitCode } = await run("problem", "check", name, "scores = [[1, 0]]");
    expect(exitCode).toBe(0);
  });
});

test.each(NAMES.slice(0, 3))("%s, of the built program", (name) => {
  const { status, stdout } = shell(`qkv check ../problem.json '${name}' -o csv`, join(folder, "sheet"));
  expect(stdout.split("\n")[1]).toContain(name);
  expect(status).toBe(0);
  const query = shell(`qkv attend -q '${name}' -k ../key.csv ${WRITTEN.join(" ")}`, join(folder, "query"));
  expect(query).toEqual({ status: 0, stdout: "1,0\n", stderr: "" });
});

describe("a name without a file is what it was", () => {
  test.each([
    ["1 2;3 4", "1,2\n3,4\n"],
    ["[1, 2]", "1,2\n"],
  ])("%s", async (query, scores) => {
    const { stdout } = await run("query", "attend", "--query", query, "--key", "../key.csv", ...WRITTEN);
    expect(stdout).toBe(scores);
  });
  test("@nothing.csv, and a step with its answer", async () => {
    const { stderr } = await run("query", "attend", "--query", "@nothing.csv", "--key", "../key.csv");
    expect(stderr).toContain("nothing.csv: --query: there is no such file");
    const { stdout } = await run("query", "attend", "../problem.json", "--check", "scores=1 0");
    expect(stdout).toMatch(/^Right so far\. Scores ✓/);
  });
});

test("a folder of sheets may be called like a list", () => {
  mkdirSync(join(folder, "[group 1]"));
  writeFileSync(join(folder, "[group 1]", "ada.txt"), SHEET);
  const { status, stdout } = shell("qkv check problem.json '[group 1]' -o csv", folder);
  expect(stdout).toContain("[group 1]/ada.txt");
  expect(status).toBe(0);
});
