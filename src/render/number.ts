import { roundDigits, shortestDigits } from "../math/decimal.js";

/** The number of decimals, or "full" for the shortest digits that read back to the same number. */
export type Precision = number | "full";

export type FormatNumber = (value: number) => string;

/**
 * How a nonzero number is written that rounds to 0. "digits": with more digits than its neighbours. "bound": as
 * `<0.005` or `>-0.005`, which keeps the requested decimals. "zero": as 0, if a program reads it.
 */
export type Tiny = "digits" | "bound" | "zero";

/** From here on, a number that is not whole is written as 1.2346e7. A whole one keeps its digits, up to 15 of them. */
const LARGEST_FIXED = 1e7;
const LARGEST_WHOLE = 1e15;
/**
 * If the largest number of a table is below this, or below one unit of the last decimal but one, all its numbers are
 * scientific.
 */
const LARGEST_TINY = 1e-3;

/**
 * Chooses how the numbers of one table are written, from all of them, so that the decimal points are aligned:
 * - whole numbers only: without decimals;
 * - all of them tiny (the largest below 0.001, or 10^(1 − decimals)): all scientific, with the given number of
 * decimals;
 * - otherwise fixed decimals. Only a cell that is huge, or nonzero but would show as 0, is scientific.
 *
 * It rounds half away from zero. The half is that of the shortest decimal that reads back to the number, which is what
 * people see: 1.005 to two decimals is 1.01. A weight of 0.99999 is written 1.0000. Its neighbours are never written as
 * 0, so they show what is missing. −0 is written 0, except with precision "full". If `tiny` is not "digits", the
 * decimals are kept for any numbers.
 */
export function chooseFormat(
  numbers: readonly Float64Array[],
  precision: Precision,
  tiny: Tiny = "digits",
): FormatNumber {
  if (precision === "full") return formatExact;
  const { allWhole, largest } = survey(numbers);
  if (allWhole) {
    return (value) =>
      Math.abs(value) < LARGEST_WHOLE ? String(value) : formatFinite(value, (x) => scientific(x, precision));
  }
  if (tiny === "digits" && largest < Math.min(LARGEST_TINY, 10 ** (1 - precision))) {
    return (value) => formatFinite(value, (x) => (x === 0 ? "0" : scientific(x, precision)));
  }
  return formatFixed(precision, tiny);
}

/** Writes a number in its shortest digits that read back to it; NaN, ∞ and −∞ as people write them. */
export function formatExact(value: number): string {
  return formatFinite(value, shortest);
}

/** Writes a finite number in its shortest digits. */
export const shortest: FormatNumber = (value) => (Object.is(value, -0) ? "-0" : String(value));

function formatFinite(value: number, format: FormatNumber): string {
  if (Number.isFinite(value)) return format(value);
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "∞" : "−∞";
}

function survey(numbers: readonly Float64Array[]): { allWhole: boolean; largest: number } {
  let allWhole = true;
  let largest = 0;
  for (const values of numbers) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      if (allWhole && !Number.isInteger(value)) allWhole = false;
      const magnitude = Math.abs(value);
      if (magnitude > largest) largest = magnitude;
    }
  }
  return { allWhole, largest };
}

/** Whether a nonzero number rounds to 0 in this many decimals. */
export const roundsToZero = (value: number, decimals: number) =>
  value !== 0 && Math.abs(value) < smallestShown(decimals);

const smallestShown = (decimals: number) => 0.5 / 10 ** decimals;

function formatFixed(decimals: number, tiny: Tiny): FormatNumber {
  const smallest = smallestShown(decimals);
  const fixed = roundFixed(decimals);
  const writeTiny = formatTinyAs(tiny, decimals);
  return (value) => {
    const magnitude = Math.abs(value);
    if (magnitude < LARGEST_FIXED) {
      return magnitude >= smallest || value === 0 ? fixed(value) : writeTiny(value);
    }
    return formatFinite(value, (x) => scientific(x, decimals));
  };
}

function formatTinyAs(tiny: Tiny, decimals: number): FormatNumber {
  if (tiny === "zero") return () => (0).toFixed(decimals);
  if (tiny === "bound") {
    const bound = smallestShown(decimals).toFixed(decimals + 1);
    return (value) => (value > 0 ? `<${bound}` : `>-${bound}`);
  }
  // A cell that rounds to 0 is as wide as its neighbours: 3.2e-7 beside 0.1234.
  return (value) => formatTiny(value, Math.max(1, decimals - 3));
}

/** Writes a number that would show as 0: 0.0034 if few decimals are shown, otherwise 3.2e-7. */
function formatTiny(value: number, decimals: number): string {
  const { exponent } = shortestDigits(value);
  return exponent >= -3 ? fixedFromDigits(value, decimals - exponent) : scientific(value, decimals);
}

/** The largest power of ten for numbers below 1e7 whose product still holds the units exactly. */
const MOST_FAST_DECIMALS = 8;

/**
 * Writes fixed decimals of numbers below 1e7 that do not round to 0. Usually toFixed rounds correctly. Very near to a
 * half, where the error of a multiplication could decide, the decimal digits decide.
 */
function roundFixed(decimals: number): FormatNumber {
  const unit = 10 ** decimals;
  return (value) => {
    const scaled = Math.abs(value) * unit;
    const isNearHalf = Math.abs(scaled - Math.floor(scaled) - 0.5) <= scaled * 4e-16;
    const isFast = decimals <= MOST_FAST_DECIMALS && !isNearHalf;
    return isFast ? value.toFixed(decimals) : fixedFromDigits(value, decimals);
  };
}

function fixedFromDigits(value: number, decimals: number): string {
  const { digits, exponent } = shortestDigits(value);
  const keep = exponent + 1 + decimals;
  const units = (keep < 0 ? "0" : roundDigits(digits, keep)).padStart(decimals + 1, "0");
  const point = units.length - decimals;
  const text = decimals === 0 ? units : `${units.slice(0, point)}.${units.slice(point)}`;
  return value < 0 && /[1-9]/.test(units) ? `-${text}` : text;
}

function scientific(value: number, decimals: number): string {
  const { digits, exponent } = shortestDigits(value);
  const kept = roundDigits(digits, decimals + 1);
  // 9.96 to one decimal is 10.0: one more digit in front.
  const carried = kept.length - (decimals + 1);
  const mantissa = decimals === 0 ? kept[0] : `${kept[0]}.${kept.slice(1, decimals + 1)}`;
  return `${value < 0 ? "-" : ""}${mantissa}e${exponent + carried}`;
}
