import { expect, test } from "vitest";
import { coverPixels, type Pixel } from "../../../../src/render/drawing/coverage.js";

/** The shares of pixels, by "x,y". */
function sharesOf(...outlines: readonly (readonly Pixel[])[]) {
  const shares: Record<string, number> = {};
  coverPixels(outlines, (x, y, share) => {
    shares[`${x},${y}`] = Math.round(share * 1000) / 1000;
  });
  return shares;
}

const square = (left: number, top: number, size: number): Pixel[] => [
  [left, top],
  [left + size, top],
  [left + size, top + size],
  [left, top + size],
];

test("a pixel is covered by the share of it that lies inside", () => {
  expect(sharesOf(square(0, 0, 1))).toEqual({ "0,0": 1 });
  // A square of side 1 in the middle of four pixels covers a quarter of each.
  expect(sharesOf(square(-0.5, 0.5, 1))).toEqual({
    "-1,0": 0.25,
    "0,0": 0.25,
    "-1,1": 0.25,
    "0,1": 0.25,
  });
  // The triangle below the diagonal of two pixels: y ≥ x/2 covers 1 − 1/4 of the first and 1 − 3/4 of the second.
  const triangle: Pixel[] = [
    [0, 0],
    [2, 1],
    [0, 1],
  ];
  expect(sharesOf(triangle)).toEqual({ "0,0": 0.75, "1,0": 0.25 });
});

test("outlines of one turn count once where they overlap; one that turns the other way is a hole", () => {
  expect(sharesOf(square(0, 0, 2), square(0, 0, 1))).toEqual({ "0,0": 1, "1,0": 1, "0,1": 1, "1,1": 1 });
  expect(sharesOf(square(0, 0, 2), square(0, 0, 1).toReversed())).toEqual({ "1,0": 1, "0,1": 1, "1,1": 1 });
  expect(sharesOf()).toEqual({});
});

test("the areas of all pixels are the area of the outline", () => {
  // A regular polygon of 40 corners with radius 7.3: 40/2 · r² · sin(2π/40).
  const corners = Array.from({ length: 40 }, (_, corner): Pixel => {
    const angle = (2 * Math.PI * corner) / 40;
    return [20.1 + 7.3 * Math.cos(angle), 11.7 + 7.3 * Math.sin(angle)];
  });
  let area = 0;
  coverPixels([corners], (_x, _y, share) => {
    area += share;
  });
  expect(area).toBeCloseTo(20 * 7.3 ** 2 * Math.sin(Math.PI / 20), 2);
});
