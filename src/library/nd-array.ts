import { tabulate } from "../math/lists.js";
import type { Matrix } from "../math/matrix.js";

/** Numbers with any number of axes. The last axis varies fastest. */
export interface NdArray {
  readonly data: Float64Array;
  readonly shape: readonly number[];
  /** The name of each axis: "head", "query", "key". Empty if unknown. */
  readonly axes: readonly string[];
  /** Returns the numbers as nested lists: a list of rows for a matrix, a list of matrices for three axes. */
  toRows<Rows = number[][]>(): Rows;
  /** Returns the same lists, so that `JSON.stringify(array)` writes them. */
  toJSON(): unknown;
}

/** Creates an array of the given numbers. */
export function ndArray(data: Float64Array, shape: readonly number[], axes: readonly string[]): NdArray {
  const toJSON = () => nested(data, shape);
  return { data, shape, axes, toRows: <Rows>() => toJSON() as Rows, toJSON };
}

/** Returns a matrix as an array, without copying its numbers. */
export const arrayOfMatrix = ({ rows, cols, data }: Matrix, axes: readonly string[]): NdArray =>
  ndArray(data, [rows, cols], axes);

/** Stacks arrays of the same shape along a new first axis. */
export function stacked(arrays: readonly NdArray[], axis: string): NdArray {
  const [{ shape, axes }] = arrays;
  const size = arrays[0].data.length;
  const data = new Float64Array(size * arrays.length);
  for (const [index, one] of arrays.entries()) data.set(one.data, index * size);
  return ndArray(data, [arrays.length, ...shape], [axis, ...axes]);
}

function nested(data: Float64Array, shape: readonly number[]): unknown {
  const [length, ...rest] = shape;
  if (rest.length === 0) return length === undefined ? data[0] : Array.from(data);
  const size = data.length / length;
  return tabulate(length, (index) => nested(data.subarray(index * size, (index + 1) * size), rest));
}
