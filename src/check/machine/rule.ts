import type { Matrix } from "../../math/matrix.js";

// An answer is right when no cell, no row and not the whole is farther off than rounding is expected to put it. The limits are
// those of docs/precision.md: no right answer of some 17 000 came near them.

/** So many units a cell may be off. */
export const MOST_OF_CELL = 8;
const MOST_OF_ROW = 4;

/** How far an answer is off, in units of expected error: its worst cell, and the root mean squares of its worst row and of all. */
export interface Units {
  readonly cell: number;
  readonly row: number;
  readonly all: number;
}

/** An answer beside what is right. */
export interface Compared {
  readonly got: Matrix;
  readonly want: Matrix;
  /** How far a cell may lie from what was meant, because it was written with so many digits; of text alone. */
  readonly slack?: Float64Array | undefined;
}

/** By how much each cell is off in units of the error that may be expected; ∞ where only one of the two is a number. */
export function unitsOf(
  { got, want, slack }: Compared,
  variance: Float64Array,
  largest = Infinity,
): Float64Array {
  const units = new Float64Array(variance.length);
  const [gotten, right] = [got.data, want.data];
  for (let at = 0; at < units.length; at++)
    units[at] = unitOf(gotten[at], right[at], variance[at], slack ? slack[at] : 0, largest);
  return units;
}

/** The same of one cell. `largest`: beyond it the type of the answer has ∞. */
export function unitOf(got: number, want: number, variance: number, slack = 0, largest = Infinity): number {
  const off = Math.abs(got - want) - slack;
  // Most cells are finite, and off by something.
  if (off > 0 && off < Number.POSITIVE_INFINITY)
    // An error of which nobody knows how large it may be excuses nothing.
    return variance < Number.POSITIVE_INFINITY ? off / Math.sqrt(variance) : Number.POSITIVE_INFINITY;
  if (off <= 0 || got === want || (Number.isNaN(got) && Number.isNaN(want))) return 0;
  return Math.abs(want) > largest && got === Math.sign(want) * Infinity ? 0 : Number.POSITIVE_INFINITY;
}

/** How far an answer of rows of `cols` cells is off as a whole; `rows` of them are compared, and the others are off by nothing. */
export function sumUp(units: Float64Array, cols: number, rows = units.length / cols): Units {
  let [cell, row, total] = [0, 0, 0];
  for (let start = 0; start < units.length; start += cols) {
    let sum = 0;
    for (let at = start; at < start + cols; at++) {
      if (units[at] > cell) cell = units[at];
      sum += units[at] ** 2;
    }
    row = Math.max(row, Math.sqrt(sum / cols));
    total += sum;
  }
  return { cell, row, all: Math.sqrt(total / (rows * cols)) };
}

/** Most units that rounding explains, of a cell, of a row and of the whole; Infinity where it is not asked. */
export interface Limits {
  readonly cell: number;
  readonly row: number;
  readonly all: number;
}

/** The limits of an output. Of one number a row there is no row to average. */
export const limitsOf = (rows: number, cols: number): Limits => ({
  cell: MOST_OF_CELL,
  row: cols === 1 ? Number.POSITIVE_INFINITY : MOST_OF_ROW,
  all: mostOfAll(rows),
});

/** The whole of so many rows that err each in its own way may be off so far. */
export const mostOfAll = (rows: number): number => 1 + 3 / Math.sqrt(rows);

/** Whether rounding alone explains it. */
export function isRounding(units: Units, rows: number, cols: number, limits = limitsOf(rows, cols)): boolean {
  return units.cell <= limits.cell && units.row <= limits.row && units.all <= limits.all;
}

/** Whether a cell by itself is farther off than rounding puts it. */
export const isOff = (units: number): boolean => units > MOST_OF_CELL;
