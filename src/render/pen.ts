import type { Painter } from "./color.js";
import type { Tone } from "./document.js";

/** The properties of the text output: its width, its signs, its colours. */
export interface Pen {
  readonly width: number;
  /** The signs that qkv itself draws with. */
  readonly glyphs: typeof UNICODE_GLYPHS;
  readonly painter: Painter;
  /** Returns the text as this terminal can show it: unchanged, or with its signs in ASCII. */
  spell(text: string): string;
}

/** Spells and paints a text. */
export function write(pen: Pen, tone: Tone, text: string) {
  return pen.painter.paint(tone, pen.spell(text));
}

export const UNICODE_GLYPHS = {
  /** Replaces rows or columns that are left out. */
  ellipsis: "…",
  /** One character at the end of a label that was cut. */
  cut: "…",
  rule: "─",
  masked: "·",
  none: "—",
  /** From zero to the largest number. */
  shades: Array.from(" ░▒▓█"),
  notANumber: "?",
  /** The left edge of a chart, and its lower corner. */
  side: "┤",
  corner: "└",
  /** The signs of each curve: level, fallen to, risen to, falling from, rising from, upright. */
  lines: ["─╰╭╮╯│", "━┗┏┓┛┃", "═╚╔╗╝║", "╌╰╭╮╯╎"],
  /** Eight directions clockwise from up. */
  hands: Array.from("↑↗→↘↓↙←↖"),
};

export const ASCII_GLYPHS: Pen["glyphs"] = {
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
