import type { Painter } from "./color.js";
import type { Tone } from "./document.js";

/** The properties of the text output: its width, its signs, its colours. */
export interface Pen {
  readonly width: number;
  readonly glyphs: Glyphs;
  readonly painter: Painter;
  /** Returns the text as this terminal can show it: unchanged, or with its signs in ASCII. */
  spell(text: string): string;
}

/** Spells and paints a text. */
export function write(pen: Pen, tone: Tone, text: string): string {
  return pen.painter.paint(tone, pen.spell(text));
}

/** The signs that qkv itself draws with. */
interface Glyphs {
  /** Replaces rows or columns that are left out. */
  readonly ellipsis: string;
  /** One character at the end of a label that was cut. */
  readonly cut: string;
  readonly rule: string;
  readonly masked: string;
  readonly none: string;
  /** From zero to the largest number. */
  readonly shades: readonly string[];
  readonly notANumber: string;
  /** The left edge of a chart, and its lower corner. */
  readonly side: string;
  readonly corner: string;
  /** The signs of each curve: level, fallen to, risen to, falling from, rising from, upright. */
  readonly lines: readonly string[];
  /** Eight directions clockwise from up. */
  readonly hands: readonly string[];
}

export const UNICODE_GLYPHS: Glyphs = {
  ellipsis: "…",
  cut: "…",
  rule: "─",
  masked: "·",
  none: "—",
  shades: Array.from(" ░▒▓█"),
  notANumber: "?",
  side: "┤",
  corner: "└",
  lines: ["─╰╭╮╯│", "━┗┏┓┛┃", "═╚╔╗╝║", "╌╰╭╮╯╎"],
  hands: Array.from("↑↗→↘↓↙←↖"),
};

export const ASCII_GLYPHS: Glyphs = {
  ellipsis: "...",
  cut: "~",
  rule: "-",
  masked: ".",
  none: "-",
  shades: Array.from(" :+*#"),
  notANumber: "?",
  side: "|",
  corner: "+",
  lines: ["-`,.'|"],
  hands: Array.from("^/>\\v/<\\"),
};
