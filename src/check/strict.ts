import type { Diagnosis } from "./diagnosis.js";
import type { Judgement } from "./judgement.js";
import type { MistakeText } from "./mistakes/mistake.js";

export const ROUNDED_ON_THE_WAY = "rounded-on-the-way";

/** What is said where the written digits alone count, and rounding is all that is wrong. */
const roundedOnTheWay: MistakeText = {
  id: ROUNDED_ON_THE_WAY,
  step: "any",
  title: "These numbers come from rounded earlier steps.",
  formula: "the digits of the unrounded solution",
  fix: "Keep more digits than you write, and round at the end.",
  isUnproved: true,
};

interface Judged {
  readonly judged: readonly Judgement[];
  readonly diagnosis: readonly Diagnosis[];
}

/** The same where the written digits alone count: what only rounding excuses differs. */
export function withoutRounding<Findings extends Judged>(found: Findings): Findings {
  const judged = found.judged.map(excuseNothing);
  const first = judged.find((judgement, at) => judgement !== found.judged[at]);
  const isAll = found.judged.every(({ verdict }) => verdict !== "differs");
  if (!first || !isAll) return { ...found, judged };
  const count = judged.reduce((sum, { wrong }) => sum + wrong.length, 0);
  const { id: step } = first.answer.step;
  return { ...found, judged, diagnosis: [{ mistake: roundedOnTheWay, step, explains: count, of: count }] };
}

const excuseNothing = (judgement: Judgement): Judgement =>
  judgement.verdict === "agrees-rounded" || judgement.verdict === "truncated"
    ? { ...judgement, verdict: "differs", wrong: judgement.off }
    : judgement;
