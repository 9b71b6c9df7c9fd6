import { cellOf, type Matrix } from "../math/matrix.js";
import { isWrittenAs, type WrittenNumber } from "../math/written.js";
import type { Answer } from "./answers.js";
import type { Reach } from "./bound.js";
import { areMixedRoundings, isCut } from "./mixed-rounding.js";
import { areNear, CELLS_BY_HAND } from "./plausible-distance.js";
import type { RoundedSolutions } from "./rounding-schedules.js";
import type { Solution } from "./solution.js";

/** Whether a step is right: docs/reference/check.md says what each word means. */
export type StepVerdict = "agrees" | "agrees-rounded" | "truncated" | "follows" | "differs" | "missing";

/** One step of a sheet beside what it should be. */
export interface Judgement {
  readonly answer: Answer;
  readonly verdict: StepVerdict;
  /** Indices (row-major) of the cells that are not right, neither exactly nor by rounding. */
  readonly wrong: readonly number[];
  /** Those that are not right to the digits written, whatever excuses them. */
  readonly off: readonly number[];
  /** The right numbers. */
  readonly exact: Matrix;
  /** What the person's own earlier numbers lead to. */
  readonly own: Matrix;
}

/** Matrices that are made when they are asked for. */
export type Ways = readonly (() => Matrix)[];

/** What an answer is compared with. */
interface Expected {
  readonly exact: Matrix;
  /** What follows from the person's own earlier numbers, the likeliest way to round first. */
  readonly own: Ways;
  /** The right numbers, rounded on the way. */
  readonly rounded: Ways;
  /** The same with digits cut off. */
  readonly cut: Ways;
  /** How many numbers go into one cell. */
  readonly terms: number;
}

/** Judges one step. It is tainted when a wrong answer leads to it. */
export function judgeStep(
  answer: Answer,
  solutions: Omit<RoundedSolutions, "schedules">,
  isTainted: boolean,
  isReached: Reach,
): Judgement {
  const expected = expect(answer, solutions);
  const { exact, own } = expected;
  const answered = answer.cells.flatMap((cell, index) => (cell ? [index] : []));
  const off = unmatched(answer, answered, [() => exact]);
  const [verdict, wrong]: Excuse =
    answered.length === 0
      ? ["missing", []]
      : off.length === 0
        ? ["agrees", []]
        : isTainted
          ? judgeTainted(answer, off, expected, isReached)
          : judgeUntainted(answer, off, expected, isReached);
  return { answer, verdict, wrong, off, exact, own: wrong.length > 0 ? own[0]() : exact };
}

/** A verdict, and the cells that nothing excuses. */
type Excuse = readonly [verdict: StepVerdict, wrong: readonly number[]];

function expect({ key, step }: Answer, { worked, own, cut }: Omit<RoundedSolutions, "schedules">): Expected {
  const [exact, ...rounded] = worked;
  return {
    exact: usedIn(exact, key),
    own: own.map((numbers) => () => computedIn(numbers, key)),
    rounded: rounded.map((numbers) => () => usedIn(numbers, key)),
    cut: [() => usedIn(cut, key)],
    terms: Math.max(...step.inputs.map((input) => exact.used(input)?.cols ?? 0)),
  };
}

/** Where the usual ways to round leave so small a share of the cells, it is mixed rounding before it is an unusual way. */
const SHARE_OF_MIXED = 0.1;

/** A step that only right numbers lead to: the person's own are as good as the exact ones. */
function judgeUntainted(
  answer: Answer,
  off: readonly number[],
  expected: Expected,
  isReached: Reach,
): Excuse {
  const { exact, own, rounded, terms } = expected;
  const [usual, ...unusual] = own;
  const origins = [exact, usual()];
  const beyond = unmatched(answer, off, [usual]);
  // Where most are far off, other ways to round do not excuse the few that happen to be near.
  const areMostOff = beyond.length > off.length / 2;
  if (areMostOff && !areNear(answer, off, { origins, rounded: rounded[0], share: 0.5 }))
    return ["differs", beyond];
  const areMixed = (cells: readonly number[]) =>
    areMixedRoundings(answer, cells, { exact, own: own.map((make) => make()), terms }, isReached);
  const most = unmatched(answer, beyond, unusual);
  if (most.length <= SHARE_OF_MIXED * off.length && areMixed(most)) return ["agrees-rounded", []];
  // No single way to round gives all cells of a large step.
  const isLarge = answer.cells.length > CELLS_BY_HAND;
  const areAllCut = most.every((index) => isCut(answer.cells[index], origins, index));
  if (isLarge && !areAllCut && areMixed(most)) return ["agrees-rounded", []];
  const left = unmatched(answer, most, rounded);
  if (left.length === 0) return ["agrees-rounded", []];
  if (areCut(answer, off, origins, expected)) return ["truncated", []];
  return areMixed(left) ? ["agrees-rounded", []] : ["differs", left];
}

/** A step that a wrong answer leads to: it is right by the exact numbers, or follows from the person's own. */
function judgeTainted(answer: Answer, off: readonly number[], expected: Expected, isReached: Reach): Excuse {
  const { exact, own, rounded, terms } = expected;
  const [usual, ...unusual] = rounded;
  const most = unmatched(answer, off, [usual]);
  if (most.length === 0) return ["agrees-rounded", []];
  const beyond = unmatched(answer, most, own);
  if (beyond.length === 0) return ["follows", most];
  const isFar = !areNear(answer, off, { origins: [exact], rounded: usual, share: 0.5 });
  const left = isFar ? most : unmatched(answer, most, unusual);
  if (left.length === 0) return ["agrees-rounded", []];
  if (!isFar && areCut(answer, off, [exact], expected)) return ["truncated", []];
  const isLeft = new Set(left);
  const astray = beyond.filter((index) => isLeft.has(index));
  const [first, ...others] = own.map((make) => make());
  const uncut = astray.filter((index) => !isCut(answer.cells[index], [first, ...others], index));
  const isFollowed = areMixedRoundings(
    answer,
    uncut,
    { exact: first, own: [first, ...others], terms },
    isReached,
  );
  return [isFollowed ? "follows" : "differs", left];
}

/** Whether digits were cut off in all these cells, here or at every step before. */
function areCut(
  answer: Answer,
  indices: readonly number[],
  origins: readonly Matrix[],
  { cut }: Expected,
): boolean {
  const uncut = indices.filter((index) => !isCut(answer.cells[index], origins, index));
  return unmatched(answer, uncut, cut).length === 0;
}

/** Of these cells those that are written as none of the matrices has them. A matrix is made when cells are left for it. */
export function unmatched(answer: Answer, indices: readonly number[], matrices: Ways): readonly number[] {
  return matrices.reduce((left, make) => {
    if (left.length === 0) return left;
    const matrix = make();
    return left.filter((index) => !isMatched(answer, index, matrix));
  }, indices);
}

/** Whether a cell is written as a matrix has it. */
export function isMatched({ cells, values, tolerances }: Answer, index: number, matrix: Matrix): boolean {
  const distance = Math.abs(matrix.data[index] - values[index]);
  // The distance says it for most cells; infinities and blanks are looked at more closely.
  return distance < Infinity ? distance <= tolerances[index] : matchesAny(cells[index], [matrix], index);
}

/** Whether a cell is as one of these has it, to the digits it was written with. */
export function matchesAny(
  written: WrittenNumber | null,
  matrices: readonly Matrix[],
  index: number,
): boolean {
  return written === null || matrices.some(({ data }) => isWrittenAs(data[index], written));
}

const usedIn = ({ used }: Solution, key: string): Matrix => used(key) ?? notComputed(key);

const computedIn = ({ computed }: Solution, key: string): Matrix => computed(key) ?? notComputed(key);

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
