import { setting } from "../../setting-names.js";
import { type Among, gridValue, type ListValue, type NumbersValue, rowValue } from "../value.js";
import { refuseBinary } from "./place.js";
import { countElements, numbersReader, shapeName, type Tensor } from "./tensor.js";

/** Which matrix of an array is meant: an index for each leading axis, or what the options say. */
export interface Slice extends Partial<Readonly<Record<SliceOption, number | undefined>>> {
  readonly indices?: readonly number[] | undefined;
  /** All axes are kept: an array of more than two is a list of lists. Whoever asks picks from it. */
  readonly isWhole?: boolean | undefined;
}

/** The options that slice every array that has the axis: --batch and --head. */
export type SliceOption = "batch" | "head";

/** A matrix of an array, or a list of one a head. */
export interface TakenMatrix {
  readonly value: NumbersValue | ListValue;
  /** The options that it took to find it. */
  readonly used: readonly SliceOption[];
}

/** More matrices than this are not one a head. */
const MOST_HEADS = 1024;

/**
 * The matrix that a slice takes out of an array: one axis is one row, none a 1×1 matrix, leading axes of size 1 are
 * left out. Where one leading axis stays open the matrices along it are a list, one a head.
 * Throws EMPTY_MATRIX, SHAPE_MISMATCH for an index that is not there, AMBIGUOUS when a slice is needed.
 */
export function takeMatrix(tensor: Tensor, slice: Slice): TakenMatrix {
  const { shape, place } = tensor;
  if (shape.includes(0)) {
    const message = `the array is ${shapeName(shape)}: it holds no numbers.`;
    refuseBinary(place, "EMPTY_MATRIX", message, "Save numbers in it.");
  }
  const { indices, used } = slice.indices
    ? { indices: slice.indices, used: [] }
    : slice.isWhole
      ? { indices: [], used: [] }
      : leadingIndices(tensor, slice);
  checkIndices(tensor, indices);
  const value = slice.isWhole ? readWhole(tensor, indices) : readSlice(tensor, indices);
  const among = amongAxes(tensor, indices, slice);
  return { value: among ? { ...value, among } : value, used };
}

/** Of how many matrices along the axes before the last two one was taken; undefined where it is all of them. */
function amongAxes({ shape }: Tensor, indices: readonly number[], { batch }: Slice): Among | undefined {
  const leading = shape.slice(0, -2);
  const first = leading.length === 2 || batch !== undefined ? "batch" : "head";
  const counts = new Map<SliceOption, number>();
  for (const [axis, size] of leading.slice(0, indices.length).entries()) {
    const option = axis === 0 ? first : "head";
    if (size > 1) counts.set(option, size * (counts.get(option) ?? 1));
  }
  return counts.size > 0 ? Object.fromEntries(counts) : undefined;
}

/** Every axis behind some indices: lists of lists of matrices. */
function readWhole(tensor: Tensor, indices: readonly number[]): NumbersValue | ListValue {
  const rest = tensor.shape.slice(indices.length);
  if (rest.length <= 2) return readSlice(tensor, indices);
  const items = Array.from({ length: rest[0] }, (_, index) => readWhole(tensor, [...indices, index]));
  return { kind: "list", start: 0, items };
}

function readSlice(tensor: Tensor, indices: readonly number[]): NumbersValue | ListValue {
  const { shape } = tensor;
  const rest = shape.slice(indices.length);
  const open = rest.slice(0, -2);
  if (open.length > 1 || (open[0] ?? 0) > MOST_HEADS) refuseUnsliced(tensor);
  const read = numbersReader(tensor);
  const size = countElements(rest) ?? 0;
  const first = flatIndex(shape, indices) * size;
  const inner = rest.slice(open.length);
  if (open.length === 0) return numbersValue(tensor, inner, read(first, size));
  const each = size / open[0];
  const items = Array.from({ length: open[0] }, (_, head) =>
    numbersValue(tensor, inner, read(first + head * each, each)),
  );
  return { kind: "list", start: 0, items };
}

/** Indices of the axes before the last two that options or their size decide, up to the first one that nothing does. */
function leadingIndices(
  tensor: Tensor,
  slice: Slice,
): { readonly indices: readonly number[]; readonly used: readonly SliceOption[] } {
  const leading = tensor.shape.slice(0, -2);
  const options = optionsFor(tensor, leading, slice);
  const indices: number[] = [];
  const used: SliceOption[] = [];
  for (const [axis, size] of leading.entries()) {
    const option = options[axis];
    const given = option && slice[option];
    const index = given ?? (size === 1 ? 0 : undefined);
    // An axis that is decided behind one that is not cannot be taken out: 12×1×5×64 keeps both.
    if (index === undefined) break;
    indices.push(index);
    if (option && given !== undefined) used.push(option);
  }
  return { indices, used };
}

/** The option for each leading axis: of two the batch and the head, of one the one that is given. */
function optionsFor(
  tensor: Tensor,
  leading: readonly number[],
  { batch, head }: Slice,
): readonly SliceOption[] {
  if (leading.length === 2) return ["batch", "head"];
  if (leading.length !== 1) return [];
  if (batch !== undefined && head !== undefined && leading[0] > 1) {
    const message = `the array is ${shapeName(tensor.shape)}: its first axis may be the batch or the heads.`;
    const hint = `Write the index behind the file: ${pickExample(tensor, [0])}.`;
    refuseBinary(tensor.place, "AMBIGUOUS", message, hint);
  }
  return [batch === undefined ? "head" : "batch"];
}

function checkIndices({ place, shape }: Tensor, indices: readonly number[]): void {
  if (indices.length > shape.length) {
    const message = `the array is ${shapeName(shape)}: it has ${shape.length} axes, and ${indices.length} indices are given.`;
    refuseBinary(place, "SHAPE_MISMATCH", message, "Give an index for each axis before the last two.");
  }
  const axis = indices.findIndex((index, at) => index >= shape[at]);
  if (axis < 0) return;
  const message = `the array is ${shapeName(shape)}: axis ${axis} has no index ${indices[axis]}.`;
  refuseBinary(place, "SHAPE_MISMATCH", message, `Indices count from 0: the last one is ${shape[axis] - 1}.`);
}

function refuseUnsliced(tensor: Tensor): never {
  const { shape, place } = tensor;
  const hasHeads = shape.length === 4;
  const options = hasHeads ? `, or say ${setting("batch")} 0 ${setting("head")} 0` : "";
  const message = `the array is ${shapeName(shape)}, and a matrix has two axes: say which of its matrices is meant.`;
  const hint = `Write an index for each axis before the last two: ${pickExample(tensor, shape.slice(0, -2).fill(0))}${options}.`;
  return refuseBinary(place, "AMBIGUOUS", message, { hint, hasHeads });
}

/** `q.npy:0,0`, `model.npz:wq:0`. */
function pickExample({ place: { source, member } }: Tensor, indices: readonly number[]): string {
  return [source === "stdin" ? "FILE" : source, member, indices.join(",")]
    .filter((part) => part !== undefined)
    .join(":");
}

function flatIndex(shape: readonly number[], indices: readonly number[]): number {
  return indices.reduce((flat, index, axis) => flat * shape[axis] + index, 0);
}

function numbersValue({ type }: Tensor, shape: readonly number[], data: Float64Array): NumbersValue {
  const { name: stored, kept } = type;
  const firstBoolean = stored === "bool" ? 0 : -1;
  const [rows, cols] = shape;
  const value =
    shape.length === 2 ? gridValue(0, { rows, cols, data }, firstBoolean) : rowValue(0, data, firstBoolean);
  return { ...value, ...(kept && { kept }), stored };
}
