import type { Matrix } from "../../math/matrix.js";
import { once } from "../../math/remember.js";
import type { Graph } from "../../trace/op.js";
import type { Answer } from "../answers.js";
import { cellAt, indicesOf, isMatched, type Judgement, type Mark, type StepVerdict } from "../judgement.js";
import type { ByHand } from "./by-hand.js";
import { makesWrong } from "./naming.js";
import { rowsReached } from "./reached-rows.js";
import type { Cause, FollowedStep, Story } from "./story.js";

/** Marks every step that was followed. */
export function markSteps(story: Story, byHand: ByHand, graph: Graph): readonly Judgement[] {
  const isTainted = taintedBy(story.causes, graph);
  return story.steps.map((step) => markStep(step, story, byHand, isTainted));
}

/**
 * Returns a function that says whether something went wrong before a step, or before one of its rows. A mistake goes
 * wrong in the step itself, too.
 */
export function taintedBy(causes: readonly Cause[], graph: Graph): (key: string, row?: number) => boolean {
  const reached = causes.flatMap((cause) => {
    const { key } = cause;
    if (cause.kind === "slip")
      return rowsReached(graph, [key], [cellAt(graph.ref(key).shape, cause.index)[0]]);
    if (cause.kind === "unexplained") return rowsReached(graph, cause.gap, undefined);
    // It may change earlier steps, too, but there it was not made.
    const from = [...cause.seenIn, key].filter((made) => made === key || cause.variant.nodes.has(made));
    const made = from.map((one) => [one, cause.rows] as const);
    return makesWrong(cause) ? new Map([...rowsReached(graph, from, cause.rows), ...made]) : [];
  });
  return (key, row) =>
    reached.some((rows) => rows.has(key) && (row === undefined || (rows.get(key)?.includes(row) ?? true)));
}

function markStep(
  { answer, wrong, own }: FollowedStep,
  { exactOf, isCutting }: Story,
  byHand: ByHand,
  isTainted: ReturnType<typeof taintedBy>,
): Judgement {
  const { key, cells } = answer;
  const exact = exactOf(key);
  // A number that rounding alone can give is no consequence of a mistake.
  const isRounded = once(() => byHand.isRounded(answer));
  const markOf = (index: number): Mark => {
    if (wrong[index]) return "wrong";
    if (isMatched(answer, index, exact)) return isCoarse(answer, index, exact) ? "near" : "right";
    if (!isTainted(key, cellAt(answer, index)[0])) return "near";
    return isRounded()(index) ? "near" : "follows";
  };
  const marks = cells.map((cell, index) => (cell ? markOf(index) : null));
  return {
    answer,
    marks,
    exact,
    own,
    verdict: verdictOf(marks, isCutting),
    wrong: indicesOf(marks, "wrong", "follows"),
  };
}

/** Whether a number was rounded to a whole one, which changes it by more than a hundredth. */
const isCoarse = ({ cells, values }: Answer, index: number, { data }: Matrix): boolean =>
  (cells[index]?.decimals ?? 0) <= 0 && Math.abs(values[index] - data[index]) > 0.01 * Math.abs(data[index]);

function verdictOf(marks: readonly (Mark | null)[], isCutting: boolean): StepVerdict {
  if (marks.every((mark) => mark === null)) return "missing";
  if (marks.includes("wrong")) return "differs";
  if (marks.includes("follows")) return "follows";
  if (marks.includes("near")) return isCutting ? "truncated" : "agrees-rounded";
  return "agrees";
}
