import { type Matrix, mapCells } from "../../math/matrix.js";
import { isWrittenAs } from "../../math/written.js";
import type { Answer } from "../answers.js";
import type { Courses, JudgedCells } from "./judge-cells.js";
import { countBad } from "./step-case.js";

type Course = Map<string, Matrix>;

/** With which numbers a person may have come so far. It grows with every written step. */
export class CarriedNumbers implements Courses {
  readonly lines: Course[] = [new Map()];
  readonly sheets: Course[] = [new Map()];
  readonly unrounded: Course = new Map();

  isWritten(key: string): boolean {
    return this.unrounded.has(key);
  }

  /** What the first sheet, always as it is written, makes of a step. */
  ofSheet({ courses }: Pick<JudgedCells, "courses">): Matrix {
    return courses[this.lines.length];
  }

  /**
   * Goes on from a step. What is wrong counts as it is written. Where it was only a slip of the pen, a person goes on with the right
   * number: this is a line, and of few such cells a sheet.
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

/** A matrix with the answered cells in the place of the computed ones. */
function withAnswers(matrix: Matrix, { cells }: Pick<Answer, "cells">): Matrix {
  return mapCells(matrix, (value, row, col) => {
    const written = cells[row * matrix.cols + col];
    if (!written) return value;
    // −1e9 stands for −∞, and is taken for it.
    return value === Number.NEGATIVE_INFINITY && isWrittenAs(value, written) ? value : written.value;
  });
}
