import type { Matrix } from "../math/matrix.js";
import { isWrittenAs } from "../math/written.js";
import type { Answer } from "./answers.js";

/** The verdict of a step. docs/reference/check.md explains each word. */
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
  /** The numbers that follow from the person's own earlier numbers. */
  readonly own: Matrix;
}

/** Whether a cell is written as a matrix has it. */
export function isMatched({ cells, values, tolerances }: Answer, index: number, matrix: Matrix): boolean {
  const distance = Math.abs(matrix.data[index] - values[index]);
  // The distance decides for most cells. Infinities and blanks need a closer look.
  if (distance < Number.POSITIVE_INFINITY) return distance <= tolerances[index];
  const written = cells[index];
  return written === null || isWrittenAs(matrix.data[index], written);
}

/** Returns the largest distance of a wrong cell from its right number. It is infinite if one of the two is infinite. */
export function maxDifference({ answer, wrong, exact }: Judgement): number {
  return wrong.reduce((most, index) => {
    const value = answer.cells[index]?.value ?? 0;
    return Math.max(most, Math.abs(value - exact.data[index]));
  }, 0);
}
