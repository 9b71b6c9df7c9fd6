import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// Sheets that give their own problem, in forms that were first met on sheets of others.
// S = Q Kᵀ = [[1, 0], [0, 1]]; e^(1/√2) = 2.03, 2.03/3.03 = 0.67; O = 0.67·4 + 0.33·1 = 3.01, 0.67; 1.99, 0.33.
const GIVEN = "Q = [[1, 0], [0, 1]]\nK = [[1, 0], [0, 1]]\nV = [[4, 1], [1, 0]]\n";

test.each([
  [
    "all three in a line",
    "Q=[[1, 0], [0, 1]] K=[[1, 0], [0, 1]] V=[[4, 1], [1, 0]]\nweights: [[0.67, 0.33], [0.33, 0.67]]",
  ],
  [
    "cells with their place in brackets",
    `${GIVEN}A[0,0] = 0.67\nA[0,1] = 0.33\nA[1,0] = 0.33\nA[1,1] = 0.67`,
  ],
  [
    "a product that goes on",
    `${GIVEN}softmax: [[0.67, 0.33], [0.33, 0.67]]\n· V = [[3.01, 0.67], [1.99, 0.33]]`,
  ],
  ["letters behind a sign", `${GIVEN}weights\nO.67 0.33\n0.33 O.67`],
  [
    "semicolons between cells",
    "Q :\n1 ; 0\n0 ; 1\n\nK :\n1 ; 0\n0 ; 1\n\nV :\n4 ; 1\n1 ; 0\n\nPoids :\n0,67 ; 0,33\n0,33 ; 0,67",
  ],
  ["the root as programs write it", `${GIVEN}>>> S / np.sqrt(Q.shape[-1])\n[[0.7071 0.]\n [0. 0.7071]]`],
  ["a date above", `Mary Jackson · 10 December 2024\n${GIVEN}weights\n0.67 0.33\n0.33 0.67`],
  [
    "rows with a label each that grow one by one",
    `${GIVEN}With a causal mask:\nrow 1: 1.00\nrow 2: 0.33 0.67`,
  ],
  [
    // sin and cos of 0, 1, 2, 3 and of a hundredth of them.
    "positions with a label each",
    "Positional encoding, d_model = 4\npos 0: 0.000 1.000 0.000 1.000\npos 1: 0.841 0.540 0.010 1.000\npos 2: 0.909 -0.416 0.020 1.000\npos 3: 0.141 -0.990 0.030 1.000",
  ],
  [
    // All W are the identity: a head has one column, S_1 = [[1, 0], [0, 0]], e/(e + 1) = 0.73.
    "heads that matrices are numbered by",
    `h = 2\nX = [[1, 0], [0, 1]]\n${["W_Q", "W_K", "W_V", "W_O"].map((name) => `${name} = [[1, 0], [0, 1]]\n`).join("")}A_1 = [[0.73, 0.27], [0.50, 0.50]]\nhead_1 = [[0.73], [0.50]]\nA_2 = [[0.50, 0.50], [0.27, 0.73]]\nhead_2 = [[0.50], [0.73]]\nMHA(X) = [[0.73, 0.50], [0.50, 0.73]]`,
  ],
])("%s", async (_, sheet) => {
  const right = await runCli(["check", "sheet.txt"], { given: { "sheet.txt": sheet } });
  expect([right.exitCode, right.stdout]).toEqual([0, expect.stringMatching(/^Right/)]);
  const wrong = sheet.replace(/(.*)([37])/s, (_all, before, digit) => `${before}${digit === "3" ? 6 : 2}`);
  const judged = await runCli(["check", "sheet.txt"], { given: { "sheet.txt": wrong } });
  expect(judged.exitCode).toBe(1);
});

test("K^T gives K by its columns", async () => {
  // K = [[1, 0], [2, 1]], so that S = Q Kᵀ = [[1, 2], [0, 1]].
  const sheet = "Q = [[1, 0], [0, 1]]\nK^T = [[1, 2], [0, 1]]\nV = [[4], [1]]\nQ K^T = [[1, 2], [0, 1]]";
  expect((await runCli(["check", "sheet.txt"], { given: { "sheet.txt": sheet } })).exitCode).toBe(0);
});

describe("a problem that leaves something to its sheet", () => {
  // Q, K, V and the weights as above. dO = [[1, 0], [0, 1]] gives dV = Aᵀ dO = A; without V the output is 0.67·4 + 0.33·1 = 3.01, and so on.
  const GRADIENTS = "dO = [[1, 0], [0, 1]]\n\nweights\n0.67 0.33\n0.33 0.67\n\ndV\n0.67 0.33\n0.33 0.67\n";
  const VALUES = "V = [[4, 1], [1, 0]]\n\nweights\n0.67 0.33\n0.33 0.67\n\noutput\n3.01 0.67\n1.99 0.33\n";
  const given = { "Q.csv": "1,0\n0,1\n", "K.csv": "1,0\n0,1\n", "V.csv": "4,1\n1,0\n" };

  test.each([
    ["the gradient of the output", ["Q.csv", "K.csv", "V.csv"], GRADIENTS, "0.33 0.67\n$", "0.43 0.67"],
    ["the values", ["Q.csv", "K.csv"], VALUES, "1.99 0.33\n$", "1.99 0.43"],
  ])("takes %s from it", async (_, problem, sheet, last, wrong) => {
    const check = (text: string) =>
      runCli(["attend", ...problem, "--check", "hw.txt"], { given: { ...given, "hw.txt": text } });
    const right = await check(sheet);
    expect([right.exitCode, right.stdout]).toEqual([0, expect.stringMatching(/^Right/)]);
    expect((await check(sheet.replace(new RegExp(last), `${wrong}\n`))).exitCode).toBe(1);
  });
});

test("the hint for a number that was copied wrongly asks for the copy, not for the step", async () => {
  // K[0,1] is 1; with 2 in its place S[1,0] = 0·1 + 1·2 = 2.
  const given = {
    "p.json": '{"query": [[1, 0], [0, 1]], "key": [[1, 1], [0, 1]], "value": [[2, 0], [0, 4]]}',
    "hw.txt": "K = [[1, 2], [0, 1]]\nscores\n1 0\n2 1\n",
  };
  const hinted = (hint: string) =>
    runCli(["attend", "p.json", "--check", "hw.txt", "--hint", hint], { given });
  expect((await hinted("2")).stdout).toContain("Did you copy every number of the problem correctly?");
  expect((await hinted("3")).stdout).toContain("you copied K[0,1] as 2; it is 1");
});

test("one sheet that cannot be read is told in its row", async () => {
  const given = {
    "p.json": '{"query": [[1]], "key": [[1]], "value": [[1]]}',
    "hw.docx": "PK\u0003\u0004broken",
  };
  const { exitCode, stdout } = await runCli(["check", "p.json", "hw.docx"], { given });
  expect([exitCode, stdout]).toEqual([1, expect.stringContaining("could not be read: hw.docx")]);
});

describe("a problem and its sheet", () => {
  const ANSWERS = "weights\n0.67 0.33\n0.33 0.67\n";

  test("are told apart where the problem is a file for each input", async () => {
    const given = {
      "Q.csv": "1,0\n0,1\n",
      "K.csv": "1,0\n0,1\n",
      "V.csv": "4,1\n1,0\n",
      "ans.txt": ANSWERS,
      "wrong.txt": ANSWERS.replace("0.33\n0", "0.43\n0"),
    };
    const check = (sheet: string) => runCli(["check", "Q.csv", "K.csv", "V.csv", sheet], { given });
    expect((await check("ans.txt")).exitCode).toBe(0);
    expect((await check("wrong.txt")).exitCode).toBe(1);
  });

  test("stand in one text: scores beside Q and K are answers, and not given", async () => {
    const { stdout, exitCode } = await runCli(["attend", "sheet.txt", "--json"], {
      given: { "sheet.txt": `${GIVEN}Scores = [[1, 0], [0, 9]]\n` },
    });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).check.firstWrongStep.id).toBe("scores");
  });
});

test("of a step whose middle a program left out, the corners are compared, and how many cells that are is said", async () => {
  const rows = (count: number, row: string) => Array.from({ length: count }, () => ` [${row}]`).join("\n");
  const part = `${rows(3, "0.1429 0.1429 0.1429 ... 0.1429 0.1429 0.1429")}\n ...\n${rows(3, "0.1429 0.1429 0.1429 ... 0.1429 0.1429 0.1429")}`;
  // Seven equal keys: each weight is 1/7, and the output is the mean of the values, 1.
  const sheet = `Q =\n${rows(7, "0 1")}\nK =\n${rows(7, "1 0")}\nV =\n${rows(7, "1 1")}\nweights =\n${part}\noutput =\n${rows(7, "1.00 1.00")}`;
  const { stdout, exitCode } = await runCli(["check", "sheet.txt"], { given: { "sheet.txt": sheet } });
  expect(exitCode).toBe(0);
  expect(stdout.replace(/\s+/g, " ")).toContain(
    "Right so far. Weights ✓ · Output ✓ Weights: 36 of 49 cells are answered.",
  );
  const wrong = await runCli(["check", "sheet.txt"], {
    given: { "sheet.txt": sheet.replace(/0\.1429\](?=\noutput)/, "0.1929]") },
  });
  expect(wrong.exitCode).toBe(1);
  expect(wrong.stdout).toContain("α[6,6]: you wrote 0.1929");
});
