import { once } from "../../math/remember.js";
import { readJson } from "../json/reader.js";
import { storedBytes } from "../stored.js";
import { type Entry, plainValue, type Value } from "../value.js";
import { type BinaryKind, binaryKind } from "./detect.js";
import { type OpenedTensors, openTensors } from "./open-tensors.js";
import { pickIndices, pickNamed } from "./pick.js";
import { type Place, refuseBinary } from "./place.js";
import { valueOfTensor } from "./slice.js";
import { shapeName, type Tensor } from "./tensor.js";

/**
 * Reads a .npy, .npz, .safetensors or .pt file. Returns undefined if the bytes are in none of these formats. `source`
 * names the file in messages. Throws SYNTAX for a damaged file; NOT_A_NUMBER, INTEGER_TOO_LARGE or EMPTY_MATRIX for its
 * contents; and UNKNOWN_KEY, AMBIGUOUS, SHAPE_MISMATCH or BAD_VALUE for the pick.
 */
export function readBinary(bytes: Uint8Array, source: string, pick?: string) {
  const place: Place = { source };
  const kind = knownKind(bytes, source);
  const file = openTensors(storedBytes(bytes), source, kind);
  if (!file?.only) return file && readFile(file, pick, place);
  return readTensor(file.only(), pickIndices(pick, place), file.form);
}

/** Returns the binary format of a file, or undefined for text. Throws SYNTAX for a format that qkv does not read. */
export function knownKind(bytes: Uint8Array, source: string): BinaryKind | undefined {
  const kind = binaryKind(bytes, source);
  if (typeof kind !== "object") return kind;
  const message = `this is a file in ${kind.foreign} format, which qkv does not read.`;
  return refuseBinary({ source }, "SYNTAX", message, kind.hint);
}

/** Returns one matrix or array, and its format for notices: "NumPy .npy, float32, [0, 3] of 2×12×5×64". */
function readTensor(tensor: Tensor, indices: readonly number[] | undefined, format: string) {
  const { shape, type, place } = tensor;
  const form = [
    format,
    ...(place.member === undefined ? [] : [`"${place.member}"`]),
    type.name,
    ...(indices ? [`[${indices.join(", ")}] of ${shapeName(shape)}`] : []),
  ].join(", ");
  return { value: valueOfTensor(tensor, indices), form };
}

/** Returns an object of named arrays, each of which is read when it is needed, or the picked one. */
function readFile(
  file: OpenedTensors,
  pick: string | undefined,
  place: Place,
): { readonly value: Value; readonly form: string } {
  const { form, tensors, plain = [] } = file;
  const within = pick === undefined || tensors.has(pick) ? undefined : partOf(file, pick);
  if (within) return readFile(within, undefined, place);
  const { name = "arr_0", indices } = pickNamed(pick, [...tensors.keys()], place);
  const open = tensors.get(name);
  // np.savez calls an array without a name arr_0.
  if (open && (pick !== undefined || tensors.size === 1)) return readTensor(open(), indices, form);
  const entries = new Map([
    ...Array.from(tensors, ([key, read]) => [key, lazyEntry(() => valueOfTensor(read()))] as const),
    ...Array.from(plain, ([key, value]) => [key, { keyStart: 0, value }] as const),
  ]);
  if (file.about) addRun(entries, file.about, place);
  return { value: { kind: "object", start: 0, entries }, form };
}

/** Returns the part of a file in one dictionary: `layer0` of layer0.q and layer1.q. */
function partOf(file: OpenedTensors, part: string): OpenedTensors | undefined {
  const start = `${part}.`;
  const ownOf = <Item>(all: Iterable<readonly [string, Item]>) =>
    new Map(
      Array.from(all)
        .filter(([name]) => name.startsWith(start))
        .map(([name, item]) => [name.slice(start.length), item]),
    );
  const tensors = ownOf(file.tensors);
  if (tensors.size === 0) return undefined;
  return { form: `${file.form}, "${part}"`, tensors, plain: ownOf(file.plain ?? []) };
}

/**
 * Adds the run's settings and tokens to its arrays, so that the result looks like the JSON of a run. `inputs` collects
 * the arrays that it names.
 */
function addRun(arrays: Map<string, Entry>, about: Uint8Array, { source }: Place): void {
  const value = readJson({ name: `run.json in ${source}`, kind: "file", bytes: about });
  if (value.kind !== "object" || !value.entries.has("schema")) return;
  for (const [key, entry] of value.entries) {
    if (key !== "inputs") arrays.set(key, entry);
  }
  const names = plainValue(value.entries.get("inputs")?.value ?? value);
  const inputs = Array.isArray(names) ? names.map(String) : [];
  const entries = new Map(
    inputs.flatMap((name) => {
      const entry = arrays.get(name);
      return entry ? [[name, entry] as const] : [];
    }),
  );
  arrays.set("inputs", { keyStart: 0, value: { kind: "object", start: 0, entries } });
}

/** Makes an entry that is read when it is needed, because a file may contain far more than that. */
function lazyEntry(read: () => Value): Entry {
  const value = once(read);
  return {
    keyStart: 0,
    get value() {
      return value();
    },
  };
}
