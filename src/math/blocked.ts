import { type BooleanMatrix, isTrue, type RowRange, rowsOf, type Shape } from "./matrix.js";
import { once } from "./remember.js";

/**
 * Which keys queries may not attend to, as a rule a row and not as n×m cells: query i may attend to the keys
 * low[i] ≤ j < high[i] that `cells` does not block, and to every key from `numRuled` on, which no rule reaches.
 */
export interface BlockedKeys extends Shape {
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly numRuled: number;
  /** n×m or 1×m, 1 = blocked. */
  readonly cells?: BooleanMatrix | undefined;
}

/** Whether query `row` may not attend to key `col`. */
export function isBlocked({ low, high, numRuled, cells }: BlockedKeys, row: number, col: number): boolean {
  if (col >= numRuled) return false;
  return (
    col < low[row] || col >= high[row] || (cells !== undefined && isTrue(cells, ruleRow(cells, row), col))
  );
}

/** A matrix of one row holds for every query. */
const ruleRow = ({ rows }: Shape, row: number) => (rows === 1 ? 0 : row);

/** How many cells are blocked. */
export function countBlocked({ rows, numRuled, low, high, cells }: BlockedKeys): number {
  let count = 0;
  for (let row = 0; row < rows; row++) {
    count += numRuled - (high[row] - low[row]);
    for (let col = low[row]; cells && col < high[row]; col++) {
      count += isTrue(cells, ruleRow(cells, row), col) ? 1 : 0;
    }
  }
  return count;
}

/** The blocked keys cell by cell, n×m, 1 = blocked; made when its numbers are first looked at. */
export function blockedCells(blocked: BlockedKeys): BooleanMatrix {
  const { rows, cols } = blocked;
  const write = once(() => writeCells(blocked));
  return {
    rows,
    cols,
    get data() {
      return write();
    },
  };
}

function writeCells(blocked: BlockedKeys): Uint8Array {
  const { rows, cols, numRuled, low, high, cells } = blocked;
  const data = new Uint8Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    const own = data.subarray(row * cols, row * cols + numRuled);
    own.fill(1, 0, low[row]).fill(1, high[row]);
    for (let col = low[row]; cells && col < high[row]; col++) {
      if (isTrue(cells, ruleRow(cells, row), col)) own[col] = 1;
    }
  }
  return data;
}

/** What holds for some of the queries. */
export function blockedInRows(blocked: BlockedKeys, range: RowRange): BlockedKeys {
  const { low, high, cells } = blocked;
  const { first, count } = range;
  const end = first + count;
  return {
    ...blocked,
    rows: count,
    low: low.subarray(first, end),
    high: high.subarray(first, end),
    cells: cells && cells.rows > 1 ? rowsOf(cells, range) : cells,
  };
}
