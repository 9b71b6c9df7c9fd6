import type { Matrix } from "../math/matrix.js";
import type { Trace } from "../trace/trace.js";
import type { Answer, Sheet } from "./answers.js";
import { type Judgement, unmatched } from "./compare.js";
import { type Workings, workThrough } from "./follow.js";
import { sameShape } from "./mistakes/alter.js";
import type { Homework, Mistake } from "./mistakes/mistake.js";
import { countNear } from "./nearness.js";

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
export interface Case {
  readonly sheet: Sheet;
  readonly judged: readonly Judgement[];
  /** The first step that is wrong. */
  readonly first: Judgement;
  readonly workings: Workings;
}

/** A mistake that gives fewer of the wrong cells of the first wrong step than this share is not named. */
const LEAST_SHARE = 0.6;

/** A solution that goes another way than the right one, worked through. */
export interface Candidate {
  readonly mistake: Mistake;
  readonly altered: Trace;
  readonly tried: Workings;
}

/** The solutions with mistakes that come near the first wrong step. */
export function listCandidates(
  homework: Homework,
  mistakes: readonly Mistake[],
  given: Case,
): readonly Candidate[] {
  return mistakes.flatMap((mistake) =>
    mistake
      .apply(homework, given.sheet)
      .map((altered) => ({ mistake, altered, tried: workThrough(altered, given.sheet, given.workings) }))
      .filter(({ tried }) => isNear(tried, given.first, given.workings)),
  );
}

/** So many ways to round are usual; every other one is tried when these do not explain the sheet. */
export const USUAL_WAYS = 4;
export const ALL_WAYS = 8;

/** How well a solution fits, with the likeliest ways to round; nothing when it does not give enough of the first wrong step. */
export function fitOf(tried: Workings, { judged, first }: Case, numWays: number): Fit | undefined {
  let [explains, spoils, inFirst] = [0, 0, 0];
  for (const judgement of judged) {
    const { answer, wrong } = judgement;
    const matrices = matricesFor(tried, answer, numWays);
    // This solution has no such step (one wide head has no head 1): it says nothing of it.
    if (matrices.length === 0) continue;
    const isWrong = new Set(wrong);
    const given = wrong.length - unmatched(answer, wrong, matrices).length;
    if (judgement === first) inFirst = given;
    if (judgement === first && given < LEAST_SHARE * wrong.length) return undefined;
    const right = answer.cells.flatMap((cell, index) => (cell && !isWrong.has(index) ? [index] : []));
    explains += given;
    spoils += unmatched(answer, right, matrices).length;
  }
  return spoils < explains / 2 ? { explains, spoils, first: inFirst } : undefined;
}

/** Whether nothing of the first wrong step is left to explain, and no right cell would be wrong. */
export const isComplete = ({ first: given, spoils }: Fit, { first }: Case): boolean =>
  given === first.wrong.length && spoils === 0;

/** What a solution gives for an answer, in so many ways to round, the likeliest first. */
function matricesFor({ worked, own }: Workings, { key, ...size }: Answer, numWays: number): (() => Matrix)[] {
  const ways = [
    ...[worked[0].used, own[0].computed, worked[1].used, own[1].computed],
    ...worked.slice(2).map(({ used }) => used),
  ].slice(0, numWays);
  const made = ways[0](key);
  return made && sameShape(made, size) ? ways.map((make) => () => make(key) ?? made) : [];
}

/** Whether an altered solution alters the first wrong step, and comes near enough to be tried in every way to round. */
function isNear(tried: Workings, { answer, wrong }: Judgement, before: Workings): boolean {
  const { key } = answer;
  const exact = tried.worked[0].used(key);
  const own = tried.own[0].computed(key);
  if (!exact || !own || !sameShape(exact, answer)) return false;
  if (exact === before.worked[0].used(key) && own === before.own[0].computed(key)) return false;
  const near = countNear(answer, wrong, [exact, own], () => tried.worked[1].used(key) ?? exact);
  return near >= LEAST_SHARE * wrong.length;
}
