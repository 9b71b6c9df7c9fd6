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
 * Calls `paint` for each pixel that closed outlines cover, with the share of it that lies inside, from above 0 to 1: exact for straight
 * edges. What two outlines of one turn cover counts once; an outline that turns the other way is a hole.
 */
export function coverPixels(
  outlines: readonly (readonly Pixel[])[],
  paint: (x: number, y: number, share: number) => void,
): void {
  if (outlines.length === 0) return;
  const frame = frameOf(outlines);
  const width = frame.right - frame.left + 1;
  // Each edge leaves, in the pixels it crosses, what it adds to all that lie to the right; a sum along the row is then the share inside.
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

/** Less is what the sums of single precision leave over. */
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

/** Takes an edge apart where it leaves a pixel; of each piece its middle is given, and its height, negative upwards. */
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

/** The shares of a way at which it crosses a whole number. */
function* cutsOf(start: number, way: number): Generator<number> {
  const [low, high] = way > 0 ? [start, start + way] : [start + way, start];
  for (let line = Math.floor(low) + 1; line < high; line++) yield (line - start) / way;
}
