import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ALL_MISTAKES, type WorkedExamples } from "../../../../scripts/mistakes-page.js";
import { COARSE_MISTAKES } from "../../../../src/check/mistakes/coarse-constants.js";
import { runCli } from "../../../support/run-cli.js";

// The worked examples of docs/mistakes.md. The numbers of fixtures/mistakes.json are worked by the plain arithmetic that
// `how` tells; problem `plain` has S = Q Kᵀ = [1 3 4; 3 0 4; 0 3 1] and √d_k = 2, for example.

const { problems, examples, certain } = JSON.parse(
  readFileSync("fixtures/mistakes.json", "utf8"),
) as WorkedExamples;

interface Found {
  readonly mistake: string;
  readonly explains: number;
  readonly of: number;
}

describe("worked examples", () => {
  test("there is one of every mistake", () => {
    expect(examples.map(({ id }) => id).sort()).toEqual(ALL_MISTAKES.map(({ id }) => id).sort());
  });

  test.each(examples.map((example) => [example.id, example] as const))(
    "%s",
    async (id, { problem, sheet }) => {
      const { command, problem: bundle } = problems[problem];
      const run = await runCli([command, JSON.stringify(bundle), "--check", sheet, "--json"]);
      expect(run.stderr).toBe("");
      // What a number gives that is only too coarse is right by rounding.
      const isCoarse = COARSE_MISTAKES.some((one) => one.id === id);
      expect(run.exitCode).toBe(isCoarse ? 0 : 1);
      const diagnosis: readonly Found[] = JSON.parse(run.stdout).check.diagnosis;
      expect(diagnosis.map(({ mistake }) => mistake)).toContain(id);
      expect(diagnosis.find(({ mistake }) => mistake === id)).toMatchObject({ explains: diagnosis[0].of });
    },
  );
});

describe("what is certain", () => {
  test.each(certain)("of $sheet", async ({ problem, sheet, findings }) => {
    const { command, problem: bundle } = problems[problem];
    const run = await runCli([command, JSON.stringify(bundle), "--check", sheet, "--json"]);
    expect(JSON.parse(run.stdout).check.findings).toEqual(findings);
  });
});
