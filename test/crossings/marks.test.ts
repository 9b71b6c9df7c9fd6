import { expect, test } from "vitest";
import { attend, check } from "../../src/index.js";
import { runCli } from "../support/run-cli.js";

// The marks of a person's sheet are the same wherever they are read: in JSON, on the marked sheet, on its page, in a class, for Gradescope
// and in the library.

const problem = {
  query: [
    [1, 2],
    [0, 1],
  ],
  key: [
    [1, 0],
    [1, 1],
  ],
  value: [
    [1, 0],
    [0, 2],
  ],
};
// S = [1 3; 0 1]: the last score is wrong. S/√2 = 0.707 2.121 and 0 1.414 from the written 2: the second row follows.
const sheet = {
  scores: ["1 3", "0 2"],
  weights: ["0.20 0.80", "0.20 0.80"],
  output: ["0.20 1.61", "0.20 0.61"],
};
const MARKS = {
  scores: ["✓✓", "✓✗"],
  // α = 0.1956 and 0.8044 in both rows.
  weights: ["✓✓", "→→"],
  // O = 0.1956 and 1.6089 in both rows: the last cell is wrong once more.
  output: ["✓✓", "→✗"],
};
const SIGNS = { right: "✓", near: "≈", follows: "→", wrong: "✗" };
type Mark = keyof typeof SIGNS;

const text = Object.entries(sheet)
  .map(([step, rows]) => `${step}:\n${rows.join("\n")}\n`)
  .join("\n");
const given = { "p.json": JSON.stringify(problem), "ada.txt": text, "bob.txt": text };
const run = async (...argv: string[]) => (await runCli(["check", "p.json", ...argv], { given })).stdout;

interface Report {
  readonly steps: readonly { readonly id: string; readonly marks: readonly (readonly Mark[])[] }[];
}
const marksIn = ({ steps }: Report) =>
  Object.fromEntries(
    steps.map(({ id, marks }) => [id, marks.map((row) => row.map((mark) => SIGNS[mark]).join(""))]),
  );

/** Counts each sign other than ✓ after a number. */
const counted = (signs: readonly string[]) =>
  ["✗", "→"].map((sign) => signs.filter((one) => one === sign).length);
const WANTED = counted(Object.values(MARKS).flat().join("").split(""));

test("the JSON of one sheet, and of each in a class", async () => {
  const { stdout } = await runCli(["attend", "p.json", "--check", "ada.txt", "--json"], { given });
  expect(marksIn(JSON.parse(stdout).check)).toEqual(MARKS);
  const { sheets } = JSON.parse(await run("ada.txt", "bob.txt", "--json")) as {
    sheets: readonly { readonly check: Report }[];
  };
  expect(sheets.map(({ check: one }) => marksIn(one))).toEqual([MARKS, MARKS]);
});

test("the marked sheet and its page have the same signs behind the numbers", async () => {
  const marked = await run("ada.txt");
  expect(counted([...marked.matchAll(/\d ([✗→])/g)].map(([, sign]) => sign))).toEqual(WANTED);
  const page = await run("ada.txt", "-o", "html");
  expect(counted([...page.matchAll(/<i aria-hidden="true">([✗→])/g)].map(([, sign]) => sign))).toEqual(
    WANTED,
  );
});

test("Gradescope gives no point for a step with ✗, and one for a step that follows", async () => {
  const { tests } = JSON.parse(await run("ada.txt", "--gradescope")) as {
    tests: readonly { readonly name: string; readonly score: number }[];
  };
  expect(tests.map(({ name, score }) => [name, score])).toEqual([
    ["scores", 0],
    ["weights", 1],
    ["output", 0],
  ]);
});

test("the library", () => {
  const trace = attend(problem);
  const answers = Object.fromEntries(
    Object.entries(sheet).map(([step, rows]) => [step, rows.map((row) => row.split(" "))]),
  );
  expect(marksIn(check(trace, answers) as unknown as Report)).toEqual(MARKS);
});
