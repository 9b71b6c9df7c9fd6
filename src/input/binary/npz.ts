import type { ScalarValue } from "../value.js";
import { openNpy, pickleInNpy, readNpyHeader, textInNpy } from "./npy.js";
import { type Place, refuseBinary } from "./place.js";
import { checkSize, type Tensor, type TensorFile } from "./tensor.js";
import { startOfEntry, unpackEntry, type ZipEntry, type Zlib } from "./zip.js";

const ENDING = ".npy";

/** A member of the archives that qkv writes for a run: the bytes of the run's JSON, as an array. */
const ABOUT = "run.json";
const MAX_ABOUT = 64 * 1024 * 1024;
const LONGEST_TEXT = 1 << 16;

/** Opens the arrays in an archive, stored or deflated. `openPickle` opens arrays of Python objects. Throws SYNTAX. */
export function openNpz(
  entries: readonly ZipEntry[],
  zlib: Zlib,
  place: Place,
  openPickle?: (bytes: Uint8Array, place: Place) => TensorFile,
): TensorFile {
  const arrays = new Map(
    entries
      .filter(({ name }) => name.endsWith(ENDING) && name !== ABOUT + ENDING)
      .map((entry) => [entry.name.slice(0, -ENDING.length), entry] as const),
  );
  if (arrays.size === 0) {
    const isOffice = entries.some(({ name }) => name === "[Content_Types].xml" || name === "content.xml");
    const [message, hint] = isOffice ? OFFICE_DOCUMENT : NO_ARRAYS;
    refuseBinary(place, "SYNTAX", message, hint);
  }
  const objects = new Map<string, () => Tensor>();
  const plain = new Map<string, ScalarValue>();
  for (const [name, entry] of arrays) {
    const start = startOfEntry(entry, zlib, place);
    const whole = () => unpackEntry(entry, zlib, place);
    const text = entry.size <= LONGEST_TEXT ? textInNpy(start, whole) : undefined;
    if (text !== undefined) {
      arrays.delete(name);
      plain.set(name, { kind: "scalar", start: 0, value: text });
      continue;
    }
    if (!openPickle || !pickleInNpy(start)) continue;
    arrays.delete(name);
    const member = { ...place, member: name };
    const file = openPickle(pickleInNpy(whole()) ?? new Uint8Array(), member);
    const within = (key: string) => (key === "" || key === file.only ? name : `${name}.${key}`);
    for (const key of file.names) objects.set(within(key), () => file.open(key));
    for (const [key, value] of file.plain ?? []) plain.set(within(key), value);
  }
  const about = entries.find(({ name, size }) => name === ABOUT + ENDING && size <= MAX_ABOUT);
  return {
    about: about && openEntry(about, zlib, { ...place, member: ABOUT }).bytes,
    names: [...arrays.keys(), ...objects.keys()],
    ...(plain.size > 0 && { plain }),
    open(name) {
      const object = objects.get(name);
      if (object) return object();
      const entry = arrays.get(name);
      if (!entry) throw new RangeError(`there is no array "${name}"`);
      return openEntry(entry, zlib, { ...place, member: name });
    },
  };
}

/**
 * Opens an array of the archive. The header is read first, from the start of the packed data, so that nothing of a
 * wrong size is unpacked.
 */
function openEntry(entry: ZipEntry, zlib: Zlib, place: Place): Tensor {
  const header = readNpyHeader(startOfEntry(entry, zlib, place), place);
  if (header) checkSize(header, entry.size - header.dataStart);
  return openNpy(unpackEntry(entry, zlib, place), place);
}

const OFFICE_DOCUMENT = [
  "this is an office document (Word, Excel or OpenDocument) under the name of an archive of arrays.",
  "Give it its own name, such as .xlsx, .docx, .ods or .odt.",
] as const;

const NO_ARRAYS = [
  "this zip archive has no .npy file.",
  "Save the arrays with np.savez('problem.npz', query=q, key=k, value=v).",
] as const;
