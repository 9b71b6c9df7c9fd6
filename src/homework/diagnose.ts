import { findStep, keyOf, type Trace } from "../trace/trace.js";
import type { Sheet } from "./answers.js";
import { type Judgement, matchesAny } from "./compare.js";
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
import type { Workings } from "./follow.js";
import { outputNotFromWeights, softmaxGuessed, valuesOf } from "./mistakes/findings.js";
import type { Homework, Mistake, MistakeText } from "./mistakes/mistake.js";
import { MISTAKES } from "./mistakes/registry.js";
import { SLIPS } from "./mistakes/slips.js";

/** A mistake that a sheet shows. */
export interface Diagnosis {
  readonly mistake: MistakeText;
  /** The id of the step at which it is made. */
  readonly step: string;
  /** The option with which the same numbers are right. */
  readonly convention?: string;
  /** How many of the wrong cells the mistake gives, to the digits they were written with. */
  readonly explains: number;
  /** The cells that differ from the right solution, over all given steps. */
  readonly of: number;
}

/** Names what was done at the first wrong step: mistakes by replay, then slips, then what is certain. */
export function diagnose(
  homework: Homework,
  sheet: Sheet,
  judged: readonly Judgement[],
  workings: Workings,
): readonly Diagnosis[] {
  const first = judged.find(({ verdict }) => verdict === "differs");
  if (!first) return [];
  const of = judged.reduce((count, { wrong }) => count + wrong.length, 0);
  const given = { sheet, judged, first, workings };
  const fits = rankMistakes(homework, given);
  const named = fits.map(({ mistake, fit }) => describe(mistake, fit.explains, of));
  if (fits.some(({ fit }) => isComplete(fit, given)))
    return [...named, ...laterFindings(homework.trace, judged, first, of)];
  const slip = findSlip(workings, judged, first, of);
  const found = slip ? [slip] : named.length > 0 ? named : guess(homework.trace, judged, first, of);
  return [...found, ...laterFindings(homework.trace, judged, first, of)];
}

function describe(
  mistake: MistakeText & Pick<Mistake, "convention">,
  explains: number,
  of: number,
): Diagnosis {
  const { step, convention } = mistake;
  return { mistake, step, explains, of, ...(convention !== undefined && { convention }) };
}

/** With so many wrong cells no mistake fits all of them by chance in a usual way to round. */
const CELLS_BEYOND_CHANCE = 24;

/** The mistakes that fit best; several when they fit alike. */
function rankMistakes(homework: Homework, given: Case): Fitting[] {
  const candidates = listCandidates(homework, MISTAKES, given);
  const usual = given.first.wrong.length > CELLS_BEYOND_CHANCE ? rank(candidates, given, USUAL_WAYS) : [];
  return usual.some(({ fit }) => isComplete(fit, given)) ? usual : rank(candidates, given, ALL_WAYS);
}

interface Fitting {
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

/** More wrong cells than this in one step are no slips. */
const MOST_SLIPS = 3;

function findSlip(
  { own: [own] }: Workings,
  judged: readonly Judgement[],
  first: Judgement,
  of: number,
): Diagnosis | undefined {
  const inputs = first.answer.step.inputs.flatMap((key) => own.used(key) ?? []);
  const followed = countFollowed(judged, first);
  for (const slip of SLIPS) {
    if (slip.id !== "row-bent" && first.wrong.length > MOST_SLIPS) continue;
    const found = slip.find(first, inputs);
    if (found.length === first.wrong.length) {
      return { ...describe(slip, found.length + followed, of), step: first.answer.step.id };
    }
  }
  return undefined;
}

/** Wrong cells of later steps that come from the person's own numbers. */
function countFollowed(judged: readonly Judgement[], first: Judgement): number {
  return judged
    .filter((judgement) => judgement !== first)
    .reduce((count, { answer, wrong, own, verdict }) => {
      if (verdict === "follows") return count + wrong.length;
      return count + wrong.filter((index) => matchesAny(answer.cells[index], [own], index)).length;
    }, 0);
}

/** What a wrong step without a known mistake is called, when its kind allows a name. */
function guess(trace: Trace, judged: readonly Judgement[], first: Judgement, of: number): Diagnosis[] {
  const { step, cells } = first.answer;
  const explains = first.wrong.length + countFollowed(judged, first);
  const isPlausible = cells.every((cell) => cell === null || (cell.value >= 0 && cell.value <= 1));
  if (step.view === "distribution" && isPlausible) return [describe(softmaxGuessed, explains, of)];
  const hasWeights = judged.some(({ answer }) => answer.key === step.inputs[0] && answer !== first.answer);
  if (valuesOf(trace, step) && hasWeights)
    return [{ ...describe(outputNotFromWeights, explains, of), step: step.id }];
  return [];
}

/** Outputs that follow neither from the right weights nor from the person's own. */
function laterFindings(
  trace: Trace,
  judged: readonly Judgement[],
  first: Judgement,
  of: number,
): Diagnosis[] {
  const astray = judged.filter(
    ({ answer, verdict }) =>
      answer !== first.answer &&
      verdict === "differs" &&
      valuesOf(trace, answer.step) &&
      judged.some((other) => other.answer.key === answer.step.inputs[0] && other.verdict !== "missing"),
  );
  return astray.slice(0, 1).map(({ answer, wrong }) => ({
    ...describe(outputNotFromWeights, wrong.length, of),
    step: findStep(trace, keyOf(answer.step))?.id ?? answer.step.id,
  }));
}
