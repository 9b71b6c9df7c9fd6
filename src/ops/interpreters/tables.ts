import { isBlocked } from "../../math/blocked.js";
import { isTrue, type Shape } from "../../math/matrix.js";
import type { Interpreter } from "../../trace/interpret.js";

/**
 * Returns the operations that make arrays without other arrays. `table` makes an array from the number at each index.
 */
export const tableOperations = <A>(
  table: (shape: Shape, numberAt: (row: number, col: number) => number) => A,
) =>
  ({
    literal: (_, matrix) => table(matrix, (row, col) => matrix.data[row * matrix.cols + col]),
    blocked: (keys) => table(keys, (row, col) => Number(isBlocked(keys, row, col))),
    flags: (_, cells) => table(cells, (row, col) => Number(isTrue(cells, row, col))),
    rowNumbers: (rows) => table({ rows, cols: 1 }, (row) => row),
    columnNumbers: (cols) => table({ rows: 1, cols }, (_, col) => col),
  }) satisfies Partial<Interpreter<A>>;
