import type { ScalarValue } from "../value.js";
import { checkNpySize, openNpy, readNpyHeader } from "./npy.js";
import { type Place, refuseBinary } from "./place.js";
import type { Tensor } from "./tensor.js";
import { startOfEntry, unpackEntry, type ZipEntry, type Zlib } from "./zip.js";

/** A file of several arrays, each of which is read when it is asked for. */
export interface TensorFile {
  /** What a run that was written as an archive says of itself: JSON. */
  readonly about?: Uint8Array;
  readonly names: readonly string[];
  /** Numbers and text that stand beside the arrays. */
  readonly plain?: ReadonlyMap<string, ScalarValue>;
  /** Throws a UserError when this array is damaged or holds no numbers. */
  open(name: string): Tensor;
}

const ENDING = ".npy";

/** Beside the arrays of a run that qkv wrote: an array of the bytes of its JSON. */
const ABOUT = "run.json";
const MOST_ABOUT = 64 * 1024 * 1024;

/** The arrays of the files of an archive, stored or deflated. Throws SYNTAX. */
export function openNpz(entries: readonly ZipEntry[], zlib: Zlib, place: Place): TensorFile {
  const arrays = new Map(
    entries
      .filter(({ name }) => name.endsWith(ENDING) && name !== ABOUT + ENDING)
      .map((entry) => [entry.name.slice(0, -ENDING.length), entry] as const),
  );
  if (arrays.size === 0) refuseOther(entries, place);
  const about = entries.find(({ name, size }) => name === ABOUT + ENDING && size <= MOST_ABOUT);
  return {
    ...(about && { about: openEntry(about, zlib, { ...place, member: ABOUT }).bytes }),
    names: [...arrays.keys()],
    open(name) {
      const entry = arrays.get(name);
      if (!entry) throw new RangeError(`there is no array "${name}"`);
      return openEntry(entry, zlib, { ...place, member: name });
    },
  };
}

/** The header is read from the start of the packed data, so that nothing is unpacked that is no array of that size. */
function openEntry(entry: ZipEntry, zlib: Zlib, place: Place): Tensor {
  const header = readNpyHeader(startOfEntry(entry, zlib, place), place);
  if (header) checkNpySize(header, entry.size, place);
  return openNpy(unpackEntry(entry, zlib, place), place);
}

function refuseOther(entries: readonly ZipEntry[], place: Place): never {
  const names = entries.map(({ name }) => name);
  if (names.includes("[Content_Types].xml") || names.includes("content.xml")) {
    const message =
      "this is an office document (Word, Excel or OpenDocument) under the name of an archive of arrays.";
    return refuseBinary(
      place,
      "SYNTAX",
      message,
      "Give it its own name, such as .xlsx, .docx, .ods or .odt.",
    );
  }
  const message = "this zip archive holds no .npy file.";
  const hint = "Save the arrays with np.savez('problem.npz', query=q, key=k, value=v).";
  return refuseBinary(place, "SYNTAX", message, hint);
}
