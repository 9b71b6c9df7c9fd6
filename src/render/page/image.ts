import { extremesOf, largestMagnitude } from "../../math/rows.js";
import type { Picture } from "../document.js";
import { colorOfShade, shadeOf } from "../drawing/shades.js";
import { chooseFormat, type Precision } from "../number.js";
import { rgbPng } from "../png-file.js";
import { base64Of } from "./tinted-png.js";

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
