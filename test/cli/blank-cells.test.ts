import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";
import { spawnCli } from "../support/spawn-cli.js";

// What leaves a cell of a sheet blank is one list, whatever the sheet is written in.

const MARKS = ["null", "None", "NA", "n/a", "<NA>", "--", "?", "??", "_", "__", "-", "–", "—", "·", "…"];

// Q = K = I, so that the scores are the unit matrix.
const PROBLEM = ["attend", "--query", "1 0; 0 1", "--key", "1 0; 0 1"];

/** The first row of scores with a mark in its second cell, in every form; each line is `name: text`. */
const FORMS: Readonly<Record<string, (mark: string) => string>> = {
  "w.csv": (mark) => `1,${mark}\n0,1\n`,
  "names.csv": (mark) => `,a,b\na,1,${mark}\nb,0,1\n`,
  "w.tsv": (mark) => `1\t${mark}\n0\t1\n`,
  "semicolons.csv": (mark) => `1;${mark}\n0;1\n`,
  "blanks.txt": (mark) => `1 ${mark}\n0 1\n`,
  "w.json": (mark) => `[[1, ${mark}], [0, 1]]`,
  "strings.json": (mark) => `[["1", "${mark}"], ["0", "1"]]`,
  "later.json": (mark) => `{"scores": [[1, ${mark}], [0, 1]]}`,
  "numpy.txt": (mark) => `[[1 ${mark}]\n [0 1]]`,
  "array.txt": (mark) => `np.array([[1, ${mark}], [0, 1]])`,
  "matlab.txt": (mark) => `[1 ${mark}; 0 1]`,
  "table.md": (mark) => `| a | b |\n|---|---|\n| 1 | ${mark} |\n| 0 | 1 |\n`,
  "matrix.tex": (mark) => `\\begin{pmatrix} 1 & ${mark} \\\\ 0 & 1 \\end{pmatrix}`,
  "sheet.txt": (mark) => `Name: Ada\nScores\n1 ${mark}\n0 1\n`,
  "named.txt": (mark) => `Scores = QK^T\nq0: 1 ${mark}\nq1: 0 1\n`,
  "inline.txt": (mark) => `Scores: 1 ${mark}; 0 1\n`,
  "cells.txt": (mark) => `Scores\ns11 = 1\ns12 = ${mark}\ns21 = 0\ns22 = 1\n`,
};

describe.each(Object.entries(FORMS))("%s", (file, write) => {
  test.each(MARKS)("%s", async (mark) => {
    const given = { [file]: write(mark) };
    const isSheet = /^Name|^Scores|\{"scores/.test(given[file]);
    const { stdout, stderr } = await runCli(
      [...PROBLEM, "--check", isSheet ? file : `scores=${file}`, "--json"],
      { given },
    );
    expect(stderr).not.toContain("error");
    const [scores] = JSON.parse(stdout).check.steps;
    expect(scores).toMatchObject({ id: "scores", verdict: "agrees", answered: { cells: 3, of: 4 } });
  });
});

test.each([
  ["w.csv", "1,\n0,1\n"],
  ["w.tsv", "1\t\n0\t1\n"],
  ["w.tsv", "1\t0\n\t1\n"],
  ["w.json", "[[1, 0], [, 1]]"],
  ["w.txt", "np.array([[, 0], [0, 1]])"],
  ["w.md", "| a | b |\n|---|---|\n| 1 |  |\n| 0 | 1 |\n"],
  ["w.tex", "\\begin{pmatrix} 1 & \\\\ 0 & 1 \\end{pmatrix}"],
])("nothing at all: %s %j", async (file, text) => {
  const { stdout } = await runCli([...PROBLEM, "--check", `scores=${file}`, "--json"], {
    given: { [file]: text },
  });
  expect(JSON.parse(stdout).check.steps[0]).toMatchObject({
    verdict: "agrees",
    answered: { cells: 3, of: 4 },
  });
});

test("a row of a spreadsheet may be left blank", async () => {
  const given = { "w.tsv": "\t\n0\t1\n" };
  const { stdout } = await runCli([...PROBLEM, "--check", "scores=w.tsv", "--json"], { given });
  expect(JSON.parse(stdout).check.steps[0]).toMatchObject({
    verdict: "agrees",
    answered: { cells: 2, of: 4 },
  });
});

test.each(["scores=?", "scores=n/a", "scores=…", "scores=? ?; ? ?", "Scores: _\n", "Scores: ·\n"])(
  "%s answers nothing",
  async (answer) => {
    const { stdout } = await runCli([...PROBLEM, "--check", answer, "--json"]);
    expect(JSON.parse(stdout).check.verdict).toBe("unanswered");
  },
);

describe("of the built program", () => {
  test.each([
    ["scores=1 ? x; 0 1 2", "1 ? x; 0 1 2", 'scores[0, 2]: "x" is not a number'],
    ["weights = np.array([[33%, ?, x]])", "np.array([[33%, ?, x]])", '"x" is not a number'],
    ["scores=1 −0.5 x; 0 1 2", "1 −0.5 x; 0 1 2", 'scores[0, 2]: "x" is not a number'],
  ])("an error shows what was typed: %s", (answer, typed, message) => {
    const { status, stderr } = spawnCli([...PROBLEM, "--check", answer]);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr.split("\n")[1].trim()).toBe(typed);
  });
  test("a problem has no blank cells", () => {
    for (const mark of ["?", "n/a", "_"]) {
      const { status, stderr } = spawnCli(["attend", "--query", `[[1, ${mark}]]`, "--key", "1 0"]);
      expect(status).toBe(2);
      expect(stderr).toContain(`query holds ${mark} where a number is expected. [EMPTY_CELL]`);
      const read = spawnCli([
        "attend",
        "--query",
        `[[1, ${mark}]]`,
        "--key",
        "1 0",
        "--null",
        "nan",
        "--only",
        "query",
        "-o",
        "csv",
      ]);
      expect(read.stdout).toBe("1,NaN\n");
    }
  });
});

describe("two slashes", () => {
  test.each([
    "[3 // 7, 1]",
    "[3//7, 1]",
    "[[3 // 7], [1]]",
    "[7 // 3]",
    "(3 // 7, 1)",
    "np.array([3 // 7, 1])",
  ])("%s is refused", (query) => {
    const { status, stderr } = spawnCli(["attend", "--query", query, "--key", "1 0"]);
    expect(status).toBe(2);
    expect(stderr).toContain("is a whole number in Python and a fraction in Julia. [NOT_A_NUMBER]");
    expect(stderr).toContain("hint: Write one / for the fraction, or the whole number.");
  });
  test.each([
    "Rational{Int64}[3//7, 1//1]",
    "[3//7 1//1]",
    "[3 // 7 1]",
    "1×2 Matrix{Rational{Int64}}:\n 3//7  1//1",
  ])("%s is Julia's", async (query) => {
    const { stdout } = await runCli([
      "attend",
      "--query",
      query,
      "--key",
      "1 0",
      "--only",
      "query",
      "-o",
      "csv",
    ]);
    expect(stdout.split(",").map(Number)).toEqual([3 / 7, 1]);
  });
});
