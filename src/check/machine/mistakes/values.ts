import { squaresOf, sumOver, tabulate, upTo } from "../../../math/lists.js";
import { cellOf, type Matrix, mapCells, rowOf, transpose } from "../../../math/matrix.js";
import { remember, remembered } from "../../../math/remember.js";
import { isBlank } from "../fit.js";
import type { FloatName } from "../float-names.js";
import { FLOAT_TYPES, fitsType, roundMatrix } from "../float-types.js";
import { makeRow, over } from "../rows.js";
import type { Task } from "../task.js";
import { indicesWhere, spread } from "../where.js";
import {
  asDumped,
  batchesOf,
  collectRow,
  type Dump,
  everyTask,
  fromWrittenMistake,
  hasHeads,
  type KernelMistake,
  kernelMistakes,
  type RowMaker,
  replacing,
  type SearchContext,
  type Variant,
  withWeighting,
} from "./kernel-mistake.js";
import { columnsFrom, reversed, transposed, turnedBy } from "./orders.js";
import { distanceTo, factorBetween, leastOf } from "./sums.js";
import { readFrom } from "./value-tiles.js";

// Mistakes in storing the output.

/** The minimum number of rows that a kernel writes at once. */
const MIN_BLOCK = 8;

/** Whether rows form whole blocks, and other rows were written. */
function areBlocks(rows: readonly number[], count: number): boolean {
  const missing = new Set(rows);
  return (
    rows.length < count &&
    rows.every((row) => {
      const first = row - (row % MIN_BLOCK);
      return indicesWhere(Math.min(MIN_BLOCK, count - first), (at) => !missing.has(first + at)).length === 0;
    })
  );
}

/** Yields a variant in which unwritten rows keep their dumped numbers. NaN counts as unwritten only in whole blocks. */
function* withRowsMissing(dump: Dump): Generator<Variant> {
  const { wrongRows, got } = dump;
  const mayBeNan = areBlocks(wrongRows, got.rows);
  const isBlank = wrongRows.every((row) =>
    rowOf(got, row).every((value) => value === 0 || (mayBeNan && Number.isNaN(value))),
  );
  if (!isBlank) return;
  const missing = new Set(wrongRows);
  yield asDumped(dump, (row) => missing.has(row), { first: wrongRows[0], rows: wrongRows.length });
}

/** Yields a variant in which unwritten columns keep their dumped numbers. */
function* withColumnsMissing(dump: Dump): Generator<Variant> {
  const { got } = dump;
  const { rows, cols, data } = transpose(got);
  const isBlank = (col: number) =>
    data.subarray(col * cols, (col + 1) * cols).every((value) => value === 0 || Number.isNaN(value));
  const columns = indicesWhere(rows, isBlank);
  if (columns.length === 0 || columns.length === rows) return;
  const missing = new Set(columns);
  yield asDumped(dump, (_, col) => missing.has(col), { first: columns[0], columns: columns.length });
}

/** Yields a variant in which columns are exchanged. */
function* withColumnsMoved(dump: Dump): Generator<Variant> {
  const moved = columnsMoved(dump, dump.wrongRows);
  if (moved)
    yield replacing(["value"], ({ value }) => columnsFrom(value, moved.order), {
      columns: moved.count,
      first: moved.said,
    });
}

/** Finds from a few rows which right column each dumped one holds. Returns undefined if each holds its own. */
export function columnsMoved({ got, want }: Pick<Dump, "got" | "want">, wrongRows: readonly number[]) {
  const made = spread(wrongRows, ROWS_READ).map((row) => ({
    right: rowOf(want, row),
    dumped: rowOf(got, row),
  }));
  if (made.length < MIN_READ) return undefined;
  const distance = (col: number, from: number) =>
    sumOver(made, ({ right, dumped }) => (dumped[col] - right[from]) ** 2);
  const columns = upTo(got.cols);
  const sources = columns.map((col) =>
    columns.reduce((best, from) => (distance(col, from) < distance(col, best) ? from : best), col),
  );
  const first = sources.findIndex((from, col) => from !== col);
  if (first < 0) return undefined;
  const count = sources.filter((from, col) => from !== col).length;
  return {
    order: (col: number) => sources[col],
    count,
    said: `column ${first} holds column ${sources[first]}`,
  };
}

/** The maximum number of rows in which columns are compared, and the minimum. */
const [ROWS_READ, MIN_READ] = [8, 4];

/** Yields a variant in which wrong rows hold other rows. */
function* withRowsMoved({ got, want, wrongRows }: Dump): Generator<Variant> {
  const from = rowsMoved({ got, want }, wrongRows);
  if (!from) return;
  const read = rowsRead(got, wrongRows);
  const moved = read.map((row) => (from(row) - row + want.rows) % want.rows);
  const [by] = moved;
  const parameters = moved.every((other) => other === by)
    ? { by: by > want.rows / 2 ? by - want.rows : by }
    : Object.fromEntries(read.slice(-MAX_LISTED).map((row) => [`row ${row}`, `row ${from(row)}`]));
  yield { parameters, make: (task, row) => makeRow(task, from(row)) };
}

/** The wrong rows that are read first. A row of zeros shows nothing. */
const rowsRead = (got: Matrix, wrongRows: readonly number[]) =>
  spread(wrongRows, ROWS_READ).filter((row) => rowOf(got, row).some((value) => value !== 0));

/**
 * Returns the order of rows in which each wrong row holds the closest right one. Returns undefined if one of a few rows is
 * closest to its own.
 */
export function rowsMoved({ got, want }: Pick<Dump, "got" | "want">, wrongRows: readonly number[]) {
  const wrong = new Set(wrongRows);
  const known = new Map<number, number>();
  const from = (row: number) =>
    wrong.has(row) ? remember(known, row, () => nearestRow(want, rowOf(got, row))) : row;
  const read = rowsRead(got, wrongRows);
  return read.length > 0 && read.every((row) => from(row) !== row) ? from : undefined;
}

const MAX_LISTED = 3;

/** Finds the row of a matrix that is closest to another row. */
function nearestRow(matrix: Matrix, row: Float64Array): number {
  const [nearest] = leastOf(indicesWhere(matrix.rows), 1, (from, limit) =>
    distanceTo(row, row.length, (c) => matrix.data[from * matrix.cols + c], limit),
  );
  return nearest ?? 0;
}

/** Builds a row of an output that was written column by column. */
const columnByColumn: RowMaker = (task, row) =>
  collectRow(task, row, (col) => {
    const { cols } = task.value;
    const place = transposed(task.query.rows)(row * cols + col, task.query.rows * cols);
    return [task, Math.floor(place / cols), place % cols];
  });

/** Whether every wrong row is empty. */
const areAllBlank = ({ dump }: SearchContext) =>
  dump?.wrongRows.every((row) => rowOf(dump.got, row).every(isBlank)) === true;

/** The maximum number of padded rows per head. */
const MAX_PADDED = 128;

/** Makes a variant whose output has `stride` rows per head, those after the queries with zeros. */
function stridedBy(given: SearchContext, stride: number): Variant {
  const heads = batchesOf(given).flat();
  return {
    parameters: { rows: stride },
    make(task, row) {
      const place = heads.indexOf(task) * task.query.rows + row;
      const [head, from] = [heads[Math.floor(place / stride)], place % stride];
      return from < task.query.rows ? makeRow(head, from) : undefined;
    },
  };
}

export const rowsShifted: KernelMistake = {
  id: "rows-shifted",
  step: "output",
  title: "Rows of the output belong to other queries.",
  formula: "o_i belongs to query i",
  fix: "Look for a wrong offset or tile index when queries are loaded or the output is stored.",
  isPossible: ({ tasks: [{ query }] }) => query.rows > 1,
  *variants({ dump, tasks: [{ query }] }) {
    const { rows } = query;
    for (const by of [1, -1]) {
      yield { parameters: { by }, make: (task, row) => makeRow(task, turnedBy(by)(row, rows)) };
      yield {
        parameters: { by, end: "the last one again" },
        make: (task, row) => makeRow(task, Math.max(0, Math.min(rows - 1, row + by))),
      };
    }
    if (dump) yield* withRowsMoved(dump);
  },
};

export const STORED_ROWS: readonly KernelMistake[] = [
  {
    id: "rows-missing",
    step: "output",
    title: "Some rows of the output are empty, as if they were not written.",
    formula: "the output has one row per query",
    fix: "Start ⌈n / tile⌉ blocks of queries, and let the last one store its remaining rows. If they are whole heads or batches, see if their values are read from memory behind the end.",
    variants: ({ dump }) => (dump ? withRowsMissing(dump) : []),
  },
  {
    id: "columns-missing",
    step: "output",
    title: "Some columns of the output were not written.",
    formula: "the output has one column per column of the values",
    fix: "Compute ⌈d_v / tile⌉ tiles of columns, and let the last one store its remaining columns.",
    variants: ({ dump }) => (dump ? withColumnsMissing(dump) : []),
  },
  {
    id: "columns-misplaced",
    step: "output",
    isFree: true,
    title: "Some columns of the output are in the wrong place.",
    formula: "o_ic comes from column c of the values",
    fix: "Check the column offset of each tile when values are loaded and the output is stored.",
    isPossible: ({ tasks: [{ value }] }) => value.cols > 1,
    variants: ({ dump }) => (dump ? withColumnsMoved(dump) : []),
  },
  rowsShifted,
  {
    id: "output-strided",
    step: "output",
    title: "The output was written with another number of rows per head than it was read with.",
    formula: "row i of head h of batch b is at (b · H + h) · n + i",
    fix: "Use the strides of the buffer: padded rows stand between the rows of two heads.",
    // If all wrong rows are empty, they were not written.
    isPossible: (given) => hasHeads(given) && !areAllBlank(given),
    variants: (given) =>
      indicesWhere(MAX_PADDED, (more) => more > 0).map((more) =>
        stridedBy(given, given.tasks[0].query.rows + more),
      ),
  },
  {
    id: "output-transposed",
    step: "output",
    title: "The output was written column by column.",
    formula: "o_ic is at i·d_v + c",
    fix: "Swap the strides of the output: the columns of a row are neighbours.",
    isPossible: ({ tasks: [{ query, value }] }) => query.rows > 1 && value.cols > 1,
    variants: () => [{ make: columnByColumn }],
  },
];

// Mistakes with values and outputs, and roundings that can be replayed.

export const inputsRounded: KernelMistake = {
  id: "inputs-rounded",
  step: "scores",
  title: "Query, key and value were rounded to a shorter type before they were used.",
  formula: "S = Q Kᵀ of the given numbers",
  fix: "Keep the inputs in their own type; look for a cast before the call.",
  *variants({ tasks, dump }) {
    if (dump && !isNear(dump)) return;
    for (const type of ["bfloat16", "float16", "tf32"] as const) {
      if (tasks.every((task) => isOfType(task, type))) continue;
      for (const [which, parts] of Object.entries(ROUNDED))
        yield replacing(parts, (task, part) => rounded(task[part], type), { type, which });
    }
  },
};

/** Whether some wrong row is at most as far from the right row as zero is. Otherwise rounding is not the cause. */
function isNear({ got, want, wrongRows }: Dump): boolean {
  return spread(wrongRows, MAX_COMPARED).some((row) => {
    const right = rowOf(want, row);
    return distanceTo(rowOf(got, row), got.cols, (c) => right[c]) <= squaresOf(right);
  });
}

const MAX_COMPARED = 8;

const isOfType = ({ query, key, value }: Task, type: FloatName) =>
  [query, key, value].every(({ data }) => fitsType(FLOAT_TYPES[type], data).all);

const ROUNDED = {
  all: ["query", "key", "value"],
  "query and key": ["query", "key"],
  value: ["value"],
} as const;

const known = remembered((_: Matrix) => new Map<FloatName, Matrix>());

const rounded = (matrix: Matrix, type: FloatName): Matrix =>
  remember(known(matrix), type, () => roundMatrix(FLOAT_TYPES[type], matrix));

export const rowsScaled: KernelMistake = {
  id: "rows-scaled",
  step: "output",
  title: "The output is the right one times a factor, of all rows or of each row.",
  formula: "the weights of a row add up to 1",
  fix: "Look for a sum that is not that of the weights (of another tile, of other rows), or a factor that is left out or taken twice: 1 / (1 − p) of dropout, the scale of values in 8 bits.",
  *variants({ dump }) {
    if (!dump || dump.got.cols < MIN_COLUMNS) return;
    const { got } = dump;
    if (isNormed(dump)) {
      const parameters = { factor: "1 / its root mean square: the output was normed" };
      yield { parameters, make: timesFactor((made, row) => factorBetween(rowOf(got, row), made)) };
      return;
    }
    const factor = factorOf(dump);
    if (factor !== undefined) yield { parameters: { factor }, make: timesFactor(() => factor) };
    yield { make: timesFactor((made, row) => factorBetween(rowOf(got, row), made)) };
  },
};

/** The numbers are read off the wrong rows, so that they fit few rows by chance. */
const MIN_ROWS = 4;

export const columnsShifted: KernelMistake = {
  id: "columns-shifted",
  step: "output",
  isFree: true,
  title: "A number was added to each column of the output, the same one in every row.",
  formula: "o_i = Σ_j α_ij v_j, and nothing else",
  fix: "Look for a bias that is added twice, or for values whose zero point or mean was not taken off: as the weights of a row add up to 1, it passes through to the output.",
  *variants({ dump }) {
    if (!dump || dump.wrongRows.length < MIN_ROWS) return;
    const { got, want, wrongRows } = dump;
    const shifts = tabulate(
      got.cols,
      (col) => sumOver(wrongRows, (row) => cellOf(got, row, col) - cellOf(want, row, col)) / wrongRows.length,
    );
    const texts = shifts.slice(0, 2).map((by, col) => [`column ${col}`, Number(by.toPrecision(3))]);
    yield replacing(
      ["value"],
      ({ value }) => mapCells(value, (own, _, col) => own + shifts[col]),
      Object.fromEntries(texts),
    );
  },
};

/** The minimum number of columns. A factor fits fewer numbers by chance. */
const MIN_COLUMNS = 4;

const timesFactor =
  (factorFor: (right: Float64Array, row: number) => number): RowMaker =>
  (task, row) => {
    const right = makeRow(task, row);
    const factor = right ? factorFor(right.output, row) : Number.NaN;
    if (!Number.isFinite(factor)) return right;
    return makeRow(task, row, undefined, (_, { powers, sum }) => over(powers, sum / factor));
  };

/** Whether the root mean square of each wrong row is 1, up to the ε of a norm. */
const isNormed = ({ got, wrongRows }: Dump) =>
  spread(wrongRows, MAX_COMPARED).every((row) => Math.abs(squaresOf(rowOf(got, row)) / got.cols - 1) < 0.01);

/** Finds a factor that all wrong rows share, rounded to three digits. */
function factorOf({ got, want, wrongRows }: Dump): number | undefined {
  const factors = spread(wrongRows, MAX_COMPARED).map((row) =>
    factorBetween(rowOf(got, row), rowOf(want, row)),
  );
  const [first = Number.NaN] = factors;
  return factors.every((factor) => Math.abs(factor / first - 1) < 0.01)
    ? Number(first.toPrecision(3))
    : undefined;
}

export const weighing = kernelMistakes("output", "o_i = Σ_j α_ij v_j");

export const VALUES: readonly KernelMistake[] = [
  weighing({
    id: "value-by-query",
    title: "The values were indexed by the query, not by the key.",
    fix: "The sum has the value of each weighted key.",
    isPossible: everyTask(({ query, value }) => query.rows <= value.rows),
    variants: () => [withWeighting((scores, _, row) => scores.map((_score, j) => (j === row ? 1 : 0)))],
  }),
  weighing({
    id: "values-reversed",
    title: "The values were read backwards.",
    fix: "Look for a stride with the wrong sign, or an array that was flipped.",
    variants: () => [
      readFrom("values alone", reversed, { which: "keys" }),
      replacing(["value"], ({ value }) => columnsFrom(value, reversed), { which: "columns" }),
    ],
  }),
  fromWrittenMistake(
    "value-is-key",
    () => [replacing(["value"], ({ key }) => key)],
    everyTask(({ key, value }) => key.cols === value.cols),
  ),
];
