import { EXACT_DECIMALS } from "../../math/written.js";
import type { KeptDigits } from "../value.js";
import { type Place, refuseBinary } from "./place.js";

/** How the numbers of an array are stored. */
export interface ElementType {
  /** As NumPy and torch call it. */
  readonly name: string;
  /** What files of each format call it; nothing in one that does not have it. */
  readonly called: Readonly<Partial<Record<Format, string>>>;
  /** Bytes of one number. */
  readonly size: number;
  /** What it keeps of a number, where that is less than a float64 does. */
  readonly kept?: KeptDigits;
  /** Of elements in this machine's byte order, at a place that their size divides. `refuse` is told the first bad one. */
  toNumbers(elements: Elements, refuse: RefuseElement): Float64Array;
}

type Format = "npy" | "safetensors" | "torch";

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

/** What one element comes to. */
type Convert<Given> = (given: Given, index: number, refuse: RefuseElement) => number;

/** Every type that is read, by its name. */
export const ELEMENT_TYPES = {
  float64: {
    ...numbers("float64", Float64Array, { npy: "f8", safetensors: "F64", torch: "DoubleStorage" }),
    toNumbers: ({ buffer, byteOffset, length }: Elements) => new Float64Array(buffer, byteOffset, length),
  },
  float32: {
    ...numbers("float32", Float32Array, { npy: "f4", safetensors: "F32", torch: "FloatStorage" }),
    // ⌊23 · log10 2⌋, as C's FLT_DIG; 10 mantissa bits of float16 keep 3 digits, 7 of bfloat16 keep 2.
    kept: { significant: 6, decimals: EXACT_DECIMALS },
  },
  float16: {
    ...numbers(
      "float16",
      Uint16Array,
      { npy: "f2", safetensors: "F16", torch: "HalfStorage" },
      numberOfBits(5, 10),
    ),
    // Its smallest numbers are multiples of 2^−24 = 6·10^−8.
    kept: { significant: 3, decimals: 7 },
  },
  bfloat16: {
    // ml_dtypes has NumPy keep its bfloat16 as two bytes that NumPy makes nothing of.
    ...numbers("bfloat16", Uint16Array, { npy: "V2", safetensors: "BF16", torch: "BFloat16Storage" }),
    toNumbers: fromUpperHalves,
    kept: { significant: 2, decimals: EXACT_DECIMALS },
  },
  float8_e4m3fn: {
    ...numbers(
      "float8_e4m3fn",
      Uint8Array,
      { safetensors: "F8_E4M3", torch: "float8_e4m3fn" },
      numberOfBits(4, 3, false),
    ),
    kept: { significant: 1, decimals: 9 },
  },
  float8_e5m2: {
    ...numbers(
      "float8_e5m2",
      Uint8Array,
      { safetensors: "F8_E5M2", torch: "float8_e5m2" },
      numberOfBits(5, 2),
    ),
    kept: { significant: 1, decimals: 16 },
  },
  bool: numbers("bool", Uint8Array, { npy: "b1", safetensors: "BOOL", torch: "BoolStorage" }, asTruth),
  int8: numbers("int8", Int8Array, { npy: "i1", safetensors: "I8", torch: "CharStorage" }),
  int16: numbers("int16", Int16Array, { npy: "i2", safetensors: "I16", torch: "ShortStorage" }),
  int32: numbers("int32", Int32Array, { npy: "i4", safetensors: "I32", torch: "IntStorage" }),
  int64: numbers("int64", BigInt64Array, { npy: "i8", safetensors: "I64", torch: "LongStorage" }, asExact),
  uint8: numbers("uint8", Uint8Array, { npy: "u1", safetensors: "U8", torch: "ByteStorage" }),
  uint16: numbers("uint16", Uint16Array, { npy: "u2", safetensors: "U16" }),
  uint32: numbers("uint32", Uint32Array, { npy: "u4", safetensors: "U32" }),
  uint64: numbers("uint64", BigUint64Array, { npy: "u8", safetensors: "U64" }, asExact),
} as const satisfies Record<string, ElementType>;

const TYPES: readonly ElementType[] = Object.values(ELEMENT_TYPES);

/** The type that files of a format call so; undefined for one that is not read. */
export const typeCalled = (format: Format, word: string): ElementType | undefined =>
  TYPES.find(({ called }) => called[format] === word);

/** What a format calls the types that are read. */
export const typesIn = (format: Format): readonly string[] =>
  TYPES.flatMap(({ called }) => called[format] ?? []);

/** A type of which JavaScript has arrays, whose numbers are copied one by one, as `convert` takes them. */
function numbers<Given extends number | bigint>(
  name: string,
  View: View<Given>,
  called: ElementType["called"],
  convert?: Convert<Given>,
): ElementType {
  return {
    name,
    called,
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

/** Upper halves of float32, so many at a time. */
function fromUpperHalves({ buffer, byteOffset, length }: Elements): Float64Array {
  const halves = new Uint16Array(buffer, byteOffset, length);
  const bits = new Int32Array(Math.min(length, CONVERTED_AT_ONCE));
  const singles = new Float32Array(bits.buffer);
  const numbers = new Float64Array(length);
  for (let start = 0; start < length; start += bits.length) {
    const count = Math.min(bits.length, length - start);
    for (let at = 0; at < count; at++) bits[at] = halves[start + at] << 16;
    // A new array is converted at once; `set` would take its numbers one by one.
    numbers.set(new Float64Array(singles.subarray(0, count)), start);
  }
  return numbers;
}

/** So many stay in the processor's cache. */
const CONVERTED_AT_ONCE = 4096;

/** What the bits of a float come to: a sign, some of exponent, some of mantissa, as IEEE 754 lays them. A type without ∞ ("finite numbers only", fn) has numbers there, but for NaN where all bits are ones. */
function numberOfBits(
  exponentBits: number,
  mantissaBits: number,
  hasInfinity = true,
): (bits: number) => number {
  const [exponents, mantissas] = [2 ** exponentBits, 2 ** mantissaBits];
  const least = 2 - exponents / 2 - mantissaBits;
  // Powers of two are dear where millions of numbers are read.
  const steps = Float64Array.from({ length: exponents }, (_, at) => 2 ** (least + Math.max(1, at) - 1));
  return (bits) => {
    const exponent = (bits >> mantissaBits) & (exponents - 1);
    const mantissa = bits & (mantissas - 1);
    const isLast = exponent === exponents - 1;
    if (isLast && (hasInfinity ? mantissa > 0 : mantissa === mantissas - 1)) return Number.NaN;
    const whole = mantissa + (exponent === 0 ? 0 : mantissas);
    const size = isLast && hasInfinity ? Number.POSITIVE_INFINITY : whole * steps[exponent];
    return bits < exponents * mantissas ? size : -size;
  };
}

/** Stored elements: bytes that hold a whole number of them. */
export interface StoredElements {
  readonly type: ElementType;
  readonly littleEndian: boolean;
  readonly bytes: Uint8Array;
}

/**
 * Elements as float64: a view of the bytes where they are float64 in this machine's order, at an aligned place.
 * Throws INTEGER_TOO_LARGE, SYNTAX for a bool that is none, and BAD_VALUE when memory does not suffice.
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

/** The bytes where and how a typed array can show them: copied only when they are not so already. */
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
