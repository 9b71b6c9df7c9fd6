import type { Pen } from "./pen.js";

/** What the shades stand for: from nothing at `low`, which is 0 unless there are numbers below it. */
export interface Scale {
  readonly low: number;
  readonly high: number;
}

/** The scale that all values have a place on; undefined ones are blocked. */
export function scaleOf(values: readonly (number | undefined)[]): Scale {
  let [low, high] = [0, 0];
  for (const value of values) {
    if (value === undefined || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

/** Halves first: the difference of two numbers may be too large for a number. */
export function fractionOf(value: number, { low, high }: Scale): number {
  return value > low ? Math.min(1, (value / 2 - low / 2) / (high / 2 - low / 2)) : 0;
}

export function shadeCharacter(fraction: number, { glyphs: { shades } }: Pen): string {
  return shades[Math.min(shades.length - 1, Math.floor(fraction * shades.length))];
}
