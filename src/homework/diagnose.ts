import type { Matrix } from "../math/matrix.js";
import { findStep, keyOf, matrixOf, type Trace } from "../trace/trace.js";
import type { Sheet } from "./answers.js";
import { type Judgement, matchesAny } from "./compare.js";
import {
  computeFromOwn,
  computeWith,
  keepNeeded,
  listSchedules,
  type Numbers,
  unrounded,
  withAnswers,
} from "./follow.js";
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

/** How well a mistake fits a sheet. */
interface Fit {
  /** Wrong cells of the first wrong step that it gives. */
  readonly first: number;
  readonly explains: number;
  /** Right cells that it would make wrong. */
  readonly spoils: number;
}

/** A mistake that gives fewer of the wrong cells of the first wrong step than this share is not named. */
const LEAST_SHARE = 0.6;
/** Beyond so many cells a sheet is compared without trying every way to round. */
const LARGE_SHEET = 1500;

/** Names what was done at the first wrong step: mistakes by replay, then slips, then what is certain. */
export function diagnose(
  homework: Homework,
  sheet: Sheet,
  judged: readonly Judgement[],
): readonly Diagnosis[] {
  const first = judged.find(({ verdict }) => verdict === "differs");
  if (!first) return [];
  const of = judged.reduce((count, { wrong }) => count + wrong.length, 0);
  const fits = rankMistakes(homework, sheet, judged, first);
  const isComplete = fits.length > 0 && fits[0].fit.first === first.wrong.length && fits[0].fit.spoils === 0;
  const named = fits.map(({ mistake, fit }) => describe(mistake, fit.explains, of));
  if (isComplete) return [...named, ...laterFindings(homework.trace, judged, first, of)];
  const slip = findSlip(homework.trace, sheet, judged, first, of);
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

/** The mistakes that fit best; several when they fit alike. */
function rankMistakes(
  homework: Homework,
  sheet: Sheet,
  judged: readonly Judgement[],
  first: Judgement,
): { mistake: Mistake; fit: Fit }[] {
  const fitting = MISTAKES.flatMap((mistake) => {
    const fits = mistake
      .apply(homework)
      .flatMap((trace) => fitOf(trace, sheet, judged, first) ?? [])
      .filter((fit) => fit.first >= LEAST_SHARE * first.wrong.length && fit.spoils < fit.explains / 2);
    const best = fits.sort((a, b) => scoreOf(b) - scoreOf(a)).at(0);
    return best ? [{ mistake, fit: best }] : [];
  });
  const best = Math.max(...fitting.map(({ fit }) => scoreOf(fit)));
  return fitting.filter(({ fit }) => scoreOf(fit) === best);
}

const scoreOf = ({ explains, spoils }: Fit) => explains - spoils;

function fitOf(trace: Trace, sheet: Sheet, judged: readonly Judgement[], first: Judgement): Fit | undefined {
  const references = referencesOf(trace, sheet, judged);
  let [explains, spoils, inFirst] = [0, 0, 0];
  for (const judgement of judged) {
    const { answer, wrong } = judgement;
    const matrices = references
      .flatMap((numbers) => numbers.get(answer.key) ?? [])
      .filter((matrix) => fits(matrix, answer));
    if (matrices.length === 0) {
      // This solution has no such step (one wide head has no head 1): it says nothing of it.
      if (judgement === first) return undefined;
      continue;
    }
    const given = wrong.filter((index) => matchesAny(answer.cells[index], matrices, index)).length;
    explains += given;
    if (judgement === first) inFirst = given;
    const isWrong = new Set(wrong);
    spoils += answer.cells.filter(
      (cell, index) => !isWrong.has(index) && !matchesAny(cell, matrices, index),
    ).length;
    if (judgement === first && inFirst < LEAST_SHARE * first.wrong.length) return undefined;
  }
  return { explains, spoils, first: inFirst };
}

const fits = (matrix: Matrix, { rows, cols }: Judgement["answer"]) =>
  matrix.rows === rows && matrix.cols === cols;

function referencesOf(trace: Trace, sheet: Sheet, judged: readonly Judgement[]): readonly Numbers[] {
  const needed = keepNeeded(trace, sheet);
  const isLarge = judged.reduce((count, { answer }) => count + answer.cells.length, 0) > LARGE_SHEET;
  const schedules = isLarge ? [unrounded] : listSchedules(sheet).slice(0, 6);
  return [
    ...schedules.map((schedule) => computeWith(needed, schedule)),
    ...schedules.slice(0, 2).map((schedule) => computeFromOwn(needed, sheet, schedule)),
  ];
}

/** More wrong cells than this in one step are no slips. */
const MOST_SLIPS = 3;

function findSlip(
  trace: Trace,
  sheet: Sheet,
  judged: readonly Judgement[],
  first: Judgement,
  of: number,
): Diagnosis | undefined {
  const numbers = computeFromOwn(trace, sheet, unrounded);
  const inputs = first.answer.step.inputs.map((key) => {
    const answer = sheet.get(key);
    const computed = numbers.get(key) ?? matrixOf(trace, key);
    return answer ? withAnswers(computed, answer) : computed;
  });
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
