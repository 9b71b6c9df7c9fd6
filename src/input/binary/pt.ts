import { arraysOf, readingPickle, SURROUNDINGS } from "./pickled.js";
import { isMade, type Made } from "./pickled-values.js";
import { DAMAGED, type Place, refuseBinary } from "./place.js";
import type { PickledFile } from "./tensor-file.js";
import { findPickle, PICKLE } from "./torch-archive.js";
import { type Pickled, unpickle, unpickleFrom } from "./unpickle.js";
import { unpackEntry, type ZipEntry, type Zlib } from "./zip.js";

/**
 * The tensors of a .pt file, the zip archive that torch.save writes. Its pickle is read by a machine that can make nothing
 * but tensors, dictionaries, lists, numbers and text. Throws SYNTAX, which names a global that is not one of those.
 */
export function openTorch(entries: readonly ZipEntry[], zlib: Zlib, place: Place): PickledFile {
  const pickle = findPickle(entries);
  if (!pickle) throw new RangeError("the archive holds no pickle");
  const folder = pickle.name.slice(0, -PICKLE.length);
  const bytes = unpackEntry(pickle, zlib, place);
  const content = readingPickle(place, PICKLE, () => unpickle<Made>(bytes, SURROUNDINGS));
  const order = entries.find(({ name }) => name === `${folder}byteorder`);
  const isBig = order !== undefined && Buffer.from(unpackEntry(order, zlib, place)).toString() === "big";
  const storageOf = (key: string) => {
    const stored = entries.find((entry) => entry.name === `${folder}data/${key}`);
    return stored && unpackEntry(stored, zlib, place);
  };
  return arraysOf(content, { storageOf, isBig }, place);
}

/**
 * The tensors of a file that torch.save wrote before 1.6, or was told to write so: pickles one behind the other, then the storages, each
 * with how many numbers it has before it. Throws SYNTAX.
 */
export function openLegacyTorch(bytes: Uint8Array, place: Place): PickledFile {
  let at = 0;
  const next = () => {
    const { value, end } = readingPickle(place, "the file", () =>
      unpickleFrom<Made>(bytes, at, SURROUNDINGS),
    );
    at = end;
    return value;
  };
  // A number that says what it is, the version, and the sizes of numbers.
  for (let header = 0; header < 3; header++) next();
  const content = next();
  const keys = next();
  const storages = new Map<string, readonly [from: number, count: number]>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sizes = sizesOfStorages(content);
  for (const key of Array.isArray(keys) ? keys.map(String) : []) {
    if (at + 8 > bytes.length)
      return refuseBinary(place, "SYNTAX", `its numbers (${key}) are missing.`, DAMAGED);
    const count = Number(view.getBigInt64(at, true)) * (sizes.get(key) ?? 1);
    storages.set(key, [at + 8, count]);
    at += 8 + count;
  }
  const storageOf = (key: string) => {
    const [from, count] = storages.get(key) ?? [0, 0];
    return storages.has(key) ? bytes.subarray(from, from + count) : undefined;
  };
  return arraysOf(content, { storageOf, isBig: false }, place);
}

/** How many bytes a number of each storage has. */
function sizesOfStorages(
  content: Pickled<Made>,
  sizes = new Map<string, number>(),
): ReadonlyMap<string, number> {
  if (content instanceof Map) for (const item of content.values()) sizesOfStorages(item, sizes);
  else if (Array.isArray(content)) for (const item of content) sizesOfStorages(item, sizes);
  else if (isMade(content) && content.kind === "tensor")
    sizes.set(content.storage.key, content.storage.stored ?? content.storage.type.size);
  return sizes;
}

/** The arrays of a pickle by itself, as pickle.dump and np.save (of a dictionary) write it. Throws as openTorch does. */
export function openPickle(bytes: Uint8Array, place: Place): PickledFile {
  const content = readingPickle(place, "the pickle", () => unpickle<Made>(bytes, SURROUNDINGS));
  return arraysOf(content, { storageOf: () => undefined, isBig: false }, place);
}
