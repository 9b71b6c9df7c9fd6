import { upTo } from "../../math/lists.js";
import { cellOf, type Matrix } from "../../math/matrix.js";
import { piece, pngOf } from "../png-file.js";

/** The last shade of a picture, which is the full colour. */
const LAST_SHADE = 15;
/** The colour of the shades. The page replaces it with its own. */
const COLOUR = [0x54, 0x38, 0x9e] as const;

const BITS = 4;

/**
 * Writes weights as a PNG (W3C, third edition) with one pixel per cell, in one colour. A weight is its opacity, so that
 * the picture fits any paper. Shades are square roots of the weights, so that small ones are visible.
 */
export async function tintedPng(weights: Matrix): Promise<Uint8Array> {
  const { rows, cols } = weights;
  const wide = Math.ceil(cols / 2);
  const lines = new Uint8Array(rows * (wide + 1));
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const shade = Math.round(
        Math.sqrt(Math.min(1, Math.max(0, cellOf(weights, row, col) || 0))) * LAST_SHADE,
      );
      lines[row * (wide + 1) + 1 + (col >> 1)] |= shade << (col % 2 === 0 ? BITS : 0);
    }
  }
  const shades = upTo(LAST_SHADE + 1);
  return pngOf({ width: cols, height: rows, bits: BITS, kind: "palette" }, lines, [
    piece("PLTE", Uint8Array.from(shades.flatMap(() => COLOUR))),
    piece(
      "tRNS",
      Uint8Array.from(shades, (shade) => Math.round((255 * shade) / LAST_SHADE)),
    ),
  ]);
}

/** Encodes bytes as base64, for an address. */
export function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
