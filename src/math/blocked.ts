import { type BooleanMatrix, isTrue, type RowRange, rowsOf, type Shape } from "./matrix.js";
import { once } from "./remember.js";

/**
 * The keys that queries may not attend to, as a rule per row instead of n×m cells. Query i may attend to the keys
 * low[i] ≤ j < high[i], unless `cells` blocks them. Keys from `numRuled` on are never blocked.
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

/** Returns the row of `cells` for a query: a matrix of one row holds for every query. */
const ruleRow = ({ rows }: Shape, row: number) => (rows === 1 ? 0 : row);

/** Returns how many cells are blocked. */
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

/** Returns the blocked keys as cells, n×m, 1 = blocked. They are written when `data` is first read. */
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

function writeCells(blocked: BlockedKeys) {
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

/** Returns the rule for some of the queries. */
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
