import { UserError } from "../errors.js";
import {
  type BooleanMatrix,
  createBooleanMatrix,
  createMatrix,
  type Matrix,
  matrixFromRows,
  shapeText,
} from "../math/matrix.js";

type ShapedArray = { readonly data: ArrayLike<number>; readonly shape: readonly number[] };

/**
 * A matrix as a script has it: rows of numbers (arrays or typed arrays), one row alone, a qkv Matrix, or an array of two axes; query, key and
 * value may have axes for batches and heads in front.
 */
export type Rows =
  | Matrix
  | ShapedArray
  | readonly ArrayLike<number>[]
  | readonly number[]
  | readonly (readonly ArrayLike<number>[])[]
  | readonly (readonly (readonly ArrayLike<number>[])[])[];

/** Who may attend: rows of true and false, or of 1 and 0. */
export type Truths = readonly (readonly boolean[])[] | Rows;

/** Throws NOT_A_NUMBER, RAGGED_ROWS and EMPTY_MATRIX, as reading a file does. */
export function toMatrix(name: string, rows: Rows | "ones"): Matrix {
  if (rows === "ones") return createMatrix(1, 1, () => 1);
  const matrix = hasData(rows) ? fromData(name, rows) : fromRows(name, rows);
  if (matrix.rows > 0 && matrix.cols > 0) return matrix;
  throw new UserError("EMPTY_MATRIX", `${name} is ${shapeText(matrix)}: it has no numbers.`, {
    subject: { name },
  });
}

function hasData(given: Rows): given is Matrix | ShapedArray {
  return typeof given === "object" && given !== null && "data" in given;
}

function fromData(name: string, given: Matrix | ShapedArray): Matrix {
  if (!("shape" in given)) return given;
  const { data, shape } = given;
  if (shape.length > 2) throw tooManyAxes(name, shape.length);
  const [rows, cols] = [1, 1, ...shape].slice(-2);
  return { rows, cols, data: data instanceof Float64Array ? data : Float64Array.from(data) };
}

/** Scripts without types may hand over anything. */
function fromRows(name: string, given: Exclude<Rows, Matrix | ShapedArray>): Matrix {
  const rows = isRow(given) && given.length > 0 ? [given] : given;
  if (!Array.isArray(rows) || !rows.every(isRow)) {
    const axes = countAxes(rows);
    if (axes > 2) throw tooManyAxes(name, axes);
    throw new UserError(
      "NOT_A_NUMBER",
      `${name} is not rows of numbers.`,
      "Give a list for each row, such as [[1, 0], [0, 1]].",
      name,
    );
  }
  try {
    return matrixFromRows(rows);
  } catch (error) {
    throw new UserError("RAGGED_ROWS", `${name}: ${error instanceof Error ? error.message : error}.`, {
      subject: { name },
    });
  }
}

function isRow(row: unknown): row is ArrayLike<number> {
  const isList = Array.isArray(row) || (ArrayBuffer.isView(row) && "length" in row);
  return isList && Array.from(row as ArrayLike<unknown>).every((cell) => typeof cell === "number");
}

/** How many axes an array has, by its shape or by the first list in each list. */
export const countAxes = (given: unknown): number => {
  if (Array.isArray(given)) return 1 + countAxes(given[0]);
  if (ArrayBuffer.isView(given)) return 1;
  if (typeof given !== "object" || given === null) return 0;
  return "shape" in given && Array.isArray(given.shape) ? given.shape.length : 0;
};

const tooManyAxes = (name: string, axes: number) =>
  new UserError(
    "SHAPE_MISMATCH",
    `${name} has ${axes} axes, and a matrix has two.`,
    "Give one of its matrices.",
    name,
  );

/** Throws as toMatrix does. */
export function toMask(given: Truths): BooleanMatrix {
  const truths = Array.isArray(given)
    ? given.map((row: unknown) => (Array.isArray(row) ? row.map(Number) : row))
    : given;
  const { rows, cols, data } = toMatrix("mask", truths as Rows);
  return createBooleanMatrix(rows, cols, (row, col) => data[row * cols + col] !== 0);
}
