import type { ScalarValue } from "../value.js";
import { decodeElements, type ElementType, FLOAT32, isLittleEndianMachine } from "./element-types.js";
import { DAMAGED, nameOf, type Place, refuseBinary } from "./place.js";

/** A file's description of an array. */
export interface Described {
  readonly place: Place;
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly littleEndian: boolean;
  /** Whether the first axis varies fastest, as in Fortran and MATLAB. */
  readonly fortran: boolean;
}

/** An array as a file stores it. Its numbers are read when one of its matrices is needed. */
export interface Tensor extends Described {
  /** The bytes of all elements. */
  readonly bytes: Uint8Array;
  /**
   * Returns the bytes of some elements, written to `into` if it is given. Present only if a part can be read without
   * the rest.
   */
  readElements?(first: number, count: number, into?: Uint8Array): Uint8Array;
}

/** The arrays of a file. Each is read when it is opened. */
export interface TensorFile {
  readonly names: readonly string[];
  /** The name of the only array, in a file that contains nothing else and does not name it. */
  readonly only?: string | undefined;
  /** Numbers and text beside the arrays. */
  readonly plain?: ReadonlyMap<string, ScalarValue>;
  /** The JSON of a run, in archives that qkv wrote. */
  readonly about?: Uint8Array | undefined;
  /** Opens an array. Throws a UserError if it is damaged or has no numbers. */
  open(name: string): Tensor;
}

/** The maximum number of axes, as in NumPy. */
export const MAX_AXES = 64;

/** Returns a shape as text: `2×12×5×64`, or `()` for a single number. */
export function shapeName(shape: readonly number[]): string {
  return shape.length === 0 ? "()" : shape.join("×");
}

/** Returns the number of elements in an array of this shape. Returns undefined if it is too large to count exactly. */
export function countElements(shape: readonly number[]): number | undefined {
  if (shape.includes(0)) return 0;
  let count = 1;
  for (const size of shape) {
    count *= size;
    if (count > Number.MAX_SAFE_INTEGER) return undefined;
  }
  return count;
}

/** Throws SYNTAX unless `found` is the number of bytes that an array of this shape and type needs. */
export function checkSize(
  { place, shape, type }: Pick<Described, "place" | "shape" | "type">,
  found: number,
): void {
  const needed = (countElements(shape) ?? Number.POSITIVE_INFINITY) * type.size;
  if (found === needed) return;
  const bytes = Number.isSafeInteger(needed) ? `${needed} bytes` : "more bytes than there can be";
  const message = `${shapeName(shape)} of ${type.name} takes ${bytes}, and ${found} are there.`;
  refuseBinary(place, "SYNTAX", message, DAMAGED);
}

/**
 * Returns a function that reads consecutive numbers in row-major order. A column-major array is read whole, once, and
 * reordered.
 */
export function numbersReader(tensor: Tensor): (first: number, count: number) => Float64Array {
  const { place, type, shape, fortran, littleEndian } = tensor;
  const { size } = type;
  const named = (index: number) => `${nameOf(place)}[${indicesAt(index, shape, fortran)}]`;
  if (!fortran || shape.length < 2) {
    return (first, count) => {
      const part =
        tensor.readElements?.(first, count) ?? tensor.bytes.subarray(first * size, (first + count) * size);
      return decodeElements({ type, littleEndian, bytes: part }, place, (index) => named(first + index));
    };
  }
  let all: Float64Array | undefined;
  return (first, count) => {
    all ??= toRowMajor(decodeElements({ type, littleEndian, bytes: tensor.bytes }, place, named), shape);
    return all.subarray(first, first + count);
  };
}

/**
 * Returns a function that copies consecutive float32 numbers into bytes. Returns undefined unless the array has float32
 * in row-major order and in this machine's byte order.
 */
export function singlesReader(
  tensor: Tensor,
): ((first: number, count: number, into: Uint8Array) => void) | undefined {
  const { type, littleEndian, fortran, shape } = tensor;
  const isPlain = littleEndian === isLittleEndianMachine() && (!fortran || shape.length < 2);
  if (type !== FLOAT32 || !isPlain) return undefined;
  return (first, count, into) => {
    if (tensor.readElements) tensor.readElements(first, count, into);
    else into.set(tensor.bytes.subarray(4 * first, 4 * (first + count)));
  };
}

/** Returns the indices of an element, `1, 0, 2`. The last axis varies fastest, or the first if `fortran`. */
function indicesAt(index: number, shape: readonly number[], fortran: boolean): string {
  const indices: number[] = [];
  let left = index;
  for (const size of fortran ? shape : shape.toReversed()) {
    indices.push(left % size);
    left = Math.floor(left / size);
  }
  return (fortran ? indices : indices.reverse()).join(", ");
}

/** Reorders numbers from column-major to row-major order. */
function toRowMajor(numbers: Float64Array, shape: readonly number[]): Float64Array {
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  const result = new Float64Array(numbers.length);
  walkElements(shape, strides, (to, from) => {
    result[to] = numbers[from];
  });
  return result;
}

/**
 * Visits the elements of an array in row-major order, with each element's number and its place according to `strides`.
 */
export function walkElements(
  shape: readonly number[],
  strides: readonly number[],
  visit: (element: number, place: number) => void,
): void {
  const count = countElements(shape) ?? 0;
  const counter = shape.map(() => 0);
  let place = 0;
  for (let element = 0; element < count; element++) {
    visit(element, place);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += strides[axis];
      if (++counter[axis] < shape[axis]) break;
      place -= counter[axis] * strides[axis];
      counter[axis] = 0;
    }
  }
}
