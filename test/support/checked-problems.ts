import { expect } from "vitest";
import type { Rows } from "./homework.js";
import { runCli, type Surroundings } from "./run-cli.js";

// Problems with a right sheet and a wrong one, and what qkv says of a sheet.

export interface CheckedProblem {
  readonly command: string;
  readonly problem: readonly string[];
  readonly right: Readonly<Record<string, Rows>>;
  readonly wrong: Readonly<Record<string, Rows>>;
  /** Runs the command with other numbers. */
  readonly other: readonly string[];
}

// q = [1, 0], K = I: scores 1 and 0, so that the first weight is e^s / (e^s + 1), with s = 1/√2 when they are scaled.
const weightOf = (score: number) => Math.exp(score) / (Math.exp(score) + 1);
export const [scaled, unscaled] = [weightOf(Math.SQRT1_2), weightOf(1)];

/** V = [[10, 0], [0, 20]]. */
const attended = (weight: number) => ({
  weights: [[weight, 1 - weight]],
  output: [[10 * weight, 20 * (1 - weight)]],
});

/** Both heads have the scores I, and see the values I and its columns swapped. */
const headed = (weight: number) => ({
  output: [
    [weight, 1 - weight, 1 - weight, weight],
    [1 - weight, weight, weight, 1 - weight],
  ],
});

const small = (query: Rows) =>
  JSON.stringify({
    query,
    key: [
      [1, 0],
      [0, 1],
    ],
    value: [
      [10, 0],
      [0, 20],
    ],
  });
const SMALL = small([[1, 0]]);

const ZEROS = ["--wv", "0 0; 0 0", "--w1", "1 0; 0 1", "--w2", "0 0; 0 0"];
const LAYER = ["--x", "3 1", ...ZEROS, "--norm1-bias", "1 1", "--norm2-bias", "1 1"];

/** 1 ± 1/√(1 + ε), which ReLU lets pass, of variance 1/(1 + ε), normalised once more. */
function normalisedTwice(eps: number): Readonly<Record<string, Rows>> {
  const once = 1 / Math.sqrt(1 + eps);
  const twice = once / Math.sqrt(once * once + eps);
  return { activation: [[1 + once, 1 - once]], output: [[1 + twice, 1 - twice]] };
}

export const CHECKED: readonly CheckedProblem[] = [
  {
    command: "attend",
    problem: ["attend", SMALL],
    other: ["attend", SMALL, "--scale", "none"],
    ...{ right: attended(scaled), wrong: attended(unscaled) },
  },
  {
    command: "multihead",
    problem: ["multihead", "--x", "1 0 0 1; 0 1 1 0", "--heads", "2"],
    other: ["multihead", "--x", "1 0 0 1; 0 1 1 0", "--heads", "2", "--scale", "none"],
    ...{ right: headed(scaled), wrong: headed(unscaled) },
  },
  {
    // W^V and W₂ of zeros leave nothing but x, whose row [3, 1] has mean 2 and variance 1: normalised twice, with ε = 1.
    command: "layer",
    problem: ["layer", ...LAYER, "--eps", "1"],
    other: ["layer", ...LAYER, "--eps", "2"],
    right: normalisedTwice(1),
    wrong: normalisedTwice(0.5),
  },
  {
    command: "posenc",
    problem: ["posenc", "--length", "2", "--d-model", "2"],
    other: ["posenc", "--length", "2", "--d-model", "2", "--offset", "1"],
    right: {
      encoding: [
        [0, 1],
        [Math.sin(1), Math.cos(1)],
      ],
    },
    // cosine first
    wrong: {
      encoding: [
        [1, 0],
        [Math.cos(1), Math.sin(1)],
      ],
    },
  },
  {
    // Here the scores are right without a scale.
    command: "compare-scoring",
    problem: ["compare-scoring", SMALL, "--scorings", "dot"],
    other: ["compare-scoring", small([[2, 0]]), "--scorings", "dot"],
    ...{ right: attended(unscaled), wrong: attended(scaled) },
  },
];

export const RIGHT = { exitCode: 0, verdict: expect.stringMatching(/^agrees/) };
export const WRONG = { exitCode: 1, verdict: "differs" };
export const BLANK = { exitCode: 1, verdict: "unanswered" };

export async function verdictOf(argv: readonly string[], surroundings: Surroundings = {}): Promise<unknown> {
  const { exitCode, stdout, stderr } = await runCli([...argv, "--json"], surroundings);
  return exitCode > 1 ? { exitCode, stderr } : { exitCode, verdict: JSON.parse(stdout).check.verdict };
}

/** As people round, to four decimals. */
export const rounded = (rows: Rows): Rows => rows.map((row) => row.map((value) => Number(value.toFixed(4))));
