import { columnSums as sumColumns, rowSums as sumRows } from "../math/rows.js";
import { sum } from "../trace/arrays.js";
import { define } from "./define.js";

/** The sum of each row. n×m → n×1. */
export const rowSums = define({
  name: "row-sums",
  rowwise: [0],
  isSum: true,
  definition: ([a]) => sum(a, 1),
  kernel: ([matrix]) => sumRows(matrix),
});

/** The sum of each column. n×m → 1×m. */
export const columnSums = define({
  name: "column-sums",
  sumsOverRows: [0],
  isSum: true,
  definition: ([a]) => sum(a, 0),
  kernel: ([matrix]) => sumColumns(matrix),
});
