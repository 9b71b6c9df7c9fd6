import { cellOf, type Matrix } from "../math/matrix.js";
import { isWrittenAs, type WrittenNumber } from "../math/written.js";
import { keyOf, type Step, type Trace } from "../trace/trace.js";
import type { Answer, Sheet } from "./answers.js";
import { createBounds, type Reach } from "./bound.js";
import { truncateDecimals, unrounded, type Workings, withSheet } from "./follow.js";
import { countNear } from "./nearness.js";
import { createNumbers, type Numbers } from "./numbers.js";

/** Whether a step is right: docs/reference.md says what each word means. */
export type StepVerdict = "agrees" | "agrees-rounded" | "truncated" | "follows" | "differs" | "missing";

/** One step of a sheet beside what it should be. */
export interface Judgement {
  readonly answer: Answer;
  readonly verdict: StepVerdict;
  /** Indices (row-major) of the cells that are not right, neither exactly nor by rounding. */
  readonly wrong: readonly number[];
  /** The right numbers. */
  readonly exact: Matrix;
  /** What the person's own earlier numbers lead to. */
  readonly own: Matrix;
}

/** Judges every answered step, in the order of the steps, each when it is asked for. */
export function* judgeSteps(trace: Trace, sheet: Sheet, workings: Workings): Generator<Judgement> {
  const isReached = createBounds(trace, sheet);
  const judged = new Map<string, Judgement>();
  for (const [key, answer] of sheet) {
    const isTainted = dependsOnWrong(trace, answer.step, judged);
    const own = isTainted ? [...workings.own, followWrong(workings, sheet, judged)] : workings.own;
    const judgement = judgeStep(answer, { ...workings, own }, isTainted, isReached);
    judged.set(key, judgement);
    yield judgement;
  }
}

export const isWrong = (verdict: StepVerdict) => verdict === "differs" || verdict === "follows";

/** The judgements of a sheet that is right throughout; nothing at the first step that is not. */
export function judgeWhileRight(
  trace: Trace,
  sheet: Sheet,
  workings: Workings,
): readonly Judgement[] | undefined {
  const judged: Judgement[] = [];
  for (const judgement of judgeSteps(trace, sheet, workings)) {
    if (isWrong(judgement.verdict)) return undefined;
    judged.push(judgement);
  }
  return judged;
}

/** What follows when the wrong answers stand, and the right ones are used as exactly as they can be. */
function followWrong(
  { worked: [exact] }: Workings,
  sheet: Sheet,
  judged: ReadonlyMap<string, Judgement>,
): Numbers {
  const wrong = new Map([...sheet].filter(([key]) => (judged.get(key)?.wrong.length ?? 0) > 0));
  return createNumbers(exact.sources, withSheet(wrong, unrounded));
}

/** Whether a wrong answer leads to this step without a right answer between. */
function dependsOnWrong(trace: Trace, step: Step, judged: ReadonlyMap<string, Judgement>): boolean {
  const steps = new Map(trace.steps.map((other) => [keyOf(other), other]));
  const seen = new Set<string>();
  const isWrong = (key: string): boolean => {
    if (seen.has(key)) return false;
    seen.add(key);
    const judgement = judged.get(key);
    if (judgement && judgement.wrong.length > 0) return true;
    const isAnswered = judgement?.answer.cells.every((cell) => cell !== null) ?? false;
    return !isAnswered && (steps.get(key)?.inputs.some(isWrong) ?? false);
  };
  return step.inputs.some(isWrong);
}

function judgeStep(answer: Answer, workings: Workings, isTainted: boolean, isReached: Reach): Judgement {
  const { key, cells } = answer;
  const exact = usedIn(workings.worked[0], key);
  const own = workings.own.map((numbers) => () => computedIn(numbers, key));
  const done = (verdict: StepVerdict, wrong: readonly number[] = []): Judgement => ({
    ...{ answer, verdict, wrong, exact, own: wrong.length > 0 ? own[0]() : exact },
  });
  const indices = cells.flatMap((cell, index) => (cell ? [index] : []));
  if (indices.length === 0) return done("missing");
  const off = unmatched(answer, indices, [() => exact]);
  if (off.length === 0) return done("agrees");
  const rounded = workings.worked.slice(1).map((numbers) => () => usedIn(numbers, key));
  const origins = isTainted ? [exact] : [exact, own[0]()];
  // Where most are far off, other ways to round do not excuse the few that happen to be near.
  const isFar = countNear(answer, off, origins, rounded[0]) < off.length / 2;
  const ways = isTainted ? rounded : [...own, ...rounded];
  const left = unmatched(answer, off, isFar ? ways.slice(0, 1) : ways);
  if (left.length === 0) return done("agrees-rounded");
  const terms = Math.max(...answer.step.inputs.map((input) => workings.worked[0].used(input)?.cols ?? 0));
  const areMixed = (wrong: readonly number[], from: readonly Matrix[]) =>
    areMixedRoundings(answer, wrong, { origins: from, terms }, isReached);
  if (!isFar) {
    const cut = [() => usedIn(workings.cut, key)];
    const uncut = off.filter((index) => !isCut(cells[index], origins, index));
    if (unmatched(answer, uncut, cut).length === 0) return done("truncated");
    if (!isTainted && areMixed(left, origins)) return done("agrees-rounded");
  }
  if (!isTainted) return done("differs", left);
  const astray = unmatched(answer, left, own);
  const allOwn = astray.length > 0 ? own.map((matrix) => matrix()) : [];
  const uncut = astray.filter((index) => !isCut(cells[index], allOwn, index));
  return done(areMixed(uncut, allOwn) ? "follows" : "differs", left);
}

/** Of these cells those that are written as none of the matrices has them. A matrix is made when cells are left for it. */
export function unmatched(
  { cells }: Answer,
  indices: readonly number[],
  matrices: readonly (() => Matrix)[],
): readonly number[] {
  return matrices.reduce((left, make) => {
    if (left.length === 0) return left;
    const matrix = make();
    return left.filter((index) => !matchesAny(cells[index], [matrix], index));
  }, indices);
}

/** One unit of the last digit and its rounding: as much as mixed rounding may do in a short sum without being a mistake. */
const UNITS_OF_MIXED_ROUNDING = 1.5;
const SHORT_SUM = 4;

/** Roundings of many terms add up as their root. */
const unitsOfMixedRounding = (terms: number) =>
  UNITS_OF_MIXED_ROUNDING * Math.sqrt(Math.max(1, terms / SHORT_SUM));

/** Whether all these cells differ by no more than rounding here and there may do. That they are near is seen first. */
function areMixedRoundings(
  { key, cols, cells }: Answer,
  indices: readonly number[],
  { origins, terms }: { readonly origins: readonly Matrix[]; readonly terms: number },
  isReached: Reach,
): boolean {
  const places = indices.flatMap((index) => {
    const written = cells[index];
    if (!written) return [];
    const distance = Math.min(...origins.map(({ data }) => Math.abs(data[index] - written.value)));
    return [{ index, distance, unit: 10 ** -written.decimals }];
  });
  return (
    places.every(({ distance, unit }) => distance <= unitsOfMixedRounding(terms) * unit + 1e-9) &&
    places.every(({ index, distance, unit }) =>
      isReached(key, Math.floor(index / cols), index % cols, distance - unit / 2 - 1e-9),
    )
  );
}

function isCut(written: WrittenNumber | null, origins: readonly Matrix[], index: number): boolean {
  if (!written) return true;
  return origins.some(({ data }) => {
    const cut = truncateDecimals(data[index], written.decimals);
    return isWrittenAs(data[index], written) || Math.abs(cut - written.value) <= 1e-9;
  });
}

/** Whether a cell is as one of these has it, to the digits it was written with. */
export function matchesAny(
  written: WrittenNumber | null,
  matrices: readonly Matrix[],
  index: number,
): boolean {
  return written === null || matrices.some(({ data }) => isWrittenAs(data[index], written));
}

const usedIn = ({ used }: Numbers, key: string): Matrix => used(key) ?? notComputed(key);

const computedIn = ({ computed }: Numbers, key: string): Matrix => computed(key) ?? notComputed(key);

function notComputed(key: string): never {
  throw new RangeError(`"${key}" was not computed`);
}

/** The largest distance of a wrong cell from its right number; infinite when one of the two is. */
export function maxDifference({ answer, wrong, exact }: Judgement): number {
  return wrong.reduce((most, index) => {
    const value = answer.cells[index]?.value ?? 0;
    return Math.max(
      most,
      Math.abs(value - cellOf(exact, Math.floor(index / exact.cols), index % exact.cols)),
    );
  }, 0);
}
