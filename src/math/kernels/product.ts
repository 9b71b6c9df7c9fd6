import type { Matrix } from "../matrix.js";
import { multiplyTogether } from "./helper.js";
import { type Kernels, reserve } from "./instance.js";
import { LANES, packColumns, packRows, panelsOf } from "./panels.js";

/** Rows of A that are multiplied at a time, so that the memory does not grow with the result. */
const ROWS = 512;

/** So much of B is multiplied at once by one thread: it stays in the cache while all rows of A pass. */
const GROUP_BYTES = 2 ** 18;

/** Groups that are packed before they are multiplied: enough for all threads, and the memory does not grow with B. */
const GROUPS = 16;

/** How the second factor lies: as the rows that are dotted with those of A, or as columns. */
export type SecondFactor = "rows" | "columns";

/**
 * A·Bᵀ, or A·B where the columns of B are dotted, by the kernel: the same bits as `multiplyPlainly`, whose sums run in the
 * same order. Undefined when a part of it does not fit into its memory.
 */
export function multiplyByKernel(
  kernels: Kernels,
  a: Matrix,
  b: Matrix,
  dotted: SecondFactor,
): Matrix | undefined {
  const size = a.cols;
  const [cols, pack] = dotted === "rows" ? [b.rows, packRows] : [b.cols, packColumns];
  const panelBytes = 8 * LANES * size;
  const panelsAtOnce = Math.max(1, Math.min(Math.floor(GROUP_BYTES / panelBytes), panelsOf(cols)));
  const colsAtOnce = panelsAtOnce * LANES;
  const groups = Math.min(GROUPS, Math.ceil(cols / colsAtOnce));
  const rowsAtOnce = Math.min(ROWS, panelsOf(a.rows) * LANES);
  const groupNumbers = rowsAtOnce * colsAtOnce;
  const areas = reserve(kernels, [
    ...[8 * rowsAtOnce * size, groups * panelsAtOnce * panelBytes, 8 * groups * groupNumbers],
  ]);
  if (!areas) return undefined;
  const [atA, atB, to] = areas;
  const { buffer } = kernels.memory;
  const panelsOfA = new Float64Array(buffer, atA, rowsAtOnce * size);
  const panelsOfB = new Float64Array(buffer, atB, groups * colsAtOnce * size);
  const product = new Float64Array(buffer, to, groups * groupNumbers);
  const result = new Float64Array(a.rows * cols);
  for (let firstRow = 0; firstRow < a.rows; firstRow += ROWS) {
    const endRow = Math.min(firstRow + ROWS, a.rows);
    packRows(a, panelsOfA, firstRow, endRow);
    const panelsA = panelsOf(endRow - firstRow);
    for (let first = 0; first < cols; first += groups * colsAtOnce) {
      const end = Math.min(first + groups * colsAtOnce, cols);
      pack(b, panelsOfB, first, end);
      const panels = panelsOf(end - first);
      multiplyTogether(kernels, { atA, panelsA, atB, panels, panelsAtOnce, size, to, groupNumbers });
      for (let group = 0; first + group * colsAtOnce < end; group++) {
        const firstCol = first + group * colsAtOnce;
        const own = Math.min(panelsAtOnce, panels - group * panelsAtOnce);
        const width = Math.min(colsAtOnce, end - firstCol);
        let from = group * groupNumbers;
        for (let row = firstRow; row < endRow; row++) {
          // Views of so few numbers take longer to make than to copy.
          const at = row * cols + firstCol;
          for (let col = 0; col < width; col++) result[at + col] = product[from + col];
          from += own * LANES;
        }
      }
    }
  }
  return { rows: a.rows, cols, data: result };
}
