import { ndArray } from "../../math/nd-array.js";
import type { ScalarValue } from "../value.js";
import { openArray } from "./npy.js";
import {
  isPickledObject,
  type NumpyArray,
  type Pickled,
  UnreadablePickle,
  type View,
} from "./pickled-values.js";
import { DAMAGED, type Place, refuseBinary } from "./place.js";
import { countElements, type OpenTensor, shapeName, type Tensor, type TensorFile } from "./tensor.js";

// The contents of pickles: torch tensors and NumPy arrays in dictionaries and lists, and the numbers and text beside
// them.

/** Finds the numbers of tensors: the bytes of a storage by its key, and their byte order. */
interface Storages {
  storageOf(key: string): Uint8Array | undefined;
  readonly isBig: boolean;
}

/**
 * Lists the arrays in a pickle's content. Nested names are joined with dots, as torch joins them. Throws EMPTY_MATRIX
 * if there is nothing.
 */
export function arraysOf(content: Pickled, storages: Storages, place: Place): TensorFile {
  const tensors = new Map<string, OpenTensor>();
  const plain = new Map<string, ScalarValue>();
  const open = (view: View | NumpyArray, member: Place) =>
    view.kind === "array" ? arrayOf(view, member) : tensorOf(view, storages, member);
  const take = (name: string, view: View | NumpyArray) =>
    tensors.set(name, () => open(view, name === "" ? place : { ...place, member: name }));
  listContent(content, "", { take, plain, left: MAX_VALUES }, place);
  if (tensors.size === 0 && plain.size === 0)
    refuseBinary(place, "EMPTY_MATRIX", "the file has no tensor.", "Save at least one.");
  const only = isPickledObject(content) ? tensors.get("") : undefined;
  return only ? { tensors: new Map(), only } : { tensors, plain };
}

/**
 * Returns what `read` returns. If the pickle is not readable, throws SYNTAX, which names the object that is not
 * allowed.
 */
export function readingPickle<T>(place: Place, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnreadablePickle)) throw error;
    const { global, message } = error;
    if (global === undefined) return refuseBinary(place, "SYNTAX", `${what}: ${message}.`, DAMAGED);
    const name = JSON.stringify(global.slice(0, 80));
    const refusal = `it has an object of ${name}; qkv opens only tensors, dictionaries, lists, numbers and text.`;
    const hint = "Save only the tensors: torch.save({'q': q, 'k': k, 'v': v}, 'dump.pt').";
    return refuseBinary(place, "SYNTAX", refusal, hint);
  }
}

/**
 * Limits on the number of values and their depth. They stop pickles in which a few bytes refer to themselves again and
 * again.
 */
const MAX_VALUES = 100_000;
const MAX_LEVELS = 32;

interface Listing {
  take(name: string, view: View | NumpyArray): void;
  readonly plain: Map<string, ScalarValue>;
  left: number;
}

function listContent(value: Pickled, name: string, listing: Listing, place: Place): void {
  listing.left--;
  if (listing.left < 0 || name.split(".").length > MAX_LEVELS)
    refuseBinary(place, "SYNTAX", "its values are nested too deep.", "Save only the tensors.");
  const within = (key: string | number) => (name === "" ? String(key) : `${name}.${key}`);
  if (value instanceof Map || Array.isArray(value)) {
    for (const [key, item] of value.entries()) listContent(item, within(key), listing, place);
  } else if (isPickledObject(value)) {
    // A type among settings, such as torch.bfloat16, is no number and is skipped.
    if (value.kind === "array" && value.items) {
      const { items, shape } = value;
      listContent(shape.length === 0 ? (items[0] ?? null) : [...items], name, listing, place);
    } else if (value.kind === "tensor" || value.kind === "array") {
      listing.take(name, value);
    }
  } else {
    listing.plain.set(name, { kind: "scalar", start: 0, value });
  }
}

/** Opens a NumPy array. Throws NOT_A_NUMBER for text and other types, and SYNTAX if its bytes do not fit the shape. */
const arrayOf = (
  { bytes = new Uint8Array(), code, littleEndian, ...header }: NumpyArray,
  place: Place,
): Tensor => openArray({ ...header, descr: `${littleEndian ? "<" : ">"}${code}` }, bytes, place);

/** Opens a tensor, a view of a storage, as an array. Throws SYNTAX if the storage is missing or too small. */
function tensorOf(view: View, { storageOf, isBig }: Storages, place: Place): Tensor {
  const { offset, shape, strides, storage } = view;
  const { type, key } = storage;
  const { size } = type;
  const stored = storageOf(key);
  if (!stored) return refuseBinary(place, "SYNTAX", `its numbers (data/${key}) are missing.`, DAMAGED);
  const room = Math.floor(stored.length / size);
  const count = countElements(shape);
  const last = offset + shape.reduce((sum, length, axis) => sum + (length - 1) * strides[axis], 0);
  if (count === undefined || (count > 0 && last >= room)) {
    const message = `${shapeName(shape)} of ${type.name} do not fit into its ${stored.length} bytes.`;
    return refuseBinary(place, "SYNTAX", message, DAMAGED);
  }
  if (count > room) {
    const message = "it repeats numbers that are stored once.";
    return refuseBinary(place, "SYNTAX", message, "Save tensor.contiguous().");
  }
  const isContiguous = ndArray(shape, new Float64Array()).strides.every(
    (stride, axis) => shape[axis] === 1 || stride === strides[axis],
  );
  const bytes = stored.subarray(offset * size, (count === 0 ? offset : last + 1) * size);
  return { place, shape, type, littleEndian: !isBig, bytes, ...(!isContiguous && { strides }) };
}
