import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// The demo of multihead, worked by hand: Q = X W^Q, K = X W^K, of which each head has two columns.

const S = ["0 2 2\n1 2 3\n1 2 3\n", "6 8 4\n4 7 4\n2 6 4\n"];
const W = [
  "0.11 0.45 0.45\n0.14 0.28 0.58\n0.14 0.28 0.58\n",
  "0.19 0.77 0.05\n0.10 0.81 0.10\n0.05 0.77 0.19\n",
];
const OUTPUT = "1.70 2.66 1.14 1.77\n1.72 2.67 1.00 1.81\n1.57 2.63 0.86 1.77\n";
const CONCAT = "0.55 0.89 1.14 1.77\n0.72 0.86 1.00 1.81\n0.72 0.86 0.86 1.77\n";

const rows = (text: string) => text.trim().split("\n");
const tensor = (text: string) =>
  `tensor([${rows(text)
    .map((row) => `[${row.replaceAll(" ", ", ")}]`)
    .join(",\n        ")}])`;
const beside = (sign: string, gap: string, left: string, right: string) =>
  rows(left)
    .map((row, at) => `${row.replaceAll(" ", sign)}${gap}${rows(right)[at].replaceAll(" ", sign)}\n`)
    .join("");

/** Each form by the weights of the first head that stand in it, and how many steps it answers. */
const FORMS: Readonly<Record<string, readonly [(first: string) => string, number]>> = {
  "heads from 0": [(w) => `Head 0\nScores\n${S[0]}Weights\n${w}Head 1\nScores\n${S[1]}Weights\n${W[1]}`, 4],
  "heads from 1": [
    (w) => `Head 1\nWeights\n${w}Head 2\nWeights\n${W[1]}Concat\n${CONCAT}Output\n${OUTPUT}`,
    4,
  ],
  "heads in words": [(w) => `First head\nWeights\n${w}The second head\nWeights\n${W[1]}`, 2],
  "heads in German": [(w) => `Kopf 1\nGewichte\n${w}Kopf 2\nGewichte\n${W[1]}`, 2],
  "heads in Spanish": [(w) => `Cabeza 0: pesos\n${w}Cabeza 1: pesos\n${W[1]}`, 2],
  "heads in French": [(w) => `Poids (tête 1)\n${w}Poids (tête 2)\n${W[1]}`, 2],
  "heads of torch": [(w) => `head 0 weights = ${tensor(w)}\nhead 1 weights = ${tensor(W[1])}\n`, 2],
  "heads with an underline": [(w) => `head_1 weights =\n${w}\nhead_2 weights =\n${W[1]}`, 2],
  "a title over its heads": [
    (w) =>
      `Scores\nHead 1\n${S[0]}Head 2\n${S[1]}\nWeights\n\nHead 1:\n${w}\nHead 2:\n${W[1]}\nOutput\n${OUTPUT}`,
    5,
  ],
  "steps of a head side by side": [
    (w) =>
      `Head 0 scores\t\t\t\tHead 0 weights\n${beside("\t", "\t\t", S[0], w)}\nHead 1 scores\t\t\t\tHead 1 weights\n${beside("\t", "\t\t", S[1], W[1])}`,
    4,
  ],
  "heads side by side, several steps below": [
    (w) =>
      `Head 0,,,,Head 1,,\nScores,,,,Scores,,\n${beside(",", ",,", S[0], S[1])},,,,,,\nWeights,,,,Weights,,\n${beside(",", ",,", w, W[1])}\nOutput,,,,,,\n${OUTPUT.replaceAll(" ", ",")}`,
    5,
  ],
  "heads side by side below a title": [
    (w) => `Weights\nHead 1\t\t\t\tHead 2\n${beside("\t", "\t\t", w, W[1])}`,
    2,
  ],
  "a line for each cell": [
    (w) =>
      `head,query,key,weight\n${[w, W[1]]
        .flatMap((head, h) =>
          rows(head).flatMap((row, i) => row.split(" ").map((cell, j) => `${h},${i},${j},${cell}\n`)),
        )
        .join("")}`,
    2,
  ],
  "wide gaps": [(w) => `Head 0 scores     Head 0 weights\n${beside("  ", "     ", S[0], w)}`, 2],
};

const judge = async (sheet: string, problem: readonly string[] = ["--demo"]) => {
  const { exitCode, stdout } = await runCli(["multihead", ...problem, "--check", "s.txt", "--json"], {
    given: { "s.txt": sheet },
  });
  return { exitCode, check: exitCode === 2 ? undefined : JSON.parse(stdout).check };
};

describe("a sheet of several heads", () => {
  test.each(Object.entries(FORMS))(
    "%s: a right one is, and a wrong step is found",
    async (_, [write, steps]) => {
      const { check: right } = await judge(write(W[0]));
      expect([right.verdict, right.answered.steps]).toEqual(["agrees", steps]);
      // Those of the other head.
      const { exitCode, check } = await judge(write(W[1]));
      expect([exitCode, check.firstWrongStep]).toEqual([1, { scope: "head 0", id: "weights" }]);
    },
  );

  // Heads of one column: the scores of head h are x_h x_hᵀ.
  const FOUR = ["--x", "1 0 0 1; 0 1 1 0", "--heads", "4"];
  test("several heads from 1 on are the first ones", async () => {
    const { check } = await judge("Head 1 scores\n1 0\n0 0\nHead 2 scores\n0 0\n0 1\n", FOUR);
    expect(check.verdict).toBe("agrees");
  });

  test.each([
    ["one head", "Head 1 scores\n1 0\n0 0\n"],
    ["heads with one left out", "Head 1 scores\n1 0\n0 0\nHead 3 scores\n0 0\n0 1\n"],
  ])(
    "%s may be counted from 0 or 1, or be another step, and is refused with --strict-reading",
    async (_, sheet) => {
      expect((await judge(sheet, [...FOUR, "--strict-reading"])).exitCode).toBe(2);
    },
  );

  test("how heads were counted is told where a sheet does not say it", async () => {
    // x0·x0 of the first head alone is 1.
    const { check } = await judge("Head 1 scores\n1 0\n0 0\n", FOUR);
    expect([check.verdict, check.steps[0].scope]).toEqual(["agrees", "head 0"]);
    expect(check.read[0].notes).toEqual(["qkv counted the heads of the sheet from 1"]);
  });
});
