import { type Matrix, rowOf } from "../../math/matrix.js";
import { remember, remembered } from "../../math/remember.js";
import type { RoundingModel } from "./expected-error.js";
import { FLOAT_TYPES } from "./float-types.js";
import type { SearchContext, Variant } from "./mistakes/kernel-mistake.js";
import { type MadeRow, makeRow } from "./rows.js";
import { isOff, summariseUnits, type Units, unitOf } from "./rule.js";
import type { Task } from "./task.js";
import { indicesWhere } from "./where.js";

// How well a mistake reproduces the dumped numbers.

/** A wrong output: of one attention, or of several attentions whose outputs are combined. */
export interface WrongOutput {
  readonly got: Matrix;
  /** The right output. */
  readonly want: Matrix;
  /** The rows that are compared, in ascending order, if not all are. */
  readonly rows?: readonly number[] | undefined;
  readonly slack?: Float64Array | undefined;
  /** The error of each cell in units of its expected error. */
  readonly units: Float64Array;
  readonly rounding: RoundingModel;
  /** All heads of the run. */
  readonly tasks: readonly Task[];
  /**
   * Builds a row of this output from the rows that `make` returns for the heads. Returns undefined if `make` does so
   * for some head.
   */
  assemble(make: (task: Task) => MadeRow | undefined): AssembledRow | undefined;
  /** The attention of this output, if it is the output of only one. */
  readonly task?: Task | undefined;
  readonly allBatches?: SearchContext["allBatches"];
}

/** A row of an output, with the variance of each cell. */
export interface AssembledRow {
  readonly output: Float64Array;
  readonly variance: Float64Array;
  /**
   * The first columns with an upper bound of their variance. They are cheap, and a cell that is off by this bound is
   * off anyway.
   */
  readonly sample?: Pick<AssembledRow, "output" | "variance">;
}

/** The rows of an output that are compared. */
export const rowsOf = ({ got, rows }: WrongOutput) => rows ?? indicesWhere(got.rows);

/** The result of a variant that reproduces the probed rows. `numWrong` counts the wrong cells in them. */
export interface Fit {
  readonly units: Units;
  readonly numWrong: number;
}

/**
 * Returns how far a variant is from the dump in the probed rows. Returns undefined as soon as rounding does not explain
 * a difference. Also returns undefined if the variant's own rounding errors are so large that it could give the right
 * output too: such a variant would fit anything.
 */
export function fitOf(variant: Variant, wrong: WrongOutput, probes: readonly number[]): Fit | undefined {
  const { cols } = wrong.got;
  const all: number[] = [];
  let [numWrong, numDistinct] = [0, 0];
  const defined = probes.filter((row) => !isUndefinedRow(wrong, row));
  for (const row of defined) {
    const made = madeBy(variant, wrong, row);
    if (made?.sample && unitsOfRow(made.sample, wrong, row)?.some(isOff)) return undefined;
    // The units of large right outputs are not kept.
    if (wrong.units.length === 0 && made && isAsRight(made, wrong, row)) continue;
    const units = unitsOfRow(made, wrong, row);
    for (let c = 0, at = row * cols; c < cols; c++, at++) {
      if (!isOff(wrong.units[at])) continue;
      numWrong++;
      if (made ? differsFromRight(made, wrong, at, c) : isLost(wrong, at)) numDistinct++;
    }
    if (!units) continue;
    const summary = summariseUnits(units, cols);
    if (isOff(summary.cell) || (cols > 1 && summary.row > MAX_ROW_UNITS)) return undefined;
    all.push(...units);
  }
  if (numWrong === 0 && defined.length < probes.length) return undefined;
  if (numDistinct < Math.min(MIN_DISTINCT_CELLS, numWrong / 2)) return undefined;
  if (variant.rival && fitOf({ make: variant.rival }, wrong, probes)) return undefined;
  // If no row has keys, all of them are blank, as the variant says.
  return {
    units: summariseUnits(all.length > 0 ? Float64Array.from(all) : new Float64Array(cols), cols),
    numWrong,
  };
}

/** Whether a row that may attend to no key is not finite. It is 0 / 0, and proves no mistake. */
const isUndefinedRow = ({ got, assemble }: WrongOutput, row: number): boolean =>
  !rowOf(got, row).some(Number.isFinite) && assemble((task) => makeRow(task, row)) === undefined;

const rightRows = remembered((_: WrongOutput) => new Map<number, AssembledRow | "none">());

/** Whether a variant leaves a row exactly as it should be. */
function isAsRight({ output, sample }: AssembledRow, wrong: WrongOutput, row: number): boolean {
  const right = remember(rightRows(wrong), row, () => wrong.assemble((task) => makeRow(task, row)) ?? "none");
  if (right === "none" || !sample || !right.sample) return false;
  return areEqual(sample.output, right.sample.output) && areEqual(output, right.output);
}

const areEqual = (some: Float64Array, others: Float64Array) => some.every((one, c) => one === others[c]);

/**
 * Computes a row with a variant. If the variant leaves no keys but the dump has numbers, all keys get equal weights, as
 * with a finite number in place of −∞.
 */
function madeBy({ make }: Variant, { got, assemble }: WrongOutput, row: number): AssembledRow | undefined {
  const made = assemble((task) => make(task, row));
  if (made || rowOf(got, row).every(isBlank)) return made;
  return assemble((task) => make(task, row) ?? makeRow(task, row, new Float64Array(task.key.rows)));
}

const MAX_ROW_UNITS = 4;

/** At least this number of wrong cells, or half of them, must support a mistake. */
const MIN_DISTINCT_CELLS = 8;

/** Whether a wrong cell is farther from the right number than the variant's own rounding explains. */
const differsFromRight = ({ variance }: AssembledRow, { got, want }: WrongOutput, at: number, col: number) =>
  isOff(unitOf(got.data[at], want.data[at], variance[col]));

function unitsOfRow(
  made: AssembledRow | undefined,
  wrong: WrongOutput,
  row: number,
): Float64Array | undefined {
  const { got, slack, rounding } = wrong;
  const { largest } = FLOAT_TYPES[rounding.stored];
  const dumpedRow = rowOf(got, row);
  if (!made) return dumpedRow.every(isBlank) ? undefined : dumpedRow.map(() => Number.POSITIVE_INFINITY);
  const { output, variance } = made;
  return output.map((value, c) => {
    // A cell that overflows is ∞ or NaN, which depends on the order of the sum.
    if (!Number.isFinite(value) && !Number.isFinite(dumpedRow[c])) return 0;
    return unitOf(dumpedRow[c], value, variance[c], slack?.[row * got.cols + c], largest);
  });
}

/** Whether a number is missing that should be there: a mistake that leaves the row without keys gives the same. */
const isLost = ({ got, want }: WrongOutput, at: number) => isBlank(got.data[at]) && !isBlank(want.data[at]);

/** Whether a number may be from a row that attends to no key, or that was never written. */
export const isBlank = (value: number) => value === 0 || !Number.isFinite(value);

/** The number of cells that a mistake explains, and of cells that were examined. */
export interface Explained {
  readonly explains: number;
  readonly of: number;
}

/**
 * Counts the wrong cells of these rows that a variant explains. If `isFaint` (no cell is wrong on its own), counts
 * among all cells.
 */
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
