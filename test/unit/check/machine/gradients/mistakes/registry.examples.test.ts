import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { KernelExamples } from "../../../../../../scripts/mistakes-page.js";
import { allGradientMistakes } from "../../../../../../src/check/machine/gradients/mistakes/registry.js";
import { runCli } from "../../../../../support/run-cli.js";

// The worked examples of backward passes in docs/mistakes.md. NumPy worked their numbers from the formulas:
// fixtures/make-gradient-mistakes.py.

const { problems, examples } = JSON.parse(
  readFileSync("fixtures/gradient-mistakes.json", "utf8"),
) as KernelExamples;

describe("worked examples of backward passes", () => {
  test("there is one of every mistake", () => {
    expect(examples.map(({ id }) => id).sort()).toEqual(
      allGradientMistakes()
        .map(({ id }) => id)
        .sort(),
    );
  });

  test.each(examples.map((example) => [example.id, example] as const))(
    "%s",
    async (id, { problem, sheet }) => {
      const { command, problem: bundle } = problems[problem];
      const argv = [command, JSON.stringify(bundle), "--check", sheet, "--dtype", "float64", "--json"];
      const { exitCode, stdout, stderr } = await runCli(argv);
      expect(exitCode, stderr).toBe(1);
      const { diagnosis } = JSON.parse(stdout).check as { diagnosis: { mistake: string }[] };
      expect(diagnosis.map(({ mistake }) => mistake)).toContain(id);
    },
  );
});
