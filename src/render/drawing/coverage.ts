import { extremesOf } from "../../math/rows.js";

/** A point in pixels, y downwards. */
export type Pixel = readonly [x: number, y: number];

/**
 * Calls `paint` for each pixel that closed outlines cover, with the covered share, above 0 up to 1. It is exact for
 * straight edges. Overlapping outlines with the same direction count once; an outline in the other direction is a hole.
 */
export function coverPixels(
  outlines: readonly (readonly Pixel[])[],
  paint: (x: number, y: number, share: number) => void,
): void {
  if (outlines.length === 0) return;
  const [left, right] = pixelsBetween(outlines.flat().map(([x]) => x));
  const [top, bottom] = pixelsBetween(outlines.flat().map(([, y]) => y));
  const width = right - left + 1;
  // Each edge stores, in the pixels it crosses, its contribution to all pixels to the right. A running sum along the
  // row is then the covered share.
  const changes = new Float32Array(width * (bottom - top));
  for (const outline of outlines) {
    for (const [index, to] of outline.entries()) {
      addEdge(outline.at(index - 1) ?? to, to, ([x, y], height) => {
        const column = Math.floor(x);
        const at = (Math.floor(y) - top) * width + column - left;
        const beside = height * (x - column);
        changes[at] += height - beside;
        changes[at + 1] += beside;
      });
    }
  }
  for (let y = top; y < bottom; y++) {
    let inside = 0;
    for (let x = left; x < right; x++) {
      inside += changes[(y - top) * width + x - left];
      const share = Math.min(1, Math.abs(inside));
      if (share > LEAST_SHARE) paint(x, y, share);
    }
  }
}

/** Returns the first pixel, and the one after the last. */
function pixelsBetween(edges: readonly number[]) {
  const [low, high] = extremesOf(edges);
  return [Math.floor(low), Math.floor(high) + 1];
}

/** Smaller shares are rounding errors of the single-precision sums. */
const LEAST_SHARE = 1 / 512;

/** Splits an edge at pixel borders. For each piece it passes the middle and the height, which is negative upwards. */
function addEdge(from: Pixel, to: Pixel, add: (middle: Pixel, height: number) => void) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  if (dy === 0) return;
  const cuts = [...cutsOf(from[0], dx), ...cutsOf(from[1], dy), 1].sort((one, other) => one - other);
  let done = 0;
  for (const share of cuts) {
    const middle = (done + share) / 2;
    add([from[0] + dx * middle, from[1] + dy * middle], dy * (share - done));
    done = share;
  }
}

/** Returns where a line crosses whole numbers, as shares of its length. */
function* cutsOf(start: number, way: number) {
  const [low, high] = way > 0 ? [start, start + way] : [start + way, start];
  for (let line = Math.floor(low) + 1; line < high; line++) yield (line - start) / way;
}
