import { sumOver } from "../math/lists.js";
import type { Diagnosis } from "./diagnosis.js";
import { indicesOf, type Judgement } from "./judgement.js";
import type { MistakeText } from "./mistakes/mistake.js";

/** The finding for a sheet in which only rounding is wrong, if only the written digits count. */
const roundedOnTheWay: MistakeText = {
  id: "rounded-on-the-way",
  step: "any",
  title: "These numbers come from rounded earlier steps.",
  formula: "the digits of the unrounded solution",
  fix: "Keep more digits than you write, and round at the end.",
};

/** The finding for a sheet that is right, but not rounded as declared. */
const roundedOtherwise: MistakeText = {
  ...roundedOnTheWay,
  title: "These numbers are not rounded as this problem says.",
  formula: "every step rounded to the declared digits before the next",
  fix: "Round each step to the declared digits, and continue with the rounded numbers.",
};

interface Judged {
  readonly judged: readonly Judgement[];
  readonly diagnosis: readonly Diagnosis[];
}

/** Returns the findings if only the written digits count. A step that only rounding excuses differs. */
export function withoutRounding<Findings extends Judged>(found: Findings, isDeclared = false): Findings {
  const judged = found.judged.map(excuseNothing);
  const first = judged.find((judgement, at) => judgement !== found.judged[at]);
  const isAll = found.judged.every(({ verdict }) => verdict !== "differs");
  if (!first || !isAll) return { ...found, judged };
  const count = sumOver(judged, ({ wrong }) => wrong.length);
  const { id: step } = first.answer.step;
  const mistake = isDeclared ? roundedOtherwise : roundedOnTheWay;
  return { ...found, judged, diagnosis: [{ mistake, step, explains: count, of: count }] };
}

const excuseNothing = (judgement: Judgement): Judgement =>
  judgement.verdict === "agrees-rounded" || judgement.verdict === "truncated"
    ? {
        ...judgement,
        verdict: "differs",
        wrong: indicesOf(judgement.marks, "near"),
        marks: judgement.marks.map((mark) => (mark === "near" ? "wrong" : mark)),
      }
    : judgement;
