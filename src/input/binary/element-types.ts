import { widen } from "../../math/kernels/widen.js";
import { READ_FROM } from "../../math/read-type.js";
import { once } from "../../math/remember.js";
import { EXACT_DECIMALS } from "../../math/written.js";
import type { KeptDigits } from "../value.js";
import { type Place, refuseBinary } from "./place.js";

/** The type of an array's numbers, as a file stores them. */
export interface ElementType {
  /** The name that NumPy and torch use. */
  readonly name: string;
  /** The names in .npy, .safetensors and torch's files; - if the format does not have this type. */
  readonly names: string;
  /** The size of one number in bytes. */
  readonly size: number;
  /** The digits that the type keeps of a number, if fewer than float64. */
  readonly kept?: KeptDigits;
  /**
   * Converts elements to float64. They must be in this machine's byte order and aligned to their size. Calls `refuse`
   * for the first invalid element.
   */
  toNumbers(elements: Elements, refuse: RefuseElement): Float64Array;
}

const FORMATS = ["npy", "safetensors", "torch"] as const;
type Format = (typeof FORMATS)[number];

interface Elements {
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  readonly length: number;
}

type RefuseElement = (index: number, what: string) => never;

interface View<Given> {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): ArrayLike<Given>;
  readonly BYTES_PER_ELEMENT: number;
}

/** Converts one element to a number. */
type Convert<Given> = (given: Given, index: number, refuse: RefuseElement) => number;

export const FLOAT64: ElementType = {
  ...numbers("float64", Float64Array, "f8 F64 DoubleStorage"),
  toNumbers: ({ buffer, byteOffset, length }) => new Float64Array(buffer, byteOffset, length),
};

export const FLOAT32: ElementType = {
  ...numbers("float32", Float32Array, "f4 F32 FloatStorage"),
  // ⌊23 · log10 2⌋, like FLT_DIG in C. The 10 mantissa bits of float16 keep 3 digits, the 7 of bfloat16 keep 2.
  kept: { significant: 6, decimals: EXACT_DECIMALS },
};

/** Every number type that qkv reads. */
const TYPES: readonly ElementType[] = [
  FLOAT64,
  FLOAT32,
  // The smallest float16 numbers are multiples of 2^−24 = 6·10^−8.
  ofBits("float16", Uint16Array, "f2 F16 HalfStorage", [5, 10], [3, 7]),
  // NumPy stores the bfloat16 of ml_dtypes as two raw bytes, `V2`.
  ofBits("bfloat16", Uint16Array, "V2 BF16 BFloat16Storage", [8, 7], [2, EXACT_DECIMALS]),
  ofBits("float8_e4m3fn", Uint8Array, "- F8_E4M3 -", [4, 3, "finite"], [1, 9]),
  ofBits("float8_e5m2", Uint8Array, "- F8_E5M2 -", [5, 2], [1, 16]),
  numbers("bool", Uint8Array, "b1 BOOL BoolStorage", asTruth),
  numbers("int8", Int8Array, "i1 I8 CharStorage"),
  numbers("int16", Int16Array, "i2 I16 ShortStorage"),
  numbers("int32", Int32Array, "i4 I32 IntStorage"),
  numbers("int64", BigInt64Array, "i8 I64 LongStorage", asExact),
  numbers("uint8", Uint8Array, "u1 U8 ByteStorage"),
  numbers("uint16", Uint16Array, "u2 U16 -"),
  numbers("uint32", Uint32Array, "u4 U32 -"),
  numbers("uint64", BigUint64Array, "u8 U64 -", asExact),
];

/** Returns the type with this name in a format, or undefined if qkv does not read it. */
export const typeCalled = (format: Format, word: string): ElementType | undefined =>
  TYPES[namesIn(format).indexOf(word)];

/** Returns the type with this name in NumPy and torch. */
export const typeNamed = (word: string): ElementType | undefined => TYPES.find(({ name }) => name === word);

const namesIn = (format: Format): readonly string[] =>
  TYPES.map(({ names }) => names.split(" ")[FORMATS.indexOf(format)]);

/** Returns the names that a format has for the types that qkv reads. */
export const typesIn = (format: Format): readonly string[] => namesIn(format).filter((name) => name !== "-");

/** Makes a type that has a typed array in JavaScript. Its numbers are copied, through `convert` if it is given. */
function numbers<Given extends number | bigint>(
  name: string,
  View: View<Given>,
  names: string,
  convert?: Convert<Given>,
): ElementType {
  return {
    name,
    names,
    size: View.BYTES_PER_ELEMENT,
    toNumbers({ buffer, byteOffset, length }, refuse) {
      const given = new View(buffer, byteOffset, length);
      if (!convert) return new Float64Array(given as ArrayLike<number>);
      const numbers = new Float64Array(length);
      for (let index = 0; index < length; index++) numbers[index] = convert(given[index], index, refuse);
      return numbers;
    },
  };
}

function asExact(given: bigint, index: number, refuse: RefuseElement): number {
  const value = Number(given);
  return Math.abs(value) < 2 ** 53 || BigInt(value) === given
    ? value
    : refuse(index, `${given} is too large to be kept exactly: it would become ${value}`);
}

function asTruth(byte: number, index: number, refuse: RefuseElement): number {
  return byte > 1 ? refuse(index, `the byte ${byte} is neither true (1) nor false (0)`) : byte;
}

/**
 * The numbers of exponent and mantissa bits of a small float, which follow the sign bit as in IEEE 754. A type with
 * only finite numbers (fn) uses the patterns of ∞ for numbers.
 */
type Bits = readonly [exponent: number, mantissa: number, only?: "finite"];

/**
 * Makes a type of few bits. If no kernel converts its numbers, they are read from a table of all bit patterns, because
 * computing powers of two is slow for millions of numbers.
 */
function ofBits(
  name: string,
  View: View<number>,
  names: string,
  bits: Bits,
  [significant, decimals]: readonly [significant: number, decimals: number],
): ElementType {
  const table = once(() => tableOf(bits));
  return {
    ...numbers(name, View, names),
    kept: { significant, decimals },
    toNumbers({ buffer, byteOffset, length }) {
      const patterns = new View(buffer, byteOffset, length);
      const widened = patterns instanceof Uint16Array ? widen(patterns, name === "float16") : undefined;
      const numbers = widened ?? lookUp(patterns, table());
      READ_FROM.set(numbers, name);
      return numbers;
    },
  };
}

function lookUp(patterns: ArrayLike<number>, meant: Float64Array): Float64Array {
  const numbers = new Float64Array(patterns.length);
  for (let index = 0; index < numbers.length; index++) numbers[index] = meant[patterns[index]];
  return numbers;
}

/**
 * Returns the number that each bit pattern of a float means. With all exponent bits set it is ∞ or NaN; in a type
 * without ∞, only the pattern of all ones is NaN.
 */
function tableOf([exponentBits, mantissaBits, only]: Bits): Float64Array {
  const [exponents, mantissas] = [2 ** exponentBits, 2 ** mantissaBits];
  const table = new Float64Array(2 * exponents * mantissas);
  for (let exponent = 0; exponent < exponents; exponent++) {
    const step = 2 ** (1 - exponents / 2 - mantissaBits + Math.max(1, exponent));
    for (let mantissa = 0; mantissa < mantissas; mantissa++) {
      const isLast = exponent === exponents - 1;
      const isNan = isLast && (only ? mantissa === mantissas - 1 : mantissa > 0);
      const whole = mantissa + (exponent === 0 ? 0 : mantissas);
      const size = isNan ? Number.NaN : isLast && !only ? Number.POSITIVE_INFINITY : whole * step;
      const at = exponent * mantissas + mantissa;
      table[at] = size;
      table[exponents * mantissas + at] = -size;
    }
  }
  return table;
}

/** The bytes of a whole number of elements, and how they are stored. */
interface StoredElements {
  readonly type: ElementType;
  readonly littleEndian: boolean;
  readonly bytes: Uint8Array;
}

/**
 * Returns elements as float64, without copying if they are float64 in this machine's byte order and aligned. Throws
 * INTEGER_TOO_LARGE, SYNTAX for an invalid bool, and BAD_VALUE if there is not enough memory.
 */
export function decodeElements(
  { type, littleEndian, bytes }: StoredElements,
  place: Place,
  nameElement: (index: number) => string,
): Float64Array {
  const refuse: RefuseElement = (index, what) => {
    const [code, hint] =
      type.name === "bool"
        ? (["SYNTAX", "The file is damaged: save it again."] as const)
        : (["INTEGER_TOO_LARGE", "Save the array as float64 if the rounding is meant."] as const);
    return refuseBinary(place, code, `${nameElement(index)}: ${what}.`, hint);
  };
  try {
    const { buffer, byteOffset, byteLength } = orderBytes(bytes, type.size, littleEndian);
    return type.toNumbers({ buffer, byteOffset, length: byteLength / type.size }, refuse);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const count = bytes.length / type.size;
    return refuseBinary(place, "BAD_VALUE", `${count} numbers do not fit into memory.`, "Save a part of it.");
  }
}

/** Returns the bytes in this machine's byte order and aligned for a typed array. Copies them only if needed. */
function orderBytes(bytes: Uint8Array, size: number, littleEndian: boolean): Uint8Array {
  const swapped = size > 1 && littleEndian !== isLittleEndianMachine();
  if (!swapped && bytes.byteOffset % size === 0) return bytes;
  const copy = new Uint8Array(bytes);
  if (!swapped) return copy;
  for (let start = 0; start < copy.length; start += size) copy.subarray(start, start + size).reverse();
  return copy;
}

export function isLittleEndianMachine(): boolean {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
}
