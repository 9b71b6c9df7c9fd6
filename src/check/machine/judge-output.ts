import { greatest, sumOver } from "../../math/lists.js";
import { type Matrix, rowOf } from "../../math/matrix.js";
import { once } from "../../math/remember.js";
import {
  isShort,
  type RoundingModel,
  varianceOfFaint,
  varianceOfLogSumExp,
  varianceOfRow,
} from "./expected-error.js";
import type { FloatName } from "./float-names.js";
import { FLOAT_TYPES, fitsType } from "./float-types.js";
import type { Precision } from "./precision.js";
import { FAINT, makeRow } from "./rows.js";
import {
  type Compared,
  isOff,
  isRounding,
  type Limits,
  limitsOf,
  MAX_CELL_UNITS,
  summariseUnits,
  type Units,
  unitsOf,
} from "./rule.js";
import { inRows } from "./some-rows.js";
import {
  faintOf,
  type Measured,
  MIN_UNITS_FOR_FAINT,
  type RowStatistics,
  type Statistics,
  type Worst,
} from "./statistics.js";
import type { Task } from "./task.js";
import { indicesWhere } from "./where.js";

/** The right numbers of an answer, and their expected variance under each way of rounding. */
export interface Expected {
  readonly want: Matrix;
  /** The rows that are compared, if not all are. In the other rows, `want` is the answer itself. */
  readonly rows?: readonly number[] | undefined;
  variance(rounding: RoundingModel): Float64Array;
  /** The variance of one row, for steps that can be computed row by row. */
  varianceOf?(rounding: RoundingModel, row: number): Float64Array;
  /** Measures the answer without keeping anything. See `Statistics.measure`. */
  measure?(rounding: RoundingModel, most: number): Measured | "off" | undefined;
  /** The limits in units of expected error, if they differ from those of an output. */
  readonly limits?: Limits;
  /** The ways of rounding that are tried, if they differ from those of an output. */
  ways?(precision: Precision): readonly RoundingWay[];
  /**
   * The steps without an error formula. Their errors, and the errors that depend on them, are judged by a wider rule.
   */
  wide?(): readonly string[];
}

/** A way of rounding, and the verdict on an answer that it explains. */
export interface RoundingWay {
  readonly verdict: MachineVerdict;
  readonly rounding: RoundingModel;
}

/** Returns the rows of an answer that are compared. */
export const comparedRows = ({ rows }: Expected, got: Matrix): readonly number[] =>
  rows ?? indicesWhere(got.rows);

/** Returns the expected output of an attention. */
export function expectedOutput(task: Task, statistics: Statistics, got: Matrix): Expected {
  const [rows, cols] = [task.query.rows, task.value.cols];
  const rowAt = (row: number) => statistics.row(row) ?? emptyRowOf(task, row);
  const want = once(() => inRows(statistics.output, got, statistics.compared));
  const fillRow = (rounding: RoundingModel, row: number, variance: Float64Array) => {
    const made = rowAt(row);
    if (!made) return variance;
    varianceOfRow(made, statistics.meanSquares, rounding, task.query.cols, variance);
    if (rounding.compute !== "float64") addFaint(variance, { task, statistics, got, row, made });
    return variance;
  };
  return {
    get want() {
      return want();
    },
    rows: statistics.compared,
    varianceOf: (rounding, row) => fillRow(rounding, row, new Float64Array(cols)),
    measure: (rounding, most) => statistics.measure?.(got, rounding, most),
    variance(rounding) {
      const variance = new Float64Array(rows * cols);
      for (const row of statistics.compared ?? indicesWhere(rows))
        fillRow(rounding, row, variance.subarray(row * cols, (row + 1) * cols));
      return variance;
    },
  };
}

/**
 * Returns the statistics of a row that may attend to no key, if its output is the mean of all values: each key then has
 * the same weight. Otherwise the row is exact, and the result is undefined.
 */
function emptyRowOf(task: Task, row: number): RowStatistics | undefined {
  return task.emptyRow === "uniform" ? makeRow(task, row, new Float64Array(task.key.rows)) : undefined;
}

interface FaintCase {
  readonly task: Task;
  readonly statistics: Statistics;
  readonly got: Matrix;
  readonly row: number;
  readonly made: RowStatistics;
}

/**
 * Adds the variance from faint weights. If the statistics come from the kernel, faint weights are computed only for
 * rows that rounding does not explain yet, and that are not wrong whatever their faint weights are.
 */
function addFaint(
  variance: Float64Array,
  { task, statistics: { output, meanSquares }, got, row, made }: FaintCase,
): void {
  if (made.faint === 0) return;
  if (Number.isNaN(made.faint)) {
    const compared = { got: rowAsMatrix(got, row), want: rowAsMatrix(output, row) };
    const { row: off } = summariseUnits(unitsOf(compared, variance), output.cols);
    const most = Math.min(1, made.keys * FAINT);
    const bound = variance.map((own, c) => own + varianceOfFaint(most, meanSquares[c]));
    const least = summariseUnits(unitsOf(compared, bound), output.cols);
    const isHopeless = !isRounding({ ...least, all: 0 }, 1, output.cols);
    if (off < MIN_UNITS_FOR_FAINT || isHopeless) return;
  }
  const faint = faintOf(task, made, row);
  for (let c = 0; c < variance.length; c++) variance[c] += varianceOfFaint(faint, meanSquares[c]);
}

const rowAsMatrix = (matrix: Matrix, row: number): Matrix => ({
  rows: 1,
  cols: matrix.cols,
  data: rowOf(matrix, row),
});

/** Returns the expected log-sum-exp of an attention, n×1. */
export function expectedLogSumExp(task: Task, statistics: Statistics, got: Matrix): Expected {
  const right = () => ({ rows: task.query.rows, cols: 1, data: statistics.logSumExp });
  const want = once(() => inRows(right(), got, statistics.compared));
  return {
    get want() {
      return want();
    },
    rows: statistics.compared,
    variance: (rounding) =>
      statistics.logSumExp.map((_, row) => {
        const made = statistics.row(row);
        return made ? varianceOfLogSumExp(made, rounding, task.query.cols) : 0;
      }),
  };
}

export type MachineVerdict = "agrees" | "agrees-rounded" | "less-precise" | "differs";

/** The verdict on an answer, and the way of rounding that explains it, if any. */
export interface Judged {
  readonly verdict: MachineVerdict;
  /** The way of rounding that explains the answer. For a wrong answer: the strictest way. */
  readonly rounding: RoundingModel;
  /** The error of each cell in units of its expected error. Empty if all are right and `worst` is known. */
  readonly units: Float64Array;
  /** Empty if `worst` is known. */
  readonly variance: Float64Array;
  readonly summary: Units;
  readonly worst?: Worst;
}

/** Judges an answer by each way of rounding, the strictest first, until one explains it. */
export function judgeByRule(
  compared: Omit<Compared, "want">,
  expected: Expected,
  precision: Precision,
  ways: readonly RoundingWay[] = expected.ways?.(precision) ?? waysOf(precision, compared.got),
): Judged {
  let first: Judged | undefined;
  const worstRow = once(() => (first ? Math.floor(worstOf(first.units) / compared.got.cols) : 0));
  for (const { verdict, rounding } of ways) {
    if (first && isFarOff(worstRow(), compared, expected, rounding)) continue;
    const errors = measure(compared, expected, rounding) ?? errorsOf(compared, expected, rounding);
    const judged: Judged = { verdict, rounding, ...errors };
    const { rows, cols } = compared.got;
    if (isRounding(judged.summary, expected.rows?.length ?? rows, cols, expected.limits)) return judged;
    first ??= { ...judged, verdict: "differs" };
    if (!Number.isFinite(judged.summary.cell)) break;
  }
  if (!first) throw new RangeError("there is no way of rounding");
  return first;
}

type Errors = Omit<Judged, "verdict" | "rounding">;

/** Computes the errors of all cells. */
function errorsOf(compared: Omit<Compared, "want">, expected: Expected, rounding: RoundingModel): Errors {
  const { want } = expected;
  const variance = expected.variance(rounding);
  const units = unitsOf({ ...compared, want }, variance, FLOAT_TYPES[rounding.stored].largest);
  return { units, variance, summary: summariseUnits(units, want.cols, expected.rows?.length) };
}

/** Lets the kernel measure the errors. Returns the units of cells only if the answer is not right. */
function measure(
  { got: { rows, cols }, slack }: Omit<Compared, "want">,
  expected: Expected,
  rounding: RoundingModel,
): Errors | undefined {
  const limits = expected.limits ?? limitsOf(rows, cols);
  for (const most of slack ? [] : [limits.cell, Number.POSITIVE_INFINITY]) {
    const measured = expected.measure?.(rounding, most);
    if (measured === "off") continue;
    if (!measured) return undefined;
    const { sums, worst, units = NONE } = measured;
    const row = Math.sqrt(greatest(sums) / cols);
    const summary = { cell: worst.units, row, all: Math.sqrt(sumOver(sums) / (rows * cols)) };
    if (units !== NONE || isRounding(summary, rows, cols, limits))
      return { summary, units, variance: NONE, worst };
  }
  return undefined;
}

const NONE = new Float64Array(0);

/** Whether one row, the one with the worst cell, is enough to reject another way of rounding. */
function isFarOff(
  row: number,
  { got, slack }: Omit<Compared, "want">,
  expected: Expected,
  rounding: RoundingModel,
): boolean {
  const { varianceOf } = expected;
  if (!slack && expected.measure?.(rounding, MAX_CELL_UNITS) === "off") return true;
  if (!varianceOf) return false;
  const { want } = expected;
  const { cols } = want;
  const compared = {
    got: rowAsMatrix(got, row),
    want: rowAsMatrix(want, row),
    slack: slack?.subarray(row * cols, (row + 1) * cols),
  };
  return unitsOf(compared, varianceOf(rounding, row), FLOAT_TYPES[rounding.stored].largest).some(isOff);
}

/** Returns the index of the cell that is farthest off, in units. */
export function worstOf(units: Float64Array): number {
  let worst = 0;
  for (let at = 1; at < units.length; at++) if (units[at] > units[worst]) worst = at;
  return worst;
}

/** The types that a less precise answer may be right for, from fine to coarse. */
export const LESS_PRECISE_TYPES: readonly FloatName[] = ["float32", "tf32", "float16", "bfloat16"];

/** Returns the ways of rounding in coarser types, each with the types that an answer may be stored in. */
export const coarserWays = (
  { compute, projectedFrom }: Pick<Precision, "compute" | "projectedFrom">,
  storedAs: (name: FloatName) => readonly FloatName[],
): readonly RoundingWay[] =>
  LESS_PRECISE_TYPES.filter((name) => FLOAT_TYPES[name].unit > FLOAT_TYPES[compute].unit).flatMap((name) =>
    storedAs(name).map((stored) => ({
      verdict: "less-precise",
      rounding: { projectedFrom, compute: name, stored, roundsInputs: true, roundsScores: true },
    })),
  );

/**
 * Returns the ways of rounding for a precision, the strictest first: as stated, with rounded scores, in a coarser type.
 */
function waysOf(
  { compute, stored, roundsInputs, projectedFrom }: Precision,
  { data }: Matrix,
): RoundingWay[] {
  const asStated = { projectedFrom, compute, stored, roundsInputs, roundsScores: false };
  const rounded = { verdict: "agrees-rounded", rounding: { ...asStated, roundsScores: true } } as const;
  const coarser = coarserWays({ compute, projectedFrom }, () => [stored]);
  const sums = { verdict: "less-precise" as const, rounding: { ...rounded.rounding, sumsShort: true } };
  if (!isShort(compute)) return [{ verdict: "agrees", rounding: asStated }, ...coarser];
  if (compute === "tf32") return [{ verdict: "agrees", rounding: asStated }, ...coarser, sums];
  // A short accumulator in the stated type is likelier than a coarser type, unless the coarser type holds all numbers
  // of the answer.
  const isOther = coarser.some(({ rounding }) => fitsType(FLOAT_TYPES[rounding.compute], data).all);
  const less = isOther ? [...coarser, sums] : [sums, ...coarser];
  return [{ verdict: "agrees", rounding: asStated }, rounded, ...less];
}
