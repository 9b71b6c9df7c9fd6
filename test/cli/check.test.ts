import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// q = [1, 0], K = I, V = [[10, 0], [0, 20]]: weights 0.67 0.33, output 6.70 6.60; without √2: 0.73 0.27, 7.31 5.38.
const PROBLEM = '{"query": [[1, 0]], "key": [[1, 0], [0, 1]], "value": [[10, 0], [0, 20]]}';
const RIGHT = '{"weights": [[0.67, 0.33]], "output": [[6.70, 6.60]]}';
const UNSCALED = '{"weights": [[0.73, 0.27]], "output": [[7.31, 5.38]]}';

test("a right sheet ends with 0", async () => {
  const { exitCode, stdout } = await runCli(["attend", PROBLEM, "--check", RIGHT]);
  expect(stdout).toMatch(/^Right\./);
  expect(exitCode).toBe(0);
});

test("a wrong sheet ends with 1, is marked, and the mistake is told with one cell", async () => {
  const { exitCode, stdout } = await runCli(["attend", PROBLEM, "--check", UNSCALED]);
  expect(exitCode).toBe(1);
  expect(stdout).toContain("0.73 ✗");
  expect(stdout).toContain("The scores were not divided by √d_k.\nα[0,0]: you wrote 0.73");
  // 0.67 is right there; 0.33 in the other cell is not told.
  expect(stdout).not.toContain("0.33");
});

test("--hint 1 tells the place alone; --show-solution the right numbers; --ascii has no other signs", async () => {
  const hint = await runCli(["attend", PROBLEM, "--check", UNSCALED, "--hint", "1"]);
  expect(hint.stdout).toContain("Look at Weights.");
  expect(hint.stdout).not.toContain("divided");
  const shown = await runCli(["attend", PROBLEM, "--check", UNSCALED, "--show-solution", "--ascii"]);
  expect(shown.stdout).toContain("0.67");
  expect(shown.stdout).toMatch(/^[\n -~]*$/);
});

test("several sheets: a line each and a tally", async () => {
  const { exitCode, stdout } = await runCli(["attend", PROBLEM, "--check", RIGHT, UNSCALED]);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/1 × +The scores were not divided/);
});

test("one step alone, with a cell that was not answered", async () => {
  const { stdout } = await runCli(["attend", PROBLEM, "--check", "weights=[[0.67, null]]", "--json"]);
  expect(JSON.parse(stdout).check).toMatchObject({
    verdict: "agrees",
    steps: [{ scope: "", id: "weights" }],
  });
});

test("a name that is no step, and a shape that does not fit", async () => {
  const unknown = await runCli(["attend", PROBLEM, "--check", '{"wieghts": [[1, 0]]}']);
  expect(unknown.exitCode).toBe(2);
  expect(unknown.stderr).toContain('Did you mean "weights"?');
  const shape = await runCli(["attend", PROBLEM, "--check", '{"weights": [[1, 0, 0]]}']);
  expect(shape.stderr).toContain("[SHAPE_MISMATCH]");
});

test("a copied step and an output that fits nothing end with a verdict, whatever operand is tried", async () => {
  const problem = {
    x: [
      [1, 2, 0],
      [-1, 1, 2],
      [2, 2, 1],
    ],
    wq: [
      [0, 0, 1, 1, 0, -1, 0, 1],
      [-1, -1, -1, 0, 0, 1, 0, 1],
      [1, 1, 1, -1, 1, -1, 0, -1],
    ],
    wk: [
      [0, 1, -1, -1, 0, 1, -1, 0],
      [-1, -1, 0, 0, 0, 0, 0, 0],
      [1, -1, -1, 0, 0, 1, -1, 1],
    ],
    wv: [
      [0, 0, 1, 0, -1, -1, 1, -1],
      [0, -1, 1, 0, -1, 1, -1, -1],
      [-1, 0, 0, -1, 1, 1, 0, 1],
    ],
    wo: [
      [0, 0, -1],
      [1, -1, 1],
      [0, 0, 0],
      [-1, 1, 1],
      [0, 1, -1],
      [0, 1, 1],
      [1, -1, -1],
      [0, 1, 0],
    ],
    settings: { heads: 2, causal: true },
  };
  // 1 + x in place of e^x, with scaled scores such as 3, 0 and 0.5; then the same numbers as weights.
  const copied = "4 0 0\n1 -2 0\n1.5 2.5 -0.5\n";
  const sheet = `head 0 exponentials:\n${copied}\nhead 0 weights:\n${copied}\noutput:\n-9.5 2 -0.5\n-3 -10 1\n-7.5 28 16\n`;
  const given = { "p.json": JSON.stringify(problem), "s.txt": sheet };
  const { exitCode, stdout } = await runCli(["check", "p.json", "s.txt"], { given });
  expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/^Not right yet/)]);
});
