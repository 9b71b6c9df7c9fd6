import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// The demo of attend, worked by hand to two decimals, as pages of HTML, long tables, tables side by side, and in other forms
// that students hand in; and what must not be right.

const S = [
  ["1", "0", "2"],
  ["2", "2", "0"],
  ["2", "1", "2"],
];
const W = [
  ["0.28", "0.14", "0.58"],
  ["0.45", "0.45", "0.11"],
  ["0.40", "0.20", "0.40"],
];
/** The first row as it is without √2: e, 1 and e² over their sum 11.11. */
const WRONG = [["0.24", "0.09", "0.67"], ...W.slice(1)];
const T = ["please", "study", "man"];

type Cells = readonly (readonly string[])[];
const lines = (rows: Cells, sign = " ") => rows.map((row) => row.join(sign)).join("\n");
const html = (rows: Cells) =>
  `<table>${rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("")}</table>`;
const long = (step: string, rows: Cells, names: readonly string[]) =>
  rows.flatMap((row, i) => row.map((cell, j) => `${step},${names[i]},${names[j]},${cell}\n`)).join("");
const beside = (left: Cells, right: Cells, sign: string) =>
  lines(
    left.map((row, at) => [...row, "", ...right[at]]),
    sign,
  );
const latex = (rows: Cells) =>
  `\\begin{bmatrix}${rows.map((row) => row.join("&")).join("\\\\")}\\end{bmatrix}`;

/** Each form by the weights that stand in it, beside right scores. */
const FORMS: Readonly<Record<string, (weights: Cells) => string>> = {
  "headings and tables": (w) => `<h2>Scores</h2>\n${html(S)}\n<h2>Weights</h2>\n${html(w)}`,
  "a page with a style, names and signs by name": (w) =>
    `<!DOCTYPE html><html><head><style>td{padding:1px}</style><title>HW 3</title></head><body><p>Scores&nbsp;S = QK<sup>T</sup></p>${html([["", ...T], ...S.map((row, at) => [T[at], ...row])])}<p>Weights &alpha;</p>${html(w)}</body></html>`,
  captions: (w) =>
    `${html(S).replace("<table>", "<table><caption>Scores</caption>")}${html(w).replace("<table>", "<table><caption>Weights</caption>")}`,
  "a title in merged cells": (w) =>
    `<table><tr><td colspan="3">Scores</td></tr>${html(S).slice(7)}<table><tr><td rowspan="4">Weights</td></tr>${html(w).slice(7)}`,
  "tables in Markdown": (w) => `# Scores\n\n${html(S)}\n\n# Weights\n\n${html(w)}\n`,
  "a cell a row": (w) => `step,row,column,value\n${long("scores", S, T)}${long("weights", w, T)}`,
  "a cell a row by numbers": (w) =>
    `Ada\n\nstep,row,column,value\n${long("scores", S, ["1", "2", "3"])}${long("weights", w, ["1", "2", "3"])}`,
  "a row a row": (w) =>
    `step,query,${T.join(",")}\n${[...S.map((row, at) => ["scores", T[at], ...row]), ...w.map((row, at) => ["weights", T[at], ...row])].map((row) => row.join(",")).join("\n")}`,
  "side by side": (w) => `Scores,,,,Weights,,\n${beside(S, w, ",")}\n`,
  "side by side with decimal commas": (w) =>
    `Scores;;;;Gewichte;;\n${beside(S, w, ";").replaceAll(".", ",")}\n`,
  "side by side, names before the first": (w) =>
    `,Scores,,,,Weights,,\n${beside(
      S.map((row, at) => [T[at], ...row]),
      w,
      ",",
    )}\n`,
  "titles left of names": (w) =>
    `${S.map((row, at) => [at === 0 ? "Scores" : "", T[at], ...row].join(",")).join("\n")}\n,,,,\n${w.map((row, at) => [at === 0 ? "Weights" : "", T[at], ...row].join(",")).join("\n")}\n`,
  "quoted cells": (w) =>
    `"Scores","",""\n${S.map((row) => row.map((cell) => `"${cell}"`).join(",")).join("\n")}\n"Weights","",""\n${w.map((row) => row.map((cell) => `"${cell}"`).join(",")).join("\n")}\n`,
  "two matrices of LaTeX in a line": (w) =>
    `The scores are $S = ${latex(S)}$ and the weights are $A = ${latex(w)}$.\n`,
  "aligned LaTeX": (w) => `\\begin{align*}\nS &= ${latex(S)}\\\\\nA &= ${latex(w)}\n\\end{align*}\n`,
  "fractions of powers in LaTeX, a cell per line": (w) =>
    `$$S = ${latex(S)}$$\n${w
      .flatMap((row, i) =>
        row.map(
          (cell, j) =>
            `$\\alpha_{${i + 1}${j + 1}} = \\frac{e^{${S[i][j]}/\\sqrt{2}}}{${S[i].map((score) => `e^{${score}/\\sqrt{2}}`).join(" + ")}} = ${cell}$`,
        ),
      )
      .join("\n")}\n`,
  "sentences that break inside a row": (w) =>
    `For the first word the scores are ${S[0].join(", ")}, for the second ${S[1].join(", ")} and for the\nthird ${S[2].join(", ")}. After dividing by the square\nroot of 2 and taking the softmax, the first row of weights is (${w[0].slice(0, 2).join(", ")},\n${w[0][2]}); the second row is (${w[1].join(", ")}) and the third row (${w[2].join(", ")}).\n`,
  "rows between slashes": (w) =>
    `S: ${S.map((row) => `[${row.join(", ")}]`).join(" / ")}\nweights: ${w.map((row) => `[${row.join(", ")}]`).join(" / ")}\n`,
  "a check of the sums in numbers": (w) =>
    `Scores\n${lines(S)}\n\nWeights\n${lines(w)}\n\nCheck: the rows of the weights add up to 1.00, 1.00, 1.00.\n`,
  "prints of a matrix and its sums": (w) =>
    `print(scores)\n\n[[${S.map((row) => row.join(" ")).join("]\n [")}]]\n\nprint(weights)\nprint(weights.sum(axis=1))\n\n[[${w.map((row) => row.join(" ")).join("]\n [")}]]\n[1. 1. 1.]\n\n2. Output\n`,
  "constants in a remark": (w) =>
    `Scores\n${lines(S)}\n\nWeights\n${lines(w)}\n\n(Two decimals; sqrt(2) = 1.41 and e = 2.718.)\n`,
  "tables of psql": (w) => {
    const table = (rows: Cells) => ` k1 | k2 | k3\n----+----+----\n${lines(rows, " | ")}\n(3 rows)\n`;
    return `=> select * from scores;\n${table(S)}\n=> select * from weights;\n${table(w)}`;
  },
  "sentences about what an action gives": (w) =>
    `We multiply the queries by the keys to get the scores:\n${lines(S)}\n\nWe divide the scores by √2 and apply the softmax to get the weights of the values:\n${lines(w)}\n`,
  "cells of a notebook": (w) =>
    `In [4]: S\nOut[4]: \narray([${S.map((row) => `[${row.join(", ")}]`).join(",\n       ")}])\n\nIn [5]: weights\nOut[5]: \narray([${w.map((row) => `[${row.join(", ")}]`).join(",\n       ")}])\n`,
  "printed names": (w) =>
    `scores tensor([${S.map((row) => `[${row.join(", ")}]`).join(",\n        ")}])\nweights tensor([${w.map((row) => `[${row.join(", ")}]`).join(",\n        ")}])\n`,
  "numbers of questions and of a student": (w) =>
    `Ada Lovelace, 12345678\n\nExercise 2.1: Scores (1):\n${lines(S)}\nQ2. Weights (2):\n${lines(w)}\n`,
  "numbered rows": (w) =>
    `Scores\n${lines(S)}\n\nWeights\n${w.map((row, at) => `${at + 1}. ${row.join(" ")}`).join("\n")}\n`,
  "about equal": (w) => `Scores ≈\n${lines(S)}\nWeights ≈\n${lines(w)}\n`,
  French: (w) => `Scores :\n${lines(S)}\n\nPoids :\n${lines(w).replaceAll(".", ",")}\n`,
  Spanish: (w) => `Puntuaciones:\n${lines(S)}\n\nPesos:\n${lines(w)}\n`,
  Chinese: (w) => `注意力分数：\n${lines(S)}\n\n权重：\n${lines(w)}\n`,
  "JSON with a name and a number": (w) =>
    JSON.stringify({
      name: "Ada",
      student_id: 12_345_678,
      steps: { scores: S.map(numbersIn), weights: w.map(numbersIn) },
    }),
  "a list of steps": (w) =>
    JSON.stringify([
      { step: "scores", values: S.map(numbersIn) },
      { step: "weights", values: w.map(numbersIn) },
    ]),
  "maps of YAML": (w) =>
    `scores:\n${S.map((row) => `  - [${row.join(", ")}]`).join("\n")}\nweights:\n${w.map((row, at) => `  ${T[at]}: {${row.map((cell, col) => `${T[col]}: ${cell}`).join(", ")}}`).join("\n")}\n`,
  "R's numbers of rows": (w) =>
    `> S\n     [,1] [,2] [,3]\n${S.map((row, at) => `[${at + 1},] ${row.join(" ")}`).join("\n")}\n\n> weights\n     [,1] [,2] [,3]\n${w.map((row, at) => `[${at + 1},] ${row.join(" ")}`).join("\n")}\n`,
};

function numbersIn(row: readonly string[]): readonly number[] {
  return row.map(Number);
}

const marked = async (text: string, name = "sheet.txt", ...options: readonly string[]) => {
  const run = ["attend", "--demo", "--check", name, "--json", ...options];
  const { stdout, exitCode, stderr } = await runCli(run, { given: { [name]: text } });
  return { exitCode, stderr, check: exitCode === 2 ? undefined : JSON.parse(stdout).check };
};

describe("sheets in other layouts", () => {
  test.each(Object.entries(FORMS))("%s: right ones are, and a wrong step is found", async (_, write) => {
    const right = await marked(write(W));
    expect(right.stderr).not.toContain("error:");
    expect(right.check.answered).toMatchObject({ cells: 18, steps: 2 });
    expect(right.exitCode).toBe(0);
    const wrong = await marked(write(WRONG));
    expect(wrong.check.firstWrongStep.id).toBe("weights");
  });

  test.each([
    ["a table without a title beside one with", `<h2>Scores</h2>${html(S)}${html([["9", "9", "9"]])}`],
    ["a cell given twice", "step,row,column,value\nscores,0,0,1\nscores,0,0,2\n"],
    ["an unknown step", "step,row,column,value\nscoresx,0,0,1\n"],
    ["a factor beside a matrix", `\\[ S = ${latex(S)} \\cdot 2 \\]\n`],
    ["a number beside the steps", JSON.stringify({ total: 7, weights: W.map(numbersIn) })],
    ["numbers in quotes", JSON.stringify({ weights: "0.28 0.14 0.58" })],
  ])("%s is refused with --strict-reading, and not called right without", async (what, text) => {
    expect((await marked(text, "sheet.txt", "--strict-reading")).exitCode).toBe(2);
    const { exitCode, check } = await marked(text);
    // A table that is named like no step is told as not used.
    if (what.startsWith("a table without a title")) expect(check.unused).toHaveLength(1);
    else expect(exitCode).not.toBe(0);
  });
});

test("masked scores are read as such if their −∞ are in the wrong cells", async () => {
  const masked = "0.71 0.00 1.41\n-inf 1.41 0.00\n-inf -inf 1.41";
  const given = { "sheet.txt": `Scores\n${lines(S)}\n\nMasked scores\n${masked}\n` };
  const { stdout } = await runCli(["attend", "--demo", "--causal", "--check", "sheet.txt", "--json"], {
    given,
  });
  const { diagnosis, read } = JSON.parse(stdout).check;
  expect(diagnosis[0].mistake).toBe("mask-transposed");
  expect(read).toMatchObject([{ key: "scores" }, { key: "masked-scores" }]);
});
