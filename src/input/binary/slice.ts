import { at, type NdArray, ndArray, numbersOf } from "../../math/nd-array.js";
import { type ArrayValue, gridValue, type NumbersValue, rowValue } from "../value.js";
import { refuseBinary } from "./place.js";
import { numbersReader, shapeName, type Tensor } from "./tensor.js";

/**
 * Returns the part of a tensor at some indices of its first axes. At most two remaining axes are returned as numbers,
 * more as an array whose numbers are read later. Throws EMPTY_MATRIX, and SHAPE_MISMATCH for an index that does not
 * exist.
 */
export function valueOfTensor(tensor: Tensor, indices: readonly number[] = []): NumbersValue | ArrayValue {
  const { shape, place, type } = tensor;
  if (shape.includes(0)) {
    const message = `the array is ${shapeName(shape)}: it has no numbers.`;
    refuseBinary(place, "EMPTY_MATRIX", message, "Save numbers in it.");
  }
  checkIndices(tensor, indices);
  const whole = ndArray(shape, { read: numbersReader(tensor) });
  const array = indices.reduce((view, index) => at(view, 0, index), whole);
  const pickedFrom = countsPickedFrom(shape, indices.length);
  const { name: stored, kept } = type;
  if (array.shape.length > 2) {
    const { source, member } = place;
    const pickedAs = [source === "stdin" ? "FILE" : source, member].filter(Boolean).join(":");
    return { kind: "array", start: 0, array, stored, kept, pickedAs };
  }
  return { ...matrixValue(array, stored), stored, kept, pickedFrom };
}

/** Returns an array of at most two axes as a value of numbers. */
export function matrixValue(array: NdArray, stored?: string, start = 0): NumbersValue {
  const firstBoolean = stored === "bool" ? 0 : -1;
  const [rows, cols] = array.shape;
  const data = numbersOf(array);
  return array.shape.length === 2
    ? gridValue(start, { rows, cols, data }, firstBoolean)
    : rowValue(start, data, firstBoolean);
}

/**
 * Returns how many batches and heads a matrix was picked from, by the lengths of the picked leading axes. The first of
 * two leading axes counts batches; a single one counts heads, unless `isBatch`. Returns undefined if there was nothing
 * to choose.
 */
export function countsPickedFrom(
  shape: readonly number[],
  picked: number,
  isBatch = false,
): NumbersValue["pickedFrom"] {
  const counts = new Map<"batch" | "head", number>();
  for (const [axis, size] of shape.slice(0, -2).slice(0, picked).entries()) {
    const option = axis === 0 && (isBatch || shape.length === 4) ? "batch" : "head";
    if (size > 1) counts.set(option, size * (counts.get(option) ?? 1));
  }
  return counts.size > 0 ? Object.fromEntries(counts) : undefined;
}

function checkIndices({ place, shape }: Tensor, indices: readonly number[]): void {
  if (indices.length > shape.length) {
    const message = `the array is ${shapeName(shape)}: it has ${shape.length} axes, but ${indices.length} indices are given.`;
    refuseBinary(place, "SHAPE_MISMATCH", message, "Give an index for each axis before the last two.");
  }
  const axis = indices.findIndex((index, place) => index >= shape[place]);
  if (axis < 0) return;
  refuseBinary(place, "SHAPE_MISMATCH", ...withoutIndex(shape, axis, indices[axis]));
}

/** Returns the message and the hint for an index that an axis does not have. */
export const withoutIndex = (shape: readonly number[], axis: number, index: number): [string, string] => [
  `the array is ${shapeName(shape)}: axis ${axis} has no index ${index}.`,
  `Indices count from 0: the last one is ${shape[axis] - 1}.`,
];
