import { sameShape } from "../math/matrix.js";
import type { Trace } from "../trace/trace.js";
import type { Answer, Sheet } from "./answers.js";
import { isMatched, type Judgement, unmatched, type Ways } from "./judge-step.js";
import { applyMistake } from "./mistakes/apply.js";
import type { Homework, Mistake } from "./mistakes/mistake.js";
import { areNear, CELLS_BY_HAND } from "./plausible-distance.js";
import { type RoundedSolutions, workAgain } from "./rounding-schedules.js";

/** How well an altered solution fits a sheet. */
export interface Fit {
  /** Wrong cells of the first wrong step that it gives. */
  readonly first: number;
  /** Wrong cells of all steps that it gives. */
  readonly explains: number;
  /** Right cells that it would make wrong. */
  readonly spoils: number;
}

/** A sheet that is wrong, and what is needed to try an explanation on it. */
export interface Case extends FirstWrong {
  readonly sheet: Sheet;
  readonly judged: readonly Judgement[];
}

interface FirstWrong {
  /** The first step that is wrong. */
  readonly first: Judgement;
  /** The right solution. */
  readonly solutions: RoundedSolutions;
}

/** A mistake that gives fewer of the wrong cells of the first wrong step than this share is not named. */
const LEAST_SHARE = 0.75;

/** A solution that goes another way than the right one, worked through. */
export interface Candidate {
  readonly mistake: Mistake;
  readonly altered: Trace;
  readonly tried: RoundedSolutions;
}

/** The solutions with mistakes that come near the first wrong step, of those that are not ruled out. */
export function listCandidates(
  homework: Homework,
  mistakes: readonly Mistake[],
  given: Case,
  isRuledOut: (altered: Trace) => boolean,
): readonly Candidate[] {
  return mistakes.flatMap((mistake) =>
    applyMistake(mistake, homework, given.sheet)
      .filter((altered) => !isRuledOut(altered))
      .map((altered) => ({ mistake, altered, tried: workAgain(altered, given.sheet, given.solutions) }))
      .filter(({ tried }) => isNear(tried, given.first, given.solutions)),
  );
}

/** So many ways to round are usual; every other one of the schedules is tried when these do not explain the sheet. */
export const USUAL_WAYS = 4;
export const ALL_WAYS = Number.POSITIVE_INFINITY;

/** How well a solution fits, with the likeliest ways to round; nothing when it does not give enough of the first wrong step. */
export function fitOf(
  tried: RoundedSolutions,
  { judged, first, solutions }: Case,
  numWays: number,
): Fit | undefined {
  const inFirst = fitStep(tried, first, solutions, numWays);
  if (inFirst.explains < LEAST_SHARE * first.wrong.length) return undefined;
  // Later steps follow from the person's own numbers, whatever was done: the first must speak for the mistake by itself.
  if (inFirst.spoils >= inFirst.explains / 2) return undefined;
  let [explains, spoils] = [0, 0];
  for (const judgement of judged) {
    const fit = judgement === first ? inFirst : fitStep(tried, judgement, solutions, numWays);
    explains += fit.explains;
    spoils += fit.spoils;
  }
  return spoils < explains / 2 ? { explains, spoils, first: inFirst.explains } : undefined;
}

function fitStep(
  tried: RoundedSolutions,
  { answer, wrong }: Judgement,
  before: RoundedSolutions,
  numWays: number,
): Pick<Fit, "explains" | "spoils"> {
  const matrices = matricesFor(tried, answer, numWays);
  // This solution has no such step (one wide head has no head 1): it says nothing of it.
  if (matrices.length === 0) return { explains: 0, spoils: 0 };
  const explains = wrong.length - unmatched(answer, wrong, matrices).length;
  // What is right stays right in a step that is not altered.
  if (!isAltered(tried, answer, before)) return { explains, spoils: 0 };
  const isWrong = new Set(wrong);
  const right = answer.cells.flatMap((cell, index) => (cell && !isWrong.has(index) ? [index] : []));
  return { explains, spoils: unmatched(answer, right, matrices).length };
}

/** Whether a solution comes to other numbers at a step, from what was given or from the person's own. */
function isAltered({ worked, own }: RoundedSolutions, { key }: Answer, before: RoundedSolutions): boolean {
  return (
    worked[0].used(key) !== before.worked[0].used(key) || own[0].computed(key) !== before.own[0].computed(key)
  );
}

/** Whether so many cells are too few to speak against a mistake that gives all others: in a large sheet some are rounded otherwise. */
export const areNegligible = (left: number, of: number): boolean => left <= SHARE_OF_NOISE * of;
const SHARE_OF_NOISE = 0.02;

/** Whether nothing of the first wrong step is left to explain, and no right cell would be wrong. */
export const isComplete = ({ first: given, spoils }: Fit, { first: { wrong } }: Case): boolean =>
  areNegligible(wrong.length - given + spoils, wrong.length);

/** Whether a solution misses more of the first wrong step than may be left. */
export const missesFirst = (tried: RoundedSolutions, { first }: FirstWrong): boolean =>
  areMissed(first, matricesFor(tried, first.answer, USUAL_WAYS));

/** Whether none of the matrices has so many of the wrong cells that only a negligible share is left; no cell more is looked at than it takes. */
export function areMissed({ answer, wrong }: Judgement, matrices: Ways): boolean {
  let left = 0;
  return wrong.some((index) => {
    if (!matrices.some((make) => isMatched(answer, index, make()))) left++;
    return !areNegligible(left, wrong.length);
  });
}

/** Whether a solution gives the first wrong step, with the usual ways to round. */
export function givesFirst(tried: RoundedSolutions, { first, solutions }: FirstWrong): boolean {
  const { explains, spoils } = fitStep(tried, first, solutions, USUAL_WAYS);
  return areNegligible(first.wrong.length - explains + spoils, first.wrong.length);
}

/** With so many wrong cells no solution gives them by chance, and one that is right gives most in a usual way to round. */
const CELLS_BEYOND_CHANCE = 24;

export const isBeyondChance = ({ wrong }: Judgement): boolean => wrong.length > CELLS_BEYOND_CHANCE;

/** Whether a solution gives so few cells of a large wrong step that it need not be looked at. */
export function isHopeless(tried: RoundedSolutions, { first, solutions }: FirstWrong): boolean {
  if (!isBeyondChance(first)) return false;
  if (!isNear(tried, first, solutions)) return true;
  return fitStep(tried, first, solutions, USUAL_WAYS).explains < LEAST_SHARE * first.wrong.length;
}

/** Whether a solution gives a whole sheet, with the usual ways to round; of large steps all but a few cells. */
export function givesAll(tried: RoundedSolutions, sheet: Sheet): boolean {
  let [all, left] = [0, 0];
  for (const answer of sheet.values()) {
    const answered = answer.cells.flatMap((cell, index) => (cell ? [index] : []));
    const other = unmatched(answer, answered, matricesFor(tried, answer, USUAL_WAYS)).length;
    if (other > 0 && answer.cells.length <= CELLS_BY_HAND) return false;
    all += answered.length;
    left += other;
  }
  return areNegligible(left, all);
}

/** What a solution gives for an answer, in so many ways to round, the likeliest first. */
export function matricesFor(
  { worked, own }: Pick<RoundedSolutions, "worked" | "own">,
  { key, ...size }: Answer,
  numWays: number,
): Ways {
  const ways = [
    own[0].computed,
    worked[0].used,
    own[1].computed,
    worked[1].used,
    ...worked.slice(2).map(({ used }) => used),
  ].slice(0, numWays);
  const made = ways[0](key);
  return made && sameShape(made, size) ? ways.map((make) => () => make(key) ?? made) : [];
}

/**
 * Whether an altered solution alters the first wrong step, as it follows from the person's own numbers, and comes near
 * enough to be tried in every way to round.
 */
function isNear(tried: RoundedSolutions, { answer, wrong }: Judgement, before: RoundedSolutions): boolean {
  const { key } = answer;
  const own = tried.own[0].computed(key);
  const right = before.own[0].computed(key);
  if (!own || !right || !sameShape(own, answer) || own === right) return false;
  const exact = tried.worked[0].used(key) ?? own;
  const rounded = () => tried.worked[1].used(key) ?? exact;
  return areNear(answer, wrong, { origins: [exact, own], rounded, share: LEAST_SHARE, right });
}
