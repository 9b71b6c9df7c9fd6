import type { Matrix, RowRange, Shape } from "./matrix.js";
import { once } from "./remember.js";

/** A matrix whose numbers, or only some of its rows, are fetched when they are needed. */
export interface StoredMatrix extends Matrix {
  readRows(range: RowRange): Matrix;
  /**
   * Writes some rows into `into` as float32 of this machine. Present if the file stores float32, so that nothing has to
   * be converted.
   */
  readonly readSingles?: ((range: RowRange, into: Uint8Array) => void) | undefined;
}

/**
 * Creates a stored matrix. `read` returns all numbers, the same each time; `readRows` returns some rows without reading
 * the others.
 */
export function storedMatrix(
  { rows, cols }: Shape,
  read: () => Float64Array,
  readRows: StoredMatrix["readRows"],
  readSingles?: StoredMatrix["readSingles"],
): StoredMatrix {
  return {
    rows,
    cols,
    get data() {
      return read();
    },
    readRows,
    readSingles,
  };
}

/** Whether some rows of a matrix can be read without the others. */
export const isStored = (matrix: Matrix): matrix is StoredMatrix => "readRows" in matrix;

/** How many bytes of whole rows are read at a time when only some columns are needed. */
const BYTES_AT_ONCE = 2 ** 19;

/** Returns some rows and columns of a stored matrix. They too are read only when they are needed. */
export function storedPart(
  whole: StoredMatrix,
  { firstRow, firstCol, rows, cols }: Shape & { readonly firstRow: number; readonly firstCol: number },
): StoredMatrix {
  const { readSingles } = whole;
  const cut = ({ first, count }: RowRange): Float64Array => {
    const { data } = whole.readRows({ first: firstRow + first, count });
    if (cols === whole.cols) return data;
    const part = new Float64Array(count * cols);
    for (let row = 0, at = 0; row < count; row++) {
      const from = row * whole.cols + firstCol;
      for (let col = 0; col < cols; col++) part[at++] = data[from + col];
    }
    return part;
  };
  const atOnce = Math.max(1, Math.floor(BYTES_AT_ONCE / (4 * whole.cols)));
  const singles: StoredMatrix["readSingles"] =
    readSingles &&
    (({ first, count }, into) => {
      if (cols === whole.cols) return readSingles({ first: firstRow + first, count }, into);
      const lines = new Uint8Array(4 * whole.cols * Math.min(atOnce, count));
      for (let row = 0; row < count; row++) {
        const line = row % atOnce;
        if (line === 0) {
          const some = Math.min(atOnce, count - row);
          readSingles(
            { first: firstRow + first + row, count: some },
            lines.subarray(0, 4 * whole.cols * some),
          );
        }
        const from = 4 * (line * whole.cols + firstCol);
        into.set(lines.subarray(from, from + 4 * cols), 4 * row * cols);
      }
    });
  return storedMatrix(
    { rows, cols },
    once(() => cut({ first: 0, count: rows })),
    (range) => ({ rows: range.count, cols, data: cut(range) }),
    singles,
  );
}
