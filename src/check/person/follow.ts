import { sumOver } from "../../math/lists.js";
import type { Matrix } from "../../math/matrix.js";
import type { Trace } from "../../trace/trace.js";
import type { Answer, Sheet } from "../answers.js";
import { isMatched } from "../judgement.js";
import type { Homework } from "../mistakes/mistake.js";
import { numbersOf, sourcesOf } from "../solution.js";
import { UNCHANGED } from "./changes.js";
import { followSheet, isMostly, type Variants } from "./follower.js";
import { Numbers } from "./numbers.js";
import type { Followed, Story } from "./story.js";
import { listVariants, variantsAt, withVariants } from "./variants.js";

/**
 * Follows a person through their sheet. Each written step is computed from the numbers that the person had, with any
 * mistakes before it.
 */
export function followPerson(homework: Homework, sheet: Sheet): Story {
  const all: Variants = (at) => [...listVariants(homework), ...variantsAt(homework, at)];
  const mistakes: Variants = (at) => all(at).filter(({ isRight }) => !isRight);
  const story = followBy(homework, sheet, isConfirmed(homework, sheet) ? all : mistakes);
  return isContradicted(homework, story) ? followBy(homework, sheet, mistakes) : story;
}

/** Whether a whole sheet is right by a solution, without any variants. */
export function isRightThroughout(homework: Homework, sheet: Sheet): boolean {
  return followBy(homework, sheet, () => []).causes.length === 0;
}

/**
 * Whether the sheet has answers after the weights. Only they can confirm another right way, because some constant moves
 * any row to any number.
 */
const isConfirmed = ({ trace }: Homework, sheet: Sheet): boolean =>
  trace.steps.some(
    ({ view, key }) =>
      view === "distribution" && [...sourcesOf(trace).after(key)].some((after) => sheet.has(after)),
  );

/**
 * Whether the sheet speaks against another right way. It is right only as a whole, so no mistake changes one of its
 * steps. And no step that is right by the usual way is nearer to that way: a 1 that is right for 1 is not a rounded 0.71.
 */
function isContradicted({ trace }: Homework, { steps, ways, causes, exactOf }: Story): boolean {
  if (ways.length === 0) return false;
  const ofWays = new Set(ways.flatMap(({ variant }) => [...variant.nodes.keys()]));
  if (
    causes.some(
      (cause) => cause.kind === "mistake" && [...cause.variant.nodes.keys()].some((key) => ofWays.has(key)),
    )
  )
    return true;
  const recorded = numbersOf(trace);
  return steps.some(({ answer }) => {
    const [usual, other] = [recorded(answer.key), exactOf(answer.key)];
    const isRight = answer.cells.every((cell, index) => !cell || isMatched(answer, index, usual));
    return isRight && distance(usual, answer) + NOISE < distance(other, answer);
  });
}

/** The largest change of a sum of distances by binary rounding. */
const NOISE = 1e-9;

const distance = ({ data }: Matrix, { values }: Answer): number =>
  sumOver(values, (value, index) => {
    const between = Math.abs(value - data[index]);
    return Number.isFinite(between) ? between : 0;
  });

function followBy({ trace }: Homework, sheet: Sheet, variants: Variants): Story {
  const rounding = followSheet(trace, sheet, variants, false);
  const { cut, rounded } = rounding.evidence;
  const isLikely = isMostly(cut, rounded);
  // With fewer cells, all must be cut, and nothing else may be wrong.
  if (!isLikely && (cut === 0 || rounded > 0)) return withExact(trace, rounding);
  const cutting = followSheet(trace, sheet, variants, true);
  const isRight = cutting.steps.every(({ wrong }) => !wrong.includes(1));
  return withExact(trace, isLikely || isRight ? cutting : rounding);
}

/** Adds the right numbers by the other right ways that the person took. */
function withExact(trace: Trace, followed: Followed): Story {
  const graph = sourcesOf(trace);
  const way = withVariants(graph, UNCHANGED, followed.ways);
  const numbers = new Numbers(graph, way);
  const exactOf = way === UNCHANGED ? numbersOf(trace) : (key: string) => numbers.of(key);
  return { ...followed, exactOf, wayChanges: way };
}
