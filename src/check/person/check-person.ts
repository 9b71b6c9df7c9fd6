import { listed } from "../../errors.js";
import type { Answer, Sheet } from "../answers.js";
import type { Diagnosis } from "../diagnosis.js";
import type { Judgement } from "../judgement.js";
import { findCertain } from "../mistakes/findings.js";
import type { Homework, RightWay } from "../mistakes/mistake.js";
import { sourcesOf } from "../solution.js";
import { reasonsOfTie } from "../ties.js";
import { computeByHand } from "./by-hand.js";
import { followPerson } from "./follow.js";
import { findMistakes } from "./found-mistakes.js";
import { errorsOfPrinted } from "./last-digits.js";
import { markSteps } from "./mark-steps.js";

/** The result of following a person's sheet. */
export interface PersonFindings {
  readonly judged: readonly Judgement[];
  readonly diagnosis: readonly Diagnosis[];
  /** Facts that are certain in addition to the diagnosis, in sentences. */
  readonly findings: readonly string[];
  /** The other way of the person, if it is equally right. */
  readonly way?: Pick<RightWay, "id" | "text"> | undefined;
  /** Returns how far rounding by hand may move the cells of a step. */
  readonly movesOf: (answer: Answer) => Float64Array;
}

/** Follows a person through their sheet, and reports their mistakes. */
export function checkPerson(homework: Homework, sheet: Sheet): PersonFindings {
  const story = followPerson(homework, sheet);
  const byHand = computeByHand(homework.trace, sheet, story);
  const marked = markSteps(story, byHand, sourcesOf(homework.trace));
  const followed = new Map(marked.map((one) => [one.answer.key, one]));
  const judged = Array.from(sheet.values(), (answer): Judgement => {
    const exact = story.exactOf(answer.key);
    const marks = answer.cells.map(() => null);
    return followed.get(answer.key) ?? { answer, verdict: "missing", marks, wrong: [], exact, own: exact };
  });
  const astray = marked.filter(({ answer }) =>
    story.causes.some((cause) => cause.kind === "unexplained" && cause.key === answer.key),
  );
  const diagnosis = findMistakes(sheet, { homework, story, judged: marked });
  const way = story.ways[0]?.variant.what;
  return {
    judged,
    diagnosis,
    findings: [
      ...reasonsOfTie(homework, diagnosis),
      ...findCertain(homework.trace, sheet, astray),
      ...whatIsPrinted(homework.trace, marked),
    ],
    movesOf: byHand.movesOf,
    way: way && "text" in way ? way : undefined,
  };
}

/** Returns a sentence about inputs that were taken as rounded, if that excuses a cell. */
function whatIsPrinted({ inputs }: Homework["trace"], marked: readonly Judgement[]): readonly string[] {
  const names = inputs.flatMap(({ name, matrix }) => (errorsOfPrinted(matrix) ? [name] : []));
  if (names.length === 0 || !marked.some(({ marks }) => marks.includes("near"))) return [];
  const were = names.length === 1 ? "was" : "were";
  return [`${listed(names)} ${were} taken as rounded to the last decimal, as programs print numbers.`];
}
