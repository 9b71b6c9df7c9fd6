/** Red, green and blue, each from 0 to 255. */
export type Rgb = readonly [number, number, number];

export const BLACK: Rgb = [0, 0, 0];
export const WHITE: Rgb = [255, 255, 255];

/** Mixes two colours: `share` is the part of the second. */
export function mixed(from: Rgb, to: Rgb, share: number): Rgb {
  const mix = (at: 0 | 1 | 2) => Math.round(from[at] + (to[at] - from[at]) * share);
  return [mix(0), mix(1), mix(2)];
}

/** Reads a colour such as "#174e8c". */
export const rgbOf = (hex: string): Rgb =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;

export const hexOf = (color: readonly number[]) =>
  `#${color.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;

/** Converts a channel of an sRGB colour to linear light, 0 to 1. */
function toLinear(channel: number) {
  const value = channel / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** Returns the relative luminance of an sRGB colour, 0 to 1 (WCAG 2). */
export const luminance = ([red, green, blue]: Rgb) =>
  0.2126 * toLinear(red) + 0.7152 * toLinear(green) + 0.0722 * toLinear(blue);

/** At this luminance black and white text are equally easy to read. */
const MIDDLE_LUMINANCE = 0.179;

/** Returns black or white, whichever is easier to read on a colour. */
export const inkOn = (background: Rgb): Rgb => (luminance(background) > MIDDLE_LUMINANCE ? BLACK : WHITE);
