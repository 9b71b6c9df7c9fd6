import { sumOver } from "./lists.js";
/** Numbers one after the other, which are read where they are asked for. */
export interface Cells {
  /** `count` numbers from number `first` on. */
  read(first: number, count: number): Float64Array;
}

/** Numbers with any number of axes: a view of cells. Another order of axes, or a part of them, is another view of the same cells. */
export interface NdArray {
  readonly shape: readonly number[];
  /** How many cells neighbours along each axis are apart. */
  readonly strides: readonly number[];
  readonly offset: number;
  readonly cells: Cells;
}

/** An array whose last axis varies fastest. */
export function ndArray(shape: readonly number[], given: Cells | Float64Array): NdArray {
  const strides = shape.map((_, axis) => countOf(shape.slice(axis + 1)));
  const cells =
    given instanceof Float64Array
      ? { read: (first: number, count: number) => given.subarray(first, first + count) }
      : given;
  return { shape, strides, offset: 0, cells };
}

/** How many numbers an array of this shape has. */
export const countOf = (shape: readonly number[]): number =>
  shape.reduce((product, length) => product * length, 1);

/** The same numbers with the axes in another order: axis i is what axis `order[i]` was. */
export const reordered = (array: NdArray, order: readonly number[]): NdArray => ({
  ...array,
  shape: order.map((axis) => array.shape[axis]),
  strides: order.map((axis) => array.strides[axis]),
});

/** What stands at one index of an axis, without that axis. */
export const at = (array: NdArray, axis: number, index: number): NdArray => ({
  ...array,
  shape: array.shape.toSpliced(axis, 1),
  strides: array.strides.toSpliced(axis, 1),
  offset: array.offset + index * array.strides[axis],
});

/** Some neighbours along an axis. */
export const within = (array: NdArray, axis: number, first: number, count: number): NdArray => ({
  ...array,
  shape: array.shape.with(axis, count),
  offset: array.offset + first * array.strides[axis],
});

/** One axis as several, the last of which varies fastest. */
export function split(array: NdArray, axis: number, lengths: readonly number[]): NdArray {
  const strides = lengths.map((_, index) => countOf(lengths.slice(index + 1)) * array.strides[axis]);
  return {
    ...array,
    shape: array.shape.toSpliced(axis, 1, ...lengths),
    strides: array.strides.toSpliced(axis, 1, ...strides),
  };
}

/** The same numbers with one more axis of length 1. */
export const withAxis = (array: NdArray, axis: number): NdArray => ({
  ...array,
  shape: array.shape.toSpliced(axis, 0, 1),
  strides: array.strides.toSpliced(axis, 0, 0),
});

/** All numbers of an array, the last axis fastest. */
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
  // Neighbours lie apart: what they lie in is read once.
  const reach = sumOver(shape, (length, axis) => (length - 1) * strides[axis]);
  const all = cells.read(offset, reach + 1);
  visit(shape, strides, 0, (place, index) => {
    numbers[index] = all[place];
  });
  return numbers;
}

/** How many numbers at the end of the axes are neighbours in the cells, too, and how many axes stand before these. */
function consecutive(
  shape: readonly number[],
  strides: readonly number[],
): readonly [run: number, outer: number] {
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
): void {
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
