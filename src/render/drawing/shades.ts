import { mixed, type Rgb, WHITE } from "../rgb.js";

/** What numbers above and below 0 become when they are largest. */
export type Signs = readonly [below: Rgb, above: Rgb];

const SIGNS: Signs = [
  [172, 72, 22],
  [23, 78, 140],
];

/** Where a number stands between nothing (0) and the largest of its picture (1), and below 0 down to −1. */
export function shadeOf(value: number, largest: number): number {
  if (Number.isNaN(value)) return Number.NaN;
  if (!(largest > 0)) return 0;
  return Math.max(-1, Math.min(1, value / largest));
}

/** The colour of a shade. */
export const colorOfShade = (shade: number, paper = WHITE, [below, above] = SIGNS): Rgb =>
  mixed(paper, shade < 0 ? below : above, Math.abs(shade));
