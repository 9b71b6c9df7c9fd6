import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";
import { spawnCli } from "../support/spawn-cli.js";

// Whole numbers on a sheet: exact where the right number is whole, whatever else stands there and however they are written.

// q = [2, 2], k = [30, 30], [25, 25], [20, 20]: S = 120, 100, 80; times 0.05 it is 6, 5, 4. e^6 = 403.43, e^5 = 148.41, e^4 = 54.60,
// their sum is 606.44, and the weights are 0.66524, 0.24473, 0.09003.
const PROBLEM =
  '{"query": [[2, 2]], "key": [[30, 30], [25, 25], [20, 20]], "value": [[1], [2], [4]], "settings": {"scale": 0.05}}';

const judge = async (sheet: string, ...options: string[]) => {
  const { exitCode, stdout, stderr } = await runCli([
    ...["attend", PROBLEM, "--check", sheet, "--json", ...options],
  ]);
  expect(stderr).toBe("");
  const { check } = JSON.parse(stdout);
  return [exitCode, check.firstWrongStep?.id];
};

/** Weights in two decimals without zeros at their ends, in one, two and three significant digits, and none. */
const WEIGHTS = ["0.67 0.24 0.09", "0.7 0.2 0.09", "0.67 0.24 0.090", "0.665 0.245 0.0900", "- - -"];

describe("a whole number is exact where the right number is whole", () => {
  test.each(WEIGHTS)("beside weights of %s", async (weights) => {
    const sheet = (scores: string) => `scores = ${scores}\nweights = ${weights}`;
    expect(await judge(sheet("120 100 80"))).toEqual([0, undefined]);
    for (const scores of ["121 100 80", "120 100 84", "120 90 80", "119 101 81"]) {
      expect(await judge(sheet(scores))).toEqual([1, "scores"]);
      expect(await judge(sheet(scores), "--strict")).toEqual([1, "scores"]);
    }
  });

  test.each([
    ["array([[1.2e+02, 1.e+02, 8.e+01]])", 0],
    ["array([[1.2e+02, 1.e+02, 9.e+01]])", 1],
    ["array([[1.2e+02, 2.e+02, 8.e+01]])", 1],
    ["array([[1.24e+02, 1.e+02, 8.e+01]])", 1],
    ["[[1.2e2, 9.8e1, 80]]", 1],
    ["[[120, 1e2, 80]]", 0],
    ["[[120, 1e2, 1e2]]", 1],
    ["120 1e+02 1e+02", 1],
    ["[1,] 1e+02 1e+02 8e+01", 1],
    // What MATLAB shows: every number times 100.
    ["S =\n\n   1.0e+02 *\n\n    1.2000    1.0000    0.8000\n", 0],
    ["S =\n\n   1.0e+02 *\n\n    1.2000    1.0000    0.8400\n", 1],
  ])("in powers of ten: %j", async (scores, exitCode) => {
    expect((await judge(`scores = ${scores}`))[0]).toBe(exitCode);
  });

  test("however many digits it has, on a sheet of two", async () => {
    // q·k = 3·41 = 123, 3·40 = 120 and 3·1 = 3; times 0.01 they are 1.23, 1.2 and 0.03, in two digits 1.2, 1.2 and 0.030.
    const problem = '{"query": [[3]], "key": [[41], [40], [1]], "settings": {"scale": 0.01}}';
    const of = async (scores: string) => {
      const sheet = `scores = ${scores}\nscaled scores = 1.2 1.2 0.030`;
      return (await runCli(["attend", problem, "--check", sheet])).exitCode;
    };
    expect(await of("123 120 3")).toBe(0);
    expect(await of("120 120 3")).toBe(1);
  });

  test("whatever made it, on a sheet of two digits", async () => {
    // q = [6, 1] and [7, 2], k = [2, 1] and [2, −2]: S = 6·2 + 1·1 = 13, 6·2 − 1·2 = 10, 7·2 + 2·1 = 16, 7·2 − 2·2 = 10.
    // e^3 / (1 + e^3) = 0.9526, e^6 / (1 + e^6) = 0.9975.
    const layer = ["multihead", "--x", "1 0; 0 1", "--wq", "6 1; 7 2", "--wk", "2 1; 2 -2", "--wv", "1; 1"];
    const of = async (scores: string) => {
      const sheet = `head 0/scores = ${scores}\nhead 0/weights = 0.95 0.047; 1.0 0.0025`;
      return (await runCli([...layer, "--scale", "1", "--check", sheet])).exitCode;
    };
    expect(await of("13 10; 16 10")).toBe(0);
    expect(await of("13 10; 15 10")).toBe(1);
  });

  test("of the built program: 16, 14, 8 for 12, 10, 8, and 1.e+02 for 130", () => {
    const twelve = '{"query": [[2, 2]], "key": [[3, 3], [2, 3], [2, 2]], "value": [[1, 0], [0, 1], [1, 1]]}';
    const sheet = "scores = [[16, 14, 8]]\nweights = [[0.9, 0.1, 0.02]]";
    for (const options of [[], ["--strict"]]) {
      const { status, stdout } = spawnCli(["attend", twelve, "--check", sheet, ...options]);
      expect([status, stdout]).toEqual([1, expect.stringMatching(/^Not right yet: .* Scores ✗/)]);
    }
    // q·k = 10·13 = 130 and 10·1 = 10.
    const hundreds = '{"query": [[10, 0]], "key": [[13, 3], [1, 3]], "value": [[1, 0], [0, 1]]}';
    const of = (scores: string) => spawnCli(["attend", hundreds, "--check", `scores = ${scores}`]).status;
    expect(of("array([[1.e+02, 1.e+01]])")).toBe(1);
    expect(of("array([[1.3e+02, 1.e+01]])")).toBe(0);
  });
});

describe("elsewhere it is as precise as its neighbours", () => {
  test.each([
    // 1 for 0.998 is right, for 0.98 it is not: e^0 / (e^0 + e^−6.2) = 0.99797, e^0 / (e^0 + e^−3.9) = 0.98016.
    ["[[0, -6.2]]", "weights = 1 0", 0],
    ["[[0, -6.2]]", "weights = 0.998 0.002", 0],
    ["[[0, -3.9]]", "weights = 1 0.02", 1],
    ["[[0, -3.9]]", "weights = 0.98 0.02", 0],
    // e^7 = 1096.6, e^5 = 148.41, e^−1 = 0.36788: three significant digits, of which 1100 has three and 148 has.
    ["[[7, 5, -1]]", "exponentials = 1100 148 0.368", 1],
    ["[[7, 5, -1]]", "exponentials = 1100 148 0.368\nweights = 0.880 0.119 0.000295", 0],
    ["[[7, 5, -1]]", "exponentials = 1.10e3 1.48e2 3.68e-1", 0],
    ["[[7, 5, -1]]", "exponentials = 1.11e3 1.48e2 3.68e-1", 1],
    ["[[7, 5, -1]]", "exponentials = 1200 148 0.368\nweights = 0.880 0.119 0.000295", 1],
  ])("scores %s, %j", async (scores, sheet, exitCode) => {
    const problem = JSON.stringify({ scores: JSON.parse(scores) });
    const run = await runCli(["attend", problem, "--check", sheet]);
    expect([run.exitCode, run.stderr]).toEqual([exitCode, ""]);
  });
});
