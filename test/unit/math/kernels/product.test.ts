import { beforeEach, describe, expect, test, vi } from "vitest";
import type { SumType } from "../../../../src/math/kernels/product.js";
import { createMatrix, type Matrix, transpose } from "../../../../src/math/matrix.js";
import { multiplyPlainly } from "../../../../src/math/product.js";
import { storedMatrix } from "../../../../src/math/stored-matrix.js";
import { endOf, kernelsWithin } from "../../../support/kernel-memory.js";

// How much memory a product takes, and when a second thread is woken for it. kernels.test.ts checks its numbers.

/** Whole numbers, whose sums are exact in any order. */
const matrix = (rows: number, cols: number, seed = 1): Matrix =>
  createMatrix(rows, cols, (row, col) => ((row * 7 + col * 3 + seed * 5) % 11) - 5);

// Kernels without a second thread.
beforeEach(() => vi.resetModules());
const fresh = () => import("../../../../src/math/kernels/product.js");

// The task, rows of A in whole panels of four, B, the result with its columns in whole panels, and the panels of a
// group of B. A group has 2^18 bytes: as many panels as fit, of 4·8 bytes per number that is summed over.
test.each<[string, number, number, number, number[], SumType?]>([
  ["one number", 1, 1, 1, [64, 8 * 4, 8, 8 * 4 * 4, 8 * 4]],
  ["fewer dotted numbers than columns", 2, 3, 5, [64, 8 * 4 * 3, 8 * 3 * 5, 8 * 4 * 8, 8 * 8 * 3]],
  ["more dotted numbers than columns", 2, 9, 5, [64, 8 * 4 * 9, 8 * 9 * 5, 8 * 4 * 8, 8 * 8 * 9]],
  // 2^18 / (32·8192) = 1 panel makes a group.
  ["two groups", 1, 8192, 8, [64, 8 * 4 * 8192, 8 * 8192 * 8, 8 * 4 * 8, 8 * 4 * 8192]],
  // At most 512 rows of A are there at a time.
  ["many rows", 600, 3, 2, [64, 8 * 512 * 3, 8 * 3 * 2, 8 * 512 * 4, 8 * 4 * 3]],
  // In float32, a panel of as many bytes has eight columns. Inputs and results are float64.
  ["a panel, float32", 2, 3, 5, [64, 8 * 4 * 3, 8 * 3 * 5, 8 * 4 * 8, 32 * 3], "float32"],
  ["two panels, float32", 2, 3, 9, [64, 8 * 4 * 3, 8 * 3 * 9, 8 * 4 * 16, 2 * 32 * 3], "float32"],
])("%s: a product takes the memory it needs and no byte more", async (_, n, size, m, sizes, sums) => {
  const { multiplyByKernel } = await fresh();
  const bytes = endOf(sizes);
  const [a, b] = [matrix(n, size), matrix(m, size, 2)];
  for (const [factor, dotted] of [
    [b, "rows"],
    [transpose(b), "columns"],
  ] as const) {
    expect(multiplyByKernel(kernelsWithin(bytes).kernels, a, factor, dotted, sums)).toBeDefined();
    expect(multiplyByKernel(kernelsWithin(bytes - 1).kernels, a, factor, dotted, sums)).toBeUndefined();
  }
});

test("a factor in a file that does not fit into 4 GiB is not read", async () => {
  const { multiplyByKernel } = await fresh();
  const { loadKernels } = await import("../../../../src/math/kernels/instance.js");
  const kernels = loadKernels();
  if (!kernels) throw new Error("this engine has no 128-bit Wasm");
  const never = () => {
    throw new Error("nobody needs these");
  };
  // 2^15·2^15 float32 are 4 GiB.
  const b = storedMatrix({ rows: 2 ** 15, cols: 2 ** 15 }, never, never, never);
  expect(multiplyByKernel(kernels, matrix(1, 2 ** 15), b, "columns")).toBeUndefined();
});

test.each([
  [1, 1],
  [512, 1],
  [513, 2],
  [1024, 2],
])("%d rows are handed over in %d parts", async (n, parts) => {
  const { multiplyByKernel } = await fresh();
  const { kernels, calls } = kernelsWithin(2 ** 20);
  multiplyByKernel(kernels, matrix(n, 2), matrix(3, 2), "rows");
  expect(calls).toHaveLength(parts);
});

test.each<[string, SumType | undefined]>([
  ["multiply", undefined],
  ["multiply", "float64"],
  ["multiplySingles", "float32"],
])("%s works sums in %s", async (kind, sums) => {
  const { multiplyByKernel } = await fresh();
  const { kernels, calls } = kernelsWithin(2 ** 16);
  multiplyByKernel(kernels, matrix(1, 2), matrix(3, 2), "rows", sums);
  expect(calls.map(([name]) => name)).toEqual([kind]);
});

// Results that are whole panels wide have the same layout in the kernel's memory as in the matrix. Each part of their
// rows is copied to its place.
test.each([
  ["float64", 4],
  ["float64", 5],
  ["float32", 8],
  ["float32", 9],
] as const)("rows that do not go at once, in %s, of %d columns", async (sums, m) => {
  const { multiplyByKernel } = await fresh();
  const { loadKernels } = await import("../../../../src/math/kernels/instance.js");
  const kernels = loadKernels();
  if (!kernels) throw new Error("this engine has no 128-bit Wasm");
  const [a, b] = [matrix(1030, 2), matrix(m, 2, 2)];
  expect(multiplyByKernel(kernels, a, b, "rows", sums)).toEqual(multiplyPlainly(a, b, sums));
});

describe("with a helper", () => {
  // From byte 64 on: how often it was woken, and as the fifth number the address of its room for panels.
  const woken = (buffer: SharedArrayBuffer) => new Int32Array(buffer, 64)[0];
  const roomOfHelper = (buffer: SharedArrayBuffer) => new Int32Array(buffer, 64)[4];

  async function invite() {
    const { multiplyByKernel } = await fresh();
    const { inviteHelper } = await import("../../../../src/math/kernels/helper.js");
    const { loadKernels } = await import("../../../../src/math/kernels/instance.js");
    const loaded = loadKernels();
    if (!loaded || !inviteHelper()) throw new Error("this engine has no 128-bit Wasm");
    return { loaded, multiplyByKernel };
  }

  // 2^18 / (32·4096) = 2 panels of four columns are a group, and one of 8192 numbers.
  test.each([
    ["one panel of a group of two", 4096, 4, 0],
    ["one group", 4096, 8, 0],
    ["two groups", 4096, 9, 1],
    ["one group of one panel", 8192, 4, 0],
    ["two groups of one panel", 8192, 5, 1],
  ])("%s: it is woken only for work that can be shared", async (_, size, m, times) => {
    const { multiplyByKernel } = await invite();
    const { kernels, calls } = kernelsWithin(2 ** 21);
    expect(multiplyByKernel(kernels, matrix(1, size), matrix(m, size), "rows")).toBeDefined();
    expect(calls).toHaveLength(1);
    expect(woken(kernels.memory.buffer)).toBe(times);
  });

  test("each thread has room of its own, in which all of the work can be done", async () => {
    const { loaded, multiplyByKernel } = await invite();
    const [a, b] = [matrix(3, 8192), matrix(9, 8192, 2)];
    const group = 8 * 4 * 8192;
    const bytes = endOf([64, 8 * 4 * 8192, 8 * 9 * 8192, 8 * 4 * 12, group, group]);
    const { kernels, calls } = kernelsWithin(bytes);
    expect(multiplyByKernel(kernels, a, b, "rows")).toBeDefined();
    expect(multiplyByKernel(kernelsWithin(bytes - 1).kernels, a, b, "rows")).toBeUndefined();
    const [[, , own]] = calls;
    expect(roomOfHelper(kernels.memory.buffer)).toBe(own + group);

    // The helper does everything.
    const { memory, exports } = loaded;
    const multiply = (task: number) => exports.multiply(task, roomOfHelper(memory.buffer));
    const product = multiplyByKernel({ ...loaded, exports: { ...exports, multiply } }, a, b, "rows");
    expect(product).toEqual(multiplyPlainly(a, b));
  });
});
