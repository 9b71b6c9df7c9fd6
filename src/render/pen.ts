import type { Painter } from "./color.js";
import type { Tone } from "./document.js";
import type { Glyphs } from "./glyphs.js";

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
