import { truncateDecimals } from "../../math/decimal.js";
import type { Matrix } from "../../math/matrix.js";
import type { Answer } from "../answers.js";
import { isMatched } from "../judgement.js";

export const EPSILON = 1e-9;
/** The farthest that rounding can move a cell: this number of units, or this share of the cell, whichever is larger. */
const MAX_UNITS = 10;
const MAX_SHARE = 0.01;

/** The cells of a step as a person wrote them, and how they are compared with numbers. */
export type WrittenCells = ReturnType<typeof writtenCells>;

/** `isPrinted` says whether a program printed the sheet. */
export function writtenCells(answer: Answer, isCutting: boolean, isPrinted: boolean) {
  const { cells, values } = answer;
  const answered = cells.flatMap((cell, index) => (cell ? [index] : []));
  const units = Float64Array.from(cells, (cell) => 10 ** -(cell?.decimals ?? 0));
  /** The rounding error of each cell itself, and how far rounding of earlier steps can move it at most. */
  const halves = units.map((unit) => (isCutting ? 1 : 0.5) * unit + EPSILON);
  // A program prints small numbers of a step with as many digits as large ones, so there is no such limit.
  const limits = units.map((unit, index) =>
    isPrinted ? Number.POSITIVE_INFINITY : Math.max(MAX_UNITS * unit, MAX_SHARE * Math.abs(values[index])),
  );

  /** Whether a cell is a number whose last digits were cut off. */
  const isCut = (value: number, index: number): boolean => {
    const cell = cells[index];
    if (!cell || !Number.isFinite(cell.value)) return false;
    return Math.abs(truncateDecimals(value, cell.decimals) - cell.value) <= EPSILON;
  };

  /** Whether an answered cell is the number rounded, or cut off. */
  const agrees = (made: Matrix, index: number): boolean =>
    isMatched(answer, index, made) || (isCutting && isCut(made.data[index], index));

  /** Returns the cells that any of these matrices gives, and the cells of the matrix that gives most. */
  const agree = (given: readonly Matrix[]): readonly [any: Uint8Array, best: Uint8Array] => {
    const any = new Uint8Array(cells.length);
    let [best, most] = [any, -1];
    for (const made of given) {
      const hits = new Uint8Array(any.length);
      let count = 0;
      for (const index of answered) {
        if (!agrees(made, index)) continue;
        hits[index] = any[index] = 1;
        count++;
      }
      if (count > most) [best, most] = [hits, count];
    }
    return [any, best];
  };

  /**
   * Returns how far a cell is from the nearest of these numbers, beyond its own rounding. Returns −1 if rounding cannot
   * move it that far.
   */
  const slackAt = (index: number, from: readonly Matrix[]): number => {
    let distance = Number.POSITIVE_INFINITY;
    for (const { data } of from) distance = Math.min(distance, Math.abs(data[index] - values[index]));
    const beyond = distance - halves[index];
    return beyond <= limits[index] ? Math.max(0, beyond) : -1;
  };

  /** Whether rounding cannot give more than `most` cells from any of these numbers. */
  const areFar = (made: readonly Matrix[], most: number): boolean => {
    let count = 0;
    return answered.some((index) => {
      const isFar = slackAt(index, made) < 0 && !made.some((one) => agrees(one, index));
      return isFar && ++count > most;
    });
  };
  return { answer, isCutting, isPrinted, answered, isCut, agrees, agree, slackAt, areFar };
}
