import { arraysOf, readingPickle } from "./pickled.js";
import { DAMAGED, type Place, refuseBinary } from "./place.js";
import type { TensorFile } from "./tensor.js";
import { unpickle } from "./unpickle.js";
import { unpackEntry, type ZipEntry, type Zlib } from "./zip.js";

/** What torch.save calls the description of the tensors in its archive. */
const PICKLE = "data.pkl";

/** The description of the tensors, in the folder that they are in; undefined for files that torch.save does not write. */
export const findPickle = (entries: readonly ZipEntry[]): ZipEntry | undefined =>
  entries.find(({ name }) => name.split("/").at(-1) === PICKLE);

/**
 * The tensors of a .pt file, the zip archive that torch.save writes. Its pickle is read by a machine that can make nothing
 * but tensors, dictionaries, lists, numbers and text. Throws SYNTAX, which names a global that is not one of those.
 */
export function openTorch(
  pickle: ZipEntry,
  entries: readonly ZipEntry[],
  zlib: Zlib,
  place: Place,
): TensorFile {
  const folder = pickle.name.slice(0, -PICKLE.length);
  const fileOf = (name: string) => {
    const entry = entries.find((one) => one.name === folder + name);
    return entry && unpackEntry(entry, zlib, place);
  };
  const bytes = unpackEntry(pickle, zlib, place);
  const { value } = readingPickle(place, PICKLE, () => unpickle(bytes));
  const isBig = Buffer.from(fileOf("byteorder") ?? "little").toString() === "big";
  return arraysOf(value, { storageOf: (key) => fileOf(`data/${key}`), isBig }, place);
}

/**
 * The tensors of a file that torch.save wrote before 1.6, or was told to write so: pickles one behind the other, then the storages, each
 * with how many numbers it has before it. Throws SYNTAX.
 */
export function openLegacyTorch(bytes: Uint8Array, place: Place): TensorFile {
  let at = 0;
  const next = () => {
    const read = readingPickle(place, "the file", () => unpickle(bytes, at));
    at = read.end;
    return read;
  };
  // A number that says what it is, the version, and the sizes of numbers.
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

/** The arrays of a pickle by itself, as pickle.dump and np.save (of a dictionary) write it. Throws as openTorch does. */
export function openPickle(bytes: Uint8Array, place: Place): TensorFile {
  const { value } = readingPickle(place, "the pickle", () => unpickle(bytes));
  return arraysOf(value, { storageOf: () => undefined, isBig: false }, place);
}
