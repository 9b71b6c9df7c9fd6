import { isBlocked } from "../../math/blocked.js";
import type { Shape } from "../../math/matrix.js";
import {
  type Arrays,
  arraysFrom,
  type InWords,
  type Primitives,
  type Range,
  type Term,
} from "../../trace/arrays.js";

// What an op makes, before anything is computed: its definition read with nothing but sizes.

/** How many numbers an array has along each axis. */
export type Dims = readonly number[];

const dimsOf = (a: Term<Dims>): Dims => (typeof a === "number" ? [1, 1] : a);

/** The sizes of what arrays of these sizes give when they meet; missing axes come first, and one number goes with any. */
export function meet(first: Dims, second: Dims): Dims {
  const [longer, shorter] = first.length >= second.length ? [first, second] : [second, first];
  const missing = longer.length - shorter.length;
  return longer.map((size, axis) => (axis < missing || size !== 1 ? size : shorter[axis - missing]));
}

const both = (a: Term<Dims>, b: Term<Dims>): Dims => meet(dimsOf(a), dimsOf(b));
const same = (a: Dims): Dims => a;

/** How many numbers a range takes. */
const countOf = ({ from, to, step = 1 }: Range): number => Math.ceil((to - from) / step);

/** The sizes of a sum, or of another number, over some axes. */
export const reduced = (a: Dims, axes: readonly number[]): Dims =>
  a.map((size, axis) => (axes.includes(axis) ? 1 : size));

const oneOver = (a: Dims, axis: number): Dims => reduced(a, [axis]);

/** The sizes that words have in common with every reading that goes by places. */
export const SIZES: Pick<
  Primitives<Dims>,
  "joinRows" | "joinColumns" | "insertAxis" | "stack" | "sumAway" | "matmul" | "pad" | "slice"
> = {
  matmul: ([rows], [, cols]) => [rows, cols],
  slice: (_, rows, columns) => [countOf(rows), countOf(columns)],
  joinRows: (parts) => [parts.reduce((count, [rows]) => count + rows, 0), parts[0][1]],
  joinColumns: (parts) => [parts[0][0], parts.reduce((count, [, cols]) => count + cols, 0)],
  pad: ([rows, cols], { above, below, left, right }) => [rows + above + below, cols + left + right],
  insertAxis: (a, axis) => a.toSpliced(axis, 0, 1),
  stack: (parts) => [parts.length, ...parts[0]],
  sumAway: (a, axes) => a.filter((_, axis) => !axes.includes(axis)),
};

/** Words for arrays that are made of nothing else, in a reading in which an array is known by the numbers at its places. */
export const tablesBy = <A>(table: (shape: Shape, numberAt: (row: number, col: number) => number) => A) =>
  ({
    literal: (_, matrix) => table(matrix, (row, col) => matrix.data[row * matrix.cols + col]),
    blocked: (keys) => table(keys, (row, col) => Number(isBlocked(keys, row, col))),
    flags: (_, columns, shape) => table(shape, (row, col) => Number(columns[row]?.includes(col) ?? false)),
    rowNumbers: (rows) => table({ rows, cols: 1 }, (row) => row),
    columnNumbers: (cols) => table({ rows: 1, cols }, (_, col) => col),
    column: (_, values) => table({ rows: values.length, cols: 1 }, (row) => values[row]),
    row: (_, values) => table({ rows: 1, cols: values.length }, (_row, col) => values[col]),
    zeros: (shape) => table(shape, () => 0),
    keep: (_, a) => [a, a],
  }) satisfies Partial<Arrays<A>>;

/** Sizes as a reading of definitions. */
export const SHAPES: Arrays<Dims> = arraysFrom<Dims>({
  ...SIZES,
  ...tablesBy(({ rows, cols }): Dims => [rows, cols]),
  constant: () => [1, 1],
  add: both,
  subtract: both,
  multiply: both,
  divide: both,
  power: both,
  equal: both,
  less: both,
  either: both,
  both,
  where: (condition, a, b) => meet(condition, both(a, b)),
  atLeast: same,
  atMost: same,
  call: (_, a) => a,
  transpose: ([rows, cols]) => [cols, rows],
  sum: oneOver,
  max: oneOver,
  argmax: oneOver,
  interleave: (_a, _b, { rows, cols }) => [rows, cols],
  takeRows: ([, cols], { length }) => [length, cols],
});

/** The shape of what a definition makes of inputs of these shapes. */
export function shapeBy<Params>(of: InWords<Params>, inputs: readonly Shape[], params: Params): Shape {
  const sizes = inputs.map(({ rows, cols }): Dims => [rows, cols]);
  const [rows, cols] = of(SHAPES, sizes, params, inputs);
  return { rows, cols };
}
