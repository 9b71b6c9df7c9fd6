import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { KernelExamples } from "../../../../../../scripts/mistakes-page.js";
import { allGradientMistakes } from "../../../../../../src/check/machine/gradients/mistakes/registry.js";
import { runCli } from "../../../../../support/run-cli.js";

// The worked examples of backward passes in docs/mistakes.md. NumPy worked their numbers from the formulas:
// fixtures/make-gradient-mistakes.py.

interface Misread extends Readonly<Record<"in" | "read" | "for" | "sheet", string>> {}

const { problems, examples, misread } = JSON.parse(
  readFileSync("fixtures/gradient-mistakes.json", "utf8"),
) as KernelExamples & { readonly misread: readonly Misread[] };

/** What is named in a sheet of a problem. */
async function diagnosisOf(problem: string, sheet: string) {
  const { command, problem: bundle } = problems[problem];
  const argv = [command, JSON.stringify(bundle), "--check", sheet, "--dtype", "float64", "--json"];
  const { exitCode, stdout, stderr } = await runCli(argv);
  expect(exitCode, stderr).toBe(1);
  return JSON.parse(stdout).check.diagnosis as readonly { mistake: string; parameters?: object }[];
}

describe("worked examples of backward passes", () => {
  test("there is one of every mistake, or several", () => {
    const ids = examples.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(allGradientMistakes().map(({ id }) => id)));
  });

  test.each(examples.map((example) => [`${example.id}: ${example.how}`, example] as const))(
    "%s",
    async (_, { id, problem, sheet, tooSmall }) => {
      const diagnosis = await diagnosisOf(problem, sheet);
      // What an example is too small for stands in the page beside it.
      if (tooSmall === undefined) expect(diagnosis.map(({ mistake }) => mistake)).toContain(id);
      else expect(tooSmall).not.toBe("");
    },
  );
});

describe("one tensor read for another of its shape", () => {
  // Every fourth: all of them take as long as all the examples above.
  test.each(misread.filter((_, at) => at % 4 === 0).map((one) => [one.in, one.read, one.for, one] as const))(
    "in %s, %s for %s: nothing else is named",
    async (_in, _read, _for, { sheet, ...parameters }) => {
      const diagnosis = await diagnosisOf("plain", sheet);
      expect(diagnosis[0]?.parameters).toEqual(parameters);
      expect(new Set(diagnosis.map(({ mistake }) => mistake)).size).toBe(1);
    },
  );
});
