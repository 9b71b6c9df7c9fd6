import type { Pen } from "./pen.js";

/** What the shades stand for: from nothing at `low`, which is 0 unless there are numbers below it. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  /** Zero is in the middle: shades stand for sizes, and signs are marked. */
  readonly isSigned: boolean;
}

/** The scale that all values have a place on; undefined ones are blocked. Of numbers with signs it has zero in its middle. */
export function scaleOf(values: readonly (number | undefined)[], hasSigns = false): Scale {
  let [low, high] = [0, 0];
  for (const value of values) {
    if (value === undefined || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!hasSigns || low === 0 || high === 0) return { low, high, isSigned: false };
  const most = Math.max(-low, high);
  return { low: -most, high: most, isSigned: true };
}

/** Halves first: the difference of two numbers may be too large for a number. */
export function fractionOf(value: number, { low, high }: Scale): number {
  return value > low ? Math.min(1, (value / 2 - low / 2) / (high / 2 - low / 2)) : 0;
}

/** A shade for a value; of a signed scale for its size. */
export function shadeCharacter(value: number, scale: Scale, { glyphs: { shades } }: Pen): string {
  const fraction = scale.isSigned ? Math.abs(value) / scale.high : fractionOf(value, scale);
  return shades[Math.min(shades.length - 1, Math.floor(fraction * shades.length))];
}
