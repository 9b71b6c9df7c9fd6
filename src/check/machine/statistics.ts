import { beginInKernels } from "../../math/attend.js";
import type { Attended, Attention } from "../../math/attention.js";
import { attendedKeys } from "../../math/kernels/squares.js";
import { greatest, upTo } from "../../math/lists.js";
import { createMatrix, type Matrix, rowOf } from "../../math/matrix.js";
import { momentsOf } from "../../math/moments.js";
import { once, remember, remembered } from "../../math/remember.js";
import { EMPTY_ROW_WEIGHT } from "../../ops/softmax.js";
import { factorsOfRow, floorOfStoring, type RoundingModel, varianceOfRow } from "./expected-error.js";
import { normOfRow } from "./row-scores.js";
import { FAINT, type MadeRow, makeRow } from "./rows.js";
import type { Task } from "./task.js";

/**
 * What the expected rounding error of each output of an attention depends on. Let α be the exact weights of a row, v
 * the values and o their weighted sum. Errors of weights reach the output as Σ α² v², errors of scores as Σ α² (v −
 * o)².
 */
export interface Statistics {
  /** Σ_j α_j v_j, n×d_v. */
  readonly output: Matrix;
  readonly logSumExp: Float64Array;
  /** Returns the statistics of one row. Returns undefined if the row may attend to no key. */
  row(row: number): RowStatistics | undefined;
  /** The mean of v² over the keys that some query may attend to, per column. */
  readonly meanSquares: Float64Array;
  /** The rows that are compared, if not all are. Other rows have no statistics. */
  readonly compared?: readonly number[];
  /** Starts the computation on the helper before it is needed. Left out if nothing can be started. */
  begin?(): void;
  /**
   * Measures an answer where the kernel left the right numbers. They are not copied, and what is needed of them later is
   * computed again. "off" means that a cell is off by more than `most` units. Returns undefined if only `row` knows
   * enough. If `most` is Infinity, the units of all cells are returned, too.
   */
  measure?(got: Matrix, rounding: RoundingModel, most: number): Measured | "off" | undefined;
}

/** The errors of an answer, in units of expected error. */
export interface Measured {
  /** The sum of the squared errors of each row. */
  readonly sums: Float64Array;
  readonly worst: Worst;
  readonly units?: Float64Array;
}

/** The cell that is farthest off. */
export interface Worst {
  /** Its index in the matrix. */
  readonly at: number;
  readonly units: number;
  readonly variance: number;
  /** The right numbers of its row. */
  readonly right: Float64Array;
}

/**
 * The statistics of one row. `score` and `norms` are root mean squares, weighted by α². `faint` is NaN until `faintOf`
 * computes it.
 */
export type RowStatistics = Omit<MadeRow, "coefficients" | "sample">;

/** The matrices of an attention whose squares were summed. They are computed or copied when they are first read. */
type Matrices = Readonly<Record<"output" | "squares" | "spread", () => Matrix>>;

/** With more products than this, the sums are computed by one more pass of the kernel. */
const MAX_PLAIN_PRODUCTS = 3e7;

/**
 * Begins the attention in the kernel, and returns a function that waits for it. Returns undefined if the kernel does not
 * compute this attention, or is slower.
 */
function beginInKernel(task: Task, scores?: Matrix): (() => Attended | undefined) | undefined {
  const { query, key, value, blocked } = task;
  const products = query.rows * key.rows * (query.cols + 3 * value.cols);
  const isRuled = !blocked || blocked.numRuled === key.rows;
  const isLarge = isRuled && !scores && !task.dropped && products > MAX_PLAIN_PRODUCTS;
  // Small problems are faster row by row. The kernel is also not used with sinks, dropout or given scores.
  return isLarge ? beginInKernels({ ...attentionOf(task), squares: true }) : undefined;
}

/**
 * Returns the statistics of every row. `recorded` returns the recorded output. `scores` are the scores that enter the
 * softmax, if the task does not describe them completely. They are computed when they are first read, or when `begin`
 * starts them. `meanSquares` needs only the values.
 */
export function statisticsOf(task: Task, recorded: () => Matrix, scores?: Matrix): Statistics {
  const squares = once(() => meanSquaresOf(task));
  let begun: ReturnType<typeof beginInKernel>;
  const begin = () => {
    begun = beginInKernel(task, scores);
    return begun;
  };
  /** Waits for the kernel. If other work took the place of the results, they are computed again. */
  const attended = () => begun?.() ?? begin()?.();
  const rows = once(() => {
    const found = attended();
    return found && rowsFrom(task, found);
  });
  const kept = copiesOf(attended);
  const measured = remembered(
    (_: Matrix) => new Map<string, { readonly found: Measured | "off" | undefined }>(),
  );
  const worked = once(() => {
    const made = rows();
    return made ? statisticsFrom(made, kept, recorded) : workPlainly(task, recorded(), scores);
  });
  return {
    begin: () => begun ?? begin(),
    measure(got, rounding, most) {
      const find = () => {
        const made = rows();
        // Beside rows without a key, `recorded` would be needed.
        const present = made?.isWhole ? attended() : undefined;
        return { found: made && present && measure(task, made, present, { got, rounding, most }) };
      };
      // The units of all cells are too many to keep.
      if (most === Number.POSITIVE_INFINITY) return find().found;
      return remember(measured(got), JSON.stringify([rounding, most]), find).found;
    },
    get output() {
      return worked().output;
    },
    get logSumExp() {
      return worked().logSumExp;
    },
    get meanSquares() {
      return begun ? worked().meanSquares : squares();
    },
    row: (row) => worked().row(row),
  };
}

/** Returns the statistics of some rows, computed one by one. */
export function statisticsOfRows(task: Task, rows: readonly number[]): Statistics {
  const output = createMatrix(task.query.rows, task.value.cols);
  const logSumExp = new Float64Array(task.query.rows).fill(Number.NEGATIVE_INFINITY);
  const made = new Map(rows.map((row) => [row, makeRow(task, row)]));
  const ofEmpty = EMPTY_ROW_WEIGHT[task.emptyRow](task.key.rows);
  const { means } = momentsOf(task.value);
  for (const [row, own] of made) {
    // A row that may attend to no key has the same weight for all values, or 0.
    const values = own?.output ?? means.map((mean) => (ofEmpty === 0 ? 0 : mean * task.key.rows * ofEmpty));
    output.data.set(values, row * output.cols);
    if (own) logSumExp[row] = own.logSumExp;
  }
  return { output, logSumExp, row: (row) => made.get(row), meanSquares: meanSquaresOf(task), compared: rows };
}

function workPlainly(task: Task, output: Matrix, scores: Matrix | undefined): Statistics {
  const rows = Array.from({ length: task.query.rows }, (_, row): RowStatistics | undefined => {
    const made = makeRow(task, row, scores && rowOf(scores, row));
    return made && ({ ...made, coefficients: undefined, sample: undefined } as RowStatistics | undefined);
  });
  const logSumExp = Float64Array.from(rows, (made) => made?.logSumExp ?? Number.NEGATIVE_INFINITY);
  return { output, logSumExp, row: (row) => rows[row], meanSquares: meanSquaresOf(task) };
}

/** Returns the mean of v² over the keys that some query may attend to. Other keys may hold anything. */
const meanSquaresOf = (task: Task): Float64Array =>
  momentsOf(task.value, attendedKeys(rangesOf(task))).squares;

/** What the kernel found out about rows, beside the matrices. */
interface KernelRows {
  /** Whether every row may attend to some key. */
  readonly isWhole: boolean;
  readonly logSumExp: Float64Array;
  readonly meanSquares: Float64Array;
  /** Whether some row may have faint weights. */
  readonly mayBeFaint: () => boolean;
  /** The factors of all rows, four for each, which an answer that is off needs twice. */
  readonly factors: (rounding: RoundingModel) => Float64Array;
  row(row: number): Omit<RowStatistics, keyof Matrices>;
}

/** Faint weights are computed only for rows with a root mean square above this number of units. */
export const MIN_UNITS_FOR_FAINT = 1.5;

/** A number of standard deviations. Hardly any score is farther below the mean. */
const FAR_BELOW = 6;

/** Returns the statistics of rows from one pass of the kernel, which also sums with squared weights. */
function rowsFrom(task: Task, { maximum, sum: sums, squares }: Attended): KernelRows {
  if (!squares) throw new RangeError("squares were asked for");
  const { query, bias, scale } = task;
  const { low, high } = rangesOf(task);
  const logSumExp = maximum.map((most, row) => most + Math.log(sums[row]));
  const ofRow = (row: number) => {
    const sum = sums[row];
    const variance = scale ** 2 * squares.variances[row];
    const length = normOfRow(query, row, squares.lengths[row]);
    // If even a key far below the mean has a larger weight, no weight is faint.
    const lowest = scale * squares.means[row] - FAR_BELOW * Math.sqrt(variance);
    return {
      sum,
      logSumExp: logSumExp[row],
      concentration: squares.total[row] / sum ** 2,
      keys: high[row] - low[row],
      score: Math.sqrt((maximum[row] + squares.moment[row] / squares.total[row]) ** 2 + variance),
      norms: Math.abs(scale) * length * Math.sqrt(squares.norms[row]),
      faint: !bias && lowest - logSumExp[row] > Math.log(FAINT) ? 0 : Number.NaN,
    };
  };
  return {
    isWhole: sums.every((own) => own !== 0),
    logSumExp,
    meanSquares: squares.meanSquares,
    mayBeFaint: once(() => upTo(query.rows).some((row) => Number.isNaN(ofRow(row).faint))),
    factors: remembered((rounding) => {
      const factors = new Float64Array(4 * query.rows);
      for (let row = 0; row < query.rows; row++) {
        const { squares, output, spread, meanSquare } = factorsOfRow(ofRow(row), rounding, query.cols);
        factors.set([squares, output, spread, meanSquare], 4 * row);
      }
      return factors;
    }),
    row: ofRow,
  };
}

/** Returns the matrices where the kernel wrote them. */
function matricesOf({ output, squares }: Partial<Attended> = {}): Readonly<Record<keyof Matrices, Matrix>> {
  if (!output || !squares) throw new RangeError("the kernel has computed this before");
  return { output, squares: squares.values, spread: squares.spread };
}

/** Copies each matrix when it is first read, if it is in the memory of the kernel. */
function copiesOf(attended: () => Attended | undefined): Matrices {
  const copy = (name: keyof Matrices) =>
    once(() => {
      const found = attended();
      const matrix = matricesOf(found)[name];
      return found?.measure ? { ...matrix, data: matrix.data.slice() } : matrix;
    });
  return { output: copy("output"), squares: copy("squares"), spread: copy("spread") };
}

/** Measures an answer to an attention whose matrices are in the memory of the kernel. */
function measure(
  task: Task,
  rows: KernelRows,
  attended: Attended,
  given: { readonly got: Matrix; readonly rounding: RoundingModel; readonly most: number },
): Measured | "off" | undefined {
  const { got, rounding, most } = given;
  const [columns, headSize] = [rows.meanSquares, task.query.cols];
  const found = attended.measure?.({
    got,
    factors: rows.factors(rounding),
    columns,
    constant: floorOfStoring(rounding),
    most,
  });
  // Faint weights, if there may be any, make the expected error of far rows larger.
  const isSure = rounding.compute === "float64" || !rows.mayBeFaint();
  if (!found || found === "off") return isSure ? found : undefined;
  if (!isSure && greatest(found.sums) >= MIN_UNITS_FOR_FAINT ** 2 * got.cols) return undefined;
  const [row, col] = [Math.floor(found.worst / got.cols), found.worst % got.cols];
  const written = matricesOf(attended);
  const own = rowFrom(rows, row, {
    output: () => written.output,
    squares: () => written.squares,
    spread: () => written.spread,
  });
  const variance = varianceOfRow(own, columns, rounding, headSize)[col];
  const right = own.output.slice();
  const units = found.units[found.worst];
  return {
    sums: found.sums,
    worst: { at: found.worst, units, variance, right },
    ...(most === Number.POSITIVE_INFINITY && { units: found.units.slice() }),
  };
}

/** The parts of a row in matrices. */
class InMatrices {
  readonly #row: number;
  readonly #matrices: Matrices;

  constructor(row: number, matrices: Matrices) {
    this.#row = row;
    this.#matrices = matrices;
  }

  get output(): Float64Array {
    return rowOf(this.#matrices.output(), this.#row);
  }

  get squares(): Float64Array {
    return rowOf(this.#matrices.squares(), this.#row);
  }

  get spread(): Float64Array {
    return rowOf(this.#matrices.spread(), this.#row);
  }
}

const rowFrom = (rows: KernelRows, row: number, matrices: Matrices): RowStatistics =>
  Object.assign(new InMatrices(row, matrices), rows.row(row));

const statisticsFrom = (rows: KernelRows, matrices: Matrices, recorded: () => Matrix): Statistics => ({
  get output() {
    // The kernel does not know the policy for rows that may attend to no key.
    return rows.isWhole ? matrices.output() : recorded();
  },
  logSumExp: rows.logSumExp,
  row: (row) => (rows.row(row).sum === 0 ? undefined : rowFrom(rows, row, matrices)),
  meanSquares: rows.meanSquares,
});

/** Returns the task in the form that the kernel takes. */
function attentionOf(task: Task): Attention {
  const { query, key, value, scale, softcap, bias, blocked } = task;
  return { query, key, value, scale, softcap, bias, ...rangesOf(task), blocked: blocked?.cells };
}

function rangesOf({ query, key, blocked }: Task): Pick<Attention, "low" | "high"> {
  if (blocked) return blocked;
  return { low: new Float64Array(query.rows), high: new Float64Array(query.rows).fill(key.rows) };
}

const faint = remembered((_: Task) => new Map<number, number>());

/** Returns the sum of the faint weights of one row. */
export function faintOf(task: Task, made: RowStatistics, row: number): number {
  if (!Number.isNaN(made.faint)) return made.faint;
  return remember(faint(task), row, () => makeRow(task, row)?.faint ?? 0);
}
