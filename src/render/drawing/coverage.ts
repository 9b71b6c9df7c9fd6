/** A point in pixels, y downwards. */
export type Pixel = readonly [x: number, y: number];

/** A rectangle of pixels: its left and upper edge, and where it ends. */
interface Frame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * Calls `paint` for each pixel that closed outlines cover, with the covered share, above 0 up to 1. It is exact for
 * straight edges. Overlapping outlines with the same direction count once; an outline in the other direction is a hole.
 */
export function coverPixels(
  outlines: readonly (readonly Pixel[])[],
  paint: (x: number, y: number, share: number) => void,
): void {
  if (outlines.length === 0) return;
  const frame = frameOf(outlines);
  const width = frame.right - frame.left + 1;
  // Each edge stores, in the pixels it crosses, its contribution to all pixels to the right. A running sum along the
  // row is then the covered share.
  const changes = new Float32Array(width * (frame.bottom - frame.top));
  for (const outline of outlines) {
    for (const [index, to] of outline.entries()) {
      addEdge(outline.at(index - 1) ?? to, to, ([x, y], height) => {
        const column = Math.floor(x);
        const at = (Math.floor(y) - frame.top) * width + column - frame.left;
        const beside = height * (x - column);
        changes[at] += height - beside;
        changes[at + 1] += beside;
      });
    }
  }
  for (let y = frame.top; y < frame.bottom; y++) {
    let inside = 0;
    for (let x = frame.left; x < frame.right; x++) {
      inside += changes[(y - frame.top) * width + x - frame.left];
      const share = Math.min(1, Math.abs(inside));
      if (share > LEAST_SHARE) paint(x, y, share);
    }
  }
}

/** Smaller shares are rounding errors of the single-precision sums. */
const LEAST_SHARE = 1 / 512;

function frameOf(outlines: readonly (readonly Pixel[])[]): Frame {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of outlines.flat()) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  const [first, last] = [Math.floor(left), Math.floor(right) + 1];
  return { left: first, top: Math.floor(top), right: last, bottom: Math.floor(bottom) + 1 };
}

/** Splits an edge at pixel borders. For each piece it passes the middle and the height, which is negative upwards. */
function addEdge(from: Pixel, to: Pixel, add: (middle: Pixel, height: number) => void): void {
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
function* cutsOf(start: number, way: number): Generator<number> {
  const [low, high] = way > 0 ? [start, start + way] : [start + way, start];
  for (let line = Math.floor(low) + 1; line < high; line++) yield (line - start) / way;
}
