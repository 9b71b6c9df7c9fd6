import type { ListValue, NumbersValue, Value } from "./value.js";

// Arrays with more than two axes, as they are read: lists of lists of matrices.

/** How long each axis of an array is, by its first item each; [] for what is no array. */
export function axesOf(value: Value): readonly number[] {
  if (value.kind === "numbers") return value.flat ? [value.cols] : [value.rows, value.cols];
  if (value.kind !== "list") return [];
  const [first] = value.items;
  return first === undefined ? [0] : [value.items.length, ...axesOf(first)];
}

/** The items along the first of more than two axes. */
export const itemsOf = (value: Value): readonly Value[] => (value.kind === "list" ? value.items : [value]);

export const listOf = (items: readonly Value[], start: number): ListValue => ({ kind: "list", start, items });

/** Whether an array is matrices all through: what is ragged is left for others to say where. */
export function isRegular(value: Value, axes = axesOf(value)): boolean {
  const [length, ...rest] = axes;
  if (axes.length <= 2) {
    const own = axesOf(value);
    return (
      value.kind === "numbers" && own.length === axes.length && own.every((size, at) => size === axes[at])
    );
  }
  return (
    value.kind === "list" &&
    value.items.length === length &&
    value.items.every((item) => isRegular(item, rest))
  );
}

/** Row `row` of each matrix, below each other: what an array of n×h×d is for one h. */
export function rowsAt(matrices: readonly NumbersValue[], row: number): NumbersValue {
  const [first] = matrices;
  const { cols } = first;
  const data = new Float64Array(matrices.length * cols);
  for (const [index, matrix] of matrices.entries()) {
    data.set(matrix.data.subarray(row * cols, (row + 1) * cols), index * cols);
  }
  return { ...first, rows: matrices.length, cols, data, flat: false };
}
