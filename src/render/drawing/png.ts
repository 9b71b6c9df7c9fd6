import { sumOver } from "../../math/lists.js";
import { type Image, rgbPng } from "../png-file.js";
import { rgbOf } from "../rgb.js";
import { coloursOf } from "./colours.js";
import { coverPixels, type Pixel } from "./coverage.js";
import type { Drawing, Line, Point, Rect } from "./drawing.js";
import { loadLetters } from "./letters.js";
import type { PictureLook } from "./svg.js";

/** Pixels of the image per pixel of the drawing. */
const SCALE = 2;

/**
 * Writes a drawing as PNG. Equal drawings give equal pixels. All letters come from one font, so that they look the same
 * everywhere.
 */
export async function writePng(
  drawing: Drawing,
  { theme = "light", width: wanted }: PictureLook = {},
): Promise<Uint8Array> {
  const outlinesOfText = await loadLetters();
  const scale = wanted === undefined ? SCALE : wanted / drawing.width;
  const [width, height] = [wanted ?? Math.ceil(drawing.width * scale), Math.ceil(drawing.height * scale)];
  const image: Image = { width, height, pixels: new Uint8Array(3 * width * height) };
  const colour = coloursOf(theme);
  const paper = { kind: "rect", x: 0, y: 0, width, height, fill: "paper" } as const;
  cover(image, outlinesOfRect(paper, 1), colour("paper"));
  for (const shape of drawing.shapes) {
    if (shape.kind === "rect") cover(image, outlinesOfRect(shape, scale), colour(shape.fill));
    else if (shape.kind === "line") cover(image, outlinesOfLine(shape, scale), colour(shape.stroke));
    else cover(image, outlinesOfText(shape, scale), colour(shape.fill));
  }
  return rgbPng(image);
}

/** Fills outlines. A pixel at an edge gets a part of the colour. */
function cover({ width, height, pixels }: Image, outlines: readonly Pixel[][], colour: string): void {
  const channels = rgbOf(colour);
  coverPixels(outlines, (x, y, share) => {
    if (x < 0 || y < 0 || x >= width || y >= height) return;
    const at = 3 * (y * width + x);
    for (const [channel, value] of channels.entries()) {
      pixels[at + channel] = Math.round(pixels[at + channel] * (1 - share) + value * share);
    }
  });
}

/** Returns a rectangle. Its edges are rounded to pixel borders, so that cells of a map meet without a seam. */
function outlinesOfRect({ x, y, width, height }: Rect, scale: number): Pixel[][] {
  const [left, top, right, bottom] = [x, y, x + width, y + height].map((edge) => Math.round(edge * scale));
  const outline: Pixel[] = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
  return [outline];
}

/**
 * Returns each straight piece of a line as a rectangle, without the gaps of its dashes. A line without dashes is
 * extended by half its thickness, so that pieces join.
 */
function outlinesOfLine({ points, thickness, dash = [] }: Line, scale: number): Pixel[][] {
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
