import { type Matrix, rowOf } from "../../math/matrix.js";
import type { Working } from "./expected-error.js";
import { FLOAT_TYPES } from "./float-types.js";
import type { Suspicion, Variant } from "./mistakes/kernel-mistake.js";
import { type MadeRow, makeRow } from "./rows.js";
import { isOff, sumUp, type Units, unitOf } from "./rule.js";
import type { Task } from "./task.js";
import { indicesWhere } from "./where.js";

// How well a mistake gives what was dumped.

/** A wrong output: of one attention, or of several whose outputs are put together. */
export interface WrongOutput {
  readonly got: Matrix;
  /** What is right. */
  readonly want: Matrix;
  /** The rows that are compared, in order, where not all are. */
  readonly rows?: readonly number[] | undefined;
  readonly slack?: Float64Array | undefined;
  /** The units of each cell, by which it was found wrong. */
  readonly units: Float64Array;
  readonly working: Working;
  /** Every head of the run. */
  readonly tasks: readonly Task[];
  /** Makes a row of this output from what is made of rows of heads; undefined where anything may stand. */
  assemble(make: (task: Task) => MadeRow | undefined): AssembledRow | undefined;
  /** The one attention whose output it is, where it is that of one. */
  readonly task?: Task | undefined;
  readonly otherBatches?: Suspicion["otherBatches"];
}

/** A row of an output and the mean square of the error that may be expected in each cell. */
export interface AssembledRow {
  readonly output: Float64Array;
  readonly variance: Float64Array;
  /** The first columns with no less than their variance, which are sooner made: what is far off by them is far off. */
  readonly sample?: Pick<AssembledRow, "output" | "variance">;
}

/** The rows of an output that are compared. */
export const rowsOf = ({ got, rows }: WrongOutput) => rows ?? indicesWhere(got.rows);

/** A variant that gives the rows that were probed, in which so many cells are wrong. */
export interface Fit {
  readonly units: Units;
  readonly numWrong: number;
}

/**
 * How far a variant is off in the rows that are probed; undefined as soon as rounding does not explain it, and where its own
 * rounding errors would be so large that the right output could be its own, too: such a mistake gives anything.
 */
export function fitOf(variant: Variant, wrong: WrongOutput, probes: readonly number[]): Fit | undefined {
  const { cols } = wrong.got;
  const all: number[] = [];
  let [numWrong, numTold] = [0, 0];
  for (const row of probes) {
    const made = madeBy(variant, wrong, row);
    if (made?.sample && unitsOfRow(made.sample, wrong, row)?.some(isOff)) return undefined;
    const units = unitsOfRow(made, wrong, row);
    for (let c = 0, at = row * cols; c < cols; c++, at++) {
      if (!isOff(wrong.units[at])) continue;
      numWrong++;
      if (made && tellsFromRight(made, wrong, at, c)) numTold++;
    }
    if (!units) continue;
    const own = sumUp(units, cols);
    if (isOff(own.cell) || (cols > 1 && own.row > MOST_OF_ROW)) return undefined;
    all.push(...units);
  }
  if (numTold < Math.min(CELLS_THAT_TELL, numWrong / 2)) return undefined;
  if (variant.rival && fitOf({ make: variant.rival }, wrong, probes)) return undefined;
  return { units: sumUp(Float64Array.from(all), cols), numWrong };
}

/** A row that a variant leaves without keys may be filled: where −∞ is a finite number, all keys weigh alike in it. */
function madeBy({ make }: Variant, { got, assemble }: WrongOutput, row: number): AssembledRow | undefined {
  const made = assemble((task) => make(task, row));
  if (made || rowOf(got, row).every(isBlank)) return made;
  return assemble((task) => make(task, row) ?? makeRow(task, row, new Float64Array(task.key.rows)));
}

const MOST_OF_ROW = 4;

/** So many wrong cells speak for a mistake, or half of them. */
const CELLS_THAT_TELL = 8;

/** Whether a wrong cell is farther from the right number than a mistake may be expected to err. */
const tellsFromRight = ({ variance }: AssembledRow, { got, want }: WrongOutput, at: number, col: number) =>
  isOff(unitOf(got.data[at], want.data[at], variance[col]));

function unitsOfRow(
  made: AssembledRow | undefined,
  wrong: WrongOutput,
  row: number,
): Float64Array | undefined {
  const { got, slack, working } = wrong;
  const { largest } = FLOAT_TYPES[working.stored];
  const own = rowOf(got, row);
  if (!made) return own.every(isBlank) ? undefined : own.map(() => Number.POSITIVE_INFINITY);
  const { output, variance } = made;
  return output.map((value, c) => {
    // What overflows is ∞ or NaN, as the order of the sum has it.
    if (!Number.isFinite(value) && !Number.isFinite(own[c])) return 0;
    return unitOf(own[c], value, variance[c], slack?.[row * got.cols + c], largest);
  });
}

/** What stands in a row that attends to nothing, or was not written. */
export const isBlank = (value: number) => value === 0 || !Number.isFinite(value);

/** Cells that a mistake gives, of so many that were looked at. */
export interface Explained {
  readonly explains: number;
  readonly of: number;
}

/** How many cells of some rows a variant gives, of those that are wrong there; of all where none is so by itself. */
export function countExplained(
  variant: Variant,
  wrong: WrongOutput,
  rows: readonly number[],
  isFaint: boolean,
): Explained {
  const { cols } = wrong.got;
  let [explains, of] = [0, 0];
  for (const row of rows) {
    const off = unitsOfRow(madeBy(variant, wrong, row), wrong, row);
    for (let c = 0; c < cols; c++) {
      if (!isFaint && !isOff(wrong.units[row * cols + c])) continue;
      of++;
      if (!off || !isOff(off[c])) explains++;
    }
  }
  return { explains, of };
}
