import { beforeEach, expect, test, vi } from "vitest";
import { type Attention, attendPlainly } from "../../../../src/math/attention.js";
import { createBooleanMatrix, createMatrix, type Matrix } from "../../../../src/math/matrix.js";
import { endOf, kernelsWithin } from "../../../support/kernel-memory.js";

// How much memory an attention takes, and what a second thread finds there. kernels.test.ts checks its numbers.

const matrix = (rows: number, cols: number, seed = 1): Matrix =>
  createMatrix(rows, cols, (row, col) => ((row * 7 + col * 3 + seed * 5) % 11) - 5);

const build = (n: number, m: number, d: number, dV: number, more: Partial<Attention> = {}): Attention => ({
  ...{ query: matrix(n, d), key: matrix(m, d, 2), value: matrix(m, dV, 3), scale: 0.25 },
  ...{ low: new Float64Array(n), high: new Float64Array(n).fill(m) },
  ...more,
});

// Kernels without a second thread.
beforeEach(() => vi.resetModules());
const fresh = () => import("../../../../src/math/kernels/attention.js");

/**
 * The bytes of a thread's workspace: 64 for addresses, then columns of four float64. A tile of 64 queries is 16 panels
 * of d columns; then 3·64 of scores, 1 of factors, 8 of fresh sums; 16 panels of outputs and 16 of 6 statistics.
 */
const workspace = (d: number, padded: number, ofSquares = 0) =>
  64 + 32 * (16 * d + 192 + 1 + 8 + 16 * padded + 16 * 6 + ofSquares);

// Keys, and columns of values, are padded to whole panels of four. Ranges are padded to whole tiles of 64 queries.
test.each<[string, Attention, number[]]>([
  [
    "few queries",
    build(5, 6, 3, 2),
    // task, workspace, queries, keys, values, first and last keys, no mask, bias nor tanh, output, statistics and ‖k‖²
    [128, workspace(3, 4), 8 * 5 * 3, 8 * 8 * 3, 8 * 8 * 4, 8 * 64, 8 * 64, 0, 0, 0, 8 * 5 * 2, 8 * 5 * 7],
  ],
  [
    "a mask and a bias of one row, and weights of tanh",
    build(65, 70, 9, 5, {
      blocked: createBooleanMatrix(1, 70, () => false),
      bias: matrix(1, 70),
      tanhWeights: new Float64Array(9),
    }),
    [
      ...[128, workspace(9, 8), 8 * 65 * 9, 8 * 72 * 9, 8 * 72 * 8, 8 * 128, 8 * 128],
      ...[70, 8 * 70, 8 * 9, 8 * 65 * 5, 8 * 65 * 7],
    ],
  ],
  [
    "squares",
    // Two values, their squares and ‖k‖² are eight columns of float32: 64 of squares and 2 of factors, and 16 panels of sums.
    build(5, 6, 3, 2, { squares: true }),
    [
      ...[128, workspace(3, 4, 64 + 2 + 16 * 8), 8 * 5 * 3, 8 * 8 * 3, 8 * 8 * 4, 4 * 8 * 8, 8 * 64, 8 * 64],
      // Before the statistics: two numbers of each of three columns, and three of each of five queries.
      ...[0, 0, 0, 8 * 5 * 2, 2 * 8 * 5 * 2, 8 * (2 * 3 + 3 * 5), 8 * 5 * 7],
    ],
  ],
  [
    // At most 4096 of them are there at a time.
    "a mask and a bias of every row of many queries",
    build(4170, 3, 2, 4, {
      blocked: createBooleanMatrix(4170, 3, () => false),
      bias: matrix(4170, 3),
    }),
    [
      ...[128, workspace(2, 4), 8 * 4096 * 2, 8 * 4 * 2, 8 * 4 * 4, 8 * 4096, 8 * 4096],
      ...[4096 * 3, 8 * 4096 * 3, 0, 8 * 4096 * 4, 8 * 4096 * 7],
    ],
  ],
])("an attention of %s takes the memory it needs and no byte more", async (_, attention, sizes) => {
  const { attendByKernel } = await fresh();
  const bytes = endOf(sizes);
  expect(attendByKernel(kernelsWithin(bytes).kernels, attention)).toBeDefined();
  expect(attendByKernel(kernelsWithin(bytes - 1).kernels, attention)).toBeUndefined();
});

test.each([
  [1, 1],
  [4096, 1],
  [4097, 2],
  [8192, 2],
])("%d queries are handed over in %d parts", async (n, parts) => {
  const { attendByKernel } = await fresh();
  const { kernels, calls } = kernelsWithin(2 ** 20);
  attendByKernel(kernels, build(n, 1, 1, 1));
  expect(calls).toHaveLength(parts);
});

test("each thread has a workspace of its own, in which all of the work can be done", async () => {
  const { attendByKernel } = await fresh();
  const { inviteHelper } = await import("../../../../src/math/kernels/helper.js");
  const { loadKernels } = await import("../../../../src/math/kernels/instance.js");
  const loaded = loadKernels();
  if (!loaded || !inviteHelper()) throw new Error("this engine has no 128-bit Wasm");

  const attention = build(70, 6, 3, 2);
  const sizes = [8 * 70 * 3, 8 * 8 * 3, 8 * 8 * 4, 8 * 128, 8 * 128, 0, 0, 0, 8 * 70 * 2, 8 * 70 * 7];
  const bytes = endOf([128, 2 * workspace(3, 4), ...sizes]);
  const { kernels, calls } = kernelsWithin(bytes);
  expect(attendByKernel(kernels, attention)).toBeDefined();
  expect(attendByKernel(kernelsWithin(bytes - 1).kernels, attention)).toBeUndefined();

  // The fifth number from byte 64 on tells the helper where its workspace is.
  const ofHelper = (buffer: SharedArrayBuffer) => new Int32Array(buffer, 64)[4];
  const [[, , own]] = calls;
  expect(ofHelper(kernels.memory.buffer)).toBe(own + workspace(3, 4));

  // The helper does everything.
  const { memory, exports } = loaded;
  const attend = (task: number) => exports.attend(task, ofHelper(memory.buffer));
  const attended = attendByKernel({ ...loaded, exports: { ...exports, attend } }, attention);
  expect(attended?.output).toBeCloseToMatrix(attendPlainly(attention).output);
});
