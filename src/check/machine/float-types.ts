/** The types that machines work attention in. */
export const FLOAT_NAMES = ["float64", "float32", "tf32", "float16", "bfloat16"] as const;

export type FloatName = (typeof FLOAT_NAMES)[number];

/** A binary floating-point type. */
export interface FloatType {
  readonly name: FloatName;
  /** Bits of the significand, the one before the point included. */
  readonly precision: number;
  /** The exponent of the least normal number: below it numbers are multiples of 2^(leastExponent − precision + 1). */
  readonly leastExponent: number;
  readonly largest: number;
  /** Half the distance from 1 to the next number: what rounding changes of a number, at most, relative to it. */
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

/** The nearest number of a type; halfway between two the even one. Beyond the largest it is ∞. */
export function roundTo({ name, precision, leastExponent, largest }: FloatType, value: number): number {
  if (name === "float64" || value === 0 || !Number.isFinite(value)) return value;
  if (name === "float32") return Math.fround(value);
  const exponent = Math.max(exponentOf(value), leastExponent);
  const step = 2 ** (exponent - precision + 1);
  const steps = value / step;
  const below = Math.floor(steps);
  const rest = steps - below;
  const nearest = rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
  const rounded = nearest * step;
  return Math.abs(rounded) > largest ? Math.sign(value) * Number.POSITIVE_INFINITY : rounded;
}

const bits = new DataView(new ArrayBuffer(8));

/** e where |value| lies between 2^e and 2^(e + 1). */
function exponentOf(value: number): number {
  bits.setFloat64(0, value);
  const biased = (bits.getUint16(0) >> 4) & 0x7ff;
  return biased === 0 ? -1022 : biased - 1023;
}

/** What a type makes of some numbers. */
interface Held {
  readonly all: boolean;
  readonly isUsed: boolean;
}

/** The same query, key and value are asked about with every answer to them. */
const known = new WeakMap<Float64Array, Map<FloatName, Held>>();

/** Whether a type holds every number, and whether some number needs its last bit: coarser numbers fit by accident. */
export function holds(type: FloatType, numbers: Float64Array): Held {
  const own = known.get(numbers) ?? new Map<FloatName, Held>();
  known.set(numbers, own);
  const held = own.get(type.name) ?? findHeld(type, numbers);
  own.set(type.name, held);
  return held;
}

function findHeld(type: FloatType, numbers: Float64Array): Held {
  const fits = fitterOf(type);
  const fitsCoarser = fitterOf({ ...type, name: "tf32", precision: type.precision - 1 });
  let isUsed = false;
  for (let at = 0; at < numbers.length; at++) {
    const value = numbers[at];
    if (Number.isNaN(value)) continue;
    if (!fits(value)) return { all: false, isUsed: false };
    if (!isUsed && Number.isFinite(value)) isUsed = !fitsCoarser(value);
  }
  return { all: true, isUsed };
}

/**
 * Whether rounding to a type leaves a number as it is. Between its least normal and its largest number Veltkamp's splitting tells
 * it without a look at bits: with c = (2^(53 − p) + 1)·x, c − (c − x) is x to p bits (Dekker 1971).
 */
function fitterOf(type: FloatType): (value: number) => boolean {
  const factor = 2 ** (53 - type.precision) + 1;
  const [least, largest] = [2 ** type.leastExponent, type.largest];
  if (type.name === "float64") return () => true;
  return (value) => {
    const size = Math.abs(value);
    if (!(size >= least && size <= largest)) return roundTo(type, value) === value;
    const product = factor * value;
    return product - (product - value) === value;
  };
}
