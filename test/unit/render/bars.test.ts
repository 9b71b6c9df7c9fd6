import { expect, test } from "vitest";
import { createMatrix } from "../../../src/math/matrix.js";
import type { Document } from "../../../src/render/document.js";
import { blockedOf, lines, textOf } from "../../support/traces.js";

const bars = (matrix: ReturnType<typeof createMatrix>, blocked?: ReturnType<typeof blockedOf>): Document => [
  {
    ...{ kind: "bars", matrix, axes: [{ name: "query" }, { name: "key", labels: ["a", "bc"] }] },
    ...(blocked && { blocked }),
    view: { precision: 2, full: false },
  },
];

// Width 20: row label 1 and a blank, name 2 and a blank, number 4 and a blank leave 10 columns for a weight of 1.
test("a bar for each key, as long as its weight; masked keys have a sign of their own", async () => {
  const matrix = createMatrix(
    2,
    2,
    (row, col) =>
      [
        [1, 0],
        [0.25, 0.75],
      ][row][col],
  );
  expect(await textOf(bars(matrix, blockedOf(".x", "..")), { width: 20 })).toBe(
    lines(`
      0 a  ██████████ 1.00
        bc               ·
      1 a  ███        0.25
        bc ████████   0.75
      `),
  );
});

test("of many keys the largest are drawn, the rest counted", async () => {
  const matrix = createMatrix(1, 20, (_, col) => (col === 13 ? 0.43 : 0.03));
  const text = await textOf([
    { kind: "bars", matrix, axes: [{ name: "q" }, { name: "k" }], view: { precision: 2, full: false } },
  ]);
  expect(text.split("\n").filter((line) => line.includes("█"))).toHaveLength(7);
  expect(text).toContain("0.43");
  expect(text).toContain("… 13 smaller ones: --full");
});
