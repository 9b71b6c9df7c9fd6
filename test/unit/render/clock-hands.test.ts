import { expect, test } from "vitest";
import { createMatrix, type Matrix } from "../../../src/math/matrix.js";
import { lowerToText } from "../../../src/render/text.js";

async function draw(matrix: Matrix, { width = 80, ascii = false } = {}): Promise<string[]> {
  const block = {
    kind: "hands",
    matrix,
    view: { precision: 4, full: false },
    axes: [{ name: "position" }, { name: "pair" }],
  } as const;
  let text = "";
  for await (const chunk of lowerToText([block], { width, ascii, colorLevel: 0 })) text += chunk;
  return text.trimEnd().split("\n");
}

const eighth = Math.PI / 4;

test("eighths of a turn point up, then clockwise; what is nearer to the next eighth points there", async () => {
  const angles = createMatrix(9, 2, (row, col) => (row + (col === 0 ? 0.4 : 0.6)) * eighth);
  const lines = await draw(angles);
  expect(lines.slice(0, 2)).toEqual(["pair 0 ↑ ↗ → ↘ ↓ ↙ ← ↖ ↑", "pair 1 ↗ → ↘ ↓ ↙ ← ↖ ↑ ↗"]);
});

test("angles below 0 turn the other way, and what is no angle is a question mark", async () => {
  const [line] = await draw({
    rows: 4,
    cols: 1,
    data: Float64Array.of(-eighth, -eighth * 10, 0, Number.NaN),
  });
  // −10 eighths are one whole turn and two eighths more: up, then left.
  expect(line).toBe("pair 0 ↖ ← ↑ ?");
});

test("what does not fit is left out, and said", async () => {
  const lines = await draw(createMatrix(300, 20), { width: 40 });
  expect(lines[0]).toBe(`pair 0 ${"↑".repeat(33)}`);
  expect(lines.every((line) => line.length <= 40)).toBe(true);
  expect(lines.join(" ")).toContain("the first 33 of 300 positions, 8 of 20 pairs");
});

test("in ASCII", async () => {
  const [line] = await draw(
    createMatrix(8, 1, (row) => row * eighth),
    { ascii: true },
  );
  expect(line).toBe("pair 0 ^ / > \\ v / < \\");
});
