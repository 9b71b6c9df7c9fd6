import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";
import { TWENTIETH_STATEMENTS } from "../support/unseen-sheets/twentieth-statements.js";

const check = (text: string, ...options: readonly string[]) =>
  runCli(["check", "sheet.txt", ...options], { given: { "sheet.txt": text } });

const oneLine = (text: string) => text.replace(/\s+/g, " ");

describe.each(Object.entries(TWENTIETH_STATEMENTS))("a sentence about weights: %s", (_, sheet) => {
  test("is right where it is so, and else a mistake, although all steps are right", async () => {
    const right = await check(sheet.text);
    expect([right.exitCode, right.stdout]).toEqual([0, expect.stringMatching(/^Right/)]);
    const told: string[] = [];
    for (const wrong of sheet.wrong) {
      const { exitCode, stdout } = await check(sheet.text.replace(sheet.said, wrong));
      expect([exitCode, oneLine(stdout)]).toEqual([
        1,
        expect.stringMatching(/^Not right yet: one mistake\. (?:[^✗→]* ✓)+/),
      ]);
      told.push(oneLine(stdout));
    }
    expect(told[0]).toContain(sheet.told);
  });
});

// The rows of the weights are softmax([1, 0]) = (0.731, 0.269) and softmax([0, 1]) = (0.269, 0.731).
const SHEET = `Tokens: red, blue
Q = [[1, 0], [0, 1]]
K = [[1, 0], [0, 1]]
V = [[1, 2], [3, 4]]
Scores (not scaled) = [[1, 0], [0, 1]]
Weights = [[0.731, 0.269], [0.269, 0.731]]
`;

// Row 1 of the output is 0.731·(1, 2) + 0.269·(3, 4) = (1.538, 2.538), row 2 is (2.462, 3.462).
test.each([
  ["So the output of red is (1.538, 2.538).", "Right"],
  ["So the output of red is (1.54, 2.54).", "Right"],
  [
    "So the output of red is (2.462, 3.462).",
    "Line 8: you wrote (2.462, 3.462), but the output of red is (1.538, 2.538).",
  ],
])("the output of one token: %s", async (sentence, told) => {
  const sheet = `${SHEET}Output = [[1.538, 2.538], [2.462, 3.462]]\n${sentence}\n`;
  expect(oneLine((await check(sheet)).stdout)).toContain(told);
});

test("JSON has what is not so, and its cell", async () => {
  const { exitCode, stdout } = await check(`${SHEET}red pays 73 % of its attention to blue.\n`, "--json");
  const [{ check: judged }] = JSON.parse(stdout).sheets;
  expect(exitCode).toBe(1);
  expect(judged).toMatchObject({
    verdict: "differs",
    diagnosis: [],
    untrue: [{ line: 7, said: "73 %", right: "red → blue is 26.9 %", key: "weights", cell: [0, 1] }],
  });
});

test("a hint says where it is, and then asks", async () => {
  const sheet = `${SHEET}red pays 73 % of its attention to blue.\n`;
  const [where, question] = await Promise.all(["1", "2"].map((hint) => check(sheet, "--hint", hint)));
  expect(where.stdout).toContain("Look at line 7.");
  expect(where.stdout).not.toContain("26.9");
  expect(question.stdout).toContain("Which weight is meant there, and what is it?");
  expect(question.stdout).not.toContain("26.9");
});

test("what follows from wrong weights of one's own is no second mistake", async () => {
  const sheet = SHEET.replace("[[0.731", "[[0.831");
  for (const share of ["83.1 %", "73.1 %"]) {
    const { stdout } = await check(`${sheet}red pays ${share} of its attention to itself.\n`);
    expect(stdout).toMatch(/^Not right yet: one mistake/);
  }
  const { stdout } = await check(`${sheet}red pays 26.9 % of its attention to itself.\n`);
  expect(stdout).toMatch(/^Not right yet: two mistakes/);
});

test("a class tells it in the row of the sheet, and the steps keep their marks", async () => {
  const { stdout } = await runCli(["class", "a.txt", "b.txt"], {
    given: { "a.txt": SHEET, "b.txt": `${SHEET}red pays 73 % of its attention to blue.\n` },
  });
  expect(oneLine(stdout)).toContain("not right; Line 7: you wrote 73 %, but red → blue is 26.9 %");
});

test.each([
  "If red paid 73 % of its attention to blue, its output would change.",
  "Which token gets most of the attention of red?",
  "red does not pay 73.1 % of its attention to blue.",
  "red pays more attention to red than to blue.",
])("no statement: %s", async (sentence) => {
  expect((await check(`${SHEET}${sentence}\n`)).stdout).not.toContain("you wrote");
});
