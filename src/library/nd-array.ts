import type { Matrix } from "../math/matrix.js";

/** Numbers with any number of axes, the last of which varies fastest. */
export interface NdArray {
  readonly data: Float64Array;
  readonly shape: readonly number[];
  /** What runs along each axis: "head", "query", "key"; empty where nothing says so. */
  readonly axes: readonly string[];
  /** Nested lists of its numbers: a list of rows of a matrix, a list of such lists of three axes. */
  toRows<Rows = number[][]>(): Rows;
  /** The same lists: `JSON.stringify(array)` writes them. */
  toJSON(): unknown;
}

/** An array of these numbers. */
export function ndArray(data: Float64Array, shape: readonly number[], axes: readonly string[]): NdArray {
  const toJSON = () => nested(data, shape);
  return { data, shape, axes, toRows: <Rows>() => toJSON() as Rows, toJSON };
}

/** The numbers of a matrix, which are not copied. */
export const arrayOfMatrix = ({ rows, cols, data }: Matrix, axes: readonly string[]): NdArray =>
  ndArray(data, [rows, cols], axes);

/** Arrays of one shape, one behind the other along a new first axis. */
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
  return Array.from({ length }, (_, index) => nested(data.subarray(index * size, (index + 1) * size), rest));
}
