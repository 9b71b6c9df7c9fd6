import type { Matrix } from "./matrix.js";

/** The mean of each column of some rows, and the mean of its squares. */
export type Moments = Readonly<Record<"means" | "squares", Float64Array>>;

/** Returns the moments of the columns over a range of rows. */
export function momentsOf({ rows, cols, data }: Matrix, { first, end } = { first: 0, end: rows }): Moments {
  const [means, squares] = [new Float64Array(cols), new Float64Array(cols)];
  for (let row = first, at = first * cols; row < end; row++) {
    for (let col = 0; col < cols; col++, at++) {
      means[col] += data[at];
      squares[col] += data[at] * data[at];
    }
  }
  return overRows({ means, squares }, end - first);
}

/** Divides sums over rows by their number. */
export function overRows({ means, squares }: Moments, rows: number): Moments {
  const count = Math.max(1, rows);
  return { means: means.map((sum) => sum / count), squares: squares.map((sum) => sum / count) };
}

/** Returns the variance of each column. */
export const variancesOf = ({ means, squares }: Moments): Float64Array =>
  squares.map((square, c) => Math.max(0, square - means[c] ** 2));
