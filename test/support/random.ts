import { createBooleanMatrix, createMatrix, type Matrix } from "../../src/math/matrix.js";

/** A seeded generator of numbers in [0, 1): mulberry32. Tests that draw numbers draw the same ones each time. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Numbers in (−size, size). */
export function randomMatrix(random: () => number, rows: number, cols: number, size = 2): Matrix {
  return createMatrix(rows, cols, () => (2 * random() - 1) * size);
}

export function randomMask(random: () => number, rows: number, cols: number, share = 0.7) {
  return createBooleanMatrix(rows, cols, () => random() < share);
}
