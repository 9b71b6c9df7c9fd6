import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

// A layer of three columns with the norm behind each sum, worked by hand. Scores 5 2; 2 2 over √3: weights 0.8497 0.1503; ½ ½.
// Row 0: x + α V = 1 0 2 + 0.8497 0.1503 1.8497; its mean is 1.9499, its variance 2.2859, and sd 1.5119. Row 1 likewise.

const LAYER = [
  ...["layer", "--x", "1 0 2; 0 1 1", "--w1", "1 0 1; 0 1 1; 1 -1 0"],
  ...["--w2", "1 0 0; 0 1 0; 1 1 1"],
];
const ATTENTION = "0.85 0.15 1.85\n0.50 0.50 1.50\n";
const SUM = "1.85 0.15 3.85\n0.50 1.50 2.50\n";
const NORM = "-0.07 -1.19 1.26\n-1.22 0.00 1.22\n";
/** norm W₁, of which only 1.19 is above 0: the activation, and that times W₂. */
const HIDDEN = "1.19 -2.45 -1.26\n0.00 -1.22 -1.22\n";
const FED = "1.19 0.00 0.00\n0.00 0.00 0.00\n";
const SUM_2 = "1.12 -1.19 1.26\n-1.22 0.00 1.22\n";
const NORM_2 = "0.65 -1.41 0.77\n-1.22 0.00 1.22\n";

const judge = async (sheet: string, ...options: readonly string[]) => {
  const { exitCode, stdout, stderr } = await runCli(
    [...LAYER, "--check", "sheet.txt", "--json", ...options],
    {
      given: { "sheet.txt": sheet },
    },
  );
  return { exitCode, stderr, check: exitCode === 2 ? undefined : JSON.parse(stdout).check };
};

describe("a sheet of a layer", () => {
  test.each([
    [
      "ids",
      `residual-1\n${SUM}norm-1\n${NORM}feed-forward-2\n${FED}residual-2\n${SUM_2}output\n${NORM_2}`,
      5,
    ],
    [
      "words",
      `Attention output\n${ATTENTION}\nResidual 1 (x + attention)\n${SUM}\nLayer norm 1:\n${NORM}\n## Feed-forward\n${FED}`,
      4,
    ],
    [
      "ordinals",
      `First residual\n${SUM}\nNorm 1\n${NORM}\nSecond residual sum\n${SUM_2}Output\n${NORM_2}`,
      4,
    ],
    ["both at once", `Add & Norm 1\n${NORM}\nFFN\n${FED}\nAdd & Norm 2\n${NORM_2}`, 3],
    ["hidden numbers", `Hidden layer (before ReLU)\n${HIDDEN}After ReLU\n${FED}`, 2],
    [
      "one name twice, in order",
      `Residual\n${SUM}\nLayer norm\n${NORM}\nResidual\n${SUM_2}\nLayer norm\n${NORM_2}`,
      4,
    ],
  ])("with %s is right", async (_, sheet, steps) => {
    const { check, stderr } = await judge(sheet);
    expect([stderr, check.verdict, check.answered.steps]).toEqual(["", "agrees", steps]);
  });

  test.each([
    ["residual-1", "residual-missing", `residual-1\n${ATTENTION}`],
    // Variance 3.4289 and 1: over 2, not over 3.
    ["norm-1", "norm-sample-variance", `residual-1\n${SUM}norm-1\n-0.05 -0.97 1.03\n-1.00 0.00 1.00\n`],
    // The hidden numbers as they are, times W₂.
    [
      "feed-forward-2",
      "activation-missing",
      `norm-1\n${NORM}feed-forward-2\n-0.07 -3.70 -1.26\n-1.22 -2.45 -1.22\n`,
    ],
  ])("with a wrong %s: %s", async (step, mistake, sheet) => {
    const { exitCode, check } = await judge(sheet);
    const found = check.diagnosis.map((one: { mistake: string }) => one.mistake);
    expect([exitCode, check.firstWrongStep.id]).toEqual([1, step]);
    expect(found).toContain(mistake);
  });

  test.each([
    ["Residual sum", SUM, "residual-1"],
    ["Add & Norm", NORM, "norm-1"],
  ])("%s alone is the one that has these numbers", async (title, rows, id) => {
    const { check } = await judge(`${title}\n${rows}`);
    expect([check.verdict, check.steps.map((step: { id: string }) => step.id)]).toEqual(["agrees", [id]]);
  });

  test("titles without rows are not answered", async () => {
    const { exitCode, check } = await judge("norm-1\n\nresidual-2\n");
    expect([exitCode, check.verdict]).toEqual([1, "unanswered"]);
  });
});
