import { toAscii } from "../../ascii.js";
import { tabulate } from "../../math/lists.js";
import type { Pixel } from "./coverage.js";
import { LETTER, type Text } from "./drawing.js";

/** The number of straight pieces for a curve of a letter. At twice the size of a drawing they cannot be seen. */
const PIECES = 4;

/** How much wider bold letters are, in units of a drawing. */
const STRONG = 0.5;

/** How far the base line is below the middle of the letters, as in SVG (dy=".35em"). */
const BASE_LINE = 0.35 * LETTER.height;

type Font = typeof import("./outlines.js");

/** Loads the letters, when there is something to write. Returns a function that outlines a text. */
export async function loadLetters(): Promise<(text: Text, scale: number) => Pixel[][]> {
  const font = await import("./outlines.js");
  return (text, scale) => outlinesOfText(font, text, scale);
}

/**
 * Returns the outlines of a text at its place in a drawing, in pixels. `scale` is the number of pixels per unit of the
 * drawing.
 */
function outlinesOfText(font: Font, text: Text, scale: number): Pixel[][] {
  const signs = Array.from(spelled(font, text.text));
  const width = signs.length * LETTER.width;
  const start = text.anchor === "start" ? 0 : text.anchor === "middle" ? -width / 2 : -width;
  const unit = LETTER.width / font.ADVANCE;
  const at = (along: number, across: number): Pixel =>
    text.isTurned
      ? [(text.x + across) * scale, (text.y - along) * scale]
      : [(text.x + along) * scale, (text.y + across) * scale];
  return signs.flatMap((sign, index) =>
    (text.isStrong ? [0, STRONG] : [0]).flatMap((shift) =>
      outlinesOfSign(font, sign).map((outline) =>
        outline.map(([x, y]) => at(start + index * LETTER.width + shift + unit * x, BASE_LINE + unit * y)),
      ),
    ),
  );
}

/** Replaces signs without an outline by ASCII, or by an empty frame. */
function spelled({ OUTLINES, FRAME }: Font, text: string): string {
  const isWritten = (sign: string) => /^\s$/.test(sign) || Object.hasOwn(OUTLINES, sign);
  return Array.from(text.normalize("NFC"), (sign) => (isWritten(sign) ? sign : toAscii(sign)))
    .map((signs) => Array.from(signs, (sign) => (isWritten(sign) ? sign : FRAME)).join(""))
    .join("");
}

/** Returns the closed outlines of a sign, in units of the font. */
function outlinesOfSign({ OUTLINES }: Font, sign: string): readonly (readonly Pixel[])[] {
  const outlines: Pixel[][] = [];
  // SVG path data with three commands: M begins an outline, L is a line, Q is a curve with one handle.
  for (const [, word, numbers] of (OUTLINES[sign] ?? "").matchAll(/([MLQ])([^MLQ]*)/g)) {
    const [x1, y1, x2, y2] = Array.from(numbers.matchAll(/-?\d+/g), Number);
    if (word === "M") outlines.push([]);
    const outline = outlines[outlines.length - 1];
    const from = outline.at(-1);
    if (word !== "Q" || !from) outline.push([x1, y1]);
    else outline.push(...curve(from, [x1, y1], [x2, y2]));
  }
  return outlines;
}

/** Returns a Bézier curve with one handle as the ends of straight pieces. */
const curve = (from: Pixel, handle: Pixel, to: Pixel): Pixel[] =>
  tabulate(PIECES, (piece) => {
    const share = (piece + 1) / PIECES;
    const between = (axis: 0 | 1) =>
      (1 - share) ** 2 * from[axis] + 2 * share * (1 - share) * handle[axis] + share ** 2 * to[axis];
    return [between(0), between(1)];
  });
