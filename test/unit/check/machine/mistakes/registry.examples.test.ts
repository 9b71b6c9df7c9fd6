import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { KernelExamples } from "../../../../../scripts/mistakes-page.js";
import { ALL_KERNEL_MISTAKES } from "../../../../../src/check/machine/mistakes/registry.js";
import { runCli } from "../../../../support/run-cli.js";

// The worked examples of machines' mistakes in docs/mistakes.md. NumPy worked their numbers from the formulas:
// fixtures/make-kernel-mistakes.py.

const { problems, examples } = JSON.parse(
  readFileSync("fixtures/kernel-mistakes.json", "utf8"),
) as KernelExamples;

describe("worked examples of machines' mistakes", () => {
  test("there is one of every mistake", () => {
    expect(examples.map(({ id }) => id).sort()).toEqual(ALL_KERNEL_MISTAKES.map(({ id }) => id).sort());
  });

  test.each(examples.map((example) => [example.id, example] as const))(
    "%s",
    async (id, { problem, sheet, dtype = "float64", tooSmall }) => {
      const { command, problem: bundle } = problems[problem];
      const run = await runCli([
        command,
        JSON.stringify(bundle),
        "--check",
        sheet,
        "--dtype",
        dtype,
        "--json",
      ]);
      const { diagnosis } = JSON.parse(run.stdout).check as { diagnosis: { mistake: string }[] };
      const named = diagnosis.map(({ mistake }) => mistake);
      // What an example is too small for stands in the page beside it.
      if (tooSmall === undefined) expect(named).toContain(id);
      else expect(tooSmall).not.toBe("");
    },
  );
});
