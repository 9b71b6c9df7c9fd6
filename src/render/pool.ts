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
  { rows, cols, data }: Matrix,
  blocked: BooleanMatrix | undefined,
  mostRows: number,
  mostCols: number,
  hasSigns = false,
): Pooled {
  const tall = Math.max(1, Math.ceil(rows / mostRows));
  const wide = Math.max(1, Math.ceil(cols / mostCols));
  const isLarger = (value: number, largest: number) =>
    hasSigns ? Math.abs(value) > Math.abs(largest) : value > largest;
  const at = (pooledRow: number, pooledCol: number) => {
    let largest: number | undefined;
    for (let row = pooledRow * tall; row < Math.min((pooledRow + 1) * tall, rows); row++) {
      for (let col = pooledCol * wide; col < Math.min((pooledCol + 1) * wide, cols); col++) {
        const value = data[row * cols + col];
        if (value === 0 && isTrue(blocked, row, col)) continue;
        if (Number.isNaN(value)) return value;
        if (largest === undefined || isLarger(value, largest)) largest = value;
      }
    }
    return largest;
  };
  return { rows: Math.ceil(rows / tall), cols: Math.ceil(cols / wide), tall, wide, at };
}
