import { UserError } from "../errors.js";
import {
  type BooleanMatrix,
  createBooleanMatrix,
  createMatrix,
  type Matrix,
  shapeText,
} from "../math/matrix.js";
import type { NamedArray } from "../render/formats/safetensors.js";
import { notANumber, toArray } from "./arrays.js";

type ShapedArray = { readonly data: ArrayLike<number>; readonly shape: readonly number[] };

/**
 * A matrix as a script has it: rows of numbers (arrays or typed arrays), a single row, a qkv Matrix, or an array with
 * two axes. Query, key and value may have axes for batches and heads in front.
 */
export type Rows =
  | Matrix
  | ShapedArray
  | readonly ArrayLike<number>[]
  | readonly number[]
  | readonly (readonly ArrayLike<number>[])[]
  | readonly (readonly (readonly ArrayLike<number>[])[])[];

/** A mask: rows of true and false, or of 1 and 0. */
export type Truths = readonly (readonly boolean[])[] | Rows;

/**
 * Returns the matrix of given rows. Throws NOT_A_NUMBER, RAGGED_ROWS, EMPTY_MATRIX and SHAPE_MISMATCH, as reading a
 * file does.
 */
export function toMatrix(name: string, given: Rows | "ones"): Matrix {
  if (given === "ones") return createMatrix(1, 1, () => 1);
  const { isTrue, ...matrix } = matrixOf(name, given);
  if (isTrue) throw notANumber(name, true);
  return matrix;
}

/** Returns the mask of given rows: true unless 0. Throws the errors of toMatrix. */
export function toMask(given: Truths): BooleanMatrix {
  const { rows, cols, data } = matrixOf("mask", given);
  return createBooleanMatrix(rows, cols, (row, col) => data[row * cols + col] !== 0);
}

function matrixOf(name: string, given: Truths): Matrix & Pick<NamedArray, "isTrue"> {
  const { shape, data, ...flags } = toArray(name, given);
  if (shape.length > 2) {
    throw new UserError(
      "SHAPE_MISMATCH",
      `${name} has ${shape.length} axes, and a matrix has two.`,
      "Give one of its matrices.",
      name,
    );
  }
  const [rows, cols] = [1, 1, ...shape].slice(-2);
  const matrix = { rows, cols, data: data instanceof Float64Array ? data : Float64Array.from(data) };
  if (data.length > 0) return { ...matrix, ...flags };
  throw new UserError("EMPTY_MATRIX", `${name} is ${shapeText(matrix)}: it has no numbers.`, {
    subject: { name },
  });
}

/** Returns how many axes an array has: from its shape, or from the first item at each level of its lists. */
export const countAxes = (given: unknown): number => {
  if (Array.isArray(given)) return 1 + countAxes(given[0]);
  if (ArrayBuffer.isView(given)) return 1;
  if (typeof given !== "object" || given === null) return 0;
  return "shape" in given && Array.isArray(given.shape) ? given.shape.length : 0;
};
