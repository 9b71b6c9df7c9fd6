import { expect, test } from "vitest";
import { loadKernels, reserve } from "../../../src/math/kernels/instance.js";
import { packRows } from "../../../src/math/kernels/panels.js";
import { createMatrix } from "../../../src/math/matrix.js";

// Cell (i, k) is 10 i + k + 1: none is 0.
const whole = createMatrix(10, 3, (row, col) => 10 * row + col + 1);

test.each<[string, [] | [number] | [number, number], number[][]]>([
  [
    "all rows",
    [],
    [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ],
  ],
  [
    "rows from the fifth on",
    [4],
    [
      [4, 5, 6, 7],
      [8, 9],
    ],
  ],
  ["some rows between", [3, 8], [[3, 4, 5, 6], [7]]],
  ["a full panel", [1, 5], [[1, 2, 3, 4]]],
])(
  "%s stand column by column in panels of four, with zeros for those that are not there",
  (_, range, panels) => {
    const kernels = loadKernels();
    // Three panels of three columns at most, and room for one.
    const areas = kernels && reserve(kernels, [8 * 36, 8 * 12]);
    if (!areas) throw new Error("this engine has no 128-bit Wasm");
    const [at, scratch] = areas;
    const there = new Float64Array(kernels.memory.buffer, at, 36).fill(-7);
    packRows(kernels, whole, [at, scratch], ...range);
    const expected = panels.flatMap((rows) =>
      [0, 1, 2].flatMap((col) =>
        [0, 1, 2, 3].map((lane) => (lane < rows.length ? 10 * rows[lane] + col + 1 : 0)),
      ),
    );
    // What stands behind the panels stays as it was.
    expect(Array.from(there)).toEqual([...expected, ...Array(36 - expected.length).fill(-7)]);
  },
);
