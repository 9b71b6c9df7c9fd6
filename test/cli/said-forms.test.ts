import { describe, expect, test } from "vitest";
import { FORM_NAMES, type FormName } from "../../src/input/forms/form-names.js";
import { runCli } from "../support/run-cli.js";

/** The rows (1, 2) and (3, 4) in each form. */
const WRITTEN: Readonly<Record<FormName, string>> = {
  words: "Q:\n1 2\n3 4\n",
  csv: "1,2\n3,4\n",
  tsv: "1\t2\n3\t4\n",
  semicolons: "1;2\n3;4\n",
  spaces: "1 2\n3 4\n",
  markdown: "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n",
  box: "┌───┬───┐\n│ a │ b │\n├───┼───┤\n│ 1 │ 2 │\n│ 3 │ 4 │\n└───┴───┘\n",
  psql: " a | b \n---+---\n 1 | 2\n 3 | 4\n(2 rows)\n",
  r: "     [,1] [,2]\n[1,]    1    2\n[2,]    3    4\n",
  pandas: "     a    b\n0  1.0  2.0\n1  3.0  4.0\n",
  matlab: "1 2; 3 4\n",
  display: "A =\n\n   1   2\n   3   4\n",
  numpy: "[[1. 2.]\n [3. 4.]]\n",
  code: "const q = vec![vec![1.0, 2.0], vec![3.0, 4.0]];\n",
  latex: "\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}\n",
  json: "[[1, 2], [3, 4]]\n",
};

const numbersOf = async (text: string, form: string) => {
  const given = { "q.txt": text, "kv.json": '{"key": [[1, 0]], "value": [[5]]}' };
  const argv = form === "words" ? ["attend", "q.txt", "kv.json"] : ["attend", "kv.json", "--query", "q.txt"];
  const { exitCode, stdout, stderr } = await runCli([...argv, "--form", form, "--json"], { given });
  const run = exitCode === 0 ? JSON.parse(stdout) : undefined;
  return { exitCode, said: exitCode === 0 ? stderr : stdout + stderr, query: run?.inputs.query };
};

describe("--form", () => {
  test.each(FORM_NAMES)("%s reads a text of that form", async (form) => {
    expect((await numbersOf(WRITTEN[form], form)).query).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test("another form is refused, or read as it says, and never ends in a crash", async () => {
    for (const form of FORM_NAMES)
      for (const other of FORM_NAMES) {
        const { exitCode, said } = await numbersOf(WRITTEN[other], form);
        expect([0, 2], `${other} read as ${form}: ${said}`).toContain(exitCode);
      }
  });

  test("says what a text means that may be read in two ways", async () => {
    // Two numbers, or one and a half.
    expect((await numbersOf("1,5\n2,5\n", "csv")).query).toEqual([
      [1, 5],
      [2, 5],
    ]);
    expect((await numbersOf("1,5\n2,5\n", "semicolons")).query).toBeUndefined();
  });

  test("a sheet is read as names and rows, or in the lines that are said", async () => {
    const sheets = {
      words: "scores: 1 0\nweights: 0.6698 0.3302\n",
      semicolons: "scores;1;0\nweights;0.6698;0.3302\n",
    };
    const problem = {
      "p.json": '{"query": [[1, 0]], "key": [[1, 0], [0, 1]], "value": [[1], [2]]}',
    };
    for (const [form, sheet] of Object.entries(sheets)) {
      const given = { ...problem, "sheet.txt": sheet };
      const argv = ["attend", "p.json", "--check", "sheet.txt", "--form", form, "--json"];
      const { exitCode, stdout } = await runCli(argv, { given });
      expect([form, exitCode]).toEqual([form, 0]);
      expect(JSON.parse(stdout).check.answered).toMatchObject({ cells: 4 });
    }
    const { exitCode, stderr } = await runCli(
      ["attend", "p.json", "--check", "sheet.txt", "--form", "json"],
      { given: { ...problem, "sheet.txt": sheets.words } },
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain("sheet.txt");
  });

  test("an unknown form lists the names; a binary file has none", async () => {
    const { exitCode, stderr } = await runCli(["attend", "--demo", "--form", "excel"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("words, csv, tsv");
  });
});
