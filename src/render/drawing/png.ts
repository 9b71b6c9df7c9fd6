import { sumOver } from "../../math/lists.js";
import { type Image, rgbPng } from "../png-file.js";
import { rgbOf } from "../rgb.js";
import { coloursOf, type Tone } from "./colours.js";
import { coverPixels, type Pixel } from "./coverage.js";
import { type Drawing, PAPER, type Point, type Shape } from "./drawing.js";
import { loadLetters } from "./letters.js";
import type { PictureLook } from "./svg.js";

/** Pixels of the image per pixel of the drawing. */
const SCALE = 2;

/** An image that is painted: its pixels per pixel of the drawing, and the colours of tones. */
interface Canvas extends Image {
  readonly scale: number;
  colour(tone: Tone): string;
}

/**
 * Writes a drawing as PNG. Equal drawings give equal pixels. All letters come from one font, so that they look the same
 * everywhere.
 */
export async function writePng(
  { width, height, shapes }: Drawing,
  { theme = "light", width: wanted }: PictureLook = {},
): Promise<Uint8Array> {
  const outlinesOfText = await loadLetters();
  const scale = wanted === undefined ? SCALE : wanted / width;
  const [across, down] = [wanted ?? Math.ceil(width * scale), Math.ceil(height * scale)];
  const canvas: Canvas = {
    width: across,
    height: down,
    pixels: new Uint8Array(3 * across * down),
    scale,
    colour: coloursOf(theme),
  };
  fillRect(canvas, [0, 0, across, down], PAPER);
  for (const shape of shapes) {
    if (shape.kind === "rect") paintRect(canvas, shape);
    else if (shape.kind === "line") cover(canvas, outlinesOfLine(shape, scale), shape.stroke);
    else cover(canvas, outlinesOfText(shape, scale), shape.fill);
  }
  return rgbPng(canvas);
}

/** Paints a rectangle. Its edges are rounded to pixel borders, so that cells of a map meet without a seam. */
function paintRect(canvas: Canvas, { x, y, width, height, fill }: Extract<Shape, { kind: "rect" }>): void {
  const [left, top, right, bottom] = [x, y, x + width, y + height].map((edge) =>
    Math.round(edge * canvas.scale),
  );
  fillRect(canvas, [left, top, right, bottom], fill);
}

/** Left, top, right and bottom, in pixels. */
type Edges = readonly [number, number, number, number];

function fillRect({ width, height, pixels, colour }: Canvas, edges: Edges, fill: Tone): void {
  const [left, top, right, bottom] = edges;
  const channels = rgbOf(colour(fill));
  for (let y = Math.max(0, top); y < Math.min(height, bottom); y++) {
    for (let x = Math.max(0, left); x < Math.min(width, right); x++)
      pixels.set(channels, 3 * (y * width + x));
  }
}

/** Fills outlines. A pixel at an edge gets a part of the colour. */
function cover({ width, height, pixels, colour }: Canvas, outlines: readonly Pixel[][], fill: Tone): void {
  const channels = rgbOf(colour(fill));
  coverPixels(outlines, (x, y, share) => {
    if (x < 0 || y < 0 || x >= width || y >= height) return;
    const at = 3 * (y * width + x);
    for (const [channel, value] of channels.entries()) {
      pixels[at + channel] = Math.round(pixels[at + channel] * (1 - share) + value * share);
    }
  });
}

/**
 * Returns each straight piece of a line as a rectangle, without the gaps of its dashes. A line without dashes is
 * extended by half its thickness, so that pieces join.
 */
function outlinesOfLine(
  { points, thickness, dash = [] }: Extract<Shape, { kind: "line" }>,
  scale: number,
): Pixel[][] {
  const outlines: Pixel[][] = [];
  let walked = 0;
  for (const [index, to] of points.entries()) {
    const from: Point = points[Math.max(0, index - 1)];
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    const [along, across] = length === 0 ? [1, 0] : [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
    const half = thickness / 2;
    const beyond = dash.length === 0 ? half : 0;
    const at = (far: number, side: number): Pixel => [
      (from[0] + along * far - across * side) * scale,
      (from[1] + across * far + along * side) * scale,
    ];
    for (const [start, end] of drawnParts(walked, walked + length, dash)) {
      const [first, last] = [start - walked - beyond, end - walked + beyond];
      outlines.push([at(first, -half), at(last, -half), at(last, half), at(first, half)]);
    }
    walked += length;
  }
  return outlines;
}

/** Returns the parts from `start` to `end` that a dash covers. Without dashes, it returns everything. */
function* drawnParts(
  start: number,
  end: number,
  dash: readonly number[],
): Generator<readonly [number, number]> {
  const period = sumOver(dash);
  if (period === 0) {
    yield [start, end];
    return;
  }
  let at = Math.floor(start / period) * period;
  for (let index = 0; at <= end; index = (index + 1) % dash.length) {
    const next = at + dash[index];
    if (index % 2 === 0 && next > start) yield [Math.max(start, at), Math.min(end, next)];
    at = next;
  }
}
