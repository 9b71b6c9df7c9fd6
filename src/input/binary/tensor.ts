import type { ScalarValue } from "../value.js";
import { decodeElements, type ElementType, FLOAT32, isLittleEndianMachine } from "./element-types.js";
import { DAMAGED, nameOf, type Place, refuseBinary } from "./place.js";

/** What a file says of an array. */
export interface Described {
  readonly place: Place;
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly littleEndian: boolean;
  /** The first axis varies fastest, as in Fortran and MATLAB. */
  readonly fortran: boolean;
}

/** An array as a file stores it; its numbers are read when a matrix of it is asked for. */
export interface Tensor extends Described {
  /** As many as the shape says. */
  readonly bytes: Uint8Array;
  /** The bytes of some elements, where they can be had without the others: in `into`, when that is given. */
  readElements?(first: number, count: number, into?: Uint8Array): Uint8Array;
}

/** The arrays of a file, each of which is read when it is asked for. */
export interface TensorFile {
  readonly names: readonly string[];
  /** The one array of a file that holds nothing else, and gives it no name of its own. */
  readonly only?: string | undefined;
  /** Numbers and text that stand beside the arrays. */
  readonly plain?: ReadonlyMap<string, ScalarValue>;
  /** What a run that was written as an archive says of itself: JSON. */
  readonly about?: Uint8Array | undefined;
  /** Throws a UserError when this array is damaged or holds no numbers. */
  open(name: string): Tensor;
}

/** An array has at most so many axes, as in NumPy. */
export const MOST_AXES = 64;

/** `2×12×5×64`; `()` for a single number. */
export function shapeName(shape: readonly number[]): string {
  return shape.length === 0 ? "()" : shape.join("×");
}

/** How many elements an array of this shape has; undefined beyond what can be counted exactly. */
export function countElements(shape: readonly number[]): number | undefined {
  if (shape.includes(0)) return 0;
  let count = 1;
  for (const size of shape) {
    count *= size;
    if (count > Number.MAX_SAFE_INTEGER) return undefined;
  }
  return count;
}

/** Throws SYNTAX unless `found` bytes are as many as an array of this shape and type takes. */
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

/** Reads a run of numbers in row-major order. In the other order all of them are read, once, and put in this one. */
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

/** Fills bytes with a run of float32 in row-major order; undefined where the array does not hold them so, as this machine does. */
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

/** Where element number `index` stands, `1, 0, 2`: the axes from the last one on, or from the first one on. */
function indicesAt(index: number, shape: readonly number[], fortran: boolean): string {
  const indices: number[] = [];
  let left = index;
  for (const size of fortran ? shape : shape.toReversed()) {
    indices.push(left % size);
    left = Math.floor(left / size);
  }
  return (fortran ? indices : indices.reverse()).join(", ");
}

/** Numbers whose first axis varies fastest, in the order in which the last one does. */
function toRowMajor(numbers: Float64Array, shape: readonly number[]): Float64Array {
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  const result = new Float64Array(numbers.length);
  walkElements(shape, strides, (to, from) => {
    result[to] = numbers[from];
  });
  return result;
}

/** Visits the elements of an array in row-major order: which one it is, and its place where `strides` lead from one to the next. */
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
