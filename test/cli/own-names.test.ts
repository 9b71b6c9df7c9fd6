import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// A sheet is told in the names and the counting that stand on it. Q = [1 0; 0 2], K = [2 1; 1 1]: S = [2 1; 2 2].

const PROBLEM = '{"query": [[1, 0], [0, 2]], "key": [[2, 1], [1, 1]]}';
const told = async (sheet: string, ...options: readonly string[]) => {
  const argv = ["attend", PROBLEM, "--check", "sheet.txt", ...options];
  return (await runCli(argv, { given: { "sheet.txt": sheet } })).stdout;
};

describe("rows and columns", () => {
  test("that the sheet counts from 1 are counted so", async () => {
    const text = await told("Scores:\nq1: 2 1\nq2: 2 5\n");
    expect(text).toContain("S[q2,2]: you wrote 5, but 0·1 + 2·1 = 2.");
    expect(text).toMatch(/^q2 +2 +5 ✗$/m);
  });

  test.each([
    ["words for rows", "row 1: 2 1\nrow 2: 2 5\n"],
    ["names of cells", "s_11 = 2, s_12 = 1\ns_21 = 2, s_22 = 5\n"],
  ])("that %s count from 1 are counted so", async (_, rows) => {
    expect(await told(`Scores:\n${rows}`)).toContain("S[2,2]: you wrote 5, but");
  });

  test("have no names from the formula above them", async () => {
    expect(await told("S = QK^T\nq1: 2 1\nq2: 2 5\n")).toContain("S[q2,2]: you wrote 5, but");
  });

  test("have the words that stand beside and above them", async () => {
    const text = await told("Scores:\n       the   cat\nthe    2     1\ncat    2     5\n");
    expect(text).toContain("S[cat,cat]: you wrote 5, but");
  });

  test("have no names where none stand there", async () => {
    expect(await told("Scores:\n2 1\n2 5\n")).toContain("S[1,1]: you wrote 5, but");
  });

  test.each([
    ["headings above the steps of a row", "Row 1:\nscores: 2 1\nRow 2:\nscores: 2 5\n"],
    ["a sentence", "Scores:\n2 1\n2 5\nBoth keys have score 2 for q1 or q2.\n"],
  ])("that %s count from 1 are counted so", async (_, sheet) => {
    expect(await told(sheet)).toContain("S[2,2]: you wrote 5, but");
  });

  test("are the tokens before their vectors", async () => {
    const sheet = "cat  q = (1, 0)  k = (2, 1)\ndog  q = (0, 2)  k = (1, 1)\nScores:\n2 1\n2 5\n";
    const { stdout } = await runCli(["check", "sheet.txt"], { given: { "sheet.txt": sheet } });
    expect(stdout).toContain("S[dog,dog]: you wrote 5, but 0·1 + 2·1 = 2.");
  });

  test("are the problem's in JSON", async () => {
    const { check } = JSON.parse(await told("Scores:\nq1: 2 1\nq2: 2 5\n", "--json"));
    expect(check.mistakes[0]).toMatchObject({ place: { cell: [1, 1] }, written: 5, right: 2 });
    expect(check.mistakes[0].arithmetic).toBe("S[1,1] = 0·1 + 2·1 = 2");
  });
});

// Row 1 turns by 1 radian: cos 1 = 0.540, sin 1 = 0.841. 0.77 is wrong.
test("the only head is not said, in a class either", async () => {
  const rows = "[[1.000, 0.000], [0.540, 0.841]]";
  const sheet = `RoPE\nQ = [[1, 0], [1, 0]]\nK = [[1, 0], [1, 0]]\nV = [[1, 0], [0, 1]]\nrotated queries = ${rows}\nrotated keys = ${rows}\nscaled scores = [[0.707, 0.382], [0.382, 0.777]]\n`;
  const given = { "c/a.txt": sheet, "c/b.txt": sheet };
  const { stdout } = await runCli(["check", "c"], { given });
  expect(stdout).toContain("first wrong: scaled-scores;");
});

test("heads that the sheet counts from 1 are counted so, with their rows and columns, and not in JSON", async () => {
  // Each head has one column: S = q k of it.
  const problem = ["multihead", "--x", "1 2; 3 1", "--heads", "2", "--check", "sheet.txt"];
  const sheet = "Head 1\nScores:\n1 3\n3 9\nHead 2\nScores:\n4 2\n2 7\n";
  const given = { "sheet.txt": sheet };
  const { stdout } = await runCli(problem, { given });
  expect(stdout).toMatch(/^Not right yet: one mistake\. Scores of head 1 ✓ · Scores of head 2 ✗$/m);
  expect(stdout).toContain("S[2,2] of head 2: you wrote 7, but 1² = 1.");
  const { check } = JSON.parse((await runCli([...problem, "--json"], { given })).stdout);
  expect(check.mistakes[0].place.scope).toBe("head 1");
});
