import type { Painter } from "./color.js";
import type { Tone } from "./document.js";
import type { Glyphs } from "./glyphs.js";

/** What text is written with: how wide, which signs, which colours. */
export interface Pen {
  readonly width: number;
  readonly glyphs: Glyphs;
  readonly painter: Painter;
  /** The text as this terminal can show it: unchanged, or with its signs in ASCII. */
  spell(text: string): string;
}

/** The text spelled and painted. */
export function write(pen: Pen, tone: Tone, text: string): string {
  return pen.painter.paint(tone, pen.spell(text));
}
