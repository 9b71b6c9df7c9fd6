import type { Matrix } from "../../math/matrix.js";
import { isWrittenAs } from "../../math/written.js";
import type { Answer } from "../answers.js";
import { truncateDecimals } from "../rounding.js";

export const EPSILON = 1e-9;
/** The farthest that rounding can move a cell: this number of units, or this share of the cell, whichever is larger. */
const MAX_UNITS = 10;
const MAX_SHARE = 0.01;

/** The cells of a step as a person wrote them, and how they are compared with numbers. */
export class WrittenCells {
  readonly answer: Answer;
  readonly isCutting: boolean;
  /** Whether a program printed the sheet. */
  readonly isPrinted: boolean;
  /** The cells that are not blank. */
  readonly answered: readonly number[];
  /** The rounding error of each cell itself, and how far rounding of earlier steps can move it at most. */
  readonly #halves: Float64Array;
  readonly #limits: Float64Array;

  constructor(answer: Answer, isCutting: boolean, isPrinted: boolean) {
    this.answer = answer;
    this.isCutting = isCutting;
    this.isPrinted = isPrinted;
    this.answered = answer.cells.flatMap((cell, index) => (cell ? [index] : []));
    const units = Float64Array.from(answer.cells, (cell) => 10 ** -(cell?.decimals ?? 0));
    this.#halves = units.map((unit) => (isCutting ? 1 : 0.5) * unit + EPSILON);
    // A program prints small numbers of a step with as many digits as large ones, so there is no such limit.
    this.#limits = units.map((unit, index) =>
      isPrinted
        ? Number.POSITIVE_INFINITY
        : Math.max(MAX_UNITS * unit, MAX_SHARE * Math.abs(answer.values[index])),
    );
  }

  /** Whether a cell is the number rounded, or cut off. */
  agrees(value: number, index: number): boolean {
    const { values, tolerances, cells } = this.answer;
    const distance = Math.abs(value - values[index]);
    if (distance <= tolerances[index]) return true;
    const cell = cells[index];
    if (!cell) return false;
    if (!(distance < Number.POSITIVE_INFINITY) && isWrittenAs(value, cell)) return true;
    return this.isCutting && this.isCut(value, index);
  }

  /** Whether a cell is a number whose last digits were cut off. */
  isCut(value: number, index: number): boolean {
    const cell = this.answer.cells[index];
    if (!cell || !Number.isFinite(cell.value)) return false;
    return Math.abs(truncateDecimals(value, cell.decimals) - cell.value) <= EPSILON;
  }

  /** Returns the cells that any of these matrices gives, and the cells of the matrix that gives most. */
  agree(given: readonly Matrix[]): readonly [any: Uint8Array, best: Uint8Array] {
    const any = new Uint8Array(this.answer.cells.length);
    let [best, most] = [any, -1];
    for (const { data } of given) {
      const hits = new Uint8Array(any.length);
      let count = 0;
      for (const index of this.answered) {
        if (!this.agrees(data[index], index)) continue;
        hits[index] = any[index] = 1;
        count++;
      }
      if (count > most) [best, most] = [hits, count];
    }
    return [any, best];
  }

  /**
   * Returns how far a cell is from the nearest of these numbers, beyond its own rounding. Returns −1 if rounding cannot
   * move it that far.
   */
  slackAt(index: number, from: readonly Matrix[]): number {
    const value = this.answer.values[index];
    let distance = Number.POSITIVE_INFINITY;
    for (const { data } of from) distance = Math.min(distance, Math.abs(data[index] - value));
    const beyond = distance - this.#halves[index];
    return beyond <= this.#limits[index] ? Math.max(0, beyond) : -1;
  }

  /** Whether rounding cannot give a cell from any of these numbers. */
  isFar(index: number, made: readonly Matrix[]): boolean {
    return this.slackAt(index, made) < 0 && !made.some(({ data }) => this.agrees(data[index], index));
  }

  /** Whether that is true for more than `most` cells. */
  areFar(made: readonly Matrix[], most: number): boolean {
    let count = 0;
    return this.answered.some((index) => this.isFar(index, made) && ++count > most);
  }
}
