import type { Matrix } from "../../math/matrix.js";
import { READ_FROM } from "../../math/read-type.js";
import { once, remember, remembered } from "../../math/remember.js";
import type { FloatName } from "./float-names.js";

/** A binary floating-point type. */
export interface FloatType {
  readonly name: FloatName;
  /** The number of bits of the significand, including the leading bit. */
  readonly precision: number;
  /** The exponent of the least normal number. Smaller numbers are multiples of 2^(leastExponent − precision + 1). */
  readonly leastExponent: number;
  readonly largest: number;
  /** The unit roundoff: half the distance from 1 to the next number, and the maximum relative change by rounding. */
  readonly unit: number;
}

function floatType(name: FloatName, precision: number, leastExponent: number): FloatType {
  const unit = 2 ** -precision;
  return { name, precision, leastExponent, unit, largest: (2 - 2 * unit) * 2 ** (1 - leastExponent) };
}

export const FLOAT_TYPES: Readonly<Record<FloatName, FloatType>> = {
  float64: floatType("float64", 53, -1022),
  float32: floatType("float32", 24, -126),
  tf32: floatType("tf32", 11, -126),
  float16: floatType("float16", 11, -14),
  bfloat16: floatType("bfloat16", 8, -126),
};

/** The 8-bit types. Numbers beyond the largest one become the largest one. */
export const FP8 = {
  e4m3: { precision: 4, leastExponent: -6, largest: 448 },
  e5m2: { precision: 3, leastExponent: -14, largest: 57344 },
} as const;

/**
 * Rounds to the nearest number of a type, and to the even one if two are equally near. Keeps the sign. Numbers beyond
 * the largest become ±∞.
 */
export function roundTo(type: FloatType, value: number): number {
  if (type.name === "float64") return value;
  if (type.name === "float32") return Math.fround(value);
  return roundShort(type, value);
}

/** Rounds each number of a matrix with `roundTo`. */
export function roundMatrix(type: FloatType, { rows, cols, data }: Matrix): Matrix {
  const rounded = new Float64Array(data.length);
  for (let at = 0; at < data.length; at++) rounded[at] = roundTo(type, data[at]);
  return { rows, cols, data: rounded };
}

/** One float64, also viewed as its two 32-bit words. */
const anchor = new Float64Array(1);
const words = new Uint32Array(anchor.buffer);
const UPPER = new Uint8Array(new Uint16Array([1]).buffer)[0];

/**
 * Rounds by a float64 addition that has no bits left for what the type drops. Let e be the exponent of x. Numbers near
 * a = 1.5·2^(e + 53 − precision) are as far apart as the type's numbers near x. So (|x| + a) − a is |x| in the type.
 * Below the least normal number e stays the same, and so does the step.
 */
export function roundShort(
  { precision, leastExponent, largest }: Pick<FloatType, "precision" | "leastExponent" | "largest">,
  value: number,
): number {
  const size = Math.abs(value);
  if (size === 0 || Number.isNaN(value)) return value;
  // Far beyond the largest number of the type, the anchor would overflow.
  if (size >= 2 * largest) return Math.sign(value) * Number.POSITIVE_INFINITY;
  anchor[0] = size;
  const exponent = Math.max(words[UPPER] >>> 20, leastExponent + 1023);
  words[UPPER] = ((exponent + 53 - precision) << 20) | 0x80000;
  const near = size + anchor[0] - anchor[0];
  const rounded = near > largest ? Number.POSITIVE_INFINITY : near;
  return value < 0 ? -rounded : rounded;
}

/** Whether a type holds some numbers, and whether they need its last bit. */
interface TypeFit {
  readonly all: boolean;
  readonly isUsed: boolean;
}

/** Results by array, because every answer asks for the same query, key and value. */
const known = remembered((_: Float64Array) => new Map<FloatName, TypeFit>());

/** Whether a type holds every number, and whether some number needs its last bit. Coarser numbers fit by accident. */
export function fitsType(type: FloatType, numbers: Float64Array): TypeFit {
  return remember(known(numbers), type.name, () => {
    const all = READ_FROM.get(numbers) === type.name || areMultiples(type, numbers);
    const isUsed = once(() => all && !areMultiples({ ...type, precision: type.precision - 1 }, numbers));
    return {
      all,
      get isUsed() {
        return isUsed();
      },
    };
  });
}

/**
 * Whether rounding to the type changes no number. Between the least normal and the largest number, Veltkamp's splitting
 * answers this without looking at bits: with c = (2^(53 − p) + 1)·x, c − (c − x) is x rounded to p bits (Dekker 1971).
 */
function areMultiples(type: FloatType, numbers: Float64Array): boolean {
  if (type.precision === FLOAT_TYPES.float64.precision) return true;
  const factor = 2 ** (53 - type.precision) + 1;
  const [least, largest] = [2 ** type.leastExponent, type.largest];
  for (let at = 0; at < numbers.length; at++) {
    const value = numbers[at];
    const size = Math.abs(value);
    const product = factor * value;
    if (size >= least && size <= largest && product - (product - value) === value) continue;
    if (!Number.isNaN(value) && roundShort(type, value) !== value) return false;
  }
  return true;
}
