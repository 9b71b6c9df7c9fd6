import { luminance } from "../color.js";
import { PAPER } from "./drawing.js";

type Rgb = readonly [number, number, number];

/** What numbers above and below 0 become when they are largest, and that of cells that are masked. */
const ABOVE: Rgb = [23, 78, 140];
const BELOW: Rgb = [172, 72, 22];
const WHITE: Rgb = [255, 255, 255];
export const MASKED = "#eceef1";
const NOT_A_NUMBER = "#e7c9f0";

/** Where a number stands between nothing (0) and the largest of its picture (1), and below 0 down to −1. */
export function shadeOf(value: number, largest: number): number {
  if (Number.isNaN(value)) return Number.NaN;
  if (!(largest > 0)) return 0;
  return Math.max(-1, Math.min(1, value / largest));
}

/** The largest magnitude that is finite; 0 when there is none. */
export function largestMagnitude(values: Iterable<number>): number {
  let largest = 0;
  for (const value of values) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  return largest;
}

/** Channels of the colour of a shade. */
export function colorOfShade(shade: number): Rgb {
  const full = shade < 0 ? BELOW : ABOVE;
  const mix = (at: 0 | 1 | 2) => Math.round(WHITE[at] + (full[at] - WHITE[at]) * Math.abs(shade));
  return [mix(0), mix(1), mix(2)];
}

/** The colour of a shade as it is written. */
export function fillOf(shade: number): string {
  if (Number.isNaN(shade)) return NOT_A_NUMBER;
  return `#${colorOfShade(shade)
    .map((channel) => channel.toString(16).padStart(2, "0"))
    .join("")}`;
}

/** At this luminance black and white are equally easy to read. */
const MIDDLE_LUMINANCE = 0.179;

/** What can be read on a shade: contrast of 4.5 and more everywhere. */
export const inkOn = (shade: number): string =>
  Number.isNaN(shade) || luminance(colorOfShade(shade)) > MIDDLE_LUMINANCE ? "#000000" : PAPER;
