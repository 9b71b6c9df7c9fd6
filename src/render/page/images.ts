import type { Matrix } from "../../math/matrix.js";
import { extremesOf, largestMagnitude } from "../../math/rows.js";
import type { Picture } from "../document.js";
import { colorOfShade, shadeOf } from "../drawing/colours.js";
import { chooseFormat, type Precision } from "../number.js";
import { pngOf, rgbPng } from "../png-file.js";

/** The number of shades on either side of 0. Fewer shades make the file smaller. */
const SHADES = 12;

/**
 * Returns numbers as an image with one grey pixel per cell, as an address for <img>. Shades are from `lowest` to 1. The
 * filters of the page turn them into colours on its paper.
 */
export async function greyImage(
  { rows: height, cols: width, data }: Matrix,
  lowest: 0 | -1,
  shadeOf: (value: number) => number,
): Promise<string> {
  const lines = new Uint8Array(height * (width + 1));
  for (const [at, value] of data.entries()) {
    const level = Math.round((shadeOf(value) || 0) * SHADES) / SHADES;
    lines[at + Math.floor(at / width) + 1] = Math.round((255 * (level - lowest)) / (1 - lowest));
  }
  return addressOf(await pngOf({ width, height, kind: "grey" }, lines));
}

const addressOf = (png: Uint8Array) => `data:image/png;base64,${base64Of(png)}`;

/** The filters of grey images: from white to the colour of weights, and from negative over 0 to positive numbers. */
export const FILTERS = `<svg width="0" height="0" class="hide" aria-hidden="true"><filter id="tint" color-interpolation-filters="sRGB"><feColorMatrix values="0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 0 0 0 0" result="g"/><feFlood/><feComposite in2="g" operator="in"/></filter><filter id="signs" x="0" y="0" width="1" height="1" color-interpolation-filters="sRGB"><feColorMatrix values="1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1 0 0 0 0"/><feComponentTransfer><feFuncR type="discrete" tableValues=".81 .19"/><feFuncG type="discrete" tableValues=".41 .48"/><feFuncB type="discrete" tableValues=".15 .78"/><feFuncA type="table" tableValues="1 0 1"/></feComponentTransfer><feComposite in2="SourceGraphic" operator="in"/></filter></svg>\n`;

const MASKED = [236, 238, 241] as const;

/** Returns a matrix in colours, with one pixel per cell, as an address for <img>. */
export async function imageOf({ matrix, blocked }: Pick<Picture, "matrix" | "blocked">): Promise<string> {
  const { rows: height, cols: width, data } = matrix;
  const largest = largestMagnitude(data);
  const pixels = new Uint8Array(3 * width * height);
  for (const [at, value] of data.entries()) {
    const shade = Math.round((shadeOf(value, largest) || 0) * SHADES) / SHADES;
    pixels.set(blocked?.data[at] === 1 ? MASKED : colorOfShade(shade), 3 * at);
  }
  return addressOf(await rgbPng({ width, height, pixels }));
}

/** Encodes bytes as base64, for an address. */
export function base64Of(bytes: Uint8Array) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Returns "64×64, from 0 to 0.47". */
export function describeRange({ matrix }: Pick<Picture, "matrix">, precision: Precision) {
  const finite = matrix.data.filter(Number.isFinite);
  if (finite.length === 0) return `${matrix.rows}×${matrix.cols}`;
  const format = chooseFormat([finite], precision === "full" ? 4 : precision);
  const [low, high] = extremesOf(finite).map(format);
  return `${matrix.rows}×${matrix.cols}, from ${low} to ${high}`;
}
