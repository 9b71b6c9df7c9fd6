import { describe, expect, test } from "vitest";
import { SHEET_FORMS, WORKED_PROBLEMS, workOf } from "../support/document-forms.js";
import { WRITTEN_HOMEWORK } from "../support/homework-forms.js";
import { PRINTED_HOMEWORK } from "../support/homework-prints.js";
import { runCli } from "../support/run-cli.js";
import { EIGHTEENTH_LOOK_B } from "../support/unseen-sheets/eighteenth-look-b.js";
import { FIFTEENTH_LOOK } from "../support/unseen-sheets/fifteenth-look.js";
import { NINETEENTH_LOOK } from "../support/unseen-sheets/nineteenth-look.js";
import { SEVENTEENTH_LOOK } from "../support/unseen-sheets/seventeenth-look.js";
import { SIXTEENTH_LOOK } from "../support/unseen-sheets/sixteenth-look.js";
import { TWENTIETH_LOOK } from "../support/unseen-sheets/twentieth-look.js";
import { TWENTY_FIRST_LOOK } from "../support/unseen-sheets/twenty-first-look.js";
import { TWENTY_SECOND_LOOK } from "../support/unseen-sheets/twenty-second-look.js";
import { TWENTY_THIRD_LOOK } from "../support/unseen-sheets/twenty-third-look.js";

const check = (text: string, ...options: readonly string[]) =>
  runCli(["check", "sheet.txt", ...options], { given: { "sheet.txt": text } });

describe.each([...SHEET_FORMS, ...WRITTEN_HOMEWORK, ...PRINTED_HOMEWORK])(
  "a sheet with its own problem as $name",
  ({ write }) => {
    test("is right where its numbers are, and else not", async () => {
      for (const problem of WORKED_PROBLEMS) {
        const right = await check(write(workOf(problem, { isWrong: false, hasInputs: true })), "--json");
        const { verdict } = JSON.parse(right.stdout).sheets[0].check;
        expect(verdict).toMatch(/^agrees/);
        const wrong = await check(write(workOf(problem, { isWrong: true, hasInputs: true })), "--json");
        expect(JSON.parse(wrong.stdout).sheets[0].check).toMatchObject({
          verdict: "differs",
          firstWrongStep: { id: "weights" },
        });
      }
    });
  },
);

const [PROBLEM] = WORKED_PROBLEMS;
const BUNDLE = JSON.stringify({ query: PROBLEM.query, key: PROBLEM.key, value: PROBLEM.value });
const ANSWERS = SHEET_FORMS[0].write(workOf(PROBLEM, { isWrong: false, hasInputs: false }));
const SHEET = SHEET_FORMS[0].write(workOf(PROBLEM, { isWrong: false, hasInputs: true }));

describe.each([
  ["attend --demo", "1.4359"],
  ["attend --demo --causal --window 2 --mask-fill -1e9", "0.6698"],
  ["attend --demo --loss sum", "1.4359"],
  ["attend --demo --carry 2", "1.44"],
  [`attend --demo --tokens ["don't","a","b"]`, "1.4359"],
  ["multihead --demo --steps all", "1.4142"],
  ["layer --demo", "0.1084"],
  ["posenc --length 3 --d-model 4", "0.8415"],
])("what qkv %s prints", (line, cell) => {
  test("is a sheet with its problem, and right; with another number it is not", async () => {
    for (const format of ["table", "md"]) {
      const { stdout } = await runCli([...line.split(" "), "-o", format]);
      expect(await check(stdout)).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Right/) });
      const other = stdout.replace(cell, `5${cell}`);
      expect(other).not.toBe(stdout);
      expect(await check(other)).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/^Not right/) });
    }
  });
});

test("numbers of a step that the problem does not have block “right”, because they are not compared", async () => {
  const { exitCode, stdout } = await check(`${SHEET}\nLayerNorm:\n-1 1\n1 -1\n`);
  expect([exitCode, stdout]).toEqual([
    1,
    expect.stringMatching(/^Not sure (?:how to read|about) this sheet/),
  ]);
  expect(stdout).toContain("not compared: the problem has no such step");
});

test.each(["attend --demo", "multihead --demo --causal", "posenc --length 3 --d-model 4"])(
  "the JSON of qkv %s is a sheet with its problem",
  async (line) => {
    const { stdout } = await runCli([...line.split(" "), "--json"]);
    expect(await check(stdout)).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Right/) });
    const run = JSON.parse(stdout);
    run.steps[0].data[0][0]++;
    const other = JSON.stringify(run);
    expect(await check(other)).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/^Not right/) });
  },
);

// Row 1: (0, 1) by 1 radian is (−sin 1, cos 1), and (1, 0) by 1/100 is (cos 0.01, sin 0.01).
test.each([
  ["0.5403", 0, /^Right\. Rotated ✓/],
  ["0.8403", 1, /^Not right yet: one mistake\. Rotated ✗/],
])("vectors that RoPE rotates are a problem of their own (%s)", async (cell, code, said) => {
  const { exitCode, stdout } = await check(
    `RoPE, d = 4\n\nx\n1 0 0 1\n0 1 1 0\n\nAfter rotation:\n1 0 0 1\n-0.8415 ${cell} 1.0000 0.0100\n`,
  );
  expect([exitCode, stdout]).toEqual([code, expect.stringMatching(said)]);
});

// Two equal rows attend to each other equally, so the attention changes nothing: x + x = 2x, and its norm is ±1.
test.each([
  ["6", 0, /^Right\./],
  ["7", 1, /^Not right yet: one mistake\./],
])(
  "an attention with its residual and norm is a layer without a feed-forward (%s)",
  async (cell, code, said) => {
    const blocks = {
      X: ["1 3", "1 3"],
      ...Object.fromEntries(["W_Q", "W_K", "W_V"].map((name) => [name, ["1 0", "0 1"]])),
      Weights: ["0.5 0.5", "0.5 0.5"],
      "Attention output": ["1 3", "1 3"],
      "Residual: X + attention output": [`2 ${cell}`, "2 6"],
      LayerNorm: ["-1 1", "-1 1"],
    };
    const sheet = Object.entries(blocks).map(([title, rows]) => `${title}\n${rows.join("\n")}\n`);
    const { exitCode, stdout } = await check(sheet.join("\n"));
    expect([exitCode, stdout]).toEqual([code, expect.stringMatching(said)]);
    expect(stdout).toMatch(/Residual sum 1 [✓✗]/);
  },
);

// Without the scaling, e^1 / (e^1 + e^0) = 0.731 and 0.5 are the weights of scores 1, 0 and 1, 1.
describe("what a sheet says about the scaling", () => {
  const sheet = (remark: string) =>
    `Q = [[1, 0], [0, 1]]\nK = [[1, 1], [0, 1]]\nV = [[2, 0], [0, 4]]\n${remark}\nscores = [[1, 0], [1, 1]]\nweights = [[0.731, 0.269], [0.5, 0.5]]\n`;

  test.each([
    "",
    "Don't forget to divide by the square root of d_k.",
    "Never forget to scale by the root of d_k!",
    "N'oubliez pas de diviser par la racine de d_k.",
    "Nicht vergessen: durch die Wurzel teilen.",
    "Vergiss nicht, durch die Wurzel von d_k zu teilen.",
    "No olvides dividir por la raíz de d_k.",
    "Non dimenticare di dividere per la radice di d_k.",
    "Common mistakes: no scaling, softmax over the columns.",
    "We never skip the scaling by √d_k.",
    "It is not optional to divide by the root of d_k.",
    "What happens without scaling?",
    "Points are lost for solutions without the square root.",
  ])("“%s” does not leave it out", async (remark) => {
    const { exitCode, stdout } = await check(sheet(remark));
    expect([exitCode, stdout]).toEqual([
      1,
      expect.stringMatching(/^Not right yet: one mistake\. .*Weights ✗/),
    ]);
  });

  test.each([
    "We do not scale here.",
    "No scaling is used.",
    "Ohne Skalierung.",
    "We leave the scaling by the root of d_k out.",
  ])("“%s” leaves it out", async (remark) => {
    const { exitCode, stdout } = await check(sheet(remark));
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^Right so far/)]);
  });

  // Divided by d_k = 2: e^0.5 / (e^0.5 + e^0) = 0.622.
  test.each([
    ["Scores are divided by d_k itself, not by its root.", 0],
    ["Divide by d_k, and never forget the root!", 1],
    ["", 1],
  ])("division by d_k: “%s” (exit code %i)", async (remark, code) => {
    expect((await check(sheet(remark).replace("0.731, 0.269", "0.622, 0.378"))).exitCode).toBe(code);
  });
});

test("a sheet may come through a pipe", async () => {
  const { exitCode, stdout } = await runCli(["check"], { stdin: SHEET });
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^Right/)]);
});

test.each([
  ["the sheet", BUNDLE, "problem.json", ANSWERS],
  ["the problem", ANSWERS, "answers.txt", BUNDLE],
])("one file is named, and %s is piped", async (_, named, file, piped) => {
  const { exitCode, stdout } = await runCli(["check", file], { given: { [file]: named }, stdin: piped });
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^Right/)]);
});

test("a problem in JSON behind sheets with problems of their own is that of all", async () => {
  // exp(1/√2) / (exp(1/√2) + 1) = 0.66976
  const sheet = "Q = [[1, 0]]\nK = [[1, 0], [0, 1]]\nweights: 0.67 0.33\n";
  const given = {
    "a.txt": sheet,
    "b.txt": "weights: 0.73 0.27\n",
    "p.json": '{"q": [[1, 0]], "k": [[1, 0], [0, 1]]}',
  };
  const { stdout } = await runCli(["check", "a.txt", "b.txt", "p.json", "-o", "csv"], { given });
  expect(stdout).toMatch(/^a\.txt,right,(?:.*\n)b\.txt,not right,weights,scale-missing/m);
});

test("inputs on a sheet are compared with those of a problem beside it", async () => {
  const copied = SHEET.replace("K = [[1, 0], [0, 1], [2, 0]]", "K = [[1, 2], [0, 1], [2, 0]]");
  const given = { "problem.json": BUNDLE, "sheet.txt": copied };
  const { exitCode, stdout } = await runCli(["check", "problem.json", "sheet.txt"], { given });
  expect(exitCode).toBe(0);
  expect(stdout).toContain("You copied K[0,1] as 2; it is 0.");
  const asOption = await runCli(["attend", "problem.json", "--check", "sheet.txt"], { given });
  expect(asOption.stdout).toBe(stdout);
});

test("matrices in files of their own are the problem, too", async () => {
  const csv = (rows: readonly (readonly number[])[]) => rows.map((row) => row.join(",")).join("\n");
  const given = {
    "Q.csv": csv(PROBLEM.query),
    "K.csv": csv(PROBLEM.key),
    "V.csv": csv(PROBLEM.value),
    "sheet.txt": SHEET,
  };
  const words = ["check", "-q", "Q.csv", "-k", "K.csv", "-v", "V.csv", "sheet.txt"];
  expect((await runCli(words, { given })).stdout).toMatch(/^Right/);
});

test("a row of each step is judged alone where whoever wrote the sheet did no others", async () => {
  const given = "Q = [[1, 2], [3, -1]]\nK = [[2, 0], [1, 1]]\nV = [[10, 0], [0, 5]]\n";
  // q2·k1 = 6, q2·k2 = 2; 1/(1 + e^(−4/√2)) = 0.944; 10 · 0.944 and 5 · 0.056.
  const steps = ["scores = [6, 2]", "weights = [0.94, 0.06]", "output = [9.44, 0.28]"];
  const right = await check(`${given}Only token 2:\n${steps.join("\n")}\n`);
  expect(right.exitCode).toBe(0);
  expect(right.stdout).toMatch(/^Right so far/);
  expect(right.stdout).toContain("Output: 2\nof 4 cells are answered.");
  expect(right.stdout).toContain("line 5: scores, 2×2; row 2 alone");
  const wrong = await check(`${given}${steps.join("\n").replace("0.28", "0.82")}\n`, "--json");
  expect(JSON.parse(wrong.stdout).sheets[0].check).toMatchObject({
    verdict: "differs",
    firstWrongStep: { id: "output" },
  });
  // One step of which a row is missing may be one that was not read.
  const one = await check(`${given}scores = [[6, 2], [2, 3]]\n${steps[2]}\n`, "--json");
  expect(one.exitCode).toBe(1);
});

test("X and its projections are a problem", async () => {
  // Q = X·W_Q = X, K = X·W_K with its columns swapped, V = X: S = [[0, 1], [1, 0]].
  const sheet =
    "X = [[1, 0], [0, 1]]\nW_Q = [[1, 0], [0, 1]]\nW_K = [[0, 1], [1, 0]]\nW_V = [[1, 0], [0, 1]]\n\nScores: [[0, 1], [1, 0]]\nOutput: [[0.33, 0.67], [0.67, 0.33]]\n";
  const { exitCode, stdout } = await check(sheet);
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^Right/)]);
  expect((await check(sheet.replace("0.33, 0.67", "0.43, 0.57"))).exitCode).toBe(1);
});

test("a causal mask is assumed where the sheet speaks of one and is explained by it", async () => {
  // Row 0 sees key 0 alone; row 1 has scores 0 and 1 over √2: weights 0.33 and 0.67.
  const sheet =
    "Causal mask!\nQ = [[1, 0], [0, 1]]\nK = [[1, 0], [0, 1]]\nV = [[1, 0], [0, 1]]\n\nWeights:\n1 0\n0.33 0.67\n\nOutput:\n1 0\n0.33 0.67\n";
  const { exitCode, stdout, stderr } = await check(sheet);
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^Right/)]);
  expect(stderr).toContain("read with a causal mask, as it says");
  const other = await check(sheet.replace("Causal mask!", "").replace("Weights", "Masked weights"));
  expect(other.stderr).toContain("read with a causal mask, which explains it best");
});

test("a causal mask with more keys than queries is aligned as the sheet shows", async () => {
  // At the top left, row 1 has the scores 0 and 1 over √2: weights 0.33 and 0.67. At the bottom right, row 0 has 1 and 0.
  const sheet =
    "Causal mask!\nQ = [[1, 0], [0, 1]]\nK = [[1, 0], [0, 1], [1, 1]]\nV = [[1, 0], [0, 1], [0, 0]]\n\nWeights:\n";
  for (const [weights, align] of [
    ["1 0 0\n0.33 0.67 0\n", "top-left"],
    ["0.67 0.33 0\n0.20 0.40 0.40\n", "bottom-right"],
  ]) {
    const { exitCode, stdout, stderr } = await check(sheet + weights);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^Right/)]);
    expect(stderr).toContain(`read with a causal mask and --align ${align}, which explains it best`);
  }
});

test("a sheet without its problem is told so", async () => {
  const { exitCode, stderr } = await check("Weights:\n0.28 0.14 0.58\n0.45 0.45 0.11\n0.40 0.20 0.40\n");
  expect(exitCode).toBe(2);
  expect(stderr).toContain(": only answers: qkv found no query, key and value");
});

describe("the worksheet of an exercise, filled in", () => {
  const fill = (sheet: string, id: string, rows: readonly (readonly string[])[]) => {
    const at = sheet.indexOf(`**${id}**`);
    let row = 0;
    const rest = sheet
      .slice(at)
      .replace(/^\| (\d+) \|(?:\s+\|)+$/gm, (blank, name: string) =>
        row < rows.length ? `| ${name} | ${rows[row++].join(" | ")} |` : blank,
      );
    return sheet.slice(0, at) + rest;
  };

  const filledIn = async () => {
    const { stdout } = await runCli(["exercise", "attend", "--seed", "3"]);
    const bundle = JSON.parse((await runCli(["exercise", "attend", "--seed", "3", "--json"])).stdout);
    const { query, key, value } = bundle.exercises[0].problem as Record<string, number[][]>;
    const dot = (one: readonly number[], other: readonly number[]) =>
      one.reduce((sum, cell, at) => sum + cell * other[at], 0);
    const scores = query.map((row) => key.map((other) => dot(row, other)));
    // d_k is 4.
    const scaled = scores.map((row) => row.map((score) => score / 2));
    const powers = scaled.map((row) => row.map(Math.exp));
    const sums = powers.map((row) => [row.reduce((sum, cell) => sum + cell, 0)]);
    const weights = powers.map((row, at) => row.map((cell) => cell / sums[at][0]));
    const output = weights.map((row) =>
      value[0].map((_, col) =>
        dot(
          row,
          value.map((cells) => cells[col]),
        ),
      ),
    );
    const written = (rows: readonly (readonly number[])[]) =>
      rows.map((row) => row.map((cell) => cell.toFixed(3)));
    const steps = {
      scores,
      "scaled-scores": scaled,
      exponentials: powers,
      "row-sums": sums,
      weights,
      output,
    };
    return Object.entries(steps).reduce((sheet, [id, rows]) => fill(sheet, id, written(rows)), stdout);
  };

  test("is its own problem, and right", async () => {
    const { exitCode, stdout } = await check(await filledIn(), "--json");
    const { check: found } = JSON.parse(stdout).sheets[0];
    expect([exitCode, found.answered.steps, found.answered.cells]).toEqual([0, 6, 3 * 3 * 4 + 3 + 3 * 2]);
  });

  test("is wrong where a cell is", async () => {
    const sheet = await filledIn();
    const at = sheet.lastIndexOf("0.");
    const { exitCode, stdout } = await check(`${sheet.slice(0, at)}7.${sheet.slice(at + 2)}`, "--json");
    expect([exitCode, JSON.parse(stdout).sheets[0].check.firstWrongStep.id]).toEqual([1, "output"]);
  });
});

test("what is struck out on a page that is read by evidence is told", async () => {
  const lines = SHEET.split("\n").map((line) => `<p>${line}</p>`);
  const page = `<html><body><p><s>Scores = [[9, 9]]</s></p>${lines.join("")}</body></html>`;
  const given = { "problem.json": BUNDLE, "page.html": page };
  const { exitCode, stdout } = await runCli(["attend", "problem.json", "--check", "page.html"], { given });
  expect([exitCode, stdout]).toEqual([
    0,
    expect.stringContaining("line 1: struck out, not read: Scores = [[9, 9]]"),
  ]);
});

test("what is struck out in a text is told, and in JSON", async () => {
  const text = SHEET.replace(/^(.*0\.\d+.*)$/m, "~~$1~~\n$1");
  expect((await check(text)).stdout).toContain("struck out, not read: ");
  const { sheets } = JSON.parse((await check(text, "--json")).stdout);
  expect(sheets[0].check).toMatchObject({ verdict: "agrees" });
  expect(JSON.stringify(sheets[0])).toMatch(/"struck":\[\{"lines":/);
});

// Their numbers are NumPy's.
const SHEETS_WITH_MORE: readonly (readonly [what: string, text: string, cell: string, step: string])[] = [
  [
    "a mask, in which 1 means kept",
    "mask = [[1, 1, 0], [1, 1, 0], [1, 1, 0]]\nQ = [[2, 3], [1, 0], [2, 2]]\nK = [[0, 1], [1, 2], [2, 0]]\nV = [[1, 0], [5, 1], [6, 6]]\nscores = [[3, 8, 4], [0, 1, 2], [2, 6, 4]]\nweights = [[0.028, 0.972, 0], [0.330, 0.670, 0], [0.056, 0.944, 0]]\noutput = [[4.887, 0.972], [3.679, 0.670], [4.777, 0.944]]",
    "0.972, 0]",
    "weights",
  ],
  [
    "an encoder's output",
    "X (decoder)\n2 0\n1 1\nMemory (encoder output)\n0 1\n1 0\n1 0\nW_Q\n1 -1\n0 0\nW_K\n-1 0\n0 -1\nW_V\n-1 -1\n-1 1\nScores\n2 -2 -2\n1 -1 -1\nWeights\n0.8943 0.0529 0.0529\n0.6728 0.1636 0.1636\nOutput\n-1.0000 0.7886\n-1.0000 0.3457",
    "0.3457",
    "output",
  ],
  [
    "rows that follow in a sentence",
    "Q = [[3, 2], [2, 3]], K = [[0, 1], [0, 0], [1, 2]], V = [[6, 1], [6, 5], [3, 2]]\nThe scores for q1 are 2, 0 and 7, and for q2 they are 3, 0 and 8.\nSo the output for q1 is (3.105, 1.992), and for q2 it is (3.095, 1.982).",
    "3.095",
    "output",
  ],
  [
    "a table of steps per query, with a line of sums",
    "Q\n0 1\n1 2\n\nK\n2 2\n0 2\n3 2\n\nV\n6 6\n4 4\n0 3\n\nQuery 1\nkey   score  scaled  exp    weight\nk1       2    1.414   4.113   0.333\nk2       2    1.414   4.113   0.333\nk3       2    1.414   4.113   0.333\nsum                  12.340  1.000\noutput 1: 3.333  4.333\n\nQuery 2\nkey   score  scaled  exp    weight\nk1       6    4.243  69.591   0.306\nk2       4    2.828  16.919   0.074\nk3       7    4.950  141.139   0.620\nsum                  227.650  1.000\noutput 2: 2.131  3.991",
    "227.650",
    "row-sums",
  ],
  [
    "one matrix that is Q, K and V, in tables without names",
    "Gegeben sei $Q = K = V$ mit\n\n|   |   |\n|---|---|\n| 1 | 0 |\n| 0 | 1 |\n\nSkalierte Scores\n\n|   |   |\n|---|---|\n| 0,71 | 0 |\n| 0 | 0,71 |\n\nGewichte\n\n|   |   |\n|---|---|\n| 0,67 | 0,33 |\n| 0,33 | 0,67 |\n\nAusgabe\n\n|   |   |\n|---|---|\n| 0,67 | 0,33 |\n| 0,33 | 0,67 |",
    "0,71 | 0 |",
    "scaled-scores",
  ],
  [
    "one matrix that is the queries, keys and values, above rules with gaps",
    "The embeddings are used as queries, keys and values.\n\n        x1   x2\n  ----- ---- ----\n  the   1    0\n  cat   0    1\n\nAttention weights\n\n        the    cat\n  ----- ------ ------\n  the   0.67   0.33\n  cat   0.33   0.67\n\nOutput\n\n        x1     x2\n  ----- ------ ------\n  the   0.67   0.33\n  cat   0.33   0.67",
    "0.67   0.33\n  cat   0.33   0.67\n\n",
    "weights",
  ],
  [
    // Scores 1, 2, 3; e^(3/√2) = 8.34 of 14.48 is 0.58; 0.14·2 + 0.58 = 0.86, 0.28·4 + 0.58 = 1.71.
    "sentences that end behind a formula",
    "The query is $q = (1, 2)$. The keys are $k_1 = (1, 0)$, $k_2 = (0, 1)$, $k_3 = (1, 1)$ and the values are $v_1 = (2, 0)$, $v_2 = (0, 4)$, $v_3 = (1, 1)$.\n\n1. Dot products: $q \\cdot k_1 = 1$, $q \\cdot k_2 = 2$, $q \\cdot k_3 = 3$.\n2. Divide by $\\sqrt{2}$: $0.71$, $1.41$, $2.12$.\n3. Softmax: $\\alpha_1 = 0.14$, $\\alpha_2 = 0.28$, $\\alpha_3 = 0.58$.\n4. Output: $(0.86, 1.71)$.",
    "0.28$",
    "weights",
  ],
  [
    // Head 1 attends by [[1], [0]]: e/(e + 1) = 0.73. Head 2 by [[0], [1]].
    "tables whose columns are counted, and which columns a head takes",
    "Multi-head attention with 2 heads\n\nInput X:\n\n| 1 | 2 |\n|---|---|\n| 1 | 0 |\n| 0 | 1 |\n\nThere are no projections. Head 1 takes\nrows 1 and 2 of\ncolumns 1 to 1.\n\nHead 1\n\nWeights:\n\n| 1 | 2 |\n|---|---|\n| 0.73 | 0.27 |\n| 0.50 | 0.50 |\n\nHead 2\n\nWeights:\n\n| 1 | 2 |\n|---|---|\n| 0.50 | 0.50 |\n| 0.27 | 0.73 |\n\nConcatenation\n\n| 1 | 2 |\n|---|---|\n| 0.73 | 0.50 |\n| 0.50 | 0.73 |",
    "0.73 | 0.50 |",
    "concat",
  ],
  [
    "LaTeX's tables over several pages",
    "\\documentclass{article}\n\\usepackage{booktabs,longtable}\n\\begin{document}\nX = Q = K = V:\n\\begin{longtable}[]{@{}lll@{}}\n\\toprule\\noalign{}\n& x1 & x2 \\\\\n\\midrule\\noalign{}\n\\endhead\nthe & 1 & 0 \\\\\ncat & 0 & 1 \\\\\n\\end{longtable}\n\\subsection{Weights}\\label{weights}\n\\begin{longtable}[]{@{}lll@{}}\n\\toprule\\noalign{}\n& the & cat \\\\\n\\midrule\\noalign{}\n\\endhead\n\\bottomrule\\noalign{}\n\\endlastfoot\nthe & 0.67 & 0.33 \\\\\ncat & 0.33 & 0.67 \\\\\n\\end{longtable}\n\\end{document}",
    "0.67 & 0.33",
    "weights",
  ],
  [
    // 8.34 of 31.40 is 0.27; 0.13·1 + 0.27·1 = 0.40, 0.06 + 0.27 + 0.54·3 = 1.95.
    "vectors and numbers in one table",
    "Query: q = [2, 1]. d_k = 2.\n\n| token | key | value | q·k | q·k/√2 | exp | weight |\n|---|---|---|---|---|---|---|\n| I | [1, 0] | [1, 0] | 2 | 1.41 | 4.11 | 0.13 |\n| love | [0, 1] | [0, 1] | 1 | 0.71 | 2.03 | 0.06 |\n| red | [1, 1] | [1, 1] | 3 | 2.12 | 8.34 | 0.27 |\n| cats | [2, 0] | [0, 3] | 4 | 2.83 | 16.92 | 0.54 |\n\nSum of exps: 31.40\n\nOutput: [0.40, 1.95]",
    "0.27 |",
    "weights",
  ],
  [
    "heads as the papers write them",
    "# Multi-head attention\n$$X = \\begin{bmatrix}1 & 0 & 1 \\\\ 0 & 1 & 1\\end{bmatrix}$$\n## Head 1\n$$W_1^Q = \\begin{bmatrix}2 & -1 \\\\ -1 & -1 \\\\ -1 & 2\\end{bmatrix},\\; W_1^K = \\begin{bmatrix}1 & 0 \\\\ 0 & -1 \\\\ 1 & 1\\end{bmatrix},\\; W_1^{V} = \\begin{bmatrix}0 & 0 \\\\ 1 & 1 \\\\ -1 & 1\\end{bmatrix}$$\n$$Q_1 = \\begin{bmatrix}1 & 1 \\\\ -2 & 1\\end{bmatrix},\\; K_1 = \\begin{bmatrix}2 & 1 \\\\ 1 & 0\\end{bmatrix},\\; V_1 = \\begin{bmatrix}-1 & 1 \\\\ 0 & 2\\end{bmatrix}$$\n$$A_1 = \\text{softmax}\\left(\\frac{Q_1K_1^T}{\\sqrt{2}}\\right) = \\begin{bmatrix}0.804 & 0.196 \\\\ 0.330 & 0.670\\end{bmatrix}$$\n$$\\text{head}_1 = A_1V_1 = \\begin{bmatrix}-0.804 & 1.196 \\\\ -0.330 & 1.670\\end{bmatrix}$$\n## Head 2\n$$W_{2}^{Q} = \\begin{bmatrix}2 & 1 \\\\ -1 & -1 \\\\ 0 & 0\\end{bmatrix},\\; W_2^K = \\begin{bmatrix}-1 & -1 \\\\ 0 & 0 \\\\ 2 & 1\\end{bmatrix},\\; W_2^V = \\begin{bmatrix}2 & 2 \\\\ 2 & 0 \\\\ 0 & 1\\end{bmatrix}$$\n$$Q_2 = \\begin{bmatrix}2 & 1 \\\\ -1 & -1\\end{bmatrix},\\; K_2 = \\begin{bmatrix}1 & 0 \\\\ 2 & 1\\end{bmatrix},\\; V_2 = \\begin{bmatrix}2 & 3 \\\\ 2 & 1\\end{bmatrix}$$\n$$A_2 = \\text{softmax}\\left(\\frac{Q_2K_2^T}{\\sqrt{2}}\\right) = \\begin{bmatrix}0.107 & 0.893 \\\\ 0.804 & 0.196\\end{bmatrix}$$\n$$\\text{head}_2 = A_2V_2 = \\begin{bmatrix}2.000 & 1.214 \\\\ 2.000 & 2.609\\end{bmatrix}$$\n## Output\n$$W^O = \\begin{bmatrix}0 & 1 & 1 \\\\ -1 & 1 & -1 \\\\ -1 & 1 & 1 \\\\ -1 & -1 & -1\\end{bmatrix}$$\n$$\\text{Concat}(\\text{head}_1, \\text{head}_2) = \\begin{bmatrix}-0.804 & 1.196 & 2.000 & 1.214 \\\\ -0.330 & 1.670 & 2.000 & 2.609\\end{bmatrix}$$\n$$\\text{MultiHead}(X) = \\text{Concat} \\cdot W^O = \\begin{bmatrix}-4.410 & 1.177 & -1.214 \\\\ -6.279 & 0.731 & -2.609\\end{bmatrix}$$",
    "-4.410",
    "output",
  ],
  [
    "steps per query below titles with a root",
    "Let's compute scaled dot-product attention.\n\n**Given:**\n\n- Query 1: [1, 0, 2]\n- Query 2: [0, 1, 1]\n- Key 1: [1, 1, 0]\n- Key 2: [0, 1, 2]\n- Key 3: [1, 0, 1]\n- Value 1: [1, 2]\n- Value 2: [0, 3]\n- Value 3: [2, 1]\n\n---\n\n### Step 1: Dot products\n\n**Query 1:**\n- q1 · k1 = 1\n- q1 · k2 = 4\n- q1 · k3 = 3\n\n**Query 2:**\n- q2 · k1 = 1\n- q2 · k2 = 3\n- q2 · k3 = 1\n\n### Step 2: Scale by √3 ≈ 1.732\n\n**Query 1:** [0.577, 2.309, 1.732]\n\n**Query 2:** [0.577, 1.732, 0.577]\n\n### Step 3: Apply softmax\n\n**Query 1:** [0.102, 0.575, 0.323]\n\n**Query 2:** [0.193, 0.613, 0.193]",
    "0.613",
    "weights",
  ],
  [
    "names of rows that are words elsewhere",
    "Q;1;2;3\na;1;0;2\nb;0;1;1\n;;;\nK;1;2;3\nx;1;1;0\ny;0;1;2\nz;1;0;1\n;;;\nV;1;2\nx;1;2\ny;0;3\nz;2;1\n;;;\nQK';x;y;z\na;1;4;3\nb;1;3;1\n;;;\nscaled;x;y;z\na;0.5774;2.3094;1.7321\nb;0.5774;1.7321;0.5774\n;;;\nsoftmax;x;y;z\na;0.1018;0.5753;0.3229\nb;0.1933;0.6134;0.1933\n;;;\noutput;1;2\na;0.7477;2.2523\nb;0.5799;2.4201\n;;;",
    "0.6134",
    "weights",
  ],
  [
    "the shapes of its matrices",
    "Query matrix Q (2 x 3):\n1  0  2\n0  1  1\nKey matrix K (3 x 3):\n1  1  0\n0  1  2\n1  0  1\nValue matrix V (3 x 2):\n1  2\n0  3\n2  1\n(a) QK^T =\n1  4  3\n1  3  1\n(b) Divide by sqrt(d_k) =\n0.58  2.31  1.73\n0.58  1.73  0.58\n(c) softmax =\n0.10  0.58  0.32\n0.19  0.61  0.19\n(d) Attention output =\n0.75  2.25\n0.58  2.42",
    "2.42",
    "output",
  ],
  [
    "variables that a session shows by their assignments",
    "x = tensor([[1.0000, 0.0000],\n        [0.0000, 1.0000],\n        [1.0000, 1.0000]])\nq = k = v = x\nscores = q @ k.T / 2**0.5\nmasked = scores.masked_fill(mask, float('-inf'))\n>>> scores\ntensor([[0.7071, 0.0000, 0.7071],\n        [0.0000, 0.7071, 0.7071],\n        [0.7071, 0.7071, 1.4142]])\n>>> masked\ntensor([[0.7071,   -inf,   -inf],\n        [0.0000, 0.7071,   -inf],\n        [0.7071, 0.7071, 1.4142]])\n>>> weights\ntensor([[1.0000, 0.0000, 0.0000],\n        [0.3302, 0.6698, 0.0000],\n        [0.2483, 0.2483, 0.5035]])\n>>> out\ntensor([[1.0000, 0.0000],\n        [0.3302, 0.6698],\n        [0.7517, 0.7517]])",
    "0.6698, 0",
    "weights",
  ],
  [
    "slides",
    "• Inputs: Q = [[1, 0, 2], [0, 1, 1]]; K = [[1, 1, 0], [0, 1, 2], [1, 0, 1]]; V = [[1, 2], [0, 3], [2, 1]]\n• MatMul: QKᵀ = [[1, 4, 3], [1, 3, 1]]\n• Scale: ÷√3 → [[0.58, 2.31, 1.73], [0.58, 1.73, 0.58]]\n• SoftMax: [[0.10, 0.58, 0.32], [0.19, 0.61, 0.19]]\n• MatMul: × V → [[0.75, 2.25], [0.58, 2.42]]",
    "0.61",
    "weights",
  ],
  [
    "a sentence of the embeddings below the title of the exercise",
    "# Aufgabe 1: Self-Attention\n\nDie Einbettungen X dienen zugleich als Query, Key und Value.\n\n| | x1 | x2 |\n|---|---|---|\n| Hund | 1 | 0 |\n| bellt | 1 | 1 |\n\n**Scores**\n\n| | Hund | bellt |\n|---|---|---|\n| Hund | 1 | 1 |\n| bellt | 1 | 2 |\n\n**Skaliert mit 1/√2**\n\n| | Hund | bellt |\n|---|---|---|\n| Hund | 0,707 | 0,707 |\n| bellt | 0,707 | 1,414 |\n\n**Attention-Gewichte**\n\n| | Hund | bellt |\n|---|---|---|\n| Hund | 0,500 | 0,500 |\n| bellt | 0,330 | 0,670 |\n\n**Ausgabe**\n\n| | x1 | x2 |\n|---|---|---|\n| Hund | 1,000 | 0,500 |\n| bellt | 1,000 | 0,670 |",
    "0,707 |",
    "scaled-scores",
  ],
  [
    "the states of an encoder and a decoder, and scores that are not scaled",
    "Luong dot attention (no scaling).\nDecoder state s = [1, 2]. Encoder states h1 = [1, 0], h2 = [0, 1], h3 = [2, 1].\nScores: s·h1 = 1, s·h2 = 2, s·h3 = 4.\nAlignment weights: 0.042, 0.114, 0.844.\nContext vector: [1.730, 0.958].",
    "0.844",
    "weights",
  ],
  [
    "columns of keys, values and steps in one table",
    "query\tq1\tq2\t\t\t\t\t\n\t1\t2\t\t\t\t\t\n\t\t\t\t\t\t\t\ntoken\tk1\tk2\tv1\tv2\tscore\tscaled\tweight\nt0\t1\t0\t2\t0\t1\t0.71\t14.0%\nt1\t0\t1\t0\t4\t2\t1.41\t28.4%\nt2\t1\t1\t1\t1\t3\t2.12\t57.6%\n\t\t\t\t\t\t\t\noutput\t0.86\t1.71\t\t\t\t\t",
    "28.4",
    "weights",
  ],
  [
    "names of rows without names of columns",
    "Q,,\na,1,0\nb,1,2\n,,\nK,,\na,0,1\nb,1,1\n,,\nV,,\na,2,1\nb,0,3\n,,\nScores,a,b\na,0,1\nb,2,3\n,,\nScaled,a,b\na,0,0.71\nb,1.41,2.12\n,,\nWeights,a,b\na,0.33,0.67\nb,0.33,0.67\n,,\nOutput,,\na,0.66,2.34\nb,0.66,2.34",
    "1.41",
    "scaled-scores",
  ],
  [
    "vectors as columns",
    "$q = \\begin{pmatrix}1 \\\\ 2\\end{pmatrix}$, $k_1 = \\begin{pmatrix}1 \\\\ 0\\end{pmatrix}$, $k_2 = \\begin{pmatrix}0 \\\\ 1\\end{pmatrix}$, $k_3 = \\begin{pmatrix}1 \\\\ 1\\end{pmatrix}$, $v_1 = \\begin{pmatrix}2 \\\\ 0\\end{pmatrix}$, $v_2 = \\begin{pmatrix}0 \\\\ 4\\end{pmatrix}$, $v_3 = \\begin{pmatrix}1 \\\\ 1\\end{pmatrix}$\n\nScores: $s = \\begin{pmatrix}1 \\\\ 2 \\\\ 3\\end{pmatrix}$\n\nScaled: $s/\\sqrt{2} = \\begin{pmatrix}0.71 \\\\ 1.41 \\\\ 2.12\\end{pmatrix}$\n\nWeights: $\\alpha = \\begin{pmatrix}0.14 \\\\ 0.28 \\\\ 0.58\\end{pmatrix}$\n\nOutput: $o = \\sum_i \\alpha_i v_i = \\begin{pmatrix}0.86 \\\\ 1.71\\end{pmatrix}$",
    "0.28",
    "weights",
  ],
  [
    "the waves of each position by their names",
    "d_model = 4, so the frequencies are 1 and 0.01.\nPosition 0: sin(0) = 0.000, cos(0) = 1.000, sin(0) = 0.000, cos(0) = 1.000\nPosition 1: sin(1) = 0.841, cos(1) = 0.540, sin(0.01) = 0.010, cos(0.01) = 1.000\nPosition 2: sin(2) = 0.909, cos(2) = -0.416, sin(0.02) = 0.020, cos(0.02) = 1.000",
    "09, cos(2)",
    "encoding",
  ],
  [
    "arrows from step to step in one line per query",
    "Q: [[1, 0, 2], [0, 1, 1]]\nK: [[1, 1, 0], [0, 1, 2], [1, 0, 1]]\nV: [[1, 2], [0, 3], [2, 1]]\nq1: [1, 4, 3] → /√3 → [0.58, 2.31, 1.73] → softmax → [0.10, 0.58, 0.32] → ·V → [0.75, 2.25]\nq2: [1, 3, 1] → /√3 → [0.58, 1.73, 0.58] → softmax → [0.19, 0.61, 0.19] → ·V → [0.58, 2.42]",
    "0.32",
    "weights",
  ],
  [
    "a query and its steps as columns",
    "q\n1\n2\n\nK\n1 0\n0 1\n1 1\n\nV\n2 0\n0 4\n1 1\n\nscores\n1\n2\n3\n\nscaled scores\n0.71\n1.41\n2.12\n\nweights\n0.14\n0.28\n0.58\n\noutput\n0.86\n1.71",
    "0.28",
    "weights",
  ],
  [
    "an output projection alone",
    "Aufgabe: Multi-Head-Attention mit h = 2 Köpfen, ohne Projektionen für Q, K, V.\nX = [[2, 2, 2, 1], [2, 2, 2, 0]]\nW_O = [[0, 0, -1, 0], [0, 1, 0, -1], [1, 1, -1, 0], [0, 1, -1, 0]]\n\nKopf 1\nSkalierte Scores: [[5.66, 5.66], [5.66, 5.66]]\nGewichte: [[0.50, 0.50], [0.50, 0.50]]\nAusgabe des Kopfes: [[2.00, 2.00], [2.00, 2.00]]\n\nKopf 2\nSkalierte Scores: [[3.54, 2.83], [2.83, 2.83]]\nGewichte: [[0.67, 0.33], [0.50, 0.50]]\nAusgabe des Kopfes: [[2.00, 0.67], [2.00, 0.50]]\n\nKonkateniert: [[2.00, 2.00, 2.00, 0.67], [2.00, 2.00, 2.00, 0.50]]\nErgebnis: [[2.00, 4.67, -4.67, -2.00], [2.00, 4.50, -4.50, -2.00]]",
    "4.67",
    "output",
  ],
  [
    "a residual and a norm behind words about a layer",
    "Transformer encoder layer (post-norm), single head, Q = K = V = X.\n\nX = [4 0; 0 3; 0 2]\n\nWeights = [1.0000 0.0000 0.0000; 0.0015 0.8916 0.1069; 0.0114 0.7952 0.1933]\n\nAttention output = [3.9999 0.0001; 0.0061 2.8885; 0.0457 2.7724]\n\nAdd = [7.9999 0.0001; 0.0061 5.8885; 0.0457 4.7724]\n\nNormalized = [1.0000 -1.0000; -1.0000 1.0000; -1.0000 1.0000]",
    "5.8885",
    "residual-1",
  ],
  [
    "words about a layer and attention alone",
    "In a transformer block the first step is attention.\nX = [[1, 0], [0, 1]]\nW_Q = [[1, 0], [0, 1]]\nW_K = [[1, 0], [0, 1]]\nW_V = [[4, 1], [1, 0]]\nscores = [[1, 0], [0, 1]]\nweights = [[0.67, 0.33], [0.33, 0.67]]\noutput = [[3.01, 0.67], [1.99, 0.33]]",
    "1.99",
    "output",
  ],
  [
    "heads whose rows are in brackets",
    "Multi-Head-Attention mit 2 Köpfen\n\nX:\n[ 2  2  1  0 ]\n[ 0  1  0  0 ]\n\nW_Q:\n[  1  -1  -1   1 ]\n[ -1  -1  -1  -1 ]\n[  0   1   1   1 ]\n[ -1   0   0   1 ]\n\nW_K:\n[ -1   1   1  -1 ]\n[ -1  -1   0  -1 ]\n[ -1   0   1   0 ]\n[  1   0  -1   1 ]\n\nW_V:\n[  0  -1   0   1 ]\n[  0   1   1   0 ]\n[  0   1   0   1 ]\n[ -1  -1   0  -1 ]\n\nQ:\n[  0  -3  -3   1 ]\n[ -1  -1  -1  -1 ]\n\nK:\n[ -5   0   3  -4 ]\n[ -1  -1   0  -1 ]\n\nV:\n[ 0  1  2  3 ]\n[ 0  1  1  0 ]\n\nKopf 1\n\nScores:\n[ 0  3 ]\n[ 5  2 ]\n\nSkalierte Scores:\n[ 0.00  2.12 ]\n[ 3.54  1.41 ]\n\nGewichte:\n[ 0.11  0.89 ]\n[ 0.89  0.11 ]\n\nAusgabe:\n[ 0.00  1.00 ]\n[ 0.00  1.00 ]\n\nKopf 2\n\nScores:\n[ -13   -1 ]\n[   1    1 ]\n\nSkalierte Scores:\n[ -9.19  -0.71 ]\n[  0.71   0.71 ]\n\nGewichte:\n[ 0.00  1.00 ]\n[ 0.50  0.50 ]\n\nAusgabe:\n[ 1.00  0.00 ]\n[ 1.50  1.50 ]\n\nConcat:\n[ 0.00  1.00  1.00  0.00 ]\n[ 0.00  1.00  1.50  1.50 ]",
    "0.71   0.71",
    "scaled-scores",
  ],
  [
    "a table in words with gaps right below its title",
    "Q = [[1, 0], [1, 2]]\nK = [[1, 1], [0, 1], [2, 1]]\nV = [[2, 4], [1, 4], [4, 2]]\n\nQuery 1\ntoken   dot product   score/√2   e^x     softmax\nk1      1             0.707      2.028   0.284\nk2      0             0.000      1.000   0.140\nk3      2             1.414      4.113   0.576\nsum                              7.141   1.000\n\nOutput 1 = (3.012, 2.848)\n\nQuery 2\ntoken   dot product   score/√2   e^x      softmax\nk1      3             2.121      8.342    0.284\nk2      2             1.414      4.113    0.140\nk3      4             2.828      16.919   0.576\nsum                              29.374   1.000\n\nOutput 2 = (3.012, 2.848)",
    "0.576\nsum",
    "weights",
  ],
  [
    "a table per query in Spanish, whose rows are counted",
    "Q = [[2, 0, 1], [2, 1, 0]]\nK = [[2, 1, 0], [2, 1, 2], [1, 1, 2], [0, 2, 1]]\nV = [[2, 2], [2, 3], [3, 2], [0, 1]]\n\nConsulta 1\nclave   q·k   /√3    exp     peso\n1       4     2,31   10,07   0,19\n2       6     3,46   31,95   0,59\n3       4     2,31   10,07   0,19\n4       1     0,58   1,78    0,03\n\nz1 = (2,12; 2,56)\n\nConsulta 2\nclave   q·k   /√3    exp     peso\n1       5     2,89   17,93   0,40\n2       5     2,89   17,93   0,40\n3       3     1,73   5,65    0,13\n4       2     1,15   3,17    0,07\n\nz2 = (1,98; 2,33)",
    "0,59",
    "weights",
  ],
  [
    "matrices drawn side by side, and in a formula",
    "Name: J. Lindqvist        HW 9  #4\n\n     | 1  1 |         | 0  2 |         | 2  5 |\nQ =  | 1  2 |    K =  | 3  3 |    V =  | 1  0 |\n\n         | 1  1 | | 0  3 |   | 2  6 |\nQ K^T =  | 1  2 | | 2  3 | = | 4  9 |\n\ndivide by sqrt 2 = 1.41\n\n     | 1.41  4.24 |\n  -> | 2.83  6.36 |\n\nsoftmax rows\n\n        | 0.06  0.94 |\n   A =  | 0.03  0.97 |\n\nout = A V\n\n        | 1.06  0.28 |\n     =  | 1.03  0.14 |",
    "0.97",
    "weights",
  ],
  [
    "a punctuation mark as the name of a row",
    "CROSS-ATTENTION (decoder queries, encoder keys/values), d_k = 3\n\nDecoder queries Q\n    |      q1      q2      q3\n----+------------------------\nI   |    -1.0     1.2    -0.5\neat |     0.8    -0.5    -0.4\n\nEncoder keys K\n      |      k1      k2      k3\n------+------------------------\nje    |     2.0    -0.8     0.2\nmange |     1.1     1.3    -1.0\nune   |     0.5     0.4     1.0\npomme |     1.5    -1.2    -0.7\n.     |    -0.9    -0.8    -1.3\n\nEncoder values V\n      |      v1      v2\n------+----------------\nje    |     1.0     1.4\nmange |     0.8     0.0\nune   |     1.0     2.0\npomme |     0.2     0.1\n.     |     0.8     1.5\n\nRaw scores Q K^T\n    |      je   mange     une   pomme       .\n----+----------------------------------------\nI   |   -3.06    0.96   -0.52   -2.59    0.59\neat |    1.92    0.63   -0.20    2.08    0.20\n\nScaled scores, / sqrt(3)\n    |      je   mange     une   pomme       .\n----+----------------------------------------\nI   | -1.7667  0.5543 -0.3002 -1.4953  0.3406\neat |  1.1085  0.3637 -0.1155  1.2009  0.1155\n\nAttention weights\n    |      je   mange     une   pomme       .\n----+----------------------------------------\nI   |  0.0399  0.4065  0.1730  0.0523  0.3283\neat |  0.3090  0.1467  0.0909  0.3389  0.1145\n\nContext vectors\n    |      c1      c2\n----+----------------\nI   |  0.8112  0.8995\neat |  0.6766  0.8200",
    "0.3389",
    "weights",
  ],
  [
    "weights as results behind the names of their tokens",
    'For token "cat" (query q = [0, -1, 2, -1]):\n\nThe keys are\n  k_the = [2, -1, 0, 1]\n  k_cat = [2, 0, -1, 2]\n  k_sat = [2, 0, -1, -1]\nand the values are\n  v_the = [1, 0]\n  v_cat = [3, 3]\n  v_sat = [1, 2]\n\nDot products:\n  q · k_the = (0)(2) + (-1)(-1) + (2)(0) + (-1)(1) = 0\n  q · k_cat = (0)(2) + (-1)(0) + (2)(-1) + (-1)(2) = -4\n  q · k_sat = (0)(2) + (-1)(0) + (2)(-1) + (-1)(-1) = -1\n\nDivide by sqrt(d_k) = sqrt(4) = 2:\n  the: 0.0, cat: -2.0, sat: -0.5\n\nExponentials:\n  e^0.0 = 1.000\n  e^-2.0 = 0.135\n  e^-0.5 = 0.607\n  sum = 1.742\n\nWeights:\n  the: 1.000 / 1.742 = 0.574\n  cat: 0.135 / 1.742 = 0.078\n  sat: 0.607 / 1.742 = 0.348\n\nOutput for "cat" = 0.574*[1, 0] + 0.078*[3, 3] + 0.348*[1, 2] = [1.16, 0.93]',
    "0.348",
    "weights",
  ],
  [
    "questions in French about one problem",
    "# TD 6 — Mécanisme d'attention (corrigé)\n\n**Énoncé.** On donne les requêtes, clés et valeurs suivantes, avec $d_k = 3$ :\n\n$$Q = \\begin{pmatrix} 1 & 2 & 2 \\\\ 1 & 1 & 2 \\end{pmatrix}, \\qquad K = \\begin{pmatrix} 2 & 1 & 2 \\\\ -1 & -1 & 0 \\end{pmatrix}, \\qquad V = \\begin{pmatrix} 4 & 1 & 1 \\\\ 0 & 4 & 3 \\end{pmatrix}$$\n\n**Question 1.** Calculer les scores $QK^T$.\n\n*Réponse :* $$QK^T = \\begin{pmatrix} 8 & -3 \\\\ 7 & -2 \\end{pmatrix}$$\n\n**Question 2.** Diviser par $\\sqrt{3} \\approx 1,732$.\n\n*Réponse :* $$\\frac{QK^T}{\\sqrt{3}} \\approx \\begin{pmatrix} 4,619 & -1,732 \\\\ 4,041 & -1,155 \\end{pmatrix}$$\n\n**Question 3.** Appliquer softmax ligne par ligne. On calcule d'abord les exponentielles :\n\n$$E = \\begin{pmatrix} 101,373 & 0,177 \\\\ 56,909 & 0,315 \\end{pmatrix}$$\n\ndonc les poids d'attention sont\n\n$$A = \\begin{pmatrix} 0,998 & 0,002 \\\\ 0,994 & 0,006 \\end{pmatrix}$$\n\n**Question 4.** En déduire la sortie $AV$.\n\n*Réponse :* $$AV = \\begin{pmatrix} 3,993 & 1,005 & 1,003 \\\\ 3,978 & 1,017 & 1,011 \\end{pmatrix}$$",
    "0,994",
    "weights",
  ],
  [
    "a cache to which a token is added",
    "# Decoding with a KV cache\n\nAfter two tokens the cache holds\n\nK_cache =\n```\n  [  1.6  -0.9 ]\n  [  1.9  -1.3 ]\n```\nV_cache =\n```\n  [  0.1  -1.1 ]\n  [  0.6   0.2 ]\n```\n\nThe third token arrives with q = [0.7, -0.9], k = [0.8, -0.2], v = [-0.9, 1.3]. We append k and v to the cache:\n\nK =\n```\n  [  1.6  -0.9 ]\n  [  1.9  -1.3 ]\n  [  0.8  -0.2 ]\n```\nV =\n```\n  [  0.1  -1.1 ]\n  [  0.6   0.2 ]\n  [ -0.9   1.3 ]\n```\n\nScores: q Kᵀ = [1.93, 2.50, 0.74]\n\nScaled by 1/√2: [1.365, 1.768, 0.523]\n\nWeights: [0.342, 0.511, 0.147]\n\nOutput: [0.208, -0.082]",
    "0.511",
    "weights",
  ],
  [
    "Luong's general scoring with a W",
    'Luong attention ("general" score)\n\ndecoder hidden state  s = [-1, 0]\nencoder hidden states h_1 = [2, 0], h_2 = [2, 0], h_3 = [0, 0]\nW = [[1.1, 0.1]; [1, 0.8]]\n\nscore(s, h_i) = s W h_i^T\n\ns W = [-1.10, -0.10]\nscore(s, h_1) = -2.20\nscore(s, h_2) = -2.20\nscore(s, h_3) = 0.00\n\nattention weights = softmax(scores) = [0.091, 0.091, 0.819]\ncontext vector = [0.363, 0.000]',
    "0.819",
    "weights",
  ],
  [
    "Bahdanau's scoring with vectors as rows",
    "# Bahdanau (additive) attention — worked example\n\nDecoder state: s = [1.9, 1.7]\n\nEncoder states:\n\n- h1 = [1.4, -0.5]\n- h2 = [1.5, -0.8]\n- h3 = [-0.9, -1]\n\nParameters (row-vector convention, score e_j = v · tanh(s W + h_j U)):\n\nW = [[-0.9, -0.2], [-1, -1]]\n\nU = [[-0.2, 0.1], [0.6, 0.8]]\n\nv = [-0.1, -0.2]\n\n**Step 1.** s W = [-3.41, -2.08]\n\n**Step 2.** h_j U:\n\n- h1 U = [-0.58, -0.26]\n- h2 U = [-0.78, -0.49]\n- h3 U = [-0.42, -0.89]\n\n**Step 3.** tanh(s W + h_j U):\n\n- t1 = [-0.9993, -0.9816]\n- t2 = [-0.9995, -0.9884]\n- t3 = [-0.9991, -0.9947]\n\n**Step 4.** Scores: e1 = 0.2963, e2 = 0.2976, e3 = 0.2989\n\n**Step 5.** Weights: α1 = 0.3329, α2 = 0.3333, α3 = 0.3338\n\n**Step 6.** Context: c = α1 h1 + α2 h2 + α3 h3 = [0.6657, -0.7669]",
    "0.3338",
    "weights",
  ],
  [
    "a title over a single column of sums",
    "Q\t\t\tK\t\t\tV\t\n1\t2\t\t-1\t2\t\t1\t0\n1\t-1\t\t-1\t0\t\t0\t1\n-1\t1\t\t-1\t1\t\t0\t1\n\nScores\t\t\t\tScaled (÷√2)\t\t\n3\t-1\t1\t\t2.1213\t-0.7071\t0.7071\n-3\t-1\t-2\t\t-2.1213\t-0.7071\t-1.4142\n3\t1\t2\t\t2.1213\t0.7071\t1.4142\n\nexp\t\t\tsum\tWeights\t\t\n8.342\t0.493\t2.028\t10.863\t0.7679\t0.0454\t0.1867\n0.120\t0.493\t0.243\t0.856\t0.1400\t0.5760\t0.2840\n8.342\t2.028\t4.113\t14.483\t0.5760\t0.1400\t0.2840\n\nOutput\t\n0.7679\t0.2321\n0.1400\t0.8600\n0.5760\t0.4240",
    "0.7679\t0.0454",
    "weights",
  ],
  [
    "a temperature and no root",
    "Attention with a temperature (T = 0.5). No sqrt(d_k) here: weights = softmax(scores / T).\n\nQ =\n  [ -0.2   1.4  -1.4 ]\n  [  0.0  -0.4  -0.8 ]\nK =\n  [  1.7   0.7   0.8 ]\n  [  1.6   1.6  -1.2 ]\n  [ -0.9  -1.0   1.8 ]\nV =\n  [  0.9   1.0 ]\n  [ -1.4   0.6 ]\n  [  0.2  -1.4 ]\n\nscores = Q K^T =\n  [ -0.48   3.60  -3.74 ]\n  [ -0.92   0.32  -1.04 ]\n\nscores / T =\n  [ -0.96   7.20  -7.48 ]\n  [ -1.84   0.64  -2.08 ]\n\nweights =\n  [ 0.0003  0.9997  0.0000 ]\n  [ 0.0728  0.8699  0.0573 ]\n\noutput =\n  [ -1.3993   0.6001 ]\n  [ -1.1408   0.5145 ]",
    "0.8699",
    "weights",
  ],
  [
    "remarks and points behind rows",
    "Klausur Deep Learning WS 24/25          Matrikelnummer 482913      Blatt 2 von 5\n\nAufgabe 3 (12 Punkte)                                     erreicht: 12 / 12\n\nQ = [  1  -2 ]\n    [ -2   3 ]\nK = [ 0  -1 ]\n    [ 0   1 ]\n    [ 2  -1 ]\nV = [ 8  7 ]\n    [ 2  6 ]\n    [ 5  3 ]\n\na) Scores\nS = Q K^T = [  2  -2   4 ]\n            [ -3   3  -7 ]          (3/3 P.)  gut!\n\nb) Skalierung, √2 ≈ 1,41\nS/√2 = [  1,41  -1,41   2,83 ]\n       [ -2,12   2,12  -4,95 ]          (2/2 P.)\n\nc) Gewichte (Softmax je Zeile)\nA = [ 0,193  0,011  0,795 ]\n    [ 0,014  0,985  0,001 ]          (4/4 P.)  Zeilensumme = 1, richtig\n\nd) Ausgabe\nA·V = [ 5,55  3,81 ]\n      [ 2,09  6,01 ]          (3/3 P.)\n\n[Korrektor: Dr. Weiss, 14.02.2025]",
    "0,985",
    "weights",
  ],
  [
    "a query of a database above each table",
    "hw=# select * from q order by pos;\n token | q1 | q2 \n-------+----+----\n the   |  0 |  3 \n cat   |  3 |  1 \n sat   | -2 |  1 \n(3 rows)\n\nhw=# select * from k order by pos;\n token | k1 | k2 \n-------+----+----\n the   |  0 |  3 \n cat   | -2 |  3 \n sat   | -2 |  2 \n(3 rows)\n\nhw=# select * from v order by pos;\n token | v1 | v2 \n-------+----+----\n the   |  7 |  6 \n cat   |  0 |  2 \n sat   |  6 |  0 \n(3 rows)\n\nhw=# select * from scores;\n query | the | cat | sat \n-------+-----+-----+-----\n the   |   9 |   9 |   6 \n cat   |   3 |  -3 |  -4 \n sat   |   3 |   7 |   6 \n(3 rows)\n\nhw=# select * from scaled_scores;\n query |  the   |   cat   |   sat   \n-------+--------+---------+---------\n the   | 6.3640 |  6.3640 |  4.2426 \n cat   | 2.1213 | -2.1213 | -2.8284 \n sat   | 2.1213 |  4.9497 |  4.2426 \n(3 rows)\n\nhw=# select * from weights;\n query |  the   |  cat   |  sat   \n-------+--------+--------+--------\n the   | 0.4717 | 0.4717 | 0.0565 \n cat   | 0.9790 | 0.0141 | 0.0069 \n sat   | 0.0381 | 0.6443 | 0.3177 \n(3 rows)\n\nhw=# select * from output;\n token |   o1   |   o2   \n-------+--------+--------\n the   | 3.6414 | 3.7738 \n cat   | 6.8946 | 5.9021 \n sat   | 2.1725 | 1.5170 \n(3 rows)",
    "0.6443",
    "weights",
  ],
];

const PLAIN = "Q = [[1, 2], [0, 1]]\nK = [[1, 0], [1, 1]]\nV = [[2, 0], [0, 4]]\n";

test.each([
  // S = Q K^T and S / sqrt(2).
  [
    "another width of the keys",
    "S = [[1, 3], [0, 1]]\nWith d_k = 15:\nS/sqrt(d_k) = [[0.71, 2.12], [0.00, 0.71]]",
  ],
  ["a factor that is in no matrix", "S11 is 1·1 + 12·0 = 1.\nS = [[1, 3], [0, 1]]"],
])("%s blocks “right”", async (_, answers) => {
  const { exitCode, stdout } = await check(PLAIN + answers);
  expect([exitCode, stdout]).toEqual([1, expect.stringContaining("Not sure")]);
});

test.each([
  // √2 = 1.414…, 30/√2 = 21.213.
  [
    "a root",
    "S = [[1, 3], [0, 1]]\nsqrt(2) = 1.427\nS/sqrt(2) = [[0.71, 2.12], [0.00, 0.71]]",
    "Line 5: you wrote 1.427, but sqrt(2) is 1.4142.",
  ],
  [
    "a calculation within a sentence",
    "The score of q1 and k2 is 1·1 + 2·3 = 3, and so on.\nS = [[1, 3], [0, 1]]",
    "Line 4: you wrote 3, but 1·1 + 2·3 is 7.",
  ],
  [
    "a chain of calculations, once",
    "The score of q1 and k2 is 1·1 + 2·1 = 1 + 3 = 3, and so on.\nS = [[1, 3], [0, 1]]",
    "Line 4: you wrote 3, but 2·1 is 2.",
  ],
  [
    "a matrix in two forms",
    "S = [[1, 3], [0, 1]]\nS/√2 = [[1/√2, 30/√2], [0, 1/√2]] ≈ [[0.71, 2.12], [0.00, 0.71]]",
    "Line 5: you wrote 2.12, but 30/√2 is 21.213.",
  ],
])("%s that does not give its result is a mistake", async (_, answers, told) => {
  const { exitCode, stdout } = await check(PLAIN + answers);
  expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/^Not right yet: one mistake\./)]);
  expect(stdout).toContain(told);
  const hint = (await check(PLAIN + answers, "--hint", "2")).stdout;
  expect(hint).toMatch(/Look at line \d\.\s+What does the calculation there give\?/);
});

// S = Q K^T, S / √2, and e^0.71 = 2.03, e^2.12 = 8.33: 2.03 / 10.36 = 0.20; 1 / 3.03 = 0.33.
const ANSWERED = `${PLAIN}S = [[1, 3], [0, 1]]\nS/√2 = [[0.71, 2.12], [0.00, 0.71]]\nWeights = [[0.20, 0.80], [0.33, 0.67]]\n`;

test.each([
  [
    "an input that a program prints",
    "> V\n     [,1] [,2]\n[1,]    2    0\n[2,]    0    4",
    "0    4",
    "1    4",
  ],
  ["a row of an input", "k_2 = [1, 1]", "1]", "3]"],
  ["a width before a comma", "because $d_k = 2$, we scale.", "2", "4"],
  ["a width in words", "The variance grows with d_k, and d_k is 2 here.", "2", "4"],
  ["the root of a width", "because √d_k = √2, we scale.", "√2", "√3"],
  ["a divisor", "(÷1.414)", "1.414", "1.514"],
  ["a part of a row in a sentence", "La première ligne des poids vaut 0.20 et 0.80.", "0.80", "0.89"],
  ["a number beside the label of a row", "Row 1: max = 2.12", "2.12", "2.52"],
])("%s is right where it is stated again, and else blocks “right”", async (_, again, cell, other) => {
  expect((await check(`${ANSWERED}\n${again}\n`)).stdout).toMatch(/^Right/);
  const { exitCode, stdout } = await check(`${ANSWERED}\n${again.replace(cell, other)}\n`);
  expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/^Not sure/)]);
});

test.each([
  ["a calculation of a cell with two indices", "S(1,2) = 1·1 + 2·1 = 3.", "1·1", "2·1"],
  ["a sum of weights in a sentence", "La somma della riga è 0.20 + 0.80 ≈ 1.", "0.80", "0.89"],
  ["a percentage of a cell", "So token 1 puts 80% on token 2.", "80%", "86%"],
  // e^1.414 = 4.113, and 4.113 / 5.113 = 0.804.
  ["a weight of more digits in a cell", "Token 1 looks at token 2 with weight 0.804.", "0.804", "0.787"],
  ["a number of a cell in a sentence", "Token 1 gives 0.80 of its attention to token 2.", "0.80", "0.86"],
])("%s is right where it is stated again, and another one is a mistake", async (_, said, cell, other) => {
  expect((await check(`${ANSWERED}\n${said}\n`)).stdout).toMatch(/^Right/);
  const { exitCode, stdout } = await check(`${ANSWERED}\n${said.replace(cell, other)}\n`);
  expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/^Not right yet: one mistake/)]);
});

// The slope is what the bias has per position.
test("a stated slope of ALiBi that is not that of the bias blocks “right”", async () => {
  const sheet = (slope: string) =>
    `ALiBi, slope m = ${slope}\n${PLAIN}Bias =\n0 -0.5\n-0.5 0\nS/√2 = [[0.71, 2.12], [0.00, 0.71]]\nS/√2 + bias = [[0.71, 1.62], [-0.50, 0.71]]\n`;
  expect((await check(sheet("0.5"))).stdout).toMatch(/^Right/);
  expect((await check(sheet("0.25"))).stdout).toMatch(/^Not sure/);
});

test.each([
  "Grade 7.25 of 10.00 (73%)",
  "Exercise 6.12 with Python 3.11, in 12.5 min",
  "In the original paper d_k = 64, and often rtol=1e-3.",
  "I am 95% sure.",
])("“%s” is not about the problem", async (sentence) => {
  expect((await check(`${ANSWERED}\n${sentence}\n`)).stdout).toMatch(/^Right/);
});

// S / 2, as the option says.
test("a stated width of the keys is not doubted if an option gives the scale", async () => {
  const answers = "S = [[1, 3], [0, 1]]\nWith d_k = 4:\nS/sqrt(d_k) = [[0.5, 1.5], [0, 0.5]]";
  const { stdout } = await check(PLAIN + answers, "--scale", "0.5");
  expect(stdout).toMatch(/^Right/);
});

// K Q^T, which the title does not say: it is about K.
test("words about a transposed input do not turn the matrix below them", async () => {
  const { exitCode, stdout } = await check(`${PLAIN}Here K^T is the transpose of K\nS = [[1, 0], [3, 1]]`);
  expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/^Not right/)]);
});

test.each(SHEETS_WITH_MORE)(
  "a sheet with %s is right, and with another number not",
  async (_, text, cell, id) => {
    expect(await check(text)).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Right/) });
    const { stdout } = await check(text.replace(cell, `5${cell}`), "--json");
    expect(JSON.parse(stdout).sheets[0].check).toMatchObject({ verdict: "differs", firstWrongStep: { id } });
  },
);

describe("several sheets that give their own problems", () => {
  const [, OTHER] = WORKED_PROBLEMS;
  const write = SHEET_FORMS[1].write;
  const given = {
    "class/ada.txt": SHEET,
    "class/emmy.txt": write(workOf(OTHER, { isWrong: false, hasInputs: true })),
    "class/grace.txt": write(workOf(OTHER, { isWrong: true, hasInputs: true })),
    "class/none.txt": "I did not get this one.\n",
  };

  test.each([[Object.keys(given)], [["class"]], [["class/*.txt"]]])(
    "are each marked by it: %j",
    async (words) => {
      const { exitCode, stdout } = await runCli(["check", ...words, "--json"], { given });
      const { sheets } = JSON.parse(stdout);
      expect(exitCode).toBe(1);
      expect(
        sheets.map(({ sheet, check, error }: Record<string, Record<string, string> | undefined>) => [
          sheet,
          check?.verdict ?? error?.code,
        ]),
      ).toEqual([
        ["class/ada.txt", "agrees"],
        ["class/emmy.txt", "agrees"],
        ["class/grace.txt", "differs"],
        ["class/none.txt", "USAGE"],
      ]);
    },
  );

  test("are a table with a line each", async () => {
    const { stdout } = await runCli(["check", "class"], { given });
    expect(stdout).toMatch(/ada\.txt.*\n.*emmy\.txt.*\n.*grace\.txt/);
  });
});

test("a file that is not there is told as that, and a dump is judged by itself", async () => {
  expect((await runCli(["check", "sheet.docx"])).stderr).toContain("sheet.docx: there is no such file");
  const dump = { "dump.npz": new Uint8Array([0x50, 0x4b, 5, 6, ...new Uint8Array(18)]) };
  const { stderr } = await runCli(["check", "dump.npz"], { given: dump });
  expect(stderr).toContain("dump.npz: this zip archive has no .npy file");
});

test.each([
  ["--causal", "[ALIGNMENT_NEEDED]"],
  ["--heads=3", "[SHAPE_MISMATCH]"],
])("a problem on a sheet that cannot be worked with %s says why", async (option, code) => {
  const { exitCode, stderr } = await check(
    "Q = [[1, 0]]\nK = [[1, 2], [0, 1]]\nV = [[4, 1], [0, 2]]\nscores = [[1, 0]]\n",
    option,
  );
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(code)]);
});

test("a table of positions says by its shape what it is of", async () => {
  // sin 1 = 0.8415, cos 1 = 0.5403, sin 0.01 = 0.0100, cos 0.01 = 1.0000; sin 2 = 0.9093, cos 2 = −0.4161, sin 0.02 = 0.0200.
  const rows = [
    "0.0000, 1.0000, 0.0000, 1.0000",
    "0.8415, 0.5403, 0.0100, 1.0000",
    "0.9093, -0.4161, 0.0200, 0.9998",
  ];
  const sheet = `Positional encoding\n${rows.map((row, at) => `PE(${at}) = [${row}]`).join("\n")}\n`;
  const right = await check(sheet);
  expect([right.exitCode, right.stdout]).toEqual([0, expect.stringMatching(/^Right\. Encoding/)]);
  const wrong = await check(sheet.replace("-0.4161", "0.4161"));
  expect(wrong.exitCode).toBe(1);
  expect(wrong.stdout).toContain("Encoding[2,1]: you wrote 0.4161");
});

test("a gradient of the output on the sheet asks for all gradients", async () => {
  // Scores of 0 weigh both keys by 1/2: dV = α^T·dO, dα = dO·V^T = 2, 8, dS = α (dα − 5) = −1.5, 1.5, and dQ = dS·K / √2; dK = dS^T·Q = 0.
  const inputs = "Q:\n0 0\n\nK:\n1 0\n0 1\n\nV:\n2 0\n0 4\n\ndO (upstream):\n1 2\n\n";
  const sheet = `${inputs}dV:\n0.5 1\n0.5 1\n\ndα:\n2 8\n\ndS:\n-1.5 1.5\n\ndQ:\n-1.06 1.06\n\ndK:\n0 0\n0 0\n`;
  const right = await check(sheet);
  expect([right.exitCode, right.stdout]).toEqual([0, expect.stringMatching(/^Right\. Gradient of value/)]);
  const wrong = await check(sheet.replace("0.5 1\n\n", "0.5 2\n\n"));
  expect(wrong.stdout).toContain("dV[1,1]: you wrote 2");
});

// softmax([2, 1, 0.5] / T) with NumPy, rounded to three places.
test("A sheet with several temperatures is marked block by block", async () => {
  const sheet =
    "The temperature of attention\n\nScores: s = [2, 1, 0.5]\n\nweights = softmax(s / T)\n\nT = 0.5 :  0.844  0.114  0.042\nT = 1   :  0.629  0.231  0.140\nT = 2   :  0.481  0.292  0.227\n";
  const right = await check(sheet);
  expect(right.exitCode).toBe(0);
  expect(right.stdout).toContain("right  3 of 3");
  const wrong = await check(sheet.replace("0.292", "0.352"));
  expect(wrong.exitCode).toBe(1);
  expect(wrong.stdout).toContain("right  2 of 3");
  expect(wrong.stdout).toMatch(/T = 2\s+✗.*wrong: weights/);
});

test.each(
  Object.entries({
    ...FIFTEENTH_LOOK,
    ...SIXTEENTH_LOOK,
    ...SEVENTEENTH_LOOK,
    ...EIGHTEENTH_LOOK_B,
    ...NINETEENTH_LOOK,
    ...TWENTIETH_LOOK,
    ...TWENTY_FIRST_LOOK,
    ...TWENTY_SECOND_LOOK,
    ...TWENTY_THIRD_LOOK,
  }),
)("%s: right, and wrong at one cell", async (_, sheet) => {
  const [step, row, col] = sheet.cell;
  const run = async (text: string) => {
    const { exitCode, stdout } = await check(text, "--json");
    const { steps } = JSON.parse(stdout).sheets[0].check;
    const found = steps.flatMap(({ id, cells }: { id: string; cells?: readonly number[][] }) =>
      (cells ?? []).map(([row, col]) => [id, row, col]),
    );
    return { exitCode, found };
  };
  expect(await run(sheet.text)).toEqual({ exitCode: 0, found: [] });
  expect(await run(sheet.text.replace(...sheet.slip))).toEqual({ exitCode: 1, found: [[step, row, col]] });
});

// Equal scores of 0 weigh both keys by 1/2; e^0 = 1.
const EQUAL = "Q = [[0, 0]]\nK = [[1, 0], [0, 1]]\nV = [[2, 0], [0, 2]]\n\n";

test.each([
  [
    "scores = [[0, 0]]\nq1·k1 = 0·1 + 0·0 = 0\nweights = [[0.5, 0.5]]\noutput = [[1, 1]]\n",
    "0·1 + 0·0",
    "0·1 + 2·1",
  ],
  ["scores = [[0, 0]]\nweights = [[0.5, 0.5]]\n1 / (1 + 1) = 0.5\noutput = [[1, 1]]\n", "1 / (1", "1 / (3"],
  ["weights = [[0.5, 0.5]]\noutput = 0.5·[2, 0] + 0.5·[0, 2] = [1, 1]\n", "+ 0.5·", "+ 0.9·"],
  ["weights = [[0.5, 0.5]]\noutput = (0.5*2 + 0.5*0, 0.5*0 + 0.5*2) = (1, 1)\n", "0.5*0, ", "0.5*3, "],
  [
    "scores = [[0, 0]]\nscores - max = [[0, 0]]\nweights = [[0.5, 0.5]]\noutput = [[1, 1]]\n",
    "max = [[0, 0",
    "max = [[0, 3",
  ],
  [
    "weights = [[0.50, 0.50]]\noutput = [[1, 1]]\n\nIt attends with a weight of 0.50.\n",
    "of 0.50",
    "of 0.57",
  ],
])("numbers beside the steps are not passed over: %j", async (answers, right, wrong) => {
  expect((await check(EQUAL + answers)).exitCode).toBe(0);
  const { exitCode, stdout } = await check(EQUAL + answers.replace(right, wrong));
  expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/Not sure|Not right/)]);
});

// q·k = 1, 0, 1; 1/√2 = 0.707; e^0.707 = 2.028 of 2.028 + 1 + 2.028 = 5.056 is 0.401.
test("the T of a transpose is no temperature", async () => {
  const sheet =
    "q = 1 0\nK = 1 0; 0 1; 1 1\nV = 1 2; 3 4; 5 6\n\nqK^T = 1 0 1\nqK^T/sqrt(2) = 0.707 0.000 0.707\nweights = 0.401 0.198 0.401\noutput = 3.000 4.000\n";
  expect(await check(sheet)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^Right\. Scores ✓/),
  });
  expect(await check(sheet.replace("= 1 0 1", "= 1 2 1"))).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^Not right yet: one mistake\. Scores ✗/),
  });
});

// e^2 = 7.389, e^1 = 2.718 and 1 add up to 11.107; 7.389 / 11.107 = 0.665.
test("what a softmax is computed from may stand in its brackets", async () => {
  const sheet =
    "softmax([2, 1, 0])\ne^2 = 7.389, e^1 = 2.718, e^0 = 1\nsum = 11.107\nresult = [0.665, 0.245, 0.090]\n";
  expect((await check(sheet)).stdout).toMatch(/^Right\./);
  expect((await check(sheet.replace("11.107", "11.607"))).stdout).toMatch(/^Not right yet: one mistake/);
});

// e^0.707 = 2.028, and 2.028 / 3.028 = 0.670; 0.670 + 2·0.330 = 1.330.
test("what is written in the brackets of a softmax is judged", async () => {
  const sheet =
    "Q = [[1, 0], [0, 1]]\nK = [[1, 0], [0, 1]]\nV = [[1], [2]]\nA = softmax([[0.707, 0.000], [0.000, 0.707]]) = [[0.670, 0.330], [0.330, 0.670]]\nO = [[1.330], [1.670]]\n";
  expect((await check(sheet)).stdout).toMatch(/^Right\. Scaled scores ✓/);
  expect((await check(sheet.replace("0.707]]", "0.907]]"))).stdout).toMatch(
    /^Not right yet: one mistake\. Scaled/,
  );
  expect((await check("softmax([2, 1]) = [0.731, 0.269]\n")).stdout).toMatch(/^Right\. Weights ✓/);
});

test("results that are cut off are no false calculations", async () => {
  // 1/√2 = 0.7071, e^0.70 = 2.0138 and 2.01/3.01 = 0.6678 are cut off after two decimals.
  const sheet =
    "Q = [[1, 0]]\nK = [[1, 0], [0, 1]]\nV = [[1, 2], [3, 4]]\n\nscores: 1, 0\nscaled: 1/√2 = 0.70, 0\nexp: e^0.70 = 2.01, e^0 = 1\nsum = 3.01\nweights: 2.01/3.01 = 0.66, 1/3.01 = 0.33\n";
  expect((await check(sheet)).exitCode).toBe(0);
  const { stdout } = await check(sheet.replace("1/√2 = 0.70", "1/√3 = 0.70"));
  expect(stdout).toContain("you wrote 0.70, but 1/√3 is 0.577");
});

// tanh 1.5 = 0.905 and tanh 1 = 0.762, so that e1 is 0.905 + 2·0.762 = 2.429 (2.428 from tanh with all digits), e2 is
// 3·0.762 = 2.286 (2.285), and α1 = 1/(1 + e^−0.143) = 0.536.
test("what is divided by a root need not be in the same calculation", async () => {
  // 4/√2 = 2.83, 2/√2 = 1.41, and e^−1.41 = 0.24: 0.80 and 0.20.
  const sheet =
    "q = (2, 0)\nk1 = (2, 1), k2 = (1, 1)\nv1 = (1, 0), v2 = (0, 1)\n\nq·k1 = 4, divided by √2 = 2.83\nq·k2 = 2, divided by √2 = 1.41\nweights: 0.80, 0.20\noutput: (0.80, 0.20)\n";
  expect((await check(sheet)).stdout).not.toContain("√2 is 1.4");
});

test("weights that are given beside values are no answer", async () => {
  // 0.3·(1, 2) + 0.7·(3, 4) = (2.4, 3.4).
  const given = "weights = [0.3, 0.7]\nV = [[1, 2], [3, 4]]\n";
  expect((await check(`${given}output = [2.4, 3.4]\n`)).exitCode).toBe(0);
  expect((await check(`${given}output = [2.4, 3.7]\n`)).exitCode).toBe(1);
  const { exitCode, stdout } = await check(given);
  expect([exitCode, stdout]).toEqual([2, ""]);
});

test("a single score on a sheet is compared with scores alone", async () => {
  // S_12 = 1·1 + 2·1 = 3. The inputs have a 1.00, from which 0.992 differs by less than a hundredth.
  const sheet = (score: string) =>
    `Q = [[1, 2], [0, 1]]\nK = [[1, 0], [1, 1]]\nV = [[1.00, 0], [0, 4]]\nWeights = [[0.20, 0.80], [0.33, 0.67]]\nq1 . k2 = ${score}\n`;
  expect((await check(sheet("3.000"))).stdout).toMatch(/^Right/);
  expect((await check(sheet("0.992"))).exitCode).toBe(1);
});

// S / √2 = [[0.71, 0.71], [0.71, 1.41]], so that a causal row 2 weighs 1 : e^0.707 = 0.330 : 0.670.
test("a mask on the sheet is the one that its numbers show", async () => {
  const sheet = (mask: string) =>
    `Q = [[1, 0], [1, 1]]\nK = [[1, 0], [1, 1]]\nV = [[1, 0], [0, 1]]\nMask (1 = may look) = ${mask}\nscaled = [[0.707, 0.707], [0.707, 1.414]]\nweights = [[1.000, 0.000], [0.330, 0.670]]\noutput = [[1.000, 0.000], [0.330, 0.670]]\n`;
  expect((await check(sheet("[[1, 0], [1, 1]]"))).stdout).toMatch(/^Right\./);
  const { exitCode, stdout } = await check(sheet("[[0, 1], [1, 1]]"));
  expect([exitCode, stdout]).toEqual([
    1,
    expect.stringMatching(/^Not sure[\s\S]*the mask on the sheet is not the one that its numbers show/),
  ]);
});

test("a mask that resembles the queries is no copy of them", async () => {
  // e^0.71 = 2.03, so that row 2 weighs 1/3.03 and 2.03/3.03.
  const sheet =
    "Q = [[1, 0], [0, 1]]\nK = [[1, 0], [0, 1]]\nV = [[1, 2], [3, 4]]\nmask = [[1, 0], [1, 1]]\nweights = [[1, 0], [0.33, 0.67]]\noutput = [[1, 2], [2.34, 3.34]]\n";
  expect((await check(sheet)).stdout).toMatch(/^Right/);
  expect((await check(sheet.replace("0.67", "0.76"))).exitCode).toBe(1);
});

test.each(["sum", "Summe", "somme", "somma", "suma"])("powers before their %s are compared", async (sum) => {
  // e^0.71 = 2.03 and e^0 = 1.
  const sheet = `q = (1, 0)\nk1 = (1, 0), k2 = (0, 1)\nv1 = (1, 2), v2 = (3, 4)\n\nscaled: s_1 = 0.71, s_2 = 0\n\nexp: e^(s_1) = 2.03, e^(s_2) = 1.00, ${sum}: 3.03\n\nweights: 0.67, 0.33\noutput: (1.66, 2.66)\n`;
  expect((await check(sheet)).exitCode).toBe(0);
  expect((await check(sheet.replace("2.03", "2.93"))).stdout).toMatch(/^Not right yet: .*Exponentials ✗/);
  expect((await check(sheet.replace("3.03", "3.63"))).stdout).toMatch(/^Not right yet: .*Row sums ✗/);
});

test("additive scores follow from the tanh on the sheet", async () => {
  const text = `Bahdanau attention, e_j = v^T tanh(W s + U h_j)
s = (1, 1)
h1 = (0.5, 0)
h2 = (0, 0)
W = [[1, 0], [0, 1]]
U = [[1, 0], [0, 1]]
v = (1, 2)

tanh(W s + U h1) = (0.905, 0.762)
tanh(W s + U h2) = (0.762, 0.762)

e1 = 2.429
e2 = 2.286

alpha = softmax(e) = (0.536, 0.464)
context c = (0.268, 0.000)`;
  const right = await check(text);
  expect([right.exitCode, right.stdout]).toEqual([0, expect.stringContaining("Scores ≈")]);
  const wrong = (await check(text.replace("2.286", "2.281"))).stdout;
  expect(wrong).toMatch(/^Not right yet: one mistake\./);
  expect(wrong).toContain("you wrote 2.281, but 1·0.762 + 2·0.762 = 2.286.");
});

test("the terms of an additive score may stand in either order", async () => {
  const { text } = SIXTEENTH_LOOK["Bahdanau's letters"];
  const swapped = text.replace(/tanh\((W_s s) \+ (W_h \w+)\)/g, "tanh($2 + $1)");
  expect(swapped).toContain("tanh(W_h h1 + W_s s)");
  expect((await check(swapped)).exitCode).toBe(0);
});

test("a problem without answers is not judged by its own rows", async () => {
  const rows = ["0.5 0.2 0.9", "0.4 0.8 0.1", "0.7 0.3 0.6"]
    .map((row, at) => `token ${at + 1}: ${row}`)
    .join("\n");
  const { exitCode, stderr } = await check(`Q\n${rows}\n\nK\n${rows}\n\nV\n${rows}\n`);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(": only inputs: qkv found no answers")]);
});

test("steps of several scorings are not right by one of them", async () => {
  // Rows of equal scores weigh both keys by 1/2, whether or not they are divided by √2.
  const sheet =
    "Q = [[0, 0]]\nK = [[1, 0], [0, 1]]\nV = [[2, 0], [0, 2]]\n\nDot product\nweights = [[0.9, 0.1]]\n\nScaled dot product\nweights = [[0.5, 0.5]]\noutput = [[1, 1]]\n";
  const { exitCode, stdout } = await check(sheet);
  expect(exitCode).toBe(1);
  expect(stdout).toContain("weights is computed for several scorings, but line 6 is not judged");
});

test("results that nothing names are not passed over", async () => {
  const sheet =
    "Q = [[0, 0]]\nK = [[1, 0], [0, 1]]\nV = [[2, 0], [0, 2]]\n\nfirst = 1/2 = 0.50\nsecond = 1/2 = 0.70\noutput = [[1, 1]]\n";
  expect((await check(sheet)).exitCode).toBe(1);
});

test("a table of something else is no table of positions, though the sheet speaks of them", async () => {
  const { exitCode, stderr } = await check(
    "Homework 3, positions 0 to 3\n\nscores\n1 2 3 4\n2 3 4 5\n3 4 5 6\n4 5 6 7\n",
  );
  expect(exitCode).toBe(2);
  expect(stderr).toContain(": only inputs: qkv found no answers");
});

// e^(1/√2) = 2.03, 2.03/3.03 = 0.67: 0.67·1 + 0.33·3 = 1.66, and so on.
test("a text in quotes may be a sheet with its own problem", async () => {
  const sheet = (cell: string) =>
    `Q=[[1,0],[0,1]] K=[[1,0],[0,1]] V=[[1,2],[3,4]] O=[[1.66,2.66],[2.34,${cell}]]`;
  expect(await runCli(["check", sheet("3.34")])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^Right/),
  });
  expect((await runCli(["check", sheet("3.44")])).exitCode).toBe(1);
});

describe("a hand-in in a format that is not read", () => {
  const scan = "%PDF-1.7 scan";

  test("alone gets the hint of its format", async () => {
    const { exitCode, stderr } = await runCli(["check", "scan.pdf"], { given: { "scan.pdf": scan } });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("pdftotext")]);
  });

  test("in a folder has a row, and the others are marked", async () => {
    const given = { "class/ada.pdf": scan, "class/emmy.txt": SHEET };
    const { exitCode, stdout } = await runCli(["check", "class"], { given });
    expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/PDF[\s\S]*emmy.txt +✓ right/)]);
  });
});

// The last block is computed, and its name is none that qkv knows.
test("numbers that were not compared block right", async () => {
  const sheet = `${SHEET}\n\nZweighted = [[0.31, 0.42], [0.53, 0.64]]\n`;
  const { exitCode, stdout } = await check(sheet);
  expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/^Not sure[\s\S]*not compared/)]);
});

// Q = K = I: the scores are I, over √2 0.7071 and 0. e^0.7071 = 2.0281, so that the weights are 0.6698 and 0.3302. With the
// values (1, 0) and (3, 1) the output is (1.6604, 0.3302) and (2.3396, 0.6698).
const WORKED = `Q = [[1, 0], [0, 1]]
K = [[1, 0], [0, 1]]
V = [[1, 0], [3, 1]]
scores = [[1, 0], [0, 1]]
weights = [[0.6698, 0.3302], [0.3302, 0.6698]]
output = [[1.6604, 0.3302], [2.3396, 0.6698]]
`;

/** What people write beside the steps: what is true, and what is not. */
const BESIDE: readonly (readonly [right: string, wrong: string])[] = [
  [
    "Thus the second token ends up as (2.3396, 0.6698).",
    "Thus the second token ends up as (2.3396, 0.6998).",
  ],
  ["Antwort: (1,6604; 0,3302)", "Antwort: (1,6604; 0,3402)"],
  ["因此第一个词的输出向量为 (1.6604, 0.3302)。", "因此第一个词的输出向量为 (1.6604, 0.3402)。"],
  ["s_11 = (1, 0) · (1, 0) = 1 + 0 = 1", "s_11 = (1, 4) · (1, 0) = 1 + 0 = 1"],
  ["s_12 = 1*0 + 0*1 = 0", "s_12 = 1*0 + 0*9 = 0"],
  ["z_1 = (1·1 + 2·1)/3 = 3/3 = 1", "z_1 = (1·1 + 1·1)/3 = 3/3 = 1"],
  ["The mean of V is (1 + 0 + 3 + 1)/5 = 1.", "The mean of V is (1 + 0 + 3 + 1)/4 = 1."],
  [
    "weights = softmax([[0.7071, 0], [0, 0.7071]])",
    "weights · V = [[0.6698, 0.3302], [0.3302, 0.6998]] [[1, 0], [3, 1]] = [[1.6604, 0.3302], [2.3396, 0.6698]]",
  ],
  ["Check: 3 - 1 = 2    -2/2 = -1", "Check: 3 - 1 = 2    -2/2 = -3"],
  [
    "Query 1 gives 67 % of its attention to key 1, while the second key gets less than all the others.",
    "Query 1 gives 76 % of its attention to key 1, while the second key gets less than all the others.",
  ],
  [
    "Attention is larger for query 1 than for query 2, both on their own key.",
    "Query 1 attends most to key 2.",
  ],
  ["The first query therefore gets (1.6604, 0.3302).", "The first query therefore gets (1.6604, 0.3402)."],
];

test.each(BESIDE)("beside the steps, %s", async (right, wrong) => {
  expect(await check(`${WORKED}\n${right}\n`)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^Right/),
  });
  expect((await check(`${WORKED}\n${wrong}\n`)).exitCode).toBe(1);
});

// The weights of a query with scores 1 and 0 are e^0.7071 = 2.0281 and 1 over 3.0281: 0.6698 and 0.3302.
const QK = "Q = [[1, 0], [0, 1]]\nK = [[1, 0], [0, 1]]\n";

/** Sheets that contain a part of a problem, or say something about it; `0.67` is right, and `0.57` is not. */
const PROBLEMS_ON_SHEETS: Readonly<Record<string, string>> = {
  "Q and K alone": `${QK}scores = [[1, 0], [0, 1]]\nweights = [[0.67, 0.33], [0.33, 0.67]]\n`,
  "X, W_Q and W_K alone": `X = [[1, 0], [0, 1]]\nW_Q = [[1, 0], [0, 1]]\nW_K = [[1, 0], [0, 1]]\n${QK}weights = [[0.67, 0.33], [0.33, 0.67]]\n`,
  "scores and values": "Scores (scaled):\n0.7071 0\n\nValues:\n1\n0\n\nWeights:\n0.67 0.33\n",
  "padding, which no query may attend to": `The last token is padding.\n${QK.replaceAll("[0, 1]]", "[0, 1], [3, 3]]")}V = [[1], [2], [3]]
Weights:\n0.67 0.33 0\n0.33 0.67 0\n0.50 0.50 0\n`,
  // tanh 0.7071 = 0.6089, so that v_a = 1.1613 gives the score 0.7071.
  "additive scoring":
    "q = [[0.3536]]\nk = [[0.3536], [-0.3536]]\nW_a = [[1]]\nU_a = [[1]]\nv_a = [1.1613]\nWeights: 0.67, 0.33\n",
  "a table with a row per query and key": `${QK}V = [[1], [2]]\n
| query | key | q·k | (q·k)/√2 | weight |\n|---|---|---|---|---|\n| q1 | k1 | 1 | 0.707 | 0.67 |\n| q1 | k2 | 0 | 0 | 0.33 |
| q2 | k1 | 0 | 0 | 0.33 |\n| q2 | k2 | 1 | 0.707 | 0.67 |\n`,
  // Divided by 2√2 the scores are 2 and 0, as 2√2·0.7071 = 2, before √2 and the temperature.
  "a temperature":
    "The temperature is 2.\nQ = [[2, 0]]\nK = [[1, 0], [0, 1]]\nV = [[1], [2]]\nscores: 2, 0\nweights: 0.67, 0.33\n",
};

test.each(Object.entries(PROBLEMS_ON_SHEETS))("a sheet with %s", async (_, text) => {
  expect(await check(text)).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Right/) });
  const other = await check(text.replace("0.67", "0.57"));
  expect(other).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/^Not right/) });
});

test("queries are compared with X W_Q, and are not given, if W_Q is on the sheet", async () => {
  const text = PROBLEMS_ON_SHEETS["X, W_Q and W_K alone"];
  expect((await check(text.replace("Q = [[1, 0], [0, 1]]\nK", "Q = [[1, 0], [0, 3]]\nK"))).stdout).toMatch(
    /^Not right/,
  );
});

test.each([
  ["Compute causal self-attention.", "a causal mask"],
  ["The last token is padding.", "padding"],
  ["A sliding window of 1 token.", "a window"],
])("numbers without the mask of “%s” are not right without a doubt", async (sentence, words) => {
  const { exitCode, stdout } = await check(
    `${sentence}\n${QK}V = [[1], [2]]\nweights = [[0.67, 0.33], [0.33, 0.67]]\noutput = [[1.33], [1.67]]\n`,
  );
  expect([exitCode, stdout]).toEqual([
    1,
    expect.stringMatching(/^Not sure (?:how to read|about) this sheet/),
  ]);
  expect(stdout.replace(/\s+/g, " ")).toContain(
    `it speaks of ${words}, but its numbers are computed without`,
  );
});

test("an output without values on the sheet is not compared with the keys", async () => {
  const { exitCode, stdout } = await check(
    `${QK}weights = [[0.67, 0.33], [0.33, 0.67]]\noutput = [[9, 9], [9, 9]]\n`,
  );
  expect([exitCode, stdout]).toEqual([2, ""]);
});

// Position 1 is (sin 1, cos 1) = (0.8415, 0.5403).
test("embeddings and positions are added", async () => {
  const text =
    "Embeddings:\n1 0\n0 1\n\nPositional encoding:\n0 1\n0.8415 0.5403\n\nSum:\n1 1\n0.8415 1.5403\n";
  expect(await check(text)).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Right/) });
  expect((await check(text.replace("1.5403", "1.6403"))).stdout).toMatch(/^Not right/);
});

describe("several exercises on one sheet", () => {
  const exercise = (name: string, query: string, weights: string) =>
    `${name} (4 points)\nQ = ${query}\nK = [[1, 0], [0, 1]]\nV = [[1], [2]]\nWeights = ${weights}\n\n`;
  const first = exercise("Exercise 1", "[[1, 0]]", "[[0.67, 0.33]]");
  // e^√2 = 4.1133, so that the first weight is 4.1133 / 5.1133 = 0.80.
  const right = exercise("Exercise 2", "[[2, 0]]", "[[0.80, 0.20]]");
  const wrong = exercise("Exercise 2", "[[2, 0]]", "[[0.67, 0.33]]");
  const VERDICTS = /, Exercise 1\s+✓ right.*\n.*, Exercise 2\s+✗ not right, first wrong: weights/;

  test("are marked one by one, from a file, a pipe and a folder", async () => {
    expect(await check(first + wrong)).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(VERDICTS),
    });
    const piped = await runCli(["check"], { stdin: first + wrong });
    expect(piped.stdout).toMatch(VERDICTS);
    const given = { "sheets/ada.txt": first + wrong, "sheets/ben.txt": first + right };
    const { stdout } = await runCli(["check", "sheets"], { given });
    expect(stdout).toMatch(VERDICTS);
    expect(stdout).toContain("right  3 of 4");
  });

  test("may have the same heading", async () => {
    const { exitCode, stdout } = await check(first + wrong.replace("Exercise 2", "Exercise 1"));
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/Exercise 1 in line 1\s+✓ right.*\n.*Exercise 1 in line 7\s+✗ not right/);
  });

  test("stay whole beside a question without numbers", async () => {
    const text = `${first}${right}Exercise 3\nWhy are scores scaled? Because their variance is d_k.\n`;
    expect((await check(text)).stdout).toContain("right  2 of 2");
  });

  test.each([
    ["only the first gives inputs", `Question 1\n${QK}scores = [[1, 0], [0, 1]]\n\nQuestion 2\n`],
    [
      "the next computes the queries of the first",
      `Question 1\nX = [[1, 0], [0, 1]]\nW_Q = [[1, 0], [0, 1]]\nW_K = [[1, 0], [0, 1]]\n\nQuestion 2\n${QK}`,
    ],
  ])("are questions about one problem if %s", async (_, text) => {
    const { stdout } = await check(`${text}weights = [[0.67, 0.33], [0.33, 0.67]]\n`);
    expect(stdout).toMatch(/^Right/);
    expect(stdout).toContain("Weights ✓");
  });
});

// Row 1 turns by 1 radian: (1, 0) becomes (cos 1, sin 1) = (0.5403, 0.8415). The scores are cosines of angles: cos 0 = 1
// and cos 1. 0.5403 / √2 = 0.382, e^0.707 = 2.028, e^0.382 = 1.465, and 2.028 / 3.493 = 0.581.
describe("RoPE", () => {
  const sheet = (titles: readonly string[], first: number) => {
    const [one, other] = [
      [1, 0],
      [Math.cos(first), Math.sin(first)],
    ].map(([x, y]) => `[${x.toFixed(3)}, ${y.toFixed(3)}]`);
    const next = `[${Math.cos(first + 1).toFixed(3)}, ${Math.sin(first + 1).toFixed(3)}]`;
    const rotated = first === 0 ? `[${one}, ${next}]` : `[${other}, ${next}]`;
    return [
      `RoPE, positions ${first} and ${first + 1}, cos 1 = 0.5403`,
      "Q = [[1, 0], [1, 0]]",
      "K = [[1, 0], [1, 0]]",
      "V = [[1, 0], [0, 1]]",
      `${titles[0]} = ${rotated}`,
      `${titles[1]} = ${rotated}`,
      `${titles[2]} = [[0.707, 0.382], [0.382, 0.707]]`,
      "weights = [[0.581, 0.419], [0.419, 0.581]]",
      "",
    ].join("\n");
  };
  const TITLES = [
    ["RoPE(Q)", "RoPE(K)", "RoPE(Q) RoPE(K)^T / sqrt(2)"],
    ["Q'", "K'", "Q'K'^T / sqrt(2)"].map((title, at) => (at < 2 ? `${title} = RoPE(${"QK"[at]})` : title)),
    ["rotated queries", "rotated keys", "scaled scores"],
  ];

  test.each(TITLES.flatMap((titles) => [0, 1].map((first) => [titles, first] as const)))(
    "%s is compared with the queries before it, from position %i on",
    async (titles, first) => {
      const text = sheet(titles, first);
      const right = await check(text);
      expect([right.exitCode, right.stdout]).toEqual([
        0,
        expect.stringMatching(/^Right\. .*Q rotated by its position ✓/),
      ]);
      const other = await check(text.replace("Q = [[1, 0]", "Q = [[1, 2]"));
      expect(other.stdout).toMatch(/^Not right yet: .*Q rotated by its position ✗/);
      expect((await check(text.replace("0.5403", "0.5503"))).stdout).toContain(
        "you wrote 0.5503, but cos 1 is 0.5403",
      );
    },
  );
});

describe("attention without a softmax", () => {
  const sheet = (weights: string) =>
    `${QK}V = [[1], [2]]\n\nWeights = ${weights}\n\nThis is linear attention.\n`;

  test("is refused by its name and line", async () => {
    const { exitCode, stderr } = await check(sheet("[[0.20, 0.80], [0.90, 0.10]]"));
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(
        /sheet\.txt, line \d: qkv does not compute linear attention\..*\n.*qkv help scoring/,
      ),
    ]);
  });

  // e^(1/√2) = 2.03 and e^0 = 1: 0.67 and 0.33.
  test("is only spoken of beside the weights of a softmax", async () => {
    expect((await check(sheet("[[0.67, 0.33], [0.33, 0.67]]"))).exitCode).toBe(0);
  });
});

test("dropout in training changes nothing without its mask", async () => {
  const { exitCode, stderr } = await check(
    `We train with dropout p = 0.1.\n${QK}V = [[1], [2]]\nweights = [[0.67, 0.33], [0.33, 0.67]]\n`,
  );
  expect([exitCode, stderr]).toEqual([0, ""]);
});

test("a false calculation is a mistake with --strict-reading, too", async () => {
  const text = `${QK}V = [[1], [2]]\n1 / 2 = 0.7\nweights = [[0.67, 0.33], [0.33, 0.67]]\n`;
  const { exitCode, stdout, stderr } = await check(text, "--strict-reading");
  expect([exitCode, stderr]).toEqual([1, ""]);
  expect(stdout).toContain("you wrote 0.7, but 1 / 2 is 0.5");
});

// e^(2/2) = 2.718 and e^0 = 1: weights 0.731 and 0.269.
test("scores without Q and K are scaled by the width that the sheet states", async () => {
  const text =
    "d_k = 4\nscores\n2 0\n0 2\nscaled scores\n1.0 0.0\n0.0 1.0\nweights\n0.731 0.269\n0.269 0.731\n";
  const { exitCode, stdout, stderr } = await check(text);
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^Right\. Scaled scores ✓/)]);
  expect(stderr).toContain("is read with a scale of 1/√4, as it says.");
  expect((await check(text.replace("1.0 0.0", "1.4 0.0"))).stdout).toMatch(
    /^Not right yet: .*Scaled scores ✗/,
  );
});

describe("numbers that were set aside", () => {
  const X = "X = [[1, 0], [0, 1]]\nWQ = [[1, 0], [0, 2]]\nWK = [[1, 1], [0, 1]]\nWV = [[1, 0], [1, 1]]\n";
  // X is I, so Q, K and V are the projections; Q K^T = [[1·1 + 0·1, 0], [0 + 2·0, 2·1]] = [[1, 0], [2, 2]].
  const steps =
    "Step 2: Scores\n\nQ K^T =\n[1.00 0.00]\n[2.00 2.00]\n\nStep 3: Scaling by 1/√2\n\nS =\n[0.707 0.000]\n[1.414 1.414]\n";
  const sheet = `${X}\n${steps}\nA =\n[0.670 0.330]\n[0.500 0.500]\n`;

  test("are judged if one letter stands for scores before and after the division", async () => {
    expect((await check(sheet)).stdout).toMatch(/^Right so far\. Scores ✓ · Scaled scores ✓/);
    const wrong = (await check(sheet.replace("[2.00 2.00]", "[2.00 2.70]"))).stdout;
    expect(wrong).toMatch(/^Not right yet: one mistake\. Scores ✗ · Scaled scores ✓/);
    expect(wrong).not.toContain("queries were scaled");
  });

  // 0.67·1 + 0.33·3 = 1.66
  test("may be the factors of values by their letters", async () => {
    const text = `${QK}V = [[1], [3]]\nweights = [[0.67, 0.33], [0.33, 0.67]]\nz1 = 0.67·v1 + 0.33·v2 = (1.66)\nz2 = 0.33·v1 + 0.67·v2 = (2.34)\n`;
    const two = text.replace("[[1], [3]]", "[[1, 0], [3, 1]]").replace("(1.66)", "(1.66, 0.33)");
    const both = two.replace("(2.34)", "(2.34, 0.67)");
    expect((await check(both)).stdout).toMatch(/^Right\./);
    expect((await check(both.replace("= 0.67·v1", "= 0.76·v1"))).stdout).toMatch(
      /^Not right yet: one mistake[\s\S]*you wrote 1\.66, but 0\.76·1 \+ 0\.33·3 is 1\.75/,
    );
  });

  // No sheet is wrong for rows that are cut from something else: x of an encoder, which no step has.
  test("of which most fit no step leave a doubt, not a mistake", async () => {
    const text = `${QK}V = [[1], [2]]\nS:\n[[0.4, -0.8], [-0.7, 0.1], [0.8, 0.3]]\nweights = [[0.67, 0.33], [0.33, 0.67]]\noutput = [[1.33], [1.67]]\n`;
    const { exitCode, stdout } = await check(text);
    expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/^Not sure about this sheet\./)]);
    expect(stdout).not.toContain("✗");
  });
});

// Scores (0.707, 0) less 0.5 for the other token: e^0.707 = 2.03 and e^−0.5 = 0.61, so 0.770 and 0.230.
test("the slope of ALiBi of one head is told", async () => {
  const text = `${QK}V = [[1], [2]]\nALiBi with slope 0.5\nA = [[0.770, 0.230], [0.230, 0.770]]\n`;
  const { stdout, stderr } = await check(text);
  expect(stderr).toContain("is read with ALiBi of slope 0.5, as it says.");
  expect(stdout).toMatch(/^Right so far\. Weights ✓/);
});

describe("what a title or a label says", () => {
  // The queries and keys at position 1 are (cos 1, sin 1) = (0.540, 0.841), so the scores are 1 and 0.540, and divided
  // by √2 0.707 and 0.382: 1 / (1 + e^(0.382 − 0.707)) = 0.581.
  const rope =
    "RoPE, positions 0 and 1, theta = 1\n\nQ before rotation\n1 0\n1 0\n\nK (unrotated)\n1 0\n1 0\n\nV\n1 0\n0 1\n\n" +
    "Rotated Q\n1.000 0.000\n0.540 0.841\n\nRotated K\n1.000 0.000\n0.540 0.841\n\nScores\n1.000 0.540\n0.540 1.000\n\n" +
    "Weights\n0.581 0.419\n0.419 0.581\n\nOutput\n0.581 0.419\n0.419 0.581\n";
  // Equal scores give weights of 1/4, and (4 + 8 + 0 + 4)/4 = 4.
  const column =
    "Q\n1 0\n\nK\n1 2\n1 3\n1 5\n1 4\n\nV\n4\n8\n0\n4\n\nQ K^T\n1 1 1 1\n\nsoftmax\n0.25 0.25 0.25 0.25\n\noutput\n4\n";
  // e^0.707 = 2.03 and e^0 = 1: 2.03/3.03 = 0.670.
  const table =
    "$q = (1, 0)$\n\n| j | $k_j$ | $v_j$ | $q\\cdot k_j$ | $q\\cdot k_j/\\sqrt2$ | weights |\n|---|---|---|---|---|---|\n" +
    "| 1 | (1, 0) | (1, 0) | 1 | 0.707 | 0.670 |\n| 2 | (0, 1) | (0, 1) | 0 | 0.000 | 0.330 |\n\noutput = (0.670, 0.330)\n";
  // The context times [[0, 1], [1, 0]] has its columns swapped, and x = I is added.
  const residual =
    "x:\n1 0\n0 1\nW_Q:\n1 0\n0 1\nW_K:\n1 0\n0 1\nW_V:\n1 0\n0 1\nW_O:\n0 1\n1 0\nattention weights:\n0.670 0.330\n0.330 0.670\n" +
    "context:\n0.670 0.330\n0.330 0.670\ncontext W_O:\n0.330 0.670\n0.670 0.330\nx + context W_O:\n1.330 0.670\n0.670 1.330\n";
  // x less its mean 2, over its deviation 1, is ∓1. Row 2 has the scores ∓2/√2, so 1/(1 + e^2.828) = 0.056.
  const norm =
    "x + Attention(LayerNorm(x)), causal. LayerNorm without gain and bias, eps = 1e-5.\n\n**x**\n1 3\n3 1\n\n**LayerNorm(x)**\n-1 1\n1 -1\n\n" +
    "**W_Q**\n1 0\n0 1\n\n**W_K**\n1 0\n0 1\n\n**W_V**\n1 0\n0 1\n\n**Q**\n-1 1\n1 -1\n\n**K**\n-1 1\n1 -1\n\n**V**\n-1 1\n1 -1\n\n" +
    "**Attention weights**\n1.000 0.000\n0.056 0.944\n\n" +
    "**Attention output**\n-1.000 1.000\n0.888 -0.888\n\n**Residual: x + attention output**\n0.000 4.000\n3.888 0.112\n";
  // 2 − 1 = 1 and −2 + 1.5 = −0.5; over √2, 0.707 and −0.354, so 1/(1 + e^−1.061) = 0.743.
  const products = (label: string) =>
    `q = (2, 0.5)\n\n| name | key | value |\n|---|---|---|\n| red | (1, -2) | (1, 0) |\n| blue | (-1, 3) | (0, 1) |\n\nScores:\n\n` +
    `- ${label}red: 2·1 + 0.5·(-2) = 1\n- ${label}blue: 2·(-1) + 0.5·3 = -0.5\n\nweights: 0.743, 0.257\n\noutput: (0.743, 0.257)\n`;
  // 1/√2 = 0.707 and e^0.707 = 2.028, so the weights are 2.028/3.028 = 0.670 and 0.330.
  const inALine =
    "q1 = (1, 0), k1 = (1, 0), k2 = (0, 1), v1 = (1, 0), v2 = (0, 1)\n\n" +
    "q1·k1 = 1·1 + 0·0 = 1,   1/√2 = 0.707,   exp(0.707) = 2.028\nq1·k2 = 1·0 + 0·1 = 0,   0/√2 = 0.000,   exp(0.000) = 1.000\n" +
    "weights: 2.028/3.028 = 0.670 and 1.000/3.028 = 0.330\noutput: (0.670, 0.330)\n";
  // 0.25·4 + 0.75·8 = 7
  const weightsAlone =
    "The attention weights are a = [0.25, 0.75].\nv1 = [4, 0]\nv2 = [8, 4]\noutput = [7, 3]\n";
  // x W_K = (1, 1): scores 1, 0 and 1, over √2 0.707: e^0.707 = 2.028, so 2.028/5.056 = 0.401. The output is
  // 0.401·1 + 0.198·3 + 0.401·2 = 1.797.
  const cache =
    "Cached keys (2 old tokens):\n1 0\n0 1\nCached values:\n1\n3\nNew token x = [1, 0]\nW_Q:\n1 0\n0 1\nW_K:\n1 1\n0 1\nW_V:\n2\n1\n" +
    "q = x W_Q = [1, 0]\nk = x W_K = [1, 1]\nv = x W_V = [2]\nK after appending:\n1 0\n0 1\n1 1\n" +
    "scores q K^T = [1, 0, 1]\nweights = [0.401, 0.198, 0.401]\noutput = [1.797]\n";
  // Scores 1 and 0, not scaled: e/(e + 1) = 0.731.
  const decoder =
    "Luong attention, no scaling\ndecoder state s = (1, 0)\nencoder states\nh_1 = (1, 0)\nh_2 = (0, 1)\n" +
    "scores\nscore_1 = 1, score_2 = 0\nweights\nalpha_1 = 0.731, alpha_2 = 0.269\ncontext vector c = (0.731, 0.269)\n";
  // (3, 4) has the length 5. The cosines are 0.8 and 1, and 1/(1 + e^0.2) = 0.450.
  const cosine =
    "Cosine attention, no scaling\nQ\n3 4\n\nK\n0 2\n3 4\n\nV\n1 0\n0 1\n\nNormalized Q\n0.6 0.8\n\nNormalized K (unit rows)\n0 1\n0.6 0.8\n\n" +
    "Cosine similarities\n0.8 1\n\nWeights\n0.450 0.550\n\nOutput\n0.450 0.550\n";
  test.each([
    ["vectors have the length 1", cosine, "0.6 0.8\n\nCosine", "0.6 0.7\n\nCosine"],
    ["keys are of earlier tokens", cache, "[1, 0, 1]", "[1, 0, 2]"],
    ["the new key is below the earlier ones", cache, "1 1\nscores", "1 2\nscores"],
    ["the encoder states are its values, also if one is wrong", decoder, "h_1 = (1, 0)", "h_1 = (3, 0)"],
    ["which step each calculation of a line is", inALine, "0.707,", "0.770,"],
    ["which step the last calculation of a line is", inALine, "= 2.028", "= 2.280"],
    ["weights are given", weightsAlone, "[7, 3]", "[7, 4]"],
    ["vectors are not rotated yet", rope, "0.540 0.841\n\nScores", "0.540 0.481\n\nScores"],
    ["below it is a column", column, "softmax\n0.25", "softmax\n0.35"],
    ["a root without braces", table, "0.707", "0.770"],
    ["x is added to a product", residual, "0.670 1.330", "0.670 1.880"],
    ["x, below a sentence about x", norm, "3.888", "3.588"],
    ["which key a product is of", products(""), "= -0.5", "= -0.8"],
    ["which key it is of, as a factor", products("q·").replace(/:(?= 2·)/g, " ="), "= -0.5", "= -0.8"],
  ])("%s", async (_, text, cell, other) => {
    expect((await check(text)).stdout).toMatch(/^Right(?: so far)?\./);
    expect(text).toContain(cell);
    expect((await check(text.replace(cell, other))).stdout).toMatch(/^Not right yet/);
  });
});
