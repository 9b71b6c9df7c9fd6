import { type Matrix, mapCells } from "../../math/matrix.js";
import { isWrittenAs } from "../../math/written.js";
import type { Answer } from "../answers.js";
import type { Courses, JudgedCells } from "./judge-cells.js";
import { countBad } from "./step-case.js";

type Course = Map<string, Matrix>;

/** The numbers that a person may have used so far. Every written step adds to them. */
export class CarriedNumbers implements Courses {
  readonly lines: Course[] = [new Map()];
  readonly sheets: Course[] = [new Map()];
  readonly unrounded: Course = new Map();

  isWritten(key: string): boolean {
    return this.unrounded.has(key);
  }

  /** Returns a step as computed from the first sheet, which always has the written numbers. */
  ofSheet({ courses }: Pick<JudgedCells, "courses">): Matrix {
    return courses[this.lines.length];
  }

  /**
   * Continues after a step. Wrong cells count as they are written. After a mere slip of the pen, a person may continue
   * with the right number. So such a step adds a line, and a sheet if it has few such cells.
   */
  goOn(answer: Answer, judged: JudgedCells, mostSlips: number): void {
    const { key, cells, decimals } = answer;
    const { courses, bad, unrounded } = judged;
    const written = (made: Matrix, isAsWritten: (index: number) => boolean) =>
      withAnswers(made, { cells: cells.map((cell, index) => (isAsWritten(index) ? cell : null)) });
    const middle = this.ofSheet(judged);
    const [exactLine] = this.lines;
    const [sheet] = this.sheets;
    const afterSheet = new Map(sheet).set(
      key,
      written(middle, () => true),
    );
    const beside: { lines: Course[]; sheets: Course[] } = { lines: [afterSheet], sheets: [] };
    const left = countBad(judged);
    if (left > 0) beside.lines.unshift(new Map(exactLine).set(key, courses[0]));
    if (left > 0 && left <= mostSlips) {
      const rounded = mapCells(middle, (value) => roundedTo(value, decimals));
      beside.sheets.push(
        new Map(sheet).set(
          key,
          written(rounded, (index) => !bad[index]),
        ),
      );
    }
    const known = unrounded.data.map((value, index) => (bad[index] ? Number.NaN : value));
    this.unrounded.set(key, { ...unrounded, data: known });
    for (const [at, line] of this.lines.entries())
      line.set(
        key,
        written(courses[at], (index) => bad[index] === 1),
      );
    for (const one of this.sheets)
      one.set(
        key,
        written(middle, () => true),
      );
    this.lines.push(...beside.lines);
    this.sheets.push(...beside.sheets);
  }
}

const roundedTo = (value: number, decimals: number): number =>
  Number.isFinite(value) ? Number(value.toFixed(Math.min(decimals, 100))) : value;

/** Returns a matrix in which the answered cells replace the computed ones. */
function withAnswers(matrix: Matrix, { cells }: Pick<Answer, "cells">): Matrix {
  return mapCells(matrix, (value, row, col) => {
    const written = cells[row * matrix.cols + col];
    if (!written) return value;
    // A written −1e9 means −∞, and is used as −∞.
    return value === Number.NEGATIVE_INFINITY && isWrittenAs(value, written) ? value : written.value;
  });
}
