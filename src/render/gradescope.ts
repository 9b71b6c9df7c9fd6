import type { CheckedStep } from "../check/check.js";
import type { MachineStep } from "../check/machine/check-dump.js";
import { stepName } from "./answered.js";
import type { ClassRow } from "./class-row.js";
import type { JsonValue } from "./json-value.js";

/** The words for a step beside its point. */
const WORDS: Readonly<Record<CheckedStep["verdict"], string>> = {
  agrees: "right",
  "agrees-rounded": "right, with the rounding of earlier steps",
  truncated: "right, but digits were cut off instead of rounded",
  follows: "follows from the earlier mistake",
  differs: "wrong",
  missing: "not answered",
};

const MACHINE_WORDS: Readonly<Record<MachineStep["verdict"], string>> = {
  agrees: "right",
  "agrees-rounded": "right, with rounded scores",
  "less-precise": "less precise than its type",
  differs: "wrong",
};

const wordsOf = (step: CheckedStep | MachineStep): string =>
  "judgement" in step ? WORDS[step.verdict] : MACHINE_WORDS[step.verdict];

/** A step that follows from an earlier mistake gets its point: a mistake costs only once. */
const isRight = ({ verdict }: CheckedStep | MachineStep) =>
  ["agrees", "agrees-rounded", "truncated", "follows"].includes(verdict);

/**
 * Writes the `results.json` of one submission, as Gradescope documents it for autograders. Each step of the sheet and
 * each required step is a test of one point. Above the tests is the marked sheet in ANSI colours.
 */
export function gradescopeResults(row: ClassRow, marked: string): Readonly<Record<string, JsonValue>> {
  const about = { output: marked, output_format: "ansi", visibility: "visible" };
  if ("error" in row || row.check.steps.length === 0) return { score: 0, ...about };
  return {
    ...about,
    tests: row.check.steps.map((step, at) => ({
      name: stepName(step),
      number: String(at + 1),
      score: isRight(step) ? 1 : 0,
      max_score: 1,
      status: isRight(step) ? "passed" : "failed",
      output: wordsOf(step),
      output_format: "text",
      visibility: "visible",
    })),
  };
}
