import { describe, expect, test } from "vitest";
import { loadKernels, reserve } from "../../../../src/math/kernels/instance.js";
import { type Packing, packRows } from "../../../../src/math/kernels/panels.js";
import { createMatrix } from "../../../../src/math/matrix.js";

// Cell (i, k) is 10 i + k + 1: none is 0.
const whole = createMatrix(10, 3, (row, col) => 10 * row + col + 1);

describe.each<[string, Packing, new (...place: [ArrayBufferLike, number, number]) => Iterable<number>]>([
  ["float64", {}, Float64Array],
  ["float32", { isSingle: true }, Float32Array],
])("%s", (_, type, Numbers) => {
  // Three panels of three columns at most, and room for one.
  const room = 3 * 3 * 4;

  test.each<[string, Packing, number[][]]>([
    [
      "all rows",
      {},
      [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [8, 9],
      ],
    ],
    [
      "rows from the fifth on",
      { firstRow: 4 },
      [
        [4, 5, 6, 7],
        [8, 9],
      ],
    ],
    ["some rows between", { firstRow: 3, endRow: 8 }, [[3, 4, 5, 6], [7]]],
    ["a full panel", { firstRow: 1, endRow: 5 }, [[1, 2, 3, 4]]],
  ])("%s stand column by column in panels of four, with zeros for those not there", (_, rows, panels) => {
    const kernels = loadKernels();
    const areas = kernels && reserve(kernels, [8 * room, 8 * 12]);
    if (!areas) throw new Error("this engine has no 128-bit Wasm");
    const [at, scratch] = areas;
    const { buffer } = kernels.memory;
    new Float64Array(buffer, at, room).fill(-7);
    packRows(kernels, whole, [at, scratch], { ...rows, ...type });
    const expected = panels.flatMap((panel) =>
      [0, 1, 2].flatMap((col) =>
        [0, 1, 2, 3].map((lane) => (lane in panel ? 10 * panel[lane] + col + 1 : 0)),
      ),
    );
    expect(Array.from(new Numbers(buffer, at, expected.length))).toEqual(expected);
    // What follows their room, which is that of float64, does not change.
    const behind = Array.from(new Float64Array(buffer, at, room)).slice(expected.length);
    expect(behind).toEqual(Array(room - expected.length).fill(-7));
  });
});

test("all rows as float64 are packed where nothing else is said", () => {
  const kernels = loadKernels();
  const areas = kernels && reserve(kernels, [8 * 12, 8 * 12]);
  if (!areas) throw new Error("this engine has no 128-bit Wasm");
  const [at, scratch] = areas;
  packRows(
    kernels,
    createMatrix(3, 2, (row, col) => 10 * row + col + 1),
    [at, scratch],
  );
  expect(Array.from(new Float64Array(kernels.memory.buffer, at, 8))).toEqual([1, 11, 21, 0, 2, 12, 22, 0]);
});
