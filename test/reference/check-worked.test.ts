import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";
import { bundleOf, readWorked, sheetOf, stepOf } from "../support/worked.js";

// Published worked examples as sheets: right ones pass, wrong ones are found at the step where they go wrong.

interface CheckJson {
  readonly verdict: string;
  readonly firstWrongStep?: { readonly scope: string; readonly id: string };
  readonly steps: readonly { readonly id: string; readonly verdict: string }[];
  readonly diagnosis: readonly { readonly mistake: string; readonly explains: number; readonly of: number }[];
}

/** The verdicts that a step may get, by the verdict in the file. */
const VERDICTS: Readonly<Record<string, RegExp>> = {
  agrees: /^agrees(-rounded)?$/,
  agrees_with_rounded_intermediates: /^(agrees(-rounded)?|truncated)$/,
  agrees_if_truncated: /^truncated$/,
  agrees_within_input_rounding: /^(agrees-rounded|truncated)$/,
  carried_from_earlier_mistake: /^follows$/,
  disagrees: /^differs$/,
};

/** The mistakes in the wrong ones. */
const DIAGNOSES: Readonly<Record<string, readonly string[]>> = {
  "code-comment-066": ["row-bent"],
  // The key is the identity, so raw scores as weights give it, too. The output is V then.
  "dml-multi-head-example": ["softmax-missing", "softmax-without-exp", "output-is-value"],
  "hinglish-cross-attention": ["softmax-guessed", "output-not-from-weights"],
  "moe-gate-softmax-not-monotone": ["step-not-followed"],
  "quiz-key-single-query-5dp": ["step-not-followed"],
  "rnn-unit-value-slip": ["slip-product-dropped"],
  "six-word-journey-masked-after-softmax": ["mask-after-softmax"],
  "w3-right-answer-wrong-weights": ["step-not-followed"],
  "why-scale-demo": ["slip-cell"],
};

describe("published sheets", () => {
  for (const example of readWorked("attend", "scoring", "multihead")) {
    const command = example.kind === "multihead" ? "multihead" : "attend";
    test(example.id, async () => {
      const bundle = bundleOf(example);
      const names = Object.keys(example.published).filter((name) => !(stepOf(name) in bundle));
      const run = await runCli([
        command,
        JSON.stringify(bundle),
        "--check",
        sheetOf(example, names),
        "--json",
      ]);
      expect(run.stderr).toBe("");
      const { check } = JSON.parse(run.stdout) as { check: CheckJson };
      const wrong = names.find((name) => example.verdict[name] === "disagrees");
      expect(run.exitCode).toBe(wrong === undefined ? 0 : 1);
      expect(check.firstWrongStep?.id).toBe(wrong === undefined ? undefined : stepOf(wrong));
      for (const name of names) {
        const verdict = check.steps.find(({ id }) => id === stepOf(name))?.verdict;
        expect([name, verdict]).toEqual([name, expect.stringMatching(VERDICTS[example.verdict[name]])]);
      }
      expect(check.diagnosis.map(({ mistake }) => mistake)).toEqual(DIAGNOSES[example.id] ?? []);
    });
  }
});
