import { setting } from "../../errors.js";
import { tabulate } from "../../math/lists.js";
import { at } from "../../math/nd-array.js";
import { countsPickedFrom, matrixValue, withoutIndex } from "../binary/slice.js";
import { shapeName } from "../binary/tensor.js";
import { refuseIn } from "../source.js";
import type { ArrayValue, ListValue, NumbersValue, Value } from "../value.js";

/** The options that choose one matrix of an array: --batch and --head. */
export type SliceOption = "batch" | "head";

/** The values of these options. */
export type Slice = Partial<Readonly<Record<SliceOption, number | undefined>>>;

/** The maximum number of heads: a longer axis is not an axis of heads. */
const MAX_HEADS = 1024;

/**
 * Returns the matrix of an array that the options choose. Leading axes of length 1 are left out. If one leading axis is
 * not chosen, returns the list of its matrices, one per head. `used` names the options that were needed. A value that
 * is not an array is returned unchanged. Throws SHAPE_MISMATCH for an index that does not exist, and AMBIGUOUS if an
 * index is missing.
 */
export function chooseMatrix(given: Value, slice: Slice, source: string) {
  if (given.kind !== "array") return { value: given, used: [] };
  const { indices, used } = leadingIndices(given, slice, source);
  const rest = indices.reduce((view, index) => at(view, 0, index), given.array);
  const pickedFrom = countsPickedFrom(given.array.shape, indices.length, slice.batch !== undefined);
  return {
    value: { ...matricesOf({ ...given, array: rest }, given, source), pickedFrom },
    used,
  };
}

function matricesOf(rest: ArrayValue, whole: ArrayValue, source: string): NumbersValue | ListValue {
  const { shape } = rest.array;
  if (shape.length > 3 || (shape.length === 3 && shape[0] > MAX_HEADS)) {
    const all = whole.array.shape;
    const options = all.length === 4 ? `, or say ${setting("batch")} 0 ${setting("head")} 0` : "";
    const message = `the array is ${shapeName(all)}, but a matrix has two axes: choose one of its matrices.`;
    const indices = all.slice(0, -2).fill(0).join(",");
    const hint = `Write an index for each axis before the last two: ${whole.pickedAs}:${indices}${options}.`;
    refuseIn(source, "AMBIGUOUS", message, hint);
  }
  return matricesIn(rest);
}

/** Returns an array of two axes as a matrix, and an array of three as a list of matrices, one per head. */
export function matricesIn(value: ArrayValue): NumbersValue | ListValue {
  const { array, start } = value;
  if (array.shape.length <= 2) return partOf(value);
  const heads = tabulate(array.shape[0], (head) => at(array, 0, head));
  return { kind: "list", start, items: heads.map((head) => partOf({ ...value, array: head })) };
}

/** Returns an array of two axes as a matrix that keeps the number type of the whole. */
export function partOf({ array, start, stored, kept }: ArrayValue): NumbersValue {
  return { ...matrixValue(array, stored, start), stored, kept };
}

/**
 * Finds the indices of the axes before the last two, from the options or because the axis has length 1. Stops at the
 * first axis without an index.
 */
function leadingIndices(given: ArrayValue, slice: Slice, source: string) {
  const { shape } = given.array;
  const leading = shape.slice(0, -2);
  const options = optionsFor(given, leading, slice, source);
  const indices: number[] = [];
  const used: SliceOption[] = [];
  for (const [axis, size] of leading.entries()) {
    const option = options[axis];
    const asked = option && slice[option];
    const index = asked ?? (size === 1 ? 0 : undefined);
    // Only leading axes can be removed: 12×1×5×64 keeps both, since its first axis has no index.
    if (index === undefined) break;
    if (index >= size) refuseIn(source, "SHAPE_MISMATCH", ...withoutIndex(shape, axis, index));
    indices.push(index);
    if (option && asked !== undefined) used.push(option);
  }
  return { indices, used };
}

/** Returns the option for each leading axis: batch and head for two axes, and for one axis the option that is given. */
function optionsFor(
  { array: { shape }, pickedAs }: ArrayValue,
  leading: readonly number[],
  { batch, head }: Slice,
  source: string,
): readonly SliceOption[] {
  if (leading.length === 2) return ["batch", "head"];
  if (leading.length !== 1) return [];
  if (batch !== undefined && head !== undefined && leading[0] > 1) {
    const message = `the array is ${shapeName(shape)}: its first axis may be the batch or the heads.`;
    refuseIn(source, "AMBIGUOUS", message, `Write the index after the file: ${pickedAs}:0.`);
  }
  return [batch === undefined ? "head" : "batch"];
}
