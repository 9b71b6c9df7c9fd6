import { arraysOf, readingPickle } from "./pickled.js";
import { DAMAGED, type Place, refuseBinary } from "./place.js";
import type { TensorFile } from "./tensor.js";
import { unpickle } from "./unpickle.js";
import { unpackEntry, type ZipEntry } from "./zip.js";

/** The file in torch.save's archive that describes the tensors. */
const PICKLE = "data.pkl";

/** Finds the description of the tensors, in any folder. Returns undefined if torch.save did not write the archive. */
export const findPickle = (entries: readonly ZipEntry[]): ZipEntry | undefined =>
  entries.find(({ name }) => name.split("/").at(-1) === PICKLE);

/**
 * Opens the tensors of a .pt file, the zip archive that torch.save writes. The reader of its pickle can only make
 * tensors, dictionaries, lists, numbers and text. Throws SYNTAX, which names a global that is not allowed.
 */
export function openTorch(pickle: ZipEntry, entries: readonly ZipEntry[], place: Place): TensorFile {
  const folder = pickle.name.slice(0, -PICKLE.length);
  const fileOf = (name: string) => {
    const entry = entries.find((one) => one.name === folder + name);
    return entry && unpackEntry(entry, place);
  };
  const bytes = unpackEntry(pickle, place);
  const { value } = readingPickle(place, PICKLE, () => unpickle(bytes));
  const isBig = Buffer.from(fileOf("byteorder") ?? "little").toString() === "big";
  return arraysOf(value, { storageOf: (key) => fileOf(`data/${key}`), isBig }, place);
}

/**
 * Opens the tensors of a file in torch.save's format before 1.6, which later versions can still write. It has pickles
 * one after another, then the storages, each after its number of elements. Throws SYNTAX.
 */
export function openLegacyTorch(bytes: Uint8Array, place: Place): TensorFile {
  let at = 0;
  const next = () => {
    const read = readingPickle(place, "the file", () => unpickle(bytes, at));
    at = read.end;
    return read;
  };
  // Three values come first: the magic number, the version, and the sizes of numbers.
  for (let header = 0; header < 3; header++) next();
  const content = next();
  const { value: keys } = next();
  const storages = new Map<string, Uint8Array>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const key of Array.isArray(keys) ? keys.map(String) : []) {
    if (at + 8 > bytes.length)
      return refuseBinary(place, "SYNTAX", `its numbers (${key}) are missing.`, DAMAGED);
    const length = Number(view.getBigInt64(at, true)) * (content.storages.get(key)?.type.size ?? 1);
    storages.set(key, bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return arraysOf(content.value, { storageOf: (key) => storages.get(key), isBig: false }, place);
}

/**
 * Opens the arrays of a single pickle, as pickle.dump and np.save (of a dictionary) write it. Throws like openTorch.
 */
export function openPickle(bytes: Uint8Array, place: Place): TensorFile {
  const { value } = readingPickle(place, "the pickle", () => unpickle(bytes));
  return arraysOf(value, { storageOf: () => undefined, isBig: false }, place);
}
