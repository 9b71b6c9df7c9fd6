import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";
import { shell } from "../support/spawn-cli.js";

// What is said of a sheet, however the run is asked for. K = I, q = [1, 0]: weights 0.67 and 0.33; without √2 0.73 and 0.27.

const PROBLEM = '{"query": [[1, 0]], "key": [[1, 0], [0, 1]], "value": [[10, 0], [0, 20]]}';
const RIGHT = '{"weights": [[0.67, 0.33]]}';
const WRONG = '{"weights": [[0.73, 0.27]]}';

const firstLines = async (...argv: string[]) => {
  const { exitCode, stdout } = await runCli(argv);
  return [exitCode, stdout.split("\n\n")[0].trim().replaceAll("\n", " ")];
};

describe("the verdict says what was compared", () => {
  test("of one sheet", async () => {
    expect(await firstLines("attend", PROBLEM, "--check", RIGHT)).toEqual([
      ...[0, "Right so far. Weights ✓ Not on the sheet: Output."],
    ]);
    expect(await firstLines("attend", PROBLEM, "--check", WRONG)).toEqual([
      ...[1, "Not right yet: one mistake. Weights ✗ Not on the sheet: Output."],
    ]);
    const half = '{"weights": [[0.67, null]], "output": [[6.70, 6.60]]}';
    expect(await firstLines("attend", PROBLEM, "--check", half)).toEqual([
      ...[0, "Right so far. Weights ✓ · Output ✓ Weights: 1 of 2 cells are answered."],
    ]);
    const blank = '{"weights": [[null, null]]}';
    expect(await firstLines("attend", PROBLEM, "--check", blank)).toEqual([
      ...[1, "There are no answers to compare."],
    ]);
  });

  test("of a sheet without what is required, and of one with it", async () => {
    const require = ["--require", "weights,output"];
    expect(await firstLines("attend", PROBLEM, "--check", RIGHT, ...require)).toEqual([
      ...[1, "Not complete: Output is missing. Weights ✓"],
    ]);
    const both = '{"weights": [[0.67, 0.33]], "output": [[6.70, 6.60]]}';
    expect(await firstLines("attend", PROBLEM, "--check", both, ...require)).toEqual([
      ...[0, "Right. Weights ✓ · Output ✓"],
    ]);
  });

  test("of several sheets, and in JSON", async () => {
    const given = { "a.json": RIGHT, "b.json": WRONG };
    const { stdout } = await runCli(["attend", PROBLEM, "--check", "a.json", "b.json", "--width", "120"], {
      given,
    });
    expect(stdout).toMatch(/^a\.json +✓ right; Not on the sheet: Output$/m);
    const { check } = JSON.parse((await runCli(["attend", PROBLEM, "--check", RIGHT, "--json"])).stdout);
    expect(check.answered).toEqual({ cells: 2, of: 2, steps: 1, ofSteps: 6 });
    expect(check.steps[0].answered).toEqual({ cells: 2, of: 2 });
  });
});

test("steps in a list, beside an output: both are compared", async () => {
  const sheet = (output: string) =>
    `{"steps": [{"id": "weights", "data": [[0.67, 0.33]]}], "output": [[${output}]]}`;
  expect(await firstLines("attend", PROBLEM, "--check", sheet("6.70, 6.60"))).toEqual([
    ...[0, "Right. Weights ✓ · Output ✓"],
  ]);
  expect((await firstLines("attend", PROBLEM, "--check", sheet("6.70, 6.80")))[0]).toBe(1);
  const twice = sheet("6.70, 6.60").replace('"output": [[6.70, 6.60]]', '"weights": [[0.73, 0.27]]');
  expect((await firstLines("attend", PROBLEM, "--check", twice))[0]).toBe(2);
});

describe("a verdict does not hang on the way of running", () => {
  const layer = ["multihead", "--x", "1 0 0 1; 0 1 1 0", "--heads", "2"];
  const SHEETS = [
    ["head 0/weights=0.67 0.33; 0.33 0.67", "head 1/weights=0.67 0.33; 0.33 0.67"],
    ["head 0/weights=0.67 0.33; 0.33 0.67", "head 1/weights=0.73 0.27; 0.27 0.73"],
    ["head 1/scores=1 0; 0 2"],
  ];

  test.each(SHEETS.map((sheet) => [sheet]))("%j", async (sheet) => {
    const judged = async (...options: string[]) => {
      const { exitCode, stdout } = await runCli([...layer, "--check", ...sheet, "--json", ...options]);
      return { exitCode, check: JSON.parse(stdout).check };
    };
    const plain = await judged();
    expect(await judged("--stream")).toEqual(plain);
    expect(await judged("--head", "0")).toEqual(plain);
    const text = await firstLines(...layer, "--check", ...sheet);
    expect(await firstLines(...layer, "--check", ...sheet, "--head", "1")).toEqual(text);
    expect(await firstLines(...layer, "--check", ...sheet, "--stream")).toEqual(text);
  });

  test("a head shows its own marks; one that there is not is refused", async () => {
    const { stdout } = await runCli([...layer, "--check", ...SHEETS[1], "--head", "0"]);
    // Its weights are right, and those of head 1 have a table only there.
    expect(stdout).not.toContain("head 1: Weights");
    const other = await runCli([...layer, "--check", ...SHEETS[1], "--head", "1"]);
    expect(other.stdout).toContain("head 1: Weights");
    expect((await runCli([...layer, "--check", ...SHEETS[1], "--head", "2"])).exitCode).toBe(2);
  });

  test("among other sheets as alone", async () => {
    const given = { "a.json": RIGHT, "b.json": WRONG, "c.json": '{"weights": [[0.66, 0.34]]}' };
    const judged = async (...files: string[]) => {
      const { stdout } = await runCli(["attend", PROBLEM, "--check", ...files, "--json"], { given });
      const { check, checks = [check] } = JSON.parse(stdout);
      return checks.map(({ sheet: _, ...found }: { sheet?: string }) => found);
    };
    const files = Object.keys(given);
    const alone = (await Promise.all(files.map((file) => judged(file)))).flat();
    expect(await judged(...files)).toEqual(alone);
  });

  test("when nobody reads to the end", () => {
    const check = (sheet: string) => `qkv attend '${PROBLEM}' --check '${sheet}'`;
    expect(shell(`${check(WRONG)} | head -c 0`).status).toBe(1);
    expect(shell(`${check(WRONG)} | grep -q right`).status).toBe(1);
    expect(shell(`${check(RIGHT)} | head -c 0`).status).toBe(0);
  });
});

test("a column of scores is told, since a row is what people mean", async () => {
  const told = "note: scores: 3 queries with one key each; for one query give one row\n";
  expect((await runCli(["attend", "--scores", "2; 1; 0.1"])).stderr).toContain(told);
  expect((await runCli(["softmax", "s.csv"], { given: { "s.csv": "2\n1\n0.1\n" } })).stderr).toContain(told);
  expect((await runCli(["attend", "--scores", "2 1 0.1"])).stderr).toBe("");
});
