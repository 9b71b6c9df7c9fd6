import { cellOf, createMatrix } from "../math/matrix.js";
import { negative, product, sum } from "../trace/expression.js";
import { cell, type Op, shapeOfFirst } from "../trace/op.js";

// Columns of vectors that turn together, as RoPE turns them.

/** Which of a vector's first 2·pairs columns turn together: 2i with 2i + 1, or i with i + pairs. */
export type Pairing = "interleaved" | "half-split";

/** The partner of a column, and whether the column is the first of the two. */
export function partnerOf(
  col: number,
  pairs: number,
  pairing: Pairing,
): { readonly pair: number; readonly partner: number; readonly isFirst: boolean } {
  if (pairing === "interleaved") {
    const isFirst = col % 2 === 0;
    return { pair: Math.floor(col / 2), partner: isFirst ? col + 1 : col - 1, isFirst };
  }
  const isFirst = col < pairs;
  return { pair: col % pairs, partner: isFirst ? col + pairs : col - pairs, isFirst };
}

export interface Rotation {
  readonly pairing: Pairing;
  /** Turned by the same angles the other way. */
  readonly isBack?: true;
}

/**
 * Every row turned by its angles: (x, y) → (x cos − y sin, x sin + y cos) for each pair of columns; columns behind the
 * pairs pass (Su et al. 2021, eq. 34). Turned back it is (x, y) → (x cos + y sin, −x sin + y cos). Vectors: n×d, cos and
 * sin: n×pairs → n×d.
 */
export const rotatePairs: Op<Rotation> = {
  name: "rotate-pairs",
  rows: "all",
  shape: shapeOfFirst,
  compute: ([vectors, cosines, sines], { pairing, isBack = false }) =>
    createMatrix(vectors.rows, vectors.cols, (row, col) => {
      const value = cellOf(vectors, row, col);
      if (col >= 2 * cosines.cols) return value;
      const { pair, partner, isFirst } = partnerOf(col, cosines.cols, pairing);
      const turned = cellOf(vectors, row, partner) * cellOf(sines, row, pair);
      return value * cellOf(cosines, row, pair) + (isFirst === isBack ? turned : -turned);
    }),
  explainCell(inputs, { pairing, isBack = false }, row, col) {
    const pairs = inputs[1].cols;
    const value = cell(inputs, 0, row, col);
    if (col >= 2 * pairs) return value;
    const { pair, partner, isFirst } = partnerOf(col, pairs, pairing);
    const kept = product(value, cell(inputs, 1, row, pair));
    const turned = product(cell(inputs, 0, row, partner), cell(inputs, 2, row, pair));
    const signed = isFirst === isBack ? turned : negative(turned);
    return isFirst ? sum([kept, signed]) : sum([signed, kept]);
  },
  gradient(back, { inputs: [, cosines, sines], params: { pairing, isBack }, gradient }) {
    const formula = `${back.dOutput} turned ${isBack ? "forth" : "back"} by the same angles`;
    const other: Rotation = isBack ? { pairing } : { pairing, isBack: true };
    back.give(0, rotatePairs, [gradient, cosines, sines], other, { formula });
  },
};
