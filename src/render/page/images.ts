import { upTo } from "../../math/lists.js";
import { cellOf, type Matrix } from "../../math/matrix.js";
import { extremesOf, largestMagnitude } from "../../math/rows.js";
import type { Picture } from "../document.js";
import { colorOfShade, shadeOf } from "../drawing/colours.js";
import { chooseFormat, type Precision } from "../number.js";
import { piece, pngOf, rgbPng } from "../png-file.js";

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

/** Fewer shades make the file smaller. */
const SHADES = 24;
const MASKED = [236, 238, 241] as const;

/** Returns a matrix as an image with one pixel per cell, as an address for <img>. */
export async function imageOf({ matrix, blocked }: Pick<Picture, "matrix" | "blocked">): Promise<string> {
  const { rows: height, cols: width, data } = matrix;
  const largest = largestMagnitude(data);
  const pixels = new Uint8Array(3 * width * height);
  for (const [at, value] of data.entries()) {
    const shade = shadeOf(value, largest);
    const rounded = Number.isNaN(shade) ? 0 : Math.round(shade * SHADES) / SHADES;
    const color = blocked?.data[at] === 1 ? MASKED : colorOfShade(rounded);
    pixels.set(color, 3 * at);
  }
  return `data:image/png;base64,${base64Of(await rgbPng({ width, height, pixels }))}`;
}

/** Returns "64×64, from 0 to 0.47". */
export function describeRange({ matrix }: Pick<Picture, "matrix">, precision: Precision): string {
  const finite = matrix.data.filter(Number.isFinite);
  if (finite.length === 0) return `${matrix.rows}×${matrix.cols}`;
  const format = chooseFormat([finite], precision === "full" ? 4 : precision);
  const [low, high] = extremesOf(finite).map(format);
  return `${matrix.rows}×${matrix.cols}, from ${low} to ${high}`;
}
