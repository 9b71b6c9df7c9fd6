import { cellOf, type Matrix } from "../math/matrix.js";
import { isWrittenAs, type WrittenNumber } from "../math/written.js";
import { keyOf, type Step, type Trace } from "../trace/trace.js";
import type { Answer, Sheet } from "./answers.js";
import { type Bound, createBounds } from "./bound.js";
import {
  computeFromOwn,
  computeWith,
  listSchedules,
  type Numbers,
  truncateDecimals,
  truncating,
  unrounded,
} from "./follow.js";

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

/** More cells than this are not bounded one by one: the explanation of every cell would have to be followed. */
const MOST_BOUNDED_CELLS = 400;

/** Judges every answered step, in the order of the steps. */
export function judgeSheet(trace: Trace, sheet: Sheet): readonly Judgement[] {
  const references = listReferences(trace, sheet);
  const bounds = createBounds(trace, sheet);
  const judged = new Map<string, Judgement>();
  for (const [key, answer] of sheet) {
    const isTainted = dependsOnWrong(trace, answer.step, judged);
    const followed = isTainted ? [followWrong(trace, sheet, judged)] : [];
    const own = [...references.own, ...followed];
    judged.set(key, judgeStep(answer, { ...references, own }, isTainted, bounds));
  }
  return [...judged.values()];
}

/** What a sheet is compared with. */
interface References {
  readonly exact: Numbers;
  /** From the person's own numbers, unrounded and as people round. */
  readonly own: readonly Numbers[];
  readonly rounded: readonly Numbers[];
  /** With digits cut off at every step. */
  readonly cut: Numbers;
}

/** What follows when the wrong answers stand, and the right ones are used as exactly as they can be. */
function followWrong(trace: Trace, sheet: Sheet, judged: ReadonlyMap<string, Judgement>): Numbers {
  const wrong = new Map([...sheet].filter(([key]) => (judged.get(key)?.wrong.length ?? 0) > 0));
  return computeFromOwn(trace, wrong, unrounded);
}

function listReferences(trace: Trace, sheet: Sheet): References {
  const schedules = listSchedules(sheet);
  const rounding = schedules.filter((schedule) => schedule !== unrounded);
  return {
    exact: computeWith(trace, unrounded),
    own: schedules.slice(0, 3).map((schedule) => computeFromOwn(trace, sheet, schedule)),
    rounded: rounding.map((schedule) => computeWith(trace, schedule)),
    cut: computeWith(trace, truncating(sheet)),
  };
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

function judgeStep(answer: Answer, references: References, isTainted: boolean, boundOf: Bound): Judgement {
  const { key, cells } = answer;
  const exact = matrixIn(references.exact, key);
  const own = references.own.map((numbers) => matrixIn(numbers, key));
  const done = (verdict: StepVerdict, wrong: readonly number[] = []): Judgement => ({
    ...{ answer, verdict, wrong, exact, own: own[0] },
  });
  if (cells.every((cell) => cell === null)) return done("missing");
  const off = indicesWhere(cells, (cell, index) => !isWrittenAs(exact.data[index], cell));
  if (off.length === 0) return done("agrees");
  const rounded = references.rounded.map((numbers) => matrixIn(numbers, key));
  const right = isTainted ? rounded : [...own, ...rounded];
  const left = off.filter((index) => !matchesAny(cells[index], right, index));
  if (left.length === 0) return done("agrees-rounded");
  const origins = isTainted ? [exact] : [exact, own[0]];
  const cut = matrixIn(references.cut, key);
  const uncut = off.filter(
    (index) => !isCut(cells[index], origins, index) && !matchesAny(cells[index], [cut], index),
  );
  if (uncut.length === 0) return done("truncated");
  const isMixed = (index: number) => isMixedRounding(answer, index, origins, boundOf);
  if (!isTainted && left.length <= MOST_BOUNDED_CELLS && left.every(isMixed)) return done("agrees-rounded");
  const isFollowed = (index: number) =>
    matchesAny(cells[index], own, index) ||
    isCut(cells[index], own, index) ||
    (left.length <= MOST_BOUNDED_CELLS && isMixedRounding(answer, index, own, boundOf));
  const astray = isTainted ? left.filter((index) => !isFollowed(index)) : left;
  return done(isTainted && astray.length === 0 ? "follows" : "differs", left);
}

/** One unit of the last digit and its rounding: as much as mixed rounding may do without being a mistake. */
const UNITS_OF_MIXED_ROUNDING = 1.5;

function isMixedRounding(
  { key, cols, cells }: Answer,
  index: number,
  origins: readonly Matrix[],
  boundOf: Bound,
): boolean {
  const written = cells[index];
  if (!written) return true;
  const unit = 10 ** -written.decimals;
  const distance = Math.min(...origins.map(({ data }) => Math.abs(data[index] - written.value)));
  if (!(distance <= UNITS_OF_MIXED_ROUNDING * unit + 1e-9)) return false;
  return distance <= boundOf(key, Math.floor(index / cols), index % cols) + unit / 2 + 1e-9;
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

/** The answered cells for which something is so. */
export function indicesWhere(
  cells: Answer["cells"],
  isSo: (cell: WrittenNumber, index: number) => boolean,
): readonly number[] {
  return cells.flatMap((cell, index) => (cell !== null && isSo(cell, index) ? [index] : []));
}

export function matrixIn(numbers: Numbers, key: string): Matrix {
  const matrix = numbers.get(key);
  if (!matrix) throw new RangeError(`"${key}" was not computed`);
  return matrix;
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
