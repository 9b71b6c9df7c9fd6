import { tabulate } from "../../math/lists.js";
import { LEVELS, levelOf, rampOf } from "../page/ramp.js";
import { hexOf, inkOn, mixed, type Rgb, rgbOf, WHITE } from "../rgb.js";
import type { Theme } from "./theme-names.js";

/** The meaning of a colour in a drawing. Each theme has its own colours. */
export type Tone =
  | "ink"
  | "faint"
  | "paper"
  | "rule"
  | "masked"
  | "unknown"
  | `line${number}`
  | `${"" | "on-"}${"weight" | "sign"}${number}`;

/** Returns the tone of a weight from 0 to 1. */
export const toneOfWeight = (weight: number): Tone =>
  Number.isNaN(weight) ? "unknown" : `weight${levelOf(weight)}`;

/** Returns the tone of a number of either sign, scaled to −1 … 1. */
export const toneOfShade = (shade: number): Tone =>
  Number.isNaN(shade) ? "unknown" : `sign${Math.round(shade * LEVELS)}`;

/** Returns the tone of text on another tone. */
export const toneOn = (tone: Tone): Tone => (tone === "unknown" ? "ink" : (`on-${tone}` as Tone));

/** Returns a colour, and the ink on it. */
const filled = (color: Rgb) => ({ fill: hexOf(color), ink: hexOf(inkOn(color)) });

const GREYS = tabulate(LEVELS + 1, (level) => {
  const grey = Math.round(255 - (230 * level) / LEVELS);
  return filled([grey, grey, grey]);
});

/**
 * Curves differ in their dashes as well as their colours, so that they can be told apart without colour vision and in
 * print.
 */
const LIGHT_LINES = "#174e8c #ac4816 #23734b #7a2e8f #8a6d00 #0e7490 #9d174d #4b5563".split(" ");
const DARK_LINES = "#7cbaf3 #f0a570 #6fca9d #c9a0e8 #e5b455 #67d3e8 #ff90b3 #a5abb5".split(" ");

/** The colours of the largest numbers below and above 0. */
type Signs = readonly [below: Rgb, above: Rgb];

const SIGNS: Signs = [rgbOf("#ac4816"), rgbOf("#174e8c")];
const DARK_SIGNS: Signs = [rgbOf("#f0a570"), rgbOf("#7cbaf3")];

const COLOURS = {
  light: () => ({
    ink: "#1b1d22",
    faint: "#596069",
    paper: "#ffffff",
    rule: "#c3c9d1",
    masked: "#eceef1",
    unknown: "#e7c9f0",
    lines: LIGHT_LINES,
    weights: rampOf("light"),
    signs: SIGNS,
  }),
  dark: () => ({
    ink: "#e9ebee",
    faint: "#a5abb5",
    paper: "#15171b",
    rule: "#4a505a",
    masked: "#2a2e35",
    unknown: "#5b2a66",
    lines: DARK_LINES,
    weights: rampOf("dark"),
    signs: DARK_SIGNS,
  }),
  paper: () => ({
    ink: "#000000",
    faint: "#333333",
    paper: "#ffffff",
    rule: "#999999",
    masked: "#eeeeee",
    unknown: "#dddddd",
    lines: LIGHT_LINES.map(() => "#000000"),
    weights: GREYS,
    signs: SIGNS,
  }),
} satisfies Record<Theme, unknown>;

/** Returns the colours of a theme. */
export function coloursOf(theme: Theme): (tone: Tone) => string {
  const { lines, weights, signs, ...plain } = COLOURS[theme]();
  const paper = rgbOf(plain.paper);
  return (tone) => {
    const [, on, kind, level] = /^(on-)?(line|weight|sign)(-?\d+)$/.exec(tone) ?? [];
    if (kind === undefined) return plain[tone as keyof typeof plain];
    if (kind === "line") return lines[Number(level) % lines.length];
    const part = on ? "ink" : "fill";
    if (kind === "weight") return weights[Number(level)][part];
    return filled(colorOfShade(Number(level) / LEVELS, paper, signs))[part];
  };
}

/** Returns a number relative to the largest of its picture, from −1 to 1. */
export function shadeOf(value: number, largest: number) {
  if (Number.isNaN(value)) return Number.NaN;
  if (!(largest > 0)) return 0;
  return Math.max(-1, Math.min(1, value / largest));
}

/** Returns the colour of a shade. */
export const colorOfShade = (shade: number, paper = WHITE, [below, above] = SIGNS): Rgb =>
  mixed(paper, shade < 0 ? below : above, Math.abs(shade));
