import { type BooleanMatrix, isTrue, type Matrix } from "../math/matrix.js";

/** A matrix reduced to a drawable size: each cell represents `tall`×`wide` cells of the whole. */
export interface Pooled {
  readonly rows: number;
  readonly cols: number;
  readonly tall: number;
  readonly wide: number;
  /**
   * Returns the largest of the cells that may attend, or that have weight although they may not. NaN if one of them is
   * NaN; undefined if there are none.
   */
  at(row: number, col: number): number | undefined;
}

/**
 * Reduces a matrix to at most `mostRows`×`mostCols` cells, each the largest of equally many. For numbers with signs it
 * takes the one farthest from 0.
 */
export function poolByMaximum(
  matrix: Matrix,
  blocked: BooleanMatrix | undefined,
  mostRows: number,
  mostCols: number,
  hasSigns = false,
): Pooled {
  const tall = Math.max(1, Math.ceil(matrix.rows / mostRows));
  const wide = Math.max(1, Math.ceil(matrix.cols / mostCols));
  return {
    rows: Math.ceil(matrix.rows / tall),
    cols: Math.ceil(matrix.cols / wide),
    tall,
    wide,
    at: (row, col) =>
      largestOf(
        { matrix, blocked, hasSigns },
        [row * tall, col * wide],
        [(row + 1) * tall, (col + 1) * wide],
      ),
  };
}

interface Cells {
  readonly matrix: Matrix;
  readonly blocked: BooleanMatrix | undefined;
  /** Whether "largest" means farthest from 0. */
  readonly hasSigns: boolean;
}

function largestOf(
  { matrix, blocked, hasSigns }: Cells,
  [firstRow, firstCol]: readonly [number, number],
  [endRow, endCol]: readonly [number, number],
): number | undefined {
  let largest: number | undefined;
  for (let row = firstRow; row < Math.min(endRow, matrix.rows); row++) {
    for (let col = firstCol; col < Math.min(endCol, matrix.cols); col++) {
      const value = matrix.data[row * matrix.cols + col];
      if (value === 0 && isTrue(blocked, row, col)) continue;
      // Math.max stays NaN after the first NaN.
      if (largest === undefined) largest = value;
      else if (!hasSigns || Number.isNaN(value)) largest = Math.max(largest, value);
      else if (Math.abs(value) > Math.abs(largest)) largest = value;
    }
  }
  return largest;
}
