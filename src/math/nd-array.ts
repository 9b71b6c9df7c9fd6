import { sumOver } from "./lists.js";
/** Numbers in sequence, read only when they are needed. */
export interface Cells {
  /** Returns `count` numbers, beginning with number `first`. */
  read(first: number, count: number): Float64Array;
}

/**
 * An array with any number of axes: a view of cells. Another axis order, or a part, is another view of the same cells.
 */
export interface NdArray {
  readonly shape: readonly number[];
  /** The distance in cells between neighbours along each axis. */
  readonly strides: readonly number[];
  readonly offset: number;
  readonly cells: Cells;
}

/** Creates an array whose last axis varies fastest. */
export function ndArray(shape: readonly number[], given: Cells | Float64Array): NdArray {
  const strides = shape.map((_, axis) => countOf(shape.slice(axis + 1)));
  const cells =
    given instanceof Float64Array
      ? { read: (first: number, count: number) => given.subarray(first, first + count) }
      : given;
  return { shape, strides, offset: 0, cells };
}

/** Returns how many numbers an array of this shape has. */
export const countOf = (shape: readonly number[]): number =>
  shape.reduce((product, length) => product * length, 1);

/** Returns the same numbers with the axes in another order: new axis i is old axis `order[i]`. */
export const reordered = (array: NdArray, order: readonly number[]): NdArray => ({
  ...array,
  shape: order.map((axis) => array.shape[axis]),
  strides: order.map((axis) => array.strides[axis]),
});

/** Returns the part at one index of an axis, without that axis. */
export const at = (array: NdArray, axis: number, index: number): NdArray => ({
  ...array,
  shape: array.shape.toSpliced(axis, 1),
  strides: array.strides.toSpliced(axis, 1),
  offset: array.offset + index * array.strides[axis],
});

/** Returns `count` consecutive indices of an axis, beginning with `first`. */
export const within = (array: NdArray, axis: number, first: number, count: number): NdArray => ({
  ...array,
  shape: array.shape.with(axis, count),
  offset: array.offset + first * array.strides[axis],
});

/** Splits one axis into several; the last of them varies fastest. */
export function split(array: NdArray, axis: number, lengths: readonly number[]): NdArray {
  const strides = lengths.map((_, index) => countOf(lengths.slice(index + 1)) * array.strides[axis]);
  return {
    ...array,
    shape: array.shape.toSpliced(axis, 1, ...lengths),
    strides: array.strides.toSpliced(axis, 1, ...strides),
  };
}

/** Returns the same numbers with one more axis, of length 1. */
export const withAxis = (array: NdArray, axis: number): NdArray => ({
  ...array,
  shape: array.shape.toSpliced(axis, 0, 1),
  strides: array.strides.toSpliced(axis, 0, 0),
});

/** Returns all numbers of an array, the last axis fastest. */
export function numbersOf({ shape, strides, offset, cells }: NdArray): Float64Array {
  const count = countOf(shape);
  const [run, outer] = consecutive(shape, strides);
  if (run === count) return cells.read(offset, count);
  const numbers = new Float64Array(count);
  if (run > 1) {
    visit(shape.slice(0, outer), strides, offset, (place, index) =>
      numbers.set(cells.read(place, run), index * run),
    );
    return numbers;
  }
  // Neighbours are not consecutive: the whole range that contains them is read once.
  const reach = sumOver(shape, (length, axis) => (length - 1) * strides[axis]);
  const all = cells.read(offset, reach + 1);
  visit(shape, strides, 0, (place, index) => {
    numbers[index] = all[place];
  });
  return numbers;
}

/** Returns how many numbers at the end of the axes are consecutive in the cells, and how many axes come before them. */
function consecutive(shape: readonly number[], strides: readonly number[]) {
  let run = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] > 1 && strides[axis] !== run) return [run, axis + 1];
    run *= shape[axis];
  }
  return [run, 0];
}

function visit(
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
  see: (place: number, index: number) => void,
) {
  const counter = shape.map(() => 0);
  const count = countOf(shape);
  let place = offset;
  for (let index = 0; index < count; index++) {
    see(place, index);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += strides[axis];
      if (++counter[axis] < shape[axis]) break;
      place -= counter[axis] * strides[axis];
      counter[axis] = 0;
    }
  }
}
