import { type Matrix, rowOf } from "../../math/matrix.js";
import type { Homework } from "../mistakes/mistake.js";
import type { Working } from "./expected-error.js";
import { FLOAT_TYPES } from "./float-types.js";
import {
  type KernelMistake,
  type Parameters,
  type Suspicion,
  type Variant,
  variantsOf,
} from "./mistakes/kernel-mistake.js";
import { KERNEL_MISTAKES, LAST_RESORTS, OF_ONE_INPUT } from "./mistakes/registry.js";
import type { MadeRow } from "./rows.js";
import { isOff, isRounding, sumUp, type Units, unitOf } from "./rule.js";
import type { Task } from "./task.js";
import { indicesWhere, isOffInRow, spread } from "./where.js";

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

/** A mistake that gives what was dumped. */
export interface Found {
  readonly mistake: KernelMistake;
  readonly parameters?: Parameters | undefined;
  /** Wrong cells that it gives, of so many in the rows that were replayed. */
  readonly explains: number;
  readonly of: number;
  /** How far it is off in the rows that were probed. */
  readonly units: Units;
}

const MOST_WRONG_PROBES = 8;
const MOST_RIGHT_PROBES = 4;

/**
 * Names the mistakes that give a wrong output; several where they cannot be told apart. Those of `likely` are tried alone
 * first: what is wrong in one head is mostly wrong in the next. Where `isLost`, last resorts are left out.
 */
export function diagnoseOutput(
  homework: Homework,
  wrong: WrongOutput,
  { likely, isLost = false }: { readonly likely: readonly KernelMistake[]; readonly isLost?: boolean },
): readonly Found[] {
  for (const mistakes of [likely, OF_ONE_INPUT, KERNEL_MISTAKES, ...(isLost ? [] : LAST_RESORTS)]) {
    const found = tryMistakes(homework, wrong, mistakes, mistakes === likely);
    if (found.length > 0) return found;
  }
  return [];
}

const rowsOf = ({ got, rows }: WrongOutput) => rows ?? indicesWhere(got.rows);

/** Whether an output is what a mistake gives. */
export function gives(homework: Homework, output: WrongOutput, mistake: KernelMistake): boolean {
  const rows = spread(rowsOf(output), MOST_WRONG_PROBES);
  const suspicion = { tasks: output.tasks, homework, otherBatches: output.otherBatches };
  return variantsOf(mistake, suspicion).some((variant) => fitOf(variant, output, rows) !== undefined);
}

/**
 * Whether an output is what a mistake gives when it is made in the first of its ways, in some rows or all; undefined where it cannot be
 * made. Rows are made one after the other, until one tells.
 */
export function firstVariantFits(
  homework: Homework,
  output: WrongOutput,
  mistake: KernelMistake,
  isOfAllRows: boolean,
): boolean | undefined {
  const suspicion = { tasks: output.tasks, homework, otherBatches: output.otherBatches };
  if (mistake.isPossible?.(suspicion) === false) return undefined;
  for (const variant of mistake.variants(suspicion)) {
    const rows = rowsOf(output);
    const probes = spread(rows, MOST_WRONG_PROBES);
    return [probes, ...(isOfAllRows ? [rows] : [])].every((some) => fitOf(variant, output, some));
  }
  return undefined;
}

function tryMistakes(
  homework: Homework,
  wrong: WrongOutput,
  mistakes: readonly KernelMistake[],
  isLikely: boolean,
): readonly Found[] {
  const rows = sortRows(wrong);
  const probes = [...spread(rows.wrong, MOST_WRONG_PROBES), ...spread(rows.right, MOST_RIGHT_PROBES)];
  const suspicion: Suspicion = {
    tasks: wrong.tasks,
    homework,
    otherBatches: wrong.otherBatches,
    ...(wrong.task && { dump: { task: wrong.task, got: wrong.got, wrongRows: rows.wrong } }),
  };
  const fits = rows.isFaint || isSlight(wrong) ? fitsFaintly(wrong, probes) : () => true;
  const fitting = mistakes.flatMap((mistake) =>
    variantsOf(mistake, suspicion).flatMap((variant) => {
      const fit = fitOf(variant, wrong, probes);
      return fit && fits(fit.units) ? [{ mistake, variant, ...fit }] : [];
    }),
  );
  const good = closest(fitting);
  const limit = MOST_REPLAYED[good.length > 1 ? "rivals" : "alone"];
  const replayed = spread(rows.wrong, rowsWithin(limit, wrong));
  // Where not all is replayed, what another answer of the run showed needs no more rows than those that were probed.
  const isProbed = isLikely && good.length === 1 && !rows.isFaint && replayed.length < rows.wrong.length;
  const found = good.map(({ mistake, variant, units, numWrong }) => ({
    mistake,
    units,
    parameters: variant.parameters,
    ...(isProbed
      ? { explains: numWrong, of: numWrong }
      : countExplained(variant, wrong, replayed, rows.isFaint)),
  }));
  const most = Math.max(...found.map(({ explains }) => explains));
  const best = found.filter(({ explains }) => explains === most);
  const fixed = best.filter(({ mistake }) => !mistake.isFree);
  return fixed.length > 0 ? fixed : best;
}

/** Whether what is off is off by so little that many a small change makes it right, and shows nothing. */
const isSlight = ({ units }: WrongOutput) => units.every((own) => !isOff(own / MUCH_NEARER));

/** Where hardly a cell is off by itself, a mistake has to be what rounding allows, and much nearer than the right output. */
function fitsFaintly({ units, got }: WrongOutput, probes: readonly number[]): (units: Units) => boolean {
  const { cols } = got;
  const own = probes.flatMap((row) => Array.from(units.subarray(row * cols, (row + 1) * cols)));
  const right = sumUp(Float64Array.from(own), cols);
  return (found) => isRounding(found, probes.length, cols) && MUCH_NEARER * found.all < right.all;
}

const MUCH_NEARER = 1.5;

interface SortedRows {
  readonly wrong: readonly number[];
  readonly right: readonly number[];
  /** No cell is off by itself: an output may be wrong by many rows that are each a little off. */
  readonly isFaint: boolean;
}

/** The rows that are wrong, the worst one first, and those that are not. */
function sortRows(output: WrongOutput): SortedRows {
  const { units, got } = output;
  const rows = rowsOf(output);
  const wrong = rows.filter((row) => isOffInRow(units, got.cols, row));
  if (wrong.length === 0) return { wrong: rows, right: [], isFaint: true };
  const right = rows.filter((row) => !isOffInRow(units, got.cols, row));
  return { wrong, right, isFaint: false };
}

/** A variant that gives the rows that were probed, in which so many cells are wrong. */
interface Fit {
  readonly units: Units;
  readonly numWrong: number;
}

/**
 * How far a variant is off in the rows that are probed; undefined as soon as rounding does not explain it, and where its own
 * rounding errors would be so large that the right output could be its own, too: such a mistake gives anything.
 */
function fitOf(variant: Variant, wrong: WrongOutput, probes: readonly number[]): Fit | undefined {
  const { cols } = wrong.got;
  const all: number[] = [];
  let [numWrong, numTold] = [0, 0];
  for (const row of probes) {
    const made = wrong.assemble((task) => variant.make(task, row));
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
  return { units: sumUp(Float64Array.from(all), cols), numWrong };
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
const isBlank = (value: number) => value === 0 || !Number.isFinite(value);

/** A mistake that is off by more than rounding, and by this times as much as another one, did not make these numbers. */
const AS_GOOD = 1.25;

function closest<Fitting extends { readonly units: Units; readonly mistake: KernelMistake }>(
  fitting: readonly Fitting[],
): readonly Fitting[] {
  const least = Math.min(...fitting.map(({ units }) => units.all));
  const good = fitting.filter(({ units }) => units.all <= Math.max(1, AS_GOOD * least));
  // Of each mistake the way that comes closest.
  return good.filter(
    (one, index) =>
      !good.some(({ mistake, units }, at) => {
        if (mistake.id !== one.mistake.id) return false;
        return units.all < one.units.all || (units.all === one.units.all && at < index);
      }),
  );
}

/** Scores above which not every wrong row is replayed: fewer of the one mistake that is left than of several. */
const MOST_REPLAYED = { alone: 30_000, rivals: 100_000 } as const;

const rowsWithin = (scores: number, { tasks }: WrongOutput): number =>
  Math.max(16, Math.floor(scores / tasks[0].key.rows / tasks.length));

function countExplained(
  variant: Variant,
  wrong: WrongOutput,
  rows: readonly number[],
  isFaint: boolean,
): Pick<Found, "explains" | "of"> {
  const { cols } = wrong.got;
  let [explains, of] = [0, 0];
  for (const row of rows) {
    const off = unitsOfRow(
      wrong.assemble((task) => variant.make(task, row)),
      wrong,
      row,
    );
    for (let c = 0; c < cols; c++) {
      if (!isFaint && !isOff(wrong.units[row * cols + c])) continue;
      of++;
      if (!off || !isOff(off[c])) explains++;
    }
  }
  return { explains, of };
}
