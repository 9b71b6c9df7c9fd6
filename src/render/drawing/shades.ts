import { mixed, type Rgb, WHITE } from "../rgb.js";

/** The colours of the largest numbers below and above 0. */
export type Signs = readonly [below: Rgb, above: Rgb];

const SIGNS: Signs = [
  [172, 72, 22],
  [23, 78, 140],
];

/** Returns a number relative to the largest of its picture, from −1 to 1. */
export function shadeOf(value: number, largest: number): number {
  if (Number.isNaN(value)) return Number.NaN;
  if (!(largest > 0)) return 0;
  return Math.max(-1, Math.min(1, value / largest));
}

/** Returns the colour of a shade. */
export const colorOfShade = (shade: number, paper = WHITE, [below, above] = SIGNS): Rgb =>
  mixed(paper, shade < 0 ? below : above, Math.abs(shade));
