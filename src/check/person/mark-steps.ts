import { once } from "../../math/remember.js";
import { isWrittenAs } from "../../math/written.js";
import type { Answer } from "../answers.js";
import { isMatched, type Judgement, type StepVerdict } from "../judgement.js";
import type { ByHand } from "./by-hand.js";
import type { FollowedStep, Story } from "./story.js";

/** What a cell gets: right to the digits written, right by rounding, right from the person's own wrong numbers, or wrong. */
export type Mark = "right" | "near" | "follows" | "wrong";

/** A step, judged cell by cell; a blank cell has no mark. */
export interface MarkedJudgement extends Judgement {
  readonly marks: readonly (Mark | null)[];
}

/** Marks every step that was followed. */
export function markSteps(story: Story, byHand: ByHand): readonly MarkedJudgement[] {
  return story.steps.map((step) => markStep(step, story, byHand));
}

function markStep(
  { answer, wrong, own, isTainted }: FollowedStep,
  { exactOf, isCutting }: Story,
  byHand: ByHand,
): MarkedJudgement {
  const { key, cells } = answer;
  const exact = exactOf(key);
  // A number that rounding alone can give is no consequence of a mistake.
  const isRounded = once(() => byHand.isRounded(answer));
  const markOf = (index: number): Mark => {
    if (wrong[index]) return "wrong";
    if (isMatched(answer, index, exact)) return "right";
    if (!isTainted) return "near";
    return isRounded()(index) ? "near" : "follows";
  };
  const marks = cells.map((cell, index) => (cell ? markOf(index) : null));
  const indicesOf = (...wanted: readonly Mark[]) =>
    marks.flatMap((mark, index) => (mark && wanted.includes(mark) ? [index] : []));
  return {
    ...{ answer, marks, exact, own },
    verdict: verdictOf(marks, isCutting),
    wrong: indicesOf("wrong", "follows"),
    off: indicesOf("wrong", "follows", "near"),
  };
}

function verdictOf(marks: readonly (Mark | null)[], isCutting: boolean): StepVerdict {
  if (marks.every((mark) => mark === null)) return "missing";
  if (marks.includes("wrong")) return "differs";
  if (marks.includes("follows")) return "follows";
  if (marks.includes("near")) return isCutting ? "truncated" : "agrees-rounded";
  return "agrees";
}

/** The marks of a step, however it was judged: a wrong cell follows when the person's own numbers give it. */
export function marksOf(judgement: Judgement | MarkedJudgement): readonly (Mark | null)[] {
  const { answer, wrong, off, verdict, own, exact } = judgement;
  if ("marks" in judgement && verdict !== "differs") return judgement.marks;
  const [areWrong, areOff] = [new Set(wrong), new Set(off)];
  return answer.cells.map((cell, index) => {
    if (!cell) return null;
    if (!areWrong.has(index)) return areOff.has(index) ? "near" : "right";
    if ("marks" in judgement) return judgement.marks[index] === "follows" ? "follows" : "wrong";
    const follows = own !== exact && isWrittenAs(own.data[index], cell);
    return verdict === "follows" || follows ? "follows" : "wrong";
  });
}

/** The cell of an index. */
export const cellAt = (
  { cols }: Pick<Answer, "cols">,
  index: number,
): readonly [row: number, col: number] => [Math.floor(index / cols), index % cols];
