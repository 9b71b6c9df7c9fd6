import { isBlocked } from "../../math/blocked.js";
import { sumOver } from "../../math/lists.js";
import { isTrue, type Shape } from "../../math/matrix.js";
import {
  type Arrays,
  arraysFrom,
  type Definition,
  type Operand,
  type Primitives,
  type Range,
} from "../../trace/arrays.js";

// Derives the shape of a result before anything is computed: the definition is run with sizes only.

/** The size of an array along each axis. */
export type Dims = readonly number[];

const dimsOf = (a: Operand<Dims>): Dims => (typeof a === "number" ? [1, 1] : a);

/** Returns the broadcast sizes of two arrays. Missing axes come first, and size 1 goes with any size. */
export function broadcastDims(first: Dims, second: Dims): Dims {
  const [longer, shorter] = first.length >= second.length ? [first, second] : [second, first];
  const missing = longer.length - shorter.length;
  return longer.map((size, axis) => (axis < missing || size !== 1 ? size : shorter[axis - missing]));
}

const broadcastOperands = (a: Operand<Dims>, b: Operand<Dims>): Dims => broadcastDims(dimsOf(a), dimsOf(b));
const same = (a: Dims): Dims => a;

/** Returns how many numbers a range contains. */
const countOf = ({ from, to, step = 1 }: Range): number => Math.ceil((to - from) / step);
const indexAt = ({ from, step = 1 }: Range, at: number): number => from + at * step;

/** Returns the sizes after a reduction over some axes, which keep length 1. */
export const withLengthOne = (a: Dims, axes: readonly number[]): Dims =>
  a.map((size, axis) => (axes.includes(axis) ? 1 : size));

const reduceAxis = (a: Dims, axis: number): Dims => withLengthOne(a, [axis]);

/** Returns the sizes after a sum that removes some axes. */
export const withoutAxes = (a: Dims, axes: readonly number[]): Dims =>
  a.filter((_, axis) => !axes.includes(axis));

export type MultiIndex = readonly number[];

/**
 * Returns where the number at an index comes from: the index of an array, and the index in it. Undefined means that the
 * number is 0.
 */
type SourceOf = (index: MultiIndex) => readonly [array: number, index: MultiIndex] | undefined;

/**
 * Returns the operations that only move numbers. `move` gets the arrays, the new sizes, and where each number comes
 * from.
 */
export function moveOperations<A>(
  dimsOf: (a: A) => Dims,
  move: (arrays: readonly A[], dims: Dims, from: SourceOf) => A,
) {
  const join = (axis: 0 | 1) => (parts: readonly A[]) => {
    const sizes = parts.map((part) => dimsOf(part)[axis]);
    const all = sumOver(sizes);
    return move(parts, dimsOf(parts[0]).with(axis, all), (index) => {
      let at = index[axis];
      for (const [part, size] of sizes.entries()) {
        if (at < size) return [part, index.with(axis, at)];
        at -= size;
      }
      return undefined;
    });
  };
  return {
    transpose: (a) => move([a], dimsOf(a).toReversed(), (index) => [0, index.toReversed()]),
    slice: (a, rows, columns) =>
      move([a], [countOf(rows), countOf(columns)], ([row, col]) => [
        0,
        [indexAt(rows, row), indexAt(columns, col)],
      ]),
    joinRows: join(0),
    joinColumns: join(1),
    interleave: (a, b, { rows, cols }) =>
      move([a, b], [rows, cols], ([row, col]) => [col % 2, [row, Math.floor(col / 2)]]),
    takeRows: (a, rows) => move([a], [rows.length, dimsOf(a)[1]], ([row, col]) => [0, [rows[row], col]]),
    pad(a, { above, below, left, right }) {
      const [rows, cols] = dimsOf(a);
      return move([a], [rows + above + below, cols + left + right], ([row, col]) => {
        const index = [row - above, col - left];
        return index.every((at, axis) => at >= 0 && at < [rows, cols][axis]) ? [0, index] : undefined;
      });
    },
    insertAxis: (a, axis) =>
      move([a], dimsOf(a).toSpliced(axis, 0, 1), (index) => [0, index.toSpliced(axis, 1)]),
    stack: (parts) => move(parts, [parts.length, ...dimsOf(parts[0])], ([part, ...index]) => [part, index]),
  } satisfies Partial<Primitives<A>>;
}

/**
 * Returns the operations that make arrays without other arrays. `table` makes an array from the number at each index.
 */
export const tableOperations = <A>(
  table: (shape: Shape, numberAt: (row: number, col: number) => number) => A,
) =>
  ({
    literal: (_, matrix) => table(matrix, (row, col) => matrix.data[row * matrix.cols + col]),
    blocked: (keys) => table(keys, (row, col) => Number(isBlocked(keys, row, col))),
    flags: (_, cells) => table(cells, (row, col) => Number(isTrue(cells, row, col))),
    rowNumbers: (rows) => table({ rows, cols: 1 }, (row) => row),
    columnNumbers: (cols) => table({ rows: 1, cols }, (_, col) => col),
    column: (_, values) => table({ rows: values.length, cols: 1 }, (row) => values[row]),
    row: (_, values) => table({ rows: 1, cols: values.length }, (_row, col) => values[col]),
    zeros: (shape) => table(shape, () => 0),
    assign: (_, a) => [a, a],
  }) satisfies Partial<Arrays<A>>;

/** Array operations on sizes only. */
export const SHAPES: Arrays<Dims> = arraysFrom<Dims>({
  ...moveOperations<Dims>(same, (_, dims) => dims),
  ...tableOperations(({ rows, cols }): Dims => [rows, cols]),
  constant: () => [1, 1],
  add: broadcastOperands,
  subtract: broadcastOperands,
  multiply: broadcastOperands,
  divide: broadcastOperands,
  power: broadcastOperands,
  equal: broadcastOperands,
  less: broadcastOperands,
  or: broadcastOperands,
  and: broadcastOperands,
  where: (condition, a, b) => broadcastDims(condition, broadcastOperands(a, b)),
  atLeast: same,
  atMost: same,
  call: (_, a) => a,
  matmul: ([rows], [, cols]) => [rows, cols],
  sumAway: withoutAxes,
  sum: reduceAxis,
  max: reduceAxis,
  argmax: reduceAxis,
});

/** Returns the shape of a definition's result for inputs of these shapes. */
export function inferShape<Params>(of: Definition<Params>, inputs: readonly Shape[], params: Params): Shape {
  const sizes = inputs.map(({ rows, cols }): Dims => [rows, cols]);
  const [rows, cols] = of(SHAPES, sizes, params, inputs);
  return { rows, cols };
}
