import { greatest } from "../math/lists.js";
import type { Matrix } from "../math/matrix.js";
import { isWrittenAs } from "../math/written.js";
import type { Answer } from "./answers.js";

/** The verdict of a step. docs/reference/check.md explains each word. */
export type StepVerdict = "agrees" | "agrees-rounded" | "truncated" | "follows" | "differs" | "missing";

/**
 * The mark of a cell: right to its written digits, right with rounding, right from the person's own wrong numbers, or
 * wrong.
 */
export type Mark = "right" | "near" | "follows" | "wrong";

/** One step of a sheet, compared with the solution. */
export interface Judgement {
  readonly answer: Answer;
  readonly verdict: StepVerdict;
  /** The mark of each cell, row by row. A blank cell has none. */
  readonly marks: readonly (Mark | null)[];
  /** The indices (row-major) of the wrong cells: they are right neither exactly nor with rounding. */
  readonly wrong: readonly number[];
  /** The right numbers. */
  readonly exact: Matrix;
  /** The numbers that follow from the person's own earlier numbers. */
  readonly own: Matrix;
}

/** Returns the row and column of an index. */
export const cellAt = (
  { cols }: Pick<Answer, "cols">,
  index: number,
): readonly [row: number, col: number] => [Math.floor(index / cols), index % cols];

/** Returns the indices of the cells with one of these marks. */
export const indicesOf = (marks: Judgement["marks"], ...wanted: readonly Mark[]): readonly number[] =>
  marks.flatMap((mark, index) => (mark && wanted.includes(mark) ? [index] : []));

/** Whether a written cell agrees with a matrix. */
export function isMatched({ cells, values, tolerances }: Answer, index: number, matrix: Matrix): boolean {
  const distance = Math.abs(matrix.data[index] - values[index]);
  // The distance decides for most cells. Infinities and blanks need a closer look.
  if (distance < Number.POSITIVE_INFINITY) return distance <= tolerances[index];
  const written = cells[index];
  return written === null || isWrittenAs(matrix.data[index], written);
}

/** Returns the largest distance of a wrong cell from its right number. It is infinite if one of the two is infinite. */
export function maxDifference({ answer, wrong, exact }: Judgement): number {
  return greatest(wrong, (index) => Math.abs((answer.cells[index]?.value ?? 0) - exact.data[index]));
}
