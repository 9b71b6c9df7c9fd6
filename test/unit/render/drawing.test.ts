import { inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { matrixFromRows } from "../../../src/math/matrix.js";
import type { HeatMap } from "../../../src/render/document.js";
import { coloursOf, toneOfShade, toneOfWeight, toneOn } from "../../../src/render/drawing/colours.js";
import { drawCurves } from "../../../src/render/drawing/curves.js";
import { drawHands } from "../../../src/render/drawing/hands.js";
import { drawHeatMap } from "../../../src/render/drawing/heatmap.js";
import { writePng } from "../../../src/render/drawing/png.js";
import { writeSvg } from "../../../src/render/drawing/svg.js";
import { THEMES } from "../../../src/render/drawing/theme-names.js";
import { rgbPng } from "../../../src/render/png-file.js";
import { luminance, rgbOf } from "../../../src/render/rgb.js";

const map = (rows: readonly (readonly number[])[], labels?: readonly string[]): HeatMap => ({
  kind: "heatmap",
  matrix: matrixFromRows(rows),
  axes: [{ name: "query", ...(labels && { labels }) }, { name: "key" }],
  view: { precision: 4, full: false },
});

/** Width, height and the raw bytes of the lines of a PNG with one data chunk. */
function decode(png: Uint8Array) {
  const view = new DataView(png.buffer, png.byteOffset, png.length);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  // 8 bytes of signature, 25 of header, then length, name and contents of the data chunk.
  const length = view.getUint32(33);
  return { width, height, lines: inflateSync(png.subarray(41, 41 + length)) };
}

// Two pixels, red and blue: a line is its filter (0) and three bytes per pixel.
test("a PNG holds the pixels that it was made of", async () => {
  const png = await rgbPng({ width: 2, height: 1, pixels: Uint8Array.of(255, 0, 0, 0, 0, 255) });
  expect(Array.from(png.subarray(0, 8))).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const { width, height, lines } = decode(png);
  expect([width, height, ...lines]).toEqual([2, 1, 0, 255, 0, 0, 0, 0, 255]);
});

test("the largest number is darkest, 0 is white, and each stands in its cell", () => {
  const svg = writeSvg(
    drawHeatMap(
      map([
        [0, 1],
        [2, 4],
      ]),
      "scores",
    ),
  );
  expect(svg).toContain('fill="#ffffff"/>');
  // 4 is the full colour, 2 halfway from white: (255 + 23) / 2 = 139, (255 + 78) / 2 = 166.5, (255 + 140) / 2 = 197.5.
  expect(svg).toContain('fill="#174e8c"/>');
  expect(svg).toContain('fill="#8ba7c6"/>');
  for (const text of ["0", "1", "2", "4"]) expect(svg).toContain(`>${text}</text>`);
});

test("weights are on one scale from 0 to 1, whatever the largest is, with titles at the axes", () => {
  const fillOf = (weight: number) => {
    const svg = writeSvg(drawHeatMap(map([[weight, 0]]), "w", true));
    expect(svg).toMatch(/>query<\/text>/);
    expect(svg).toMatch(/>key<\/text>/);
    expect(svg).toMatch(/>0<\/text>[\s\S]*>1<\/text>/);
    return /<rect x="[^"]*" y="[^"]*" width="[^"]*" height="24" fill="([^"]*)"/.exec(svg)?.[1];
  };
  // The shades of the page: half a weight is the tenth of 20 steps, 1 is the colour of weights itself.
  expect(fillOf(1)).toBe("#54389e");
  expect(fillOf(0.5)).not.toBe(fillOf(1));
});

test("every column is named: names wider than their columns are read upwards", async () => {
  const names = Array.from({ length: 20 }, (_, at) => `token-${at}`);
  const block: HeatMap = {
    ...map([names.map((_, at) => at)]),
    axes: [{ name: "query" }, { name: "key", labels: names }],
  };
  const drawing = drawHeatMap(block, "x");
  const turned = drawing.shapes.flatMap((shape) =>
    shape.kind === "text" && shape.isTurned ? [shape.text] : [],
  );
  expect(turned).toEqual(["query", ...names]);
  expect(writeSvg(drawing)).toMatch(/transform="rotate\(-90 [^"]*\)">token-19</);
  expect((await writePng(drawing)).length).toBeGreaterThan(100);
});

test("a width is that of the file in pixels, and a theme its colours", async () => {
  const drawing = drawHeatMap(map([[0.5, 0.5]]), "w");
  const svg = writeSvg(drawing, { theme: "dark", width: 700 });
  expect(svg).toMatch(/ width="700" height="\d/);
  expect(svg).toContain('height="100%" fill="#15171b"');
  const { width, height } = decode(await writePng(drawing, { width: 700 }));
  expect([width, height]).toEqual([700, Math.ceil((drawing.height * 700) / drawing.width)]);
  // Print has no colours.
  const fills = Array.from(writeSvg(drawing, { theme: "paper" }).matchAll(/#(..)(..)(..)/g));
  for (const [fill, red, green, blue] of fills) expect([green, blue], fill).toEqual([red, red]);
});

test("labels are text and never markup", () => {
  const svg = writeSvg(drawHeatMap(map([[1]], ["<script>"]), "</svg><b a='1'>&"));
  expect(svg).not.toMatch(/<script|<b /);
  expect(svg).toContain("&lt;script&gt;");
  expect(svg).toContain("<title>&lt;/svg&gt;&lt;b a=&#39;1&#39;&gt;&amp;</title>");
});

test("a large map has no numbers, and labels only where they fit", () => {
  const rows = Array.from({ length: 64 }, (_, row) =>
    Array.from({ length: 64 }, (_, col) => row / (col + 1)),
  );
  const drawing = drawHeatMap(map(rows), "scores");
  expect(drawing.shapes.filter(({ kind }) => kind === "text").length).toBeLessThan(72);
  expect(drawing.width).toBeLessThan(600);
});

test("equal drawings are equal files", async () => {
  const drawing = drawHeatMap(map([[1, -2]], ["α<b>"]), "x");
  expect(await writePng(drawing)).toEqual(await writePng(drawing));
  expect(writeSvg(drawing)).toBe(writeSvg(drawing));
});

/** The contrast of two colours, from 1 to 21 (WCAG 2.2). */
function contrast(one: string, other: string): number {
  const [a, b] = [one, other].map((hex) => luminance(rgbOf(hex)));
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

test("what is written on a shade has a contrast of 4.5 and more", () => {
  for (const theme of THEMES) {
    const colour = coloursOf(theme);
    for (let shade = -1; shade <= 1; shade += 0.05) {
      for (const tone of [toneOfShade(shade), toneOfWeight(shade), toneOfShade(Number.NaN)])
        expect(contrast(colour(tone), colour(toneOn(tone))), `${theme} ${tone}`).toBeGreaterThanOrEqual(4.5);
    }
  }
});

test("curves are told apart without colour, and leave gaps where there is no number", () => {
  const { matrix, axes, view } = map([
    [0, 1],
    [Number.NaN, 2],
    [1, 3],
    [2, 4],
  ]);
  const { shapes } = drawCurves({ kind: "curves", matrix, axes, view, columns: [0, 1] }, "t");
  const lines = shapes.flatMap((shape) => (shape.kind === "line" && shape.thickness === 2 ? [shape] : []));
  expect(new Set(lines.map(({ dash }) => String(dash ?? ""))).size).toBe(2);
  // The first column is two pieces and its legend, the second one piece and its legend.
  expect(lines).toHaveLength(5);
});

// The peak is at 70,000 of 150,000 rows. Every piece keeps its extremes.
test("a long curve keeps its peaks in few points", () => {
  const matrix = matrixFromRows(Array.from({ length: 150_000 }, (_, row) => [row === 70_000 ? 1 : 0]));
  const { shapes } = drawCurves(
    {
      kind: "curves",
      matrix,
      axes: [{ name: "position" }, { name: "i" }],
      columns: [0],
      view: { precision: 4, full: false },
    },
    "x",
  );
  const [curve] = shapes.filter((shape) => shape.kind === "line" && shape.points.length > 2);
  if (curve.kind !== "line") throw new Error("no curve");
  expect(curve.points.length).toBeLessThan(2000);
  const tops = curve.points.filter(([, y]) => y === 6);
  expect(tops).toHaveLength(1);
  const [first, last] = [curve.points[0][0], curve.points[curve.points.length - 1][0]];
  expect((tops[0][0] - first) / (last - first)).toBeCloseTo(70 / 150, 2);
});

test("clocks that are left out are counted", () => {
  const matrix = matrixFromRows(Array.from({ length: 20 }, () => [0, 1]));
  const { shapes } = drawHands(
    {
      kind: "hands",
      matrix,
      axes: [{ name: "position" }, { name: "pair" }],
      view: { precision: 4, full: false },
    },
    "x",
  );
  expect(shapes).toContainEqual(expect.objectContaining({ text: "the first 16 of 20 positions" }));
});
