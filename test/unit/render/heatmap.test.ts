import { expect, test } from "vitest";
import { createMatrix, type Matrix } from "../../../src/math/matrix.js";
import type { Document, HeatMap } from "../../../src/render/document.js";
import { poolByMaximum } from "../../../src/render/pool.js";
import { blockedOf, lines, textOf } from "../../support/traces.js";

const mapOf = (matrix: Matrix, parts: Partial<HeatMap> = {}): Document => [
  {
    ...{
      kind: "heatmap",
      matrix,
      axes: [{ name: "query" }, { name: "key" }],
      view: { precision: 4, full: false },
    },
    ...parts,
  },
];

const quarters = { rows: 2, cols: 4, data: Float64Array.of(0, 0.25, 0.5, 1, 0, 0, Number.NaN, 0.1) };

// Five shades of a fifth of the largest each: 0 and 0.1 blank, 0.25 the first, 0.5 the second, 1 the last.
test("shades without colour; masked and NaN are signs of their own", async () => {
  const blocked = blockedOf("....", "xx..");
  expect(await textOf(mapOf(quarters, { blocked }))).toBe(
    lines(`
        0 1 2 3
      0   ░░▒▒██
      1  · · ?
      0  ░▒▓█ 1
      · masked
      ? not a number
      `),
  );
  expect(await textOf(mapOf(quarters, { blocked }), { ascii: true })).toContain("0   ::++##\n1  . . ?\n");
});

test("with colours the numbers stand in the cells", async () => {
  const text = await textOf(mapOf(quarters), { colorLevel: 3 });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is taken out
  expect(text.replaceAll(/\u001b\[[\d;]*m/g, "")).toContain("0  0.00  0.25  0.50  1.00 \n");
});

test("64×64 fits 80 columns, a character a cell", async () => {
  const text = await textOf(mapOf(createMatrix(64, 64, (row, col) => (row === col ? 1 : 0))));
  expect(text.split("\n").slice(0, 3)).toEqual([
    "   0    5    10   15   20   25   30   35   40   45   50   55   60",
    " 0 █",
    " 1  █",
  ]);
  expect(text).not.toContain("largest of");
});

test("what does not fit is pooled, and says so", async () => {
  // 100 columns in 80 − 1 − 3: two per cell; 130 rows in 64: three per cell.
  const text = await textOf(mapOf(createMatrix(130, 100, (row, col) => (row === 129 && col === 99 ? 1 : 0))));
  expect(text).toContain(`129 ${" ".repeat(49)}█\n`);
  expect(text).toContain("each cell shows the largest of 3×2\n");
});

test("a pooled cell is the largest of those that may attend, NaN if one is, masked if none may", () => {
  const matrix = { rows: 2, cols: 6, data: Float64Array.of(-1, 0, 2, 3, 0, 0, -4, 0, Number.NaN, 0, 0, 0) };
  const pooled = poolByMaximum(matrix, blockedOf(".x..xx", ".x..xx"), 1, 3);
  expect([pooled.tall, pooled.wide, pooled.at(0, 0), pooled.at(0, 1), pooled.at(0, 2)]).toEqual([
    ...[2, 2, -1, Number.NaN, undefined],
  ]);
});

test("a masked cell that has weight all the same counts", () => {
  const leaking = { rows: 1, cols: 3, data: Float64Array.of(0.2, 0.7, 0.1) };
  expect(poolByMaximum(leaking, blockedOf(".x."), 1, 1).at(0, 0)).toBe(0.7);
});

// From −1 to 1 in five shades of 0.4 each: −1 blank, −0.5 the first, 0 the third, 0.5 the fourth, 1 the last.
test("numbers of either sign run from the smallest to the largest", async () => {
  const signed = { rows: 1, cols: 5, data: Float64Array.of(-1, -0.5, 0, 0.5, 1) };
  expect(await textOf(mapOf(signed))).toBe(
    lines(`
        0 1 2 3 4
      0   ░░▒▒▓▓██
      -1  ░▒▓█ 1
      `),
  );
});

// Fifths of 1: −1 and 0.5 have the last and the third shade, −0.1 has almost none.
test("of numbers with signs shades are sizes, and a minus marks what is below 0", async () => {
  const signed = { rows: 2, cols: 2, data: Float64Array.of(-1, 0.5, -0.1, -0.5) };
  expect(await textOf(mapOf(signed, { hasSigns: true }))).toBe(
    lines(`
        0 1
      0 −█▒▒
      1   −▒
      0  ░▒▓█ 1
      − below 0
      `),
  );
  expect(await textOf(mapOf(signed))).toContain("-1  ░▒▓█ 0.5000\n");
  const negative = { rows: 1, cols: 2, data: Float64Array.of(-1, 0) };
  expect(await textOf(mapOf(negative, { hasSigns: true }))).toContain("-1  ░▒▓█ 0\n");
});

test("of numbers with signs the one farthest from 0 stands for several", () => {
  const matrix = { rows: 1, cols: 4, data: Float64Array.of(-3, 2, 1, -0.5) };
  const pooled = poolByMaximum(matrix, undefined, 1, 2, true);
  expect([pooled.at(0, 0), pooled.at(0, 1)]).toEqual([-3, 1]);
});
