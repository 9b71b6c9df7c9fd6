import type { Matrix } from "../../math/matrix.js";

// An answer is right if no cell, no row and not the whole is farther off than rounding explains. docs/precision.md has
// the limits: no right answer of some 17 000 came near them.

/** The maximum error of a cell, in units of its expected error. */
export const MAX_CELL_UNITS = 8;
const MAX_ROW_UNITS = 4;

/**
 * How far an answer is off, in units of expected error: the worst cell, the root mean square of the worst row, and that
 * of all cells.
 */
export interface Units {
  readonly cell: number;
  readonly row: number;
  readonly all: number;
}

/** An answer with the right numbers. */
export interface Compared {
  readonly got: Matrix;
  readonly want: Matrix;
  /** For text: how far each cell may be from the intended number, because few digits were printed. */
  readonly slack?: Float64Array | undefined;
}

/** Returns the error of each cell in units of its expected error: ∞ if only one of the two numbers is finite. */
export function unitsOf(
  { got, want, slack }: Compared,
  variance: Float64Array,
  largest = Infinity,
): Float64Array {
  const units = new Float64Array(variance.length);
  for (let at = 0; at < units.length; at++)
    units[at] = unitOf(got.data[at], want.data[at], variance[at], slack ? slack[at] : 0, largest);
  return units;
}

/** Returns the error of one cell in units of its expected error. Beyond `largest`, the type of the answer has ∞. */
export function unitOf(got: number, want: number, variance: number, slack = 0, largest = Infinity): number {
  const off = Math.abs(got - want) - slack;
  // Most cells are finite and have some error.
  if (off > 0 && off < Number.POSITIVE_INFINITY)
    // An infinite expected error would accept everything, so the cell counts as wrong.
    return variance < Number.POSITIVE_INFINITY ? off / Math.sqrt(variance) : Number.POSITIVE_INFINITY;
  if (off <= 0 || got === want || (Number.isNaN(got) && Number.isNaN(want))) return 0;
  return Math.abs(want) > largest && got === Math.sign(want) * Infinity ? 0 : Number.POSITIVE_INFINITY;
}

/**
 * Summarises the errors of all cells, in rows of `cols` cells. `rows` is the number of rows that were compared; the
 * other rows have no error.
 */
export function summariseUnits(units: Float64Array, cols: number, rows = units.length / cols): Units {
  let cell = 0;
  let row = 0;
  let total = 0;
  for (let start = 0; start < units.length; start += cols) {
    let sum = 0;
    for (let at = start; at < start + cols; at++) {
      if (units[at] > cell) cell = units[at];
      sum += units[at] * units[at];
    }
    row = Math.max(row, Math.sqrt(sum / cols));
    total += sum;
  }
  return { cell, row, all: Math.sqrt(total / (rows * cols)) };
}

/** The maximum units of a cell, of a row and of the whole that rounding explains. Infinity if there is no limit. */
export type Limits = Units;

/** Returns the limits of an output. With one number per row, rows have no limit of their own. */
export const limitsOf = (rows: number, cols: number): Limits => ({
  cell: MAX_CELL_UNITS,
  row: cols === 1 ? Number.POSITIVE_INFINITY : MAX_ROW_UNITS,
  all: limitOfAll(rows),
});

/** Returns the limit of the whole for this number of rows with independent errors. */
export const limitOfAll = (rows: number): number => 1 + 3 / Math.sqrt(rows);

/** Whether rounding alone explains these errors. */
export function isRounding(units: Units, rows: number, cols: number, limits = limitsOf(rows, cols)): boolean {
  return units.cell <= limits.cell && units.row <= limits.row && units.all <= limits.all;
}

/** Whether a cell is wrong on its own: farther off than rounding explains. */
export const isOff = (units: number): boolean => units > MAX_CELL_UNITS;
