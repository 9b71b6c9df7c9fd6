import { describe, expect, test } from "vitest";
import { attendRowByRow } from "../../../../src/math/attend.js";
import { type Attention, attendPlainly } from "../../../../src/math/attention.js";
import { attendByKernel } from "../../../../src/math/kernels/attention.js";
import { type Kernels, loadKernels, occupy, reserve } from "../../../../src/math/kernels/instance.js";
import { panelsOf } from "../../../../src/math/kernels/panels.js";
import { multiplyByKernel } from "../../../../src/math/kernels/product.js";
import {
  createBooleanMatrix,
  createMatrix,
  type Matrix,
  matrixFromRows,
  rowsOf,
  transpose,
} from "../../../../src/math/matrix.js";
import { multiplyPlainly } from "../../../../src/math/product.js";
import { watchProgress } from "../../../../src/math/progress.js";
import { storedMatrix } from "../../../../src/math/stored-matrix.js";
import { kernelsWithin } from "../../../support/kernel-memory.js";

// Few numbers, but each limit of the kernels is passed by a little. attention.test.ts draws the rest.

/** Whole numbers, whose sums are exact in any order. */
const matrix = (rows: number, cols: number, seed = 1): Matrix =>
  createMatrix(rows, cols, (row, col) => ((row * 7 + col * 3 + seed * 5) % 11) - 5);

function theKernels(): Kernels {
  const kernels = loadKernels();
  if (!kernels) throw new Error("this engine has no 128-bit Wasm");
  return kernels;
}

/** 4097 queries are one more than are computed at once. */
const build = (n: number, m: number, d: number, dV: number, more: Partial<Attention> = {}): Attention => ({
  ...{ query: matrix(n, d), key: matrix(m, d, 2), value: matrix(m, dV, 3), scale: 0.25 },
  ...{ low: new Float64Array(n), high: new Float64Array(n).fill(m) },
  ...more,
});

test.each([
  [0, 0],
  [1, 1],
  [4, 1],
  [5, 2],
  [9, 3],
])("%d rows take %d panels of four", (rows, panels) => expect(panelsOf(rows)).toBe(panels));

describe("areas of memory", () => {
  test("begin at lines of 64 bytes, one behind the other, and the memory grows as far as they reach", () => {
    const before = theKernels().memory.buffer.byteLength;
    const addresses = reserve(theKernels(), [1, 64, 65, before]);
    // 2048 + 64, + 64, + 128
    expect(addresses).toEqual([2048, 2112, 2176, 2304]);
    expect(theKernels().memory.buffer.byteLength).toBe(Math.ceil((2304 + before) / 65536) * 65536);
    expect(reserve(theKernels(), [before])).toEqual([2048]);
    expect(theKernels().memory.buffer.byteLength).toBe(Math.ceil((2304 + before) / 65536) * 65536);
  });

  test("lie beside those of the last work if that is to stay, or where older work was", () => {
    const left: string[] = [];
    const work = (name: string) => occupy({ finish: () => {}, leave: () => void left.push(name) });
    reserve(theKernels(), [64]);
    work("first");
    expect(reserve(theKernels(), [1, 64], true)).toEqual([2112, 2176]);
    work("second");
    expect(left).toEqual([]);
    // The first work took 64 bytes.
    expect(reserve(theKernels(), [64], true)).toEqual([2048]);
    work("third");
    expect(left).toEqual(["first"]);
    expect(reserve(theKernels(), [65], true)).toEqual([2112]);
    work("fourth");
    expect(left).toEqual(["first", "second"]);
    expect(reserve(theKernels(), [1])).toEqual([2048]);
    expect(left).toEqual(["first", "second", "third", "fourth"]);
  });

  test("are none where there is no memory for them, and then there is no product and no attention", () => {
    const buffer = new SharedArrayBuffer(2048);
    const full = {
      ...theKernels(),
      memory: {
        buffer,
        grow: () => {
          throw new RangeError("full");
        },
      },
    };
    expect(reserve(full, [1])).toBeUndefined();
    expect(multiplyByKernel(full, matrix(2, 2), matrix(2, 2), "rows")).toBeUndefined();
    expect(attendByKernel(full, build(2, 2, 2, 2))).toBeUndefined();
  });

  test("need no more memory than there is, to the byte", () => {
    // The first area ends at 2048 + 64, the second 64 later.
    expect(reserve(kernelsWithin(2176).kernels, [1, 64])).toEqual([2048, 2112]);
    expect(reserve(kernelsWithin(2175).kernels, [1, 64])).toBeUndefined();
  });

  test("are none beyond 4 GiB", () => expect(reserve(theKernels(), [2 ** 32])).toBeUndefined());
});

describe("a product", () => {
  // A part of A has 512 rows; a part of B some 2²⁰ numbers in whole panels of four columns, of which a group holds 2¹⁵ numbers.
  test.each([
    ["one number", 1, 1, 1],
    ["no full panel", 3, 2, 3],
    ["full panels", 8, 3, 4],
    ["a row more than goes at once", 513, 1, 2],
    ["as many as go at once", 512, 2, 5],
    ["two parts and a row", 1025, 1, 1],
    ["a group of one panel, two parts of columns", 2, 5000, 213],
    ["rows longer than a group", 1, 40_000, 37],
    ["several groups in a part", 2, 900, 150],
    ["two parts of several groups", 1, 900, 1177],
  ])("%s", (_, n, size, m) => {
    const [a, b] = [matrix(n, size), matrix(m, size, 2)];
    const product = multiplyPlainly(a, b);
    expect(multiplyByKernel(theKernels(), a, b, "rows")).toEqual(product);
    expect(multiplyByKernel(theKernels(), a, transpose(b), "columns")).toEqual(product);
  });

  /** A matrix in a file, which records what was read of it, and how. */
  const stored = (whole: Matrix, hasSingles: boolean) => {
    const read: string[] = [];
    const bytes = new Uint8Array(Float32Array.from(whole.data).buffer);
    const lying = storedMatrix(
      whole,
      () => {
        read.push(`whole`);
        return whole.data;
      },
      (range) => {
        read.push(`rows ${range.first}+${range.count}`);
        return rowsOf(whole, range);
      },
      hasSingles
        ? ({ first, count }, into) => {
            read.push(`singles ${first}+${count}`);
            into.set(bytes.subarray(4 * first * whole.cols, 4 * (first + count) * whole.cols));
          }
        : undefined,
    );
    return { lying, read };
  };

  // ⌊2²⁰ / (5000 · 4)⌋ = 52 groups of one panel are 208 rows.
  test.each([
    ["float64", false, ["rows 0+208", "rows 208+5"]],
    ["float32", true, ["singles 0+208", "singles 208+5"]],
  ])("reads rows of a file in parts, %s", (_, hasSingles, parts) => {
    const [a, whole] = [matrix(2, 5000), matrix(213, 5000, 2)];
    const { lying, read } = stored(whole, hasSingles);
    expect(multiplyByKernel(theKernels(), a, lying, "rows")).toEqual(multiplyPlainly(a, whole));
    expect(read).toEqual(parts);
  });

  test.each([
    ["float64", false, ["whole"]],
    ["float32", true, ["singles 0+5000"]],
  ])("reads what lies across once, %s", (_, hasSingles, parts) => {
    const [a, whole] = [matrix(2, 5000), matrix(5000, 213, 2)];
    const { lying, read } = stored(whole, hasSingles);
    expect(multiplyByKernel(theKernels(), a, lying, "columns")).toEqual(multiplyPlainly(a, transpose(whole)));
    expect(read).toEqual(parts);
  });

  test("reads a table that goes at once as a whole", () => {
    const [a, whole] = [matrix(2, 3), matrix(5, 3, 2)];
    const { lying, read } = stored(whole, false);
    expect(multiplyByKernel(theKernels(), a, lying, "rows")).toEqual(multiplyPlainly(a, whole));
    expect(read).toEqual(["whole"]);
  });
});

describe("attention", () => {
  const bias = (rows: number, m: number) => matrix(rows, m, 4);
  const blocked = (rows: number, m: number) =>
    createBooleanMatrix(rows, m, (row, col) => (row + col) % 3 === 0);

  test.each<[string, Attention]>([
    ["one key", build(1, 1, 1, 1)],
    ["no full panel of values", build(3, 5, 2, 3)],
    ["full panels", build(8, 8, 4, 4)],
    ["a tile of 64 queries and one more", build(65, 66, 2, 5)],
    ["nine columns of values", build(3, 4, 2, 9)],
    ["queries that do not go at once", build(4097, 3, 2, 2)],
    ["a softcap", build(5, 6, 3, 2, { softcap: 2 })],
    ["sums of tanh", build(5, 6, 3, 2, { tanhWeights: Float64Array.of(1, -2, 3) })],
    ["a bias of one row", build(4097, 3, 1, 2, { bias: bias(1, 3) })],
    ["a bias", build(4097, 3, 1, 2, { bias: bias(4097, 3) })],
    ["a mask of one row", build(4097, 3, 1, 2, { blocked: blocked(1, 3) })],
    ["a mask", build(4097, 3, 1, 2, { blocked: blocked(4097, 3) })],
    [
      "a mask and a bias beside tanh",
      build(70, 9, 3, 2, {
        blocked: blocked(70, 9),
        bias: bias(70, 9),
        tanhWeights: Float64Array.of(1, 2, 3),
      }),
    ],
    [
      "ranges of keys",
      build(4097, 3, 1, 2, {
        low: Float64Array.from({ length: 4097 }, (_, row) => row % 3),
        high: Float64Array.from({ length: 4097 }, (_, row) => (row % 5) - 1),
      }),
    ],
  ])("%s", (_, attention) => {
    const expected = attendPlainly(attention);
    const attended = attendByKernel(theKernels(), attention);
    expect(attended?.output).toBeCloseToMatrix(expected.output);
    expect(attended?.strongest).toEqual(expected.strongest);
    for (const measure of ["maximum", "sum", "moment"] as const) {
      const asMatrix = (data: ArrayLike<number> = []) => matrixFromRows([data]);
      expect(asMatrix(attended?.[measure])).toBeCloseToMatrix(asMatrix(expected[measure]));
    }
  });

  test("does not read what was there before", () => {
    // Areas are used again: numbers of a larger attention are still there.
    attendByKernel(theKernels(), build(70, 70, 5, 7, { bias: bias(70, 70), softcap: 1 }));
    const attention = build(3, 5, 2, 3);
    expect(attendByKernel(theKernels(), attention)?.output).toBeCloseToMatrix(
      attendPlainly(attention).output,
    );
  });

  test("tells how far it is", () => {
    const told: unknown[] = [];
    watchProgress((...progress) => told.push(progress));
    attendByKernel(theKernels(), build(4097, 1, 1, 1));
    watchProgress(undefined);
    attendByKernel(theKernels(), build(1, 1, 1, 1));
    expect(told).toEqual([
      [4096, 4097, "working out"],
      [4097, 4097, "working out"],
    ]);
  });

  test("is the same by kernels and without, which large ones are not", () => {
    for (const n of [2, 2048]) {
      const attention = build(n, 256, 2, 3);
      expect(attendRowByRow(attention).output).toBeCloseToMatrix(attendPlainly(attention).output);
    }
  });
});
