import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { createMatrix } from "../../../src/math/matrix.js";
import { createPainter } from "../../../src/render/color.js";
import { UNICODE_GLYPHS } from "../../../src/render/pen.js";
import { writeCurves } from "../../../src/render/plot.js";
import { resample } from "../../../src/render/resample.js";
import { lines } from "../../support/traces.js";

interface Curve {
  readonly name: string;
  readonly values: Float64Array;
}

async function chartOf(curves: readonly Curve[], width = 40, labels?: readonly string[]): Promise<string> {
  const painter = await createPainter(0);
  const pen = { width, glyphs: UNICODE_GLYPHS, painter, spell: (text: string) => text };
  const matrix = createMatrix(curves[0].values.length, curves.length, (row, col) => curves[col].values[row]);
  const axes = [
    { name: "position", ...(labels && { labels }) },
    { name: "curve", labels: curves.map(({ name }) => name) },
  ] as const;
  const view = { precision: labels ? 0 : 1, full: false };
  const block = { kind: "curves", matrix, axes, columns: [...curves.keys()], view } as const;
  return `${(await writeCurves(block, pen)).join("\n")}\n`;
}

const curve = (...values: number[]): Curve => ({ name: "y", values: Float64Array.from(values) });

// From 0 to 10 in ten rows: every value is in the row with its label.
test("values stand on their rows, gaps stay blank and are listed", async () => {
  expect(await chartOf([curve(0, 10, Number.NaN, 5, Number.NEGATIVE_INFINITY)], 16)).toBe(
    lines(`
      10.0 ┤  ╭─
       9.0 ┤  │
       8.0 ┤  │
       7.0 ┤  │
       6.0 ┤  │
       5.0 ┤  │   ──
       4.0 ┤  │
       3.0 ┤  │
       2.0 ┤  │
       1.0 ┤  │
       0.0 ┤──╯
           └──────────
            0   2   4
            position
      ── y  0 … −∞
      y: 2 of 5 values
      not drawn: NaN
      at 2, −∞ at 4
      `),
  );
});

describe("what the chart library cannot draw by itself", () => {
  test.each<[string, number[]]>([
    ["a constant", [0.3, 0.3, 0.3]],
    ["one point", [5]],
    ["one huge point", [1e300]],
    ["the widest range", [-Number.MAX_VALUE, Number.MAX_VALUE]],
  ])("%s", async (_, values) => {
    const text = await chartOf([curve(...values)]);
    expect(text).toMatch(/[─╭╮╰╯]{3}/);
    expect(text).not.toContain("not drawn");
  });

  test("nothing", async () => {
    expect(await chartOf([curve(Number.NaN)])).toBe(
      "there is nothing to draw\ny: 1 of 1 values not drawn: NaN at 0\n",
    );
    expect(await chartOf([curve()])).toBe("there is nothing to draw\n");
  });
});

test("300 points on 80 columns keep their peak", async () => {
  const values = Array.from({ length: 300 }, (_, point) => (point === 151 ? 9 : point % 2));
  const text = await chartOf([curve(...values)], 80);
  expect(text.split("\n")[1]).toMatch(/^ 9\.0 ┤ +╭/);
});

test("curves differ without colour, and the legend says which is which", async () => {
  const text = await chartOf([curve(0, 0, 1), { name: "z", values: Float64Array.of(1, 0, 0) }]);
  expect(text).toContain("━");
  expect(text).toContain("── y  0 … 1\n━━ z  1 … 0\n");
});

test("curves that meet take turns, so that each is seen", async () => {
  const text = await chartOf([
    { name: "y", values: Float64Array.of(0, 1, 1) },
    { name: "z", values: Float64Array.of(0, 1, 1) },
    { name: "u", values: Float64Array.of(0.5, 0.5, 0.5) },
  ]);
  const rows = text.split("\n");
  // y and z are equal: one gets half of a row, the other one the other half.
  expect(rows[0]).toMatch(/─.*━|━.*─/);
  expect(rows[10]).toMatch(/─.*━|━.*─/);
  expect(text).toContain("══ u  0.5 … 0.5\noverlapping curves take turns\n");
  expect(await chartOf([curve(0, 0), { name: "z", values: Float64Array.of(1, 1) }])).not.toContain("turns");
});

test("no line is wider than the width", async () => {
  const value = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY));
  await fc.assert(
    fc.asyncProperty(
      fc.array(value, { minLength: 1, maxLength: 300 }),
      fc.constantFrom(20, 40, 80, 200),
      async (values, width) => {
        const text = await chartOf([curve(...values)], width);
        for (const line of text.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(width);
      },
    ),
    { seed: 10, numRuns: 300 },
  );
});

test("resampling repeats few values and keeps the extremes of many, in their order", () => {
  expect(resample(Float64Array.of(1, 2), 6).values).toEqual([1, 1, 1, 2, 2, 2]);
  expect(resample(Float64Array.of(1, 5, 3, 2, Number.NaN, 0, 4, 4), 4).values).toEqual([1, 5, 0, 4]);
  expect(resample(Float64Array.of(Number.NaN, Number.NaN, Number.NaN, 7), 2).values).toEqual([7, 7]);
});

test("points are called by their labels", async () => {
  const chart = await chartOf([curve(0, 1, 2)], 40, ["99999", "100000", "100001"]);
  const ruler = chart.trimEnd().split("\n").at(-3);
  // Eight columns per point: each name starts at its point.
  expect(ruler).toMatch(/^ +99999 {3}100000 {2}100001$/);
});

test.each<[low: number, high: number, labels: readonly [string, string]]>([
  [-0.99, 1, [" 1.0", "-1.0"]],
  // A tenth of the range is 1.75: the next round step is 2, from the multiple of 2 below.
  [14.5, 32, ["34.0", "14.0"]],
  // A tenth is 0.03, the next round step 0.05, and 0.1 a multiple of it.
  [0.1, 0.4, [" 0.6", " 0.1"]],
])("from %f to %f the rows stand for round values that hold both", async (low, high, labels) => {
  const rows = (await chartOf([curve(low, high)])).split("\n");
  expect([rows[0].split(" ┤")[0], rows[10].split(" ┤")[0]].map((label) => label.padStart(4))).toEqual(labels);
});
