import { indexIn } from "../../trace/scope.js";
import type { Answer, Sheet } from "../answers.js";
import type { Diagnosis } from "../diagnose.js";
import { findCertain } from "../mistakes/findings.js";
import type { Homework } from "../mistakes/mistake.js";
import { CELLS_BY_HAND } from "../plausible-distance.js";
import type { RoundedSolutions } from "../rounding-schedules.js";
import { reasonsOfTie } from "../ties.js";
import type { Way } from "../ways.js";
import { followPerson } from "./follow.js";
import { findMistakes } from "./found-mistakes.js";
import { type MarkedJudgement, markSteps } from "./mark-steps.js";

/** What following a person says of their sheet. */
export interface PersonFindings {
  readonly judged: readonly MarkedJudgement[];
  readonly diagnosis: readonly Diagnosis[];
  readonly findings: readonly string[];
  readonly way?: Pick<Way, "id" | "text">;
}

/** The commands whose sheets are followed. The others have not been measured: docs/marking.md. */
const FOLLOWED = ["attend", "multihead"];

/** How the ids of gradients begin. */
const GRADIENT = "d-";

/** Whether a sheet is followed: of one attention, or of heads, forward, as people work it by hand. */
export function isFollowed({ trace }: Homework, sheet: Sheet): boolean {
  const isForward = ({ cells, step }: Answer) =>
    cells.length <= CELLS_BY_HAND &&
    indexIn(step.scope, "layer") === undefined &&
    !step.id.startsWith(GRADIENT);
  return FOLLOWED.includes(trace.command) && [...sheet.values()].every(isForward);
}

/** Follows a person through their sheet, and says what was done. */
export function checkPerson(homework: Homework, sheet: Sheet, solutions: RoundedSolutions): PersonFindings {
  const story = followPerson(homework, sheet);
  const followed = new Map(markSteps(story, solutions).map((one) => [one.answer.key, one]));
  const marked = [...followed.values()];
  const judged = Array.from(sheet.values(), (answer): MarkedJudgement => {
    const exact = story.exactOf(answer.key);
    const blank = { answer, verdict: "missing" as const, wrong: [], off: [], exact, own: exact };
    return followed.get(answer.key) ?? { ...blank, marks: answer.cells.map(() => null) };
  });
  const astray = marked.filter(({ answer }) =>
    story.causes.some((cause) => cause.kind === "unexplained" && cause.key === answer.key),
  );
  const diagnosis = findMistakes(homework, sheet, story, marked);
  const [way] = story.ways;
  return {
    judged,
    diagnosis,
    findings: [...reasonsOfTie(homework, diagnosis), ...findCertain(homework.trace, sheet, astray)],
    ...(way &&
      "text" in way.variant.what && { way: { id: way.variant.what.id, text: way.variant.what.text } }),
  };
}
