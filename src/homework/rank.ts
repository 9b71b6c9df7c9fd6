import {
  ALL_WAYS,
  type Candidate,
  type Case,
  type Fit,
  fitOf,
  isComplete,
  listCandidates,
  USUAL_WAYS,
} from "./fit.js";
import type { Homework, Mistake } from "./mistakes/mistake.js";
import { MISTAKES } from "./mistakes/registry.js";

/** With so many wrong cells no mistake fits all of them by chance in a usual way to round. */
const CELLS_BEYOND_CHANCE = 24;

/** The mistakes that fit best; several when they fit alike. */
export function rankMistakes(homework: Homework, given: Case): Fitting[] {
  const candidates = listCandidates(homework, MISTAKES, given);
  const usual = given.first.wrong.length > CELLS_BEYOND_CHANCE ? rank(candidates, given, USUAL_WAYS) : [];
  return usual.some(({ fit }) => isComplete(fit, given)) ? usual : rank(candidates, given, ALL_WAYS);
}

/** A mistake and how well it fits. */
export interface Fitting {
  readonly mistake: Mistake;
  readonly fit: Fit;
}

function rank(candidates: readonly Candidate[], given: Case, numWays: number): Fitting[] {
  const best = new Map<Mistake, Fit>();
  for (const { mistake, tried } of candidates) {
    const fit = fitOf(tried, given, numWays);
    const before = best.get(mistake);
    if (fit && (!before || scoreOf(fit) > scoreOf(before))) best.set(mistake, fit);
  }
  const highest = Math.max(...[...best.values()].map(scoreOf));
  return [...best].flatMap(([mistake, fit]) => (scoreOf(fit) === highest ? [{ mistake, fit }] : []));
}

const scoreOf = ({ explains, spoils }: Fit) => explains - spoils;

/** Fewer wrong cells than this are no evidence for two mistakes at once: among so many pairs one fits by chance. */
const LEAST_CELLS_FOR_TWO = 6;
/** Pairs are tried as long as they take no longer than about so many cells. */
const MOST_CELLS_OF_PAIRS = 600_000;

/** Two mistakes that together give every wrong cell of the first wrong step, the likeliest pair first; none when no pair does. */
export function findPair(homework: Homework, given: Case): readonly [Fitting, Fitting] | undefined {
  if (given.first.wrong.length < LEAST_CELLS_FOR_TWO) return undefined;
  let budget = MOST_CELLS_OF_PAIRS;
  const size = sizeOf(homework);
  for (const one of MISTAKES) {
    for (const trace of one.apply(homework)) {
      const others = MISTAKES.slice(MISTAKES.indexOf(one) + 1);
      for (const other of others) {
        const both = listCandidates({ ...homework, trace }, [other], given);
        for (const { tried } of both) {
          const fit = fitOf(tried, given, USUAL_WAYS);
          if (fit && isComplete(fit, given))
            return [
              { mistake: one, fit },
              { mistake: other, fit },
            ];
        }
        budget -= size;
        if (budget <= 0) return undefined;
      }
    }
  }
  return undefined;
}

/** The cells of a solution. */
function sizeOf({ trace }: Homework): number {
  return trace.steps.reduce((cells, step) => cells + step.output().data.length, 0);
}
