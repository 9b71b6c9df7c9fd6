import { tabulate } from "../../math/lists.js";
import { hexOf, luminance, rgbOf, toLinear } from "../rgb.js";

// The shades of weights: steps from paper to the colour of weights that look equally far apart, each with a readable
// ink.

/** The number of steps after the first. */
export const LEVELS = 20;

export type Theme = "light" | "dark";
type Triple = readonly number[];

interface Colours {
  readonly paper: string;
  readonly full: string;
  /** Possible inks on a shade. The first that is readable is used. */
  readonly inks: readonly string[];
}

const COLOURS: Readonly<Record<Theme, Colours>> = {
  light: { paper: "#ffffff", full: "#54389e", inks: ["#1b1d22", "#ffffff", "#000000"] },
  dark: { paper: "#15171b", full: "#a693f5", inks: ["#e9ebee", "#0d0e11", "#000000", "#ffffff"] },
};

/** The minimum contrast of text of this size, with a small reserve (WCAG 2.2 requires 4.5). */
const LEAST_CONTRAST = 4.58;

const fromLinear = (c: number) => (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055);
const times = (rows: readonly Triple[], v: Triple): Triple =>
  rows.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]);

// OKLab (Ottosson 2020): from linear sRGB to cone responses, from their cube roots to lightness and two opponent axes,
// and back.
const TO_CONES: readonly Triple[] = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const TO_LAB: readonly Triple[] = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];
const FROM_LAB: readonly Triple[] = [
  [1, 0.3963377774, 0.2158037573],
  [1, -0.1055613458, -0.0638541728],
  [1, -0.0894841775, -1.291485548],
];
const FROM_CONES: readonly Triple[] = [
  [4.0767416621, -3.3077115913, 0.2309699292],
  [-1.2684380046, 2.6097574011, -0.3413193965],
  [-0.0041960863, -0.7034186147, 1.707614701],
];

const toLab = (hex: string): Triple =>
  times(TO_LAB, times(TO_CONES, rgbOf(hex).map(toLinear)).map(Math.cbrt));

function toHex(lab: Triple): string {
  const cones = times(FROM_LAB, lab).map((c) => c ** 3);
  const byte = (c: number) => Math.round(255 * fromLinear(Math.min(1, Math.max(0, c))));
  return hexOf(times(FROM_CONES, cones).map(byte));
}

/** Returns the step of a weight from 0 to 1. */
export const levelOf = (weight: number): number => Math.round(Math.max(0, Math.min(1, weight)) * LEVELS);

/** Returns the contrast of two colours, from 1 to 21 (WCAG 2.2). */
export function contrast(one: string, other: string): number {
  const [a, b] = [one, other].map((hex) => luminance(rgbOf(hex)));
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** Returns the steps of a theme: the fill of a cell, and the ink on it. */
export function rampOf(theme: Theme): readonly { readonly fill: string; readonly ink: string }[] {
  const { paper, full, inks } = COLOURS[theme];
  const [from, to] = [toLab(paper), toLab(full)];
  return tabulate(LEVELS + 1, (level) => {
    const mix = (at: 0 | 1 | 2) => from[at] + ((to[at] - from[at]) * level) / LEVELS;
    const fill = toHex([mix(0), mix(1), mix(2)]);
    return { fill, ink: inks.find((ink) => contrast(fill, ink) >= LEAST_CONTRAST) ?? inks[0] };
  });
}
