import { sumOver, tabulate } from "./lists.js";
import { once } from "./remember.js";

/** How many rows and columns a matrix has. */
export interface Shape {
  readonly rows: number;
  readonly cols: number;
}

/** `count` consecutive rows, the first of which is row `first`. */
export interface RowRange {
  readonly first: number;
  readonly count: number;
}

/** A rectangular table of float64 numbers, row-major. Treated as immutable once it has been handed out. */
export interface Matrix extends Shape {
  readonly data: Float64Array;
}

/** A rectangular table of yes and no, row-major, 1 = true. Masks are these, never floats. */
export interface BooleanMatrix extends Shape {
  readonly data: Uint8Array;
}

/** A rows×cols matrix whose cells are `cell(row, col)`; zeros when no function is given. */
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

/** A rows×cols boolean matrix whose cells are `cell(row, col)`. */
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

/** The matrix with these rows. Throws RangeError when they are not equally long. */
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

/** The rows of a matrix as plain arrays. */
export function toRows(matrix: Matrix): number[][] {
  return tabulate(matrix.rows, (row) => Array.from(rowOf(matrix, row)));
}

/** One row, as a view on the matrix's own numbers (no copy). */
export function rowOf(matrix: Matrix, row: number): Float64Array {
  return matrix.data.subarray(row * matrix.cols, (row + 1) * matrix.cols);
}

/** One column, n numbers. */
export function columnOf({ rows, cols, data }: Matrix, col: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => data[row * cols + col]);
}

/** Some rows, as a view on the matrix's own numbers (no copy). */
export function rowsOf<Of extends Matrix | BooleanMatrix>(
  { cols, data }: Of,
  { first, count }: RowRange,
): Shape & { readonly data: Of["data"] } {
  return { rows: count, cols, data: data.subarray(first * cols, (first + count) * cols) };
}

/** The number at [row, col], which must be within the matrix. */
export function cellOf(matrix: Matrix, row: number, col: number): number {
  return matrix.data[row * matrix.cols + col];
}

/** Whether [row, col] is true; of no matrix nothing is. */
export function isTrue(matrix: BooleanMatrix | undefined, row: number, col: number): boolean {
  return matrix !== undefined && matrix.data[row * matrix.cols + col] === 1;
}

/** How many cells are true. */
export function countTrue({ data }: BooleanMatrix): number {
  return data.reduce((count, cell) => count + cell, 0);
}

/** Rows that are turned together: eight numbers fill a line of the cache, which is then written once. */
const TURNED_TOGETHER = 8;

/** n×m → m×n. */
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

/** Adds the cells of a part, times a factor, to those of a total that is still made. */
export function addTo(total: Pick<Matrix, "data">, { data }: Pick<Matrix, "data">, factor = 1): void {
  for (let at = 0; at < data.length; at++) total.data[at] += factor * data[at];
}

/** Every cell through `f`, in row-major order. */
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

/** The rows of several matrices one below the other, and then `zeroRows` rows of zeros. Each n_i×d → (Σ n_i + zeroRows)×d. */
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

/** The columns of several matrices side by side, which are joined when somebody asks for all numbers. Each n×d_i → n×Σ d_i. */
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

/** What matrices were put side by side of, so that nobody need cut it out of them again. */
const joined = new WeakMap<Matrix, readonly Matrix[]>();

/** The matrices that one was put side by side of; else itself. */
export const partsSideBySide = (matrix: Matrix): readonly Matrix[] => joined.get(matrix) ?? [matrix];

/** The matrix that begins at a column of one that was put side by side, if it has so many columns. */
export function joinedPart(matrix: Matrix, firstCol: number, cols: number): Matrix | undefined {
  let first = 0;
  for (const part of partsSideBySide(matrix)) {
    if (first === firstCol && part.cols === cols) return part;
    first += part.cols;
  }
  return undefined;
}

/** "3×4", the way shapes are written everywhere in messages. */
export function shapeText({ rows, cols }: Shape): string {
  return `${rows}×${cols}`;
}

/** Whether two matrices have as many rows and as many columns. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.rows === b.rows && a.cols === b.cols;
}
