import { countOf, ndArray, numbersOf } from "../../math/nd-array.js";
import { once } from "../../math/remember.js";
import type { ScalarValue } from "../value.js";
import { decodeElements, type ElementType, FLOAT32, isLittleEndianMachine } from "./element-types.js";
import { DAMAGED, nameOf, type Place, refuseBinary } from "./place.js";

/** A file's description of an array. */
export interface Described {
  readonly place: Place;
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly littleEndian: boolean;
  /** The distance between neighbours along each axis, in elements. Absent if the last axis varies fastest. */
  readonly strides?: readonly number[] | undefined;
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

/** Opens an array. Throws a UserError if it is damaged or has no numbers. */
export type OpenTensor = () => Tensor;

/** The arrays of a file. Each is read when it is opened. */
export interface TensorFile {
  /** The arrays by name. */
  readonly tensors: ReadonlyMap<string, OpenTensor>;
  /** The only array, in a file that contains nothing else and does not name it. */
  readonly only?: OpenTensor | undefined;
  /** Numbers and text beside the arrays. */
  readonly plain?: ReadonlyMap<string, ScalarValue>;
  /** The JSON of a run, in archives that qkv wrote. */
  readonly about?: Uint8Array | undefined;
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

/** Returns the strides of an array whose first axis varies fastest, as in Fortran and MATLAB. */
export const columnMajor = (shape: readonly number[]): readonly number[] | undefined =>
  shape.length < 2 ? undefined : shape.map((_, axis) => countOf(shape.slice(0, axis)));

/** Returns a function that reads consecutive numbers in row-major order. An array in another order is read whole, once. */
export function numbersReader(tensor: Tensor): (first: number, count: number) => Float64Array {
  const { place, type, shape, littleEndian, strides } = tensor;
  const { size } = type;
  const inOrder = strides ?? ndArray(shape, NO_NUMBERS).strides;
  const named = (element: number) => {
    const indices = shape.map((length, axis) => Math.floor(element / inOrder[axis]) % length);
    return `${nameOf(place)}[${indices.join(", ")}]`;
  };
  const read = (first: number, count: number) => {
    const bytes =
      tensor.readElements?.(first, count) ?? tensor.bytes.subarray(first * size, (first + count) * size);
    return decodeElements({ type, littleEndian, bytes }, place, (index) => named(first + index));
  };
  if (!strides) return read;
  const all = once(() => numbersOf({ shape, strides, offset: 0, cells: { read } }));
  return (first, count) => all().subarray(first, first + count);
}

const NO_NUMBERS = new Float64Array(0);

/**
 * Returns a function that copies consecutive float32 numbers into bytes. Returns undefined unless the array has float32
 * in row-major order and in this machine's byte order.
 */
export function singlesReader(
  tensor: Tensor,
): ((first: number, count: number, into: Uint8Array) => void) | undefined {
  const { type, littleEndian, strides } = tensor;
  if (type !== FLOAT32 || strides || littleEndian !== isLittleEndianMachine()) return undefined;
  return (first, count, into) => {
    if (tensor.readElements) tensor.readElements(first, count, into);
    else into.set(tensor.bytes.subarray(4 * first, 4 * (first + count)));
  };
}
