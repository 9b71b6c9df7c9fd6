import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// The demo of attend and positions 0 to 2 of two pairs, worked by hand, in rows as few people write them.

const SCORES = [
  ["1", "0", "2"],
  ["2", "2", "0"],
  ["2", "1", "2"],
];
/** The last score, 1·2 + 1·0, is 3. */
const WRONG = [...SCORES.slice(0, 2), ["2", "1", "3"]];

type Cells = readonly (readonly string[])[];
const cellLines = (rows: Cells, place: (row: number, col: number) => string) =>
  rows.flatMap((row, i) => row.map((cell, j) => `${place(i, j)} = ${cell}\n`)).join("");

const FORMS: Readonly<Record<string, (rows: Cells) => string>> = {
  "rows between slashes": (rows) => `Scores: ${rows.map((row) => row.join(" ")).join(" / ")}\n`,
  "rows between slashes, cells between commas": (rows) =>
    `Scores\n${rows.map((row) => row.join(", ")).join(" / ")}\n`,
  "a cell a line": (rows) => `Scores\n${cellLines(rows, (i, j) => `s${i + 1}${j + 1}`)}`,
  "a cell a line, from 0, with its arithmetic": (rows) =>
    `S = QK^T\n${cellLines(rows, (i, j) => `S[${i},${j}] = ${rows[i][j]} + 0`)}`,
  "a query and a key a line": (rows) => `Scores\n${cellLines(rows, (i, j) => `q${i + 1}·k${j + 1}`)}`,
  "a table of Word whose cells became lines": (rows) => `Scores\n${rows.flat().join("\n")}\n`,
  "a tensor over several lines": (rows) =>
    `Scores: tf.Tensor(\n[[${rows.map((row) => row.join(". ")).join(".]\n [")}.]], shape=(3, 3), dtype=float32)\n`,
  "numbered rows in another order": (rows) =>
    `Scores\n${[2, 0, 1].map((at) => `row ${at + 1}: ${rows[at].join(" ")}`).join("\n")}\n`,
};

const judge = async (sheet: string, run: readonly string[] = ["attend", "--demo"]) => {
  const { exitCode, stdout, stderr } = await runCli([...run, "--check", "hw.txt", "--json"], {
    given: { "hw.txt": sheet },
  });
  return { exitCode, stderr, check: exitCode === 2 ? undefined : JSON.parse(stdout).check };
};

describe("rows of a sheet", () => {
  test.each(Object.entries(FORMS))("%s: right ones are, and a wrong cell is found", async (_, write) => {
    const { check: right, stderr } = await judge(write(SCORES));
    expect([stderr, right?.verdict, right?.answered.cells]).toEqual(["", "agrees", 9]);
    const { check, exitCode } = await judge(write(WRONG));
    expect([exitCode, check.firstWrongStep.id]).toEqual([1, "scores"]);
  });

  test("cells that do not stand there are not answered", async () => {
    const { check } = await judge("Scores\ns11 = 1\ns12 = 0\ns22 = 2\ns33 = 2\n");
    expect([check.verdict, check.answered.cells]).toEqual(["agrees", 4]);
  });

  test.each([
    ["a cell twice", "Scores\ns11 = 1\ns12 = 0\ns13 = 2\ns11 = 4\n"],
    ["fractions with blanks", "Scores: 1 / 2 2 / 3 4 / 5\n"],
    ["cells one in a line of which one is missing", "Scores\n1\n0\n2\n2\n2\n0\n2\n1\n"],
  ])("%s is refused with --strict-reading, and not called right without", async (_, sheet) => {
    expect((await judge(sheet, ["attend", "--demo", "--strict-reading"])).exitCode).toBe(2);
    expect((await judge(sheet)).exitCode).not.toBe(0);
  });
});

test("a row of another width is a doubt", async () => {
  const given = { "hw.txt": "Scores:\n1 0 7 8\n" };
  const words = ["attend", "-q", "1 0", "-k", "1 0; 0 1", "--check", "hw.txt"];
  const { exitCode, stdout } = await runCli(words, { given });
  expect([exitCode, stdout]).toEqual([1, expect.stringContaining("it is 1×4, but here it is 1×2")]);
});

describe("rows of positions", () => {
  const POSITIONS = ["posenc", "--length", "3", "--d-model", "4"];
  // sin 1 = 0.841, cos 1 = 0.540, sin 2 = 0.909, cos 2 = −0.416; of a hundredth of it 0.010, 1.000, 0.020, 1.000.
  const ROWS = ["0 1 0 1", "0.84 0.54 0.01 1.00", "0.91 -0.42 0.02 1.00"];
  test.each([
    ["PE(0) =", (at: number) => `PE(${at}) = [${ROWS[at].replaceAll(" ", ", ")}]\n`],
    ["PE_0 =", (at: number) => `PE_${at} = ${ROWS[at]}\n`],
    ["pos 0:", (at: number) => `${at === 0 ? "Encoding\n" : ""}pos ${at}: ${ROWS[at]}\n`],
    ["PE(0,0) =", (at: number) => cellLines([ROWS[at].split(" ")], (_, col) => `PE(${at},${col})`)],
  ])("%s", async (title, write) => {
    const above = title === "PE(0,0) =" ? "Encoding\n" : "";
    const { check } = await judge(above + [0, 1, 2].map(write).join(""), POSITIONS);
    expect([check?.verdict, check?.answered.cells]).toEqual(["agrees", 12]);
    // The second row twice.
    const wrong = [0, 1, 1].map((row, at) => write(row).replaceAll(/(PE\(|PE_|pos )\d/g, `$1${at}`)).join("");
    expect((await judge(above + wrong, POSITIONS)).exitCode).toBe(1);
  });

  test("in another order, by their numbers", async () => {
    const sheet = [2, 0, 1].map((at) => `pos ${at}: ${ROWS[at]}`).join("\n");
    expect((await judge(`Encoding\n${sheet}\n`, POSITIONS)).check.verdict).toBe("agrees");
  });
});
