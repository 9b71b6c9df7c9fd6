import type { Trace } from "../trace/trace.js";
import type { Sheet } from "./answers.js";
import {
  ALL_WAYS,
  type Candidate,
  type Case,
  type Fit,
  fitOf,
  givesFirst,
  isBeyondChance,
  isComplete,
  listCandidates,
  missesFirst,
  USUAL_WAYS,
} from "./candidate-fit.js";
import { applyMistake } from "./mistakes/apply.js";
import type { Homework, Mistake } from "./mistakes/mistake.js";
import { MISTAKES } from "./mistakes/registry.js";
import { createSieve } from "./ruled-out.js";

/** The mistakes that fit best; several when they fit alike. */
export function rankMistakes(homework: Homework, given: Case): Fitting[] {
  const candidates = listCandidates(homework, MISTAKES, given, createSieve(given).leavesAlone);
  if (!isBeyondChance(given.first)) return rank(candidates, given, ALL_WAYS);
  const whole = candidates.filter(({ tried }) => givesFirst(tried, given));
  const usual = rank(whole.length > 0 ? whole : candidates, given, USUAL_WAYS);
  if (usual.some(({ fit }) => isComplete(fit, given))) return usual;
  const likely = candidates.filter(({ mistake }) => usual.some((fitting) => fitting.mistake === mistake));
  return rank(likely.length > 0 ? likely : candidates, given, ALL_WAYS);
}

/** A mistake, the solution with it, and how well that fits. */
export interface Fitting {
  readonly mistake: Mistake;
  readonly altered: Trace;
  readonly fit: Fit;
}

function rank(candidates: readonly Candidate[], given: Case, numWays: number): Fitting[] {
  const best = new Map<Mistake, Fitting>();
  for (const { mistake, altered, tried } of candidates) {
    const fit = fitOf(tried, given, numWays);
    const before = best.get(mistake);
    if (fit && (!before || scoreOf(fit) > scoreOf(before.fit))) best.set(mistake, { mistake, altered, fit });
  }
  const fittings = [...best.values()];
  const highest = Math.max(...fittings.map(({ fit }) => scoreOf(fit)));
  return fittings.filter(({ fit }) => scoreOf(fit) === highest);
}

const scoreOf = ({ explains, spoils }: Fit) => explains - spoils;

/** Fewer wrong cells than this are no evidence for two mistakes at once: among so many pairs one fits by chance. */
const LEAST_CELLS_FOR_TWO = 6;
/** Pairs are tried until about so much is worked out, in cells; a step counts as so many more. */
const MOST_WORK_ON_PAIRS = 300_000;
const WORK_OF_STEP = 20;
/** Where no more than so many could be tried, the one that was made is hardly among them. */
const FEWEST_PAIRS = 20;

/** Two mistakes that together give every wrong cell of the first wrong step, the likeliest pair first; none when no pair does. */
export function findPair(homework: Homework, given: Case): readonly [Fitting, Fitting] | undefined {
  if (given.first.wrong.length < LEAST_CELLS_FOR_TWO) return undefined;
  const work = workOn(homework);
  if (work * FEWEST_PAIRS > MOST_WORK_ON_PAIRS) return undefined;
  const sieve = createSieve(given);
  const isRuledOut = (altered: Trace) => sieve.leavesAlone(altered) || sieve.misses(altered);
  let left = MOST_WORK_ON_PAIRS;
  for (const [one, trace, other] of listPairs(homework, given.sheet)) {
    if (left <= 0) return undefined;
    left -= work;
    for (const { altered, tried } of listCandidates({ ...homework, trace }, [other], given, isRuledOut)) {
      const fit = missesFirst(tried, given) ? undefined : fitOf(tried, given, USUAL_WAYS);
      if (fit && isComplete(fit, given))
        return [
          { mistake: one, altered, fit },
          { mistake: other, altered, fit },
        ];
    }
  }
  return undefined;
}

/** A mistake, the solution with it, and a mistake to be made there as well. Earlier mistakes of the registry are likelier. */
function* listPairs(homework: Homework, sheet: Sheet): Generator<readonly [Mistake, Trace, Mistake]> {
  const made = MISTAKES.map((mistake) => ({
    mistake,
    traces: applyMistake(mistake, homework, sheet),
  })).filter(({ traces }) => traces.length > 0);
  for (let sum = 1; sum < 2 * made.length; sum++) {
    for (let one = Math.max(0, sum - made.length + 1); 2 * one < sum; one++) {
      const { mistake, traces } = made[one];
      for (const trace of traces) yield [mistake, trace, made[sum - one].mistake];
    }
  }
}

/** How much it is to work a solution through. */
function workOn({ trace }: Homework): number {
  return trace.steps.reduce((work, step) => work + WORK_OF_STEP + step.output().data.length, 0);
}
