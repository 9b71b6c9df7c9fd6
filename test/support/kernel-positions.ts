import { createMatrix, type Matrix } from "../../src/math/matrix.js";
import type { Rope } from "./machines.js";

// Positions as kernels use them, by their formulas.

/** Rotates rows by their positions: pair i of a row at position p by the angle p · base^(−2i/d). */
export function turn(
  { rows, cols, data }: Matrix,
  { pairs, base, isBackwards }: Rope,
  offset: number,
): Matrix {
  const half = cols / 2;
  return createMatrix(rows, cols, (row, col) => {
    const pair = pairs === "interleaved" ? Math.floor(col / 2) : col % half;
    const isFirst = pairs === "interleaved" ? col % 2 === 0 : col < half;
    const partner =
      pairs === "interleaved" ? (isFirst ? col + 1 : col - 1) : isFirst ? col + half : col - half;
    const angle = (isBackwards ? -1 : 1) * (row + offset) * base ** ((-2 * pair) / cols);
    const [own, other] = [data[row * cols + col], data[row * cols + partner]];
    return own * Math.cos(angle) + (isFirst ? -other : other) * Math.sin(angle);
  });
}

/** Computes −slope · distance for causal attention, whose last query is at the last key. 0 for keys after the query. */
export function alibiBias(slope: number, queries: number, keys: number): Matrix {
  return createMatrix(queries, keys, (i, j) => -slope * Math.max(0, i + keys - queries - j));
}
