import { type NdArray, ndArray, numbersOf } from "../math/nd-array.js";
import type { ArrayValue, NumbersValue, Value } from "./value.js";

/** Returns the length of each axis of an array, by the first items; [] for a value that is not an array. */
export function axesOf(value: Value): readonly number[] {
  if (value.kind === "array") return value.array.shape;
  if (value.kind === "numbers") return value.flat ? [value.cols] : [value.rows, value.cols];
  if (value.kind !== "list") return [];
  const [first] = value.items;
  return first === undefined ? [0] : [value.items.length, ...axesOf(first)];
}

/** Returns numbers as an array with all axes. Returns undefined if parts have different shapes. */
export function arrayOf(value: Value): NdArray | undefined {
  if (value.kind === "array") return value.array;
  const shape = axesOf(value);
  if (value.kind === "numbers") return ndArray(shape, value.data);
  const leaves: Float64Array[] = [];
  if (shape.length === 0 || !gather(value, shape, leaves)) return undefined;
  const each = leaves[0].length;
  const data = new Float64Array(leaves.length * each);
  for (const [index, leaf] of leaves.entries()) data.set(leaf, index * each);
  return ndArray(shape, data);
}

/** Returns the same as a value, with the stored type of its numbers. */
export function asArray(value: Value): ArrayValue | undefined {
  if (value.kind === "array") return value;
  const array = arrayOf(value);
  const { stored, kept } = value.kind === "numbers" ? value : {};
  return array && { kind: "array", start: value.start, array, stored, kept, pickedAs: "FILE" };
}

/** Returns all numbers of a value in order. A scalar gives one number. */
export function numbersIn({ value }: { readonly value: Value }): readonly number[] {
  if (value.kind === "scalar") return [Number(value.value)];
  const array = arrayOf(value);
  return array ? Array.from(numbersOf(array)) : [];
}

/** Collects the numbers of a value. Returns whether it has this shape. */
function gather(value: Value, shape: readonly number[], leaves: Float64Array[]): boolean {
  if (value.kind === "numbers") {
    leaves.push(value.data);
    return isOfShape(value, shape);
  }
  if (value.kind === "scalar") {
    leaves.push(Float64Array.of(Number(value.value)));
    return shape.length === 0 && (typeof value.value === "number" || typeof value.value === "boolean");
  }
  const [length, ...rest] = shape;
  return (
    value.kind === "list" &&
    value.items.length === length &&
    value.items.every((item) => gather(item, rest, leaves))
  );
}

const isOfShape = (value: NumbersValue, shape: readonly number[]) => {
  const axes = axesOf(value);
  return axes.length === shape.length && axes.every((size, axis) => size === shape[axis]);
};
