import { remember } from "../math/remember.js";
import type { Expression } from "../trace/expression.js";
import { indexIn } from "../trace/scope.js";
import { explainStep, type Step, type Trace } from "../trace/trace.js";
import type { Sheet } from "./answers.js";
import { areNegligible, type Case, isComplete } from "./candidate-fit.js";
import { conventionOf } from "./convention.js";
import { type Judgement, matchesAny } from "./judge-step.js";
import { lookGuessed, outputNotFromWeights, softmaxGuessed, valuesOf } from "./mistakes/findings.js";
import type { Homework, MistakeText, Telling } from "./mistakes/mistake.js";
import { type Question, SLIPS } from "./mistakes/slips.js";
import { type Fitting, findPair, rankMistakes } from "./rank.js";
import type { RoundedSolutions } from "./rounding-schedules.js";

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
  /** Of a slip, the arithmetic of the cells in which it was made, from the person's own numbers. */
  readonly slipped?: readonly SlippedCell[];
  /** The id of the mistake that was made as well: only both together give these cells. */
  readonly with?: string;
  /** The rows in which it was made, and the heads, where that is not all of them. */
  readonly rows?: readonly number[];
  readonly heads?: readonly string[];
  /** The key of the written step that shows it. */
  readonly key?: string;
  /** The same for mistakes of which one was made, and nothing tells which. */
  readonly cause?: string;
  /** What was done in the numbers or rows of this problem, where its title does not say them. */
  readonly telling?: Telling;
  /** A cell that shows it. */
  readonly shown?: ShownCell;
  /** Of a slip that was followed, its cells. */
  readonly cells?: readonly ShownCell[];
  /** Steps of later cells that follow from it, and their rows, where these are not all. */
  readonly follows?: readonly StepRows[];
}

/** Rows of a step; all of them where none are named. */
export interface StepRows {
  readonly step: Step;
  readonly rows?: readonly number[];
}

/** A cell that is wrong, with the arithmetic from the person's own numbers. */
export interface ShownCell extends SlippedCell {
  readonly written: number;
  readonly decimals: number;
  /** How the mistake gives what was written, where that is arithmetic. */
  readonly yours?: Expression;
  /** What the person may ask themselves. */
  readonly question?: Question;
}

/** A cell in which a slip was made, and how it comes about. */
export interface SlippedCell {
  readonly step: Step;
  readonly row: number;
  readonly col: number;
  readonly arithmetic: Expression;
}

/** Whether a diagnosis leaves nothing to explain. */
export const isWhole = ({ explains, of }: Pick<Diagnosis, "explains" | "of">): boolean =>
  areNegligible(of - explains, of);

/** What was done, each thing with the mistakes that it may have been. */
export function causesOf(diagnosis: readonly Diagnosis[]): readonly (readonly Diagnosis[])[] {
  const groups = new Map<string, Diagnosis[]>();
  for (const found of diagnosis) {
    const group = remember(
      groups,
      found.cause ?? (found.with === undefined ? "" : found.mistake.id),
      () => [],
    );
    group.push(found);
  }
  return [...groups.values()];
}

/** Names what was done at the first wrong step: a mistake by replay, a slip, two mistakes, or what is certain. */
export function diagnose(
  homework: Homework,
  sheet: Sheet,
  judged: readonly Judgement[],
  solutions: RoundedSolutions,
): readonly Diagnosis[] {
  const first = judged.find(({ verdict }) => verdict === "differs");
  // The mistakes are those of one attention: of a run with several layers it is told where it first differs.
  if (!first || homework.trace.steps.some(({ scope }) => indexIn(scope, "layer") !== undefined)) return [];
  const of = judged.reduce((count, { wrong }) => count + wrong.length, 0);
  const given = { sheet, judged, first, solutions };
  const found = diagnoseFirst(homework, given, of);
  return found.some(isWhole) ? found : [...found, ...diagnoseLater(homework, given, of)];
}

function diagnoseFirst(homework: Homework, given: Case, of: number): readonly Diagnosis[] {
  const fits = rankMistakes(homework, given);
  const named = fits.map((fitting) => {
    const { fit } = fitting;
    const convention = !isWhole({ explains: fit.explains, of })
      ? undefined
      : conventionOf(homework, fitting, given.sheet);
    return { ...describeFitting(homework, fitting, of), ...(convention !== undefined && { convention }) };
  });
  if (fits.some(({ fit }) => isComplete(fit, given))) return named;
  const slip = findSlip(given, of);
  if (slip) return [slip];
  const pair = findPair(homework, given);
  if (pair) return describePair(homework, pair, of);
  return named.length > 0 ? named : guess(homework.trace, given, of);
}

function describePair(
  homework: Homework,
  [one, other]: readonly [Fitting, Fitting],
  of: number,
): readonly Diagnosis[] {
  const described = [one, other].map((fitting) => describeFitting(homework, fitting, of));
  return [
    { ...described[0], with: other.mistake.id },
    { ...described[1], with: one.mistake.id },
  ];
}

function describeFitting({ trace }: Homework, { mistake, altered, fit }: Fitting, of: number): Diagnosis {
  return {
    ...describe(mistake, fit.explains, of),
    step: mistake.madeAt?.(trace, altered) ?? mistake.step,
  };
}

function describe(mistake: MistakeText, explains: number, of: number): Diagnosis {
  return { mistake, step: mistake.step, explains, of };
}

/** More wrong cells than this in one step are no slips. */
const MOST_SLIPS = 3;

function findSlip({ solutions, judged, first }: Case, of: number): Diagnosis | undefined {
  const [own] = solutions.own;
  const inputs = first.answer.step.inputs.flatMap((key) => own.used(key) ?? []);
  const followed = countFollowed(judged, first);
  for (const slip of SLIPS) {
    if (slip.id !== "row-bent" && first.wrong.length > MOST_SLIPS) continue;
    const found = slip.find(first, inputs);
    if (found.length !== first.wrong.length) continue;
    const { step, cols } = first.answer;
    const slipped = found.map((index): SlippedCell => {
      const [row, col] = [Math.floor(index / cols), index % cols];
      return { step, row, col, arithmetic: explainStep(step, inputs, row, col) };
    });
    const text = slip.step === "any" ? { ...slip, formula: step.formula } : slip;
    return { ...describe(text, found.length + followed, of), step: step.id, slipped };
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

/** Whether a step multiplies weights that were answered by values. */
const isOfOwnWeights = (trace: Trace, judged: readonly Judgement[], step: Step): boolean =>
  valuesOf(trace, step) !== undefined &&
  judged.some(({ answer, verdict }) => answer.key === step.inputs[0] && verdict !== "missing");

/** What a wrong step without a known mistake is called, when its kind allows a name. */
function guess(trace: Trace, { judged, first }: Case, of: number): Diagnosis[] {
  const { step } = first.answer;
  const explains = first.wrong.length + countFollowed(judged, first);
  if (step.view === "distribution" && lookGuessed(first.answer))
    return [describe(softmaxGuessed, explains, of)];
  if (isOfOwnWeights(trace, judged, step))
    return [{ ...describe(outputNotFromWeights, explains, of), step: step.id }];
  return [];
}

/**
 * What was done at the next step that follows neither from the right numbers nor from the person's own: a second mistake,
 * or an output that is not from the weights.
 */
function diagnoseLater(homework: Homework, given: Case, of: number): readonly Diagnosis[] {
  const { judged, first } = given;
  const astray = judged.find((judgement) => judgement !== first && judgement.verdict === "differs");
  if (!astray) return [];
  const later = { ...given, judged: [astray], first: astray };
  const fits = rankMistakes(homework, later).filter(({ fit }) => isComplete(fit, later));
  if (fits.length > 0) return fits.map((fitting) => describeFitting(homework, fitting, of));
  const { step } = astray.answer;
  if (!isOfOwnWeights(homework.trace, judged, step)) return [];
  return [{ ...describe(outputNotFromWeights, astray.wrong.length, of), step: step.id }];
}
