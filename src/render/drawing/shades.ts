export type Rgb = readonly [number, number, number];

/** What numbers above and below 0 become when they are largest. */
const ABOVE: Rgb = [23, 78, 140];
const BELOW: Rgb = [172, 72, 22];
const WHITE: Rgb = [255, 255, 255];

/** Where a number stands between nothing (0) and the largest of its picture (1), and below 0 down to −1. */
export function shadeOf(value: number, largest: number): number {
  if (Number.isNaN(value)) return Number.NaN;
  if (!(largest > 0)) return 0;
  return Math.max(-1, Math.min(1, value / largest));
}

/** Channels of the colour of a shade. */
export const colorOfShade = (shade: number): Rgb => mixed(WHITE, shade < 0 ? BELOW : ABOVE, Math.abs(shade));

/** So much of the way from one colour to another. */
export function mixed(from: Rgb, to: Rgb, share: number): Rgb {
  const mix = (at: 0 | 1 | 2) => Math.round(from[at] + (to[at] - from[at]) * share);
  return [mix(0), mix(1), mix(2)];
}
