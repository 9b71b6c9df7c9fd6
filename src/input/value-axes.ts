import { type NdArray, ndArray, numbersOf } from "../math/nd-array.js";
import type { ArrayValue, ScalarValue, Value } from "./value.js";

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
  if (value.kind === "numbers") return ndArray(axesOf(value), value.data);
  if (value.kind !== "list" || value.items.length === 0) return undefined;
  const parts = value.items.map((item) => (item.kind === "scalar" ? numberOf(item) : arrayOf(item)));
  const [first] = parts;
  const data = parts.flatMap((part) =>
    part && part.shape.join() === first?.shape.join() ? [numbersOf(part)] : [],
  );
  if (!first || data.length < parts.length) return undefined;
  const all = new Float64Array(data.length * data[0].length);
  for (const [index, numbers] of data.entries()) all.set(numbers, index * numbers.length);
  return ndArray([data.length, ...first.shape], all);
}

/** Returns one number as an array without axes. */
const numberOf = ({ value }: ScalarValue): NdArray | undefined =>
  typeof value === "number" || typeof value === "boolean"
    ? ndArray([], Float64Array.of(Number(value)))
    : undefined;

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
