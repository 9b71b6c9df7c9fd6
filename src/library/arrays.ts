import { refuseAs, UserError } from "../errors.js";
import { createMatrix, type Matrix, shapeText } from "../math/matrix.js";
import { countOf } from "../math/nd-array.js";
import type { NamedArray } from "../render/formats/safetensors.js";
import type { NdArray } from "./nd-array.js";

/** Nested lists, one level per axis. The innermost may be typed arrays. */
export type Nested = number | boolean | ArrayLike<number> | readonly Nested[];

/**
 * An array as a script has it: numbers with their shape (float32 if they are a Float32Array), or nested lists. A single
 * list is a row. Query, key and value may have axes for batches and heads in front.
 */
export type GivenArray =
  | Matrix
  | Pick<NdArray, "data" | "shape">
  | { readonly data: ArrayLike<number>; readonly shape: readonly number[] }
  | Nested;

/** Returns the numbers of an array. Throws NOT_A_NUMBER, RAGGED_ROWS and SHAPE_MISMATCH. */
export function toArray(name: string, given: GivenArray): NamedArray {
  if (typeof given !== "object" || given === null) return ofScalar(name, given);
  if (!("data" in given)) return ofLists(name, given);
  const { data } = given;
  const shape = "shape" in given ? given.shape : [given.rows, given.cols];
  const count = countOf(shape);
  if (count === data.length) return { name, shape, data };
  refuseAs(
    "SHAPE_MISMATCH",
    `${name} has ${data.length} numbers, and ${shape.join("×")} are ${count}.`,
    "Give the shape that fits its numbers.",
    name,
  );
}

function ofScalar(name: string, given: unknown) {
  if (typeof given !== "number" && typeof given !== "boolean") throw notANumber(name, given);
  return { name, shape: [], data: [Number(given)], ...(typeof given === "boolean" && { isTrue: true }) };
}

function ofLists(name: string, given: Nested) {
  const shape: number[] = [];
  let first: unknown = given;
  for (; isList(first); first = first[0]) shape.push(first.length);
  const numbers = new Float64Array(countOf(shape));
  let end = 0;
  let isSingle = true;
  const take = (part: unknown, depth: number) => {
    if (depth === shape.length) {
      if (typeof part !== "number" && typeof part !== "boolean") throw notANumber(name, part);
      numbers[end++] = Number(part);
      return;
    }
    if (!isList(part) || part.length !== shape[depth]) throw ragged(name);
    if (depth === shape.length - 1) isSingle &&= part instanceof Float32Array;
    for (let at = 0; at < part.length; at++) take(part[at], depth + 1);
  };
  take(given, 0);
  const data = isSingle ? Float32Array.from(numbers) : numbers;
  return { name, shape, data, ...(typeof first === "boolean" && { isTrue: true }) };
}

const isList = (given: unknown): given is ArrayLike<unknown> =>
  Array.isArray(given) || (ArrayBuffer.isView(given) && "length" in given);

export const notANumber = (name: string, given: unknown) =>
  new UserError(
    "NOT_A_NUMBER",
    `${name} contains ${JSON.stringify(given) ?? given}, which is not a number.`,
    "Give a list for each row, such as [[1, 0], [0, 1]], or { data, shape }.",
    name,
  );

const ragged = (name: string) =>
  new UserError(
    "RAGGED_ROWS",
    `The lists of ${name} have different lengths.`,
    "All rows need the same number of columns, and all heads the same number of rows.",
    name,
  );

/**
 * Returns the matrix of given rows. Throws NOT_A_NUMBER, RAGGED_ROWS, EMPTY_MATRIX and SHAPE_MISMATCH, as reading a
 * file does.
 */
export function toMatrix(name: string, given: GivenArray | "ones"): Matrix {
  if (given === "ones") return createMatrix(1, 1, () => 1);
  const { shape, data, isTrue } = toArray(name, given);
  if (isTrue) throw notANumber(name, true);
  if (shape.length > 2) {
    refuseAs(
      "SHAPE_MISMATCH",
      `${name} has ${shape.length} axes, and a matrix has two.`,
      "Give one of its matrices.",
      name,
    );
  }
  const [rows, cols] = [1, 1, ...shape].slice(-2);
  const matrix = { rows, cols, data: data instanceof Float64Array ? data : Float64Array.from(data) };
  if (data.length > 0) return matrix;
  refuseAs("EMPTY_MATRIX", `${name} is ${shapeText(matrix)}: it has no numbers.`, {
    subject: { name },
  });
}
