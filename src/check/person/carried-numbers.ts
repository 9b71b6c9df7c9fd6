import { type Matrix, mapCells } from "../../math/matrix.js";
import { isWrittenAs } from "../../math/written.js";
import type { Answer } from "../answers.js";
import type { CarriedVersions, JudgedCells } from "./judge-cells.js";
import { countBad } from "./step-case.js";

type MutableNumbers = Map<string, Matrix>;

/** The numbers that a person may have used so far. Every written step adds to them. */
export class CarriedNumbers implements CarriedVersions {
  readonly partlyWritten: MutableNumbers[] = [new Map()];
  readonly allWritten: MutableNumbers[] = [new Map()];
  readonly unrounded: MutableNumbers = new Map();

  isWritten(key: string): boolean {
    return this.unrounded.has(key);
  }

  fromAllWritten({ versions }: Pick<JudgedCells, "versions">): Matrix {
    return versions[this.partlyWritten.length];
  }

  /**
   * Continues after a step. Wrong cells count as they are written. After a mere slip of the pen, a person may continue
   * with the right number. So such a step adds versions.
   */
  continueAfter(answer: Answer, judged: JudgedCells, mostSlips: number): void {
    const { key, cells, decimals } = answer;
    const { versions, bad, unrounded } = judged;
    /** Returns numbers in which some of the written cells replace the computed ones. */
    const written = (made: Matrix, isAsWritten: (index: number) => boolean): Matrix => ({
      ...made,
      data: made.data.map((value, index) => {
        const cell = isAsWritten(index) ? cells[index] : null;
        // A written −1e9 means −∞, and is used as −∞.
        const isKept = !cell || (value === Number.NEGATIVE_INFINITY && isWrittenAs(value, cell));
        return isKept ? value : cell.value;
      }),
    });
    const middle = this.fromAllWritten(judged);
    const whole = written(middle, () => true);
    const [[exact], [before]] = [this.partlyWritten, this.allWritten];
    const left = countBad(judged);
    const withoutSlips = left > 0 ? [new Map(exact).set(key, versions[0])] : [];
    const partly = [...withoutSlips, new Map(before).set(key, whole)];
    const rounded = mapCells(middle, (value) => roundedTo(value, decimals));
    const corrected = written(rounded, (index) => !bad[index]);
    const all = left > 0 && left <= mostSlips ? [new Map(before).set(key, corrected)] : [];
    const known = unrounded.data.map((value, index) => (bad[index] ? Number.NaN : value));
    this.unrounded.set(key, { ...unrounded, data: known });
    for (const [at, numbers] of this.partlyWritten.entries())
      numbers.set(
        key,
        written(versions[at], (index) => bad[index] === 1),
      );
    for (const numbers of this.allWritten) numbers.set(key, whole);
    this.partlyWritten.push(...partly);
    this.allWritten.push(...all);
  }
}

const roundedTo = (value: number, decimals: number): number =>
  Number.isFinite(value) ? Number(value.toFixed(Math.min(decimals, 100))) : value;
