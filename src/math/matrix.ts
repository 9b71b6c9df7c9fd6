import { sumOver, tabulate } from "./lists.js";
import { once } from "./remember.js";

/** The number of rows and columns of a matrix. */
export interface Shape {
  readonly rows: number;
  readonly cols: number;
}

/** `count` consecutive rows, beginning with row `first`. */
export interface RowRange {
  readonly first: number;
  readonly count: number;
}

/** A rectangular table of float64 numbers, row-major. It must not change once other code has it. */
export interface Matrix extends Shape {
  readonly data: Float64Array;
}

/** A rectangular table of yes and no, row-major, 1 = true. A mask has this type, never floats. */
export interface BooleanMatrix extends Shape {
  readonly data: Uint8Array;
}

/** Creates a rows×cols matrix with the cells `cell(row, col)`, or zeros without that function. */
export function createMatrix(
  rows: number,
  cols: number,
  cell?: (row: number, col: number) => number,
): Matrix {
  const data = new Float64Array(rows * cols);
  if (cell) {
    for (let row = 0; row < rows; row++) {
      for (let col = 0; col < cols; col++) data[row * cols + col] = cell(row, col);
    }
  }
  return { rows, cols, data };
}

/** Creates a rows×cols boolean matrix with the cells `cell(row, col)`. */
export function createBooleanMatrix(
  rows: number,
  cols: number,
  cell: (row: number, col: number) => boolean,
): BooleanMatrix {
  const data = new Uint8Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) data[row * cols + col] = cell(row, col) ? 1 : 0;
  }
  return { rows, cols, data };
}

/** Creates the matrix with the given rows. Throws RangeError if their lengths differ. */
export function matrixFromRows(rows: readonly ArrayLike<number>[]): Matrix {
  const cols = rows[0]?.length ?? 0;
  const ragged = rows.findIndex((row) => row.length !== cols);
  if (ragged >= 0) {
    const { length } = rows[ragged];
    throw new RangeError(`row ${ragged} has ${length} value${length === 1 ? "" : "s"}, row 0 has ${cols}`);
  }
  const data = new Float64Array(rows.length * cols);
  for (const [row, cells] of rows.entries()) data.set(cells, row * cols);
  return { rows: rows.length, cols, data };
}

/** Returns the rows of a matrix as plain arrays. */
export function toRows(matrix: Matrix): number[][] {
  return tabulate(matrix.rows, (row) => Array.from(rowOf(matrix, row)));
}

/** Returns one row, as a view of the matrix's own numbers (no copy). */
export function rowOf(matrix: Matrix, row: number): Float64Array {
  return matrix.data.subarray(row * matrix.cols, (row + 1) * matrix.cols);
}

/** Returns a copy of one column, n numbers. */
export function columnOf({ rows, cols, data }: Matrix, col: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => data[row * cols + col]);
}

/** Returns some rows, as a view of the matrix's own numbers (no copy). */
export function rowsOf<Of extends Matrix | BooleanMatrix>(
  { cols, data }: Of,
  { first, count }: RowRange,
): Shape & { readonly data: Of["data"] } {
  return { rows: count, cols, data: data.subarray(first * cols, (first + count) * cols) };
}

/** Returns the number at [row, col], which must be inside the matrix. */
export function cellOf(matrix: Matrix, row: number, col: number): number {
  return matrix.data[row * matrix.cols + col];
}

/** Whether [row, col] is true. False without a matrix. */
export function isTrue(matrix: BooleanMatrix | undefined, row: number, col: number): boolean {
  return matrix !== undefined && matrix.data[row * matrix.cols + col] === 1;
}

/** Returns how many cells are true. */
export function countTrue({ data }: BooleanMatrix): number {
  return data.reduce((count, cell) => count + cell, 0);
}

/** Rows that are transposed together: eight numbers fill a cache line, which is then written once. */
const TURNED_TOGETHER = 8;

/** Returns the transposed matrix: n×m → m×n. */
export function transpose({ rows, cols, data }: Matrix): Matrix {
  const result = new Float64Array(data.length);
  for (let first = 0; first < rows; first += TURNED_TOGETHER) {
    const end = Math.min(rows, first + TURNED_TOGETHER);
    for (let col = 0; col < cols; col++) {
      for (let row = first; row < end; row++) result[col * rows + row] = data[row * cols + col];
    }
  }
  return { rows: cols, cols: rows, data: result };
}

/** Adds the cells of a part, times a factor, to the cells of `total`, in place. */
export function addTo(total: Pick<Matrix, "data">, { data }: Pick<Matrix, "data">, factor = 1): void {
  for (let at = 0; at < data.length; at++) total.data[at] += factor * data[at];
}

/** Applies `f` to every cell, in row-major order. */
export function mapCells(
  { rows, cols, data }: Matrix,
  f: (value: number, row: number, col: number) => number,
): Matrix {
  const mapped = new Float64Array(data.length);
  for (let row = 0, index = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, index++) mapped[index] = f(data[index], row, col);
  }
  return { rows, cols, data: mapped };
}

/** Stacks the rows of several matrices, then adds `zeroRows` rows of zeros. Each n_i×d → (Σ n_i + zeroRows)×d. */
export function belowEachOther(matrices: readonly Matrix[], zeroRows = 0): Matrix {
  const { cols } = matrices[0];
  const rows = matrices.reduce((count, matrix) => count + matrix.rows, zeroRows);
  const data = new Float64Array(rows * cols);
  let end = 0;
  for (const matrix of matrices) {
    data.set(matrix.data, end);
    end += matrix.data.length;
  }
  return { rows, cols, data };
}

/**
 * Puts the columns of several matrices side by side. They are copied together only when `data` is read. Each n×d_i →
 * n×Σ d_i.
 */
export function sideBySide(matrices: readonly Matrix[]): Matrix {
  const { rows } = matrices[0];
  const cols = sumOver(matrices, (matrix) => matrix.cols);
  const join = once(() => {
    const data = new Float64Array(rows * cols);
    let first = 0;
    for (const matrix of matrices) {
      for (let row = 0; row < rows; row++) data.set(rowOf(matrix, row), row * cols + first);
      first += matrix.cols;
    }
    return data;
  });
  const whole: Matrix = {
    rows,
    cols,
    get data() {
      return join();
    },
  };
  joined.set(whole, matrices);
  return whole;
}

/** The parts of each matrix that `sideBySide` made, so that nobody has to cut them out again. */
const joined = new WeakMap<Matrix, readonly Matrix[]>();

/** Returns the matrices that `sideBySide` joined to this one. For any other matrix: the matrix itself. */
export const partsSideBySide = (matrix: Matrix): readonly Matrix[] => joined.get(matrix) ?? [matrix];

/**
 * Returns the part of a joined matrix that begins at `firstCol`, if it has `cols` columns. Otherwise returns undefined.
 */
export function joinedPart(matrix: Matrix, firstCol: number, cols: number): Matrix | undefined {
  let first = 0;
  for (const part of partsSideBySide(matrix)) {
    if (first === firstCol && part.cols === cols) return part;
    first += part.cols;
  }
  return undefined;
}

/** Writes a shape as all messages do: "3×4". */
export function shapeText({ rows, cols }: Shape): string {
  return `${rows}×${cols}`;
}

/** Whether two matrices have the same number of rows and columns. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.rows === b.rows && a.cols === b.cols;
}
