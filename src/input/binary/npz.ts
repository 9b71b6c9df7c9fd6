import { UserError } from "../../errors.js";
import type { ScalarValue } from "../value.js";
import {
  describedBy,
  holdsObjects,
  holdsText,
  type NpyHeader,
  openNpy,
  readNpyHeader,
  textInNpy,
} from "./npy.js";
import { type Place, refuseBinary } from "./place.js";
import { openPickle } from "./pt.js";
import { checkSize, type OpenTensor, type TensorFile } from "./tensor.js";
import { startOfEntry, unpackEntry, type ZipEntry } from "./zip.js";

const ENDING = ".npy";

/** A member of the archives that qkv writes for a run: the bytes of the run's JSON, as an array. */
const ABOUT = "run.json";
const MAX_ABOUT = 64 * 1024 * 1024;
const LONGEST_TEXT = 1 << 16;

/** Opens the arrays in an archive, stored or deflated. Throws SYNTAX. */
export function openNpz(entries: readonly ZipEntry[], place: Place): TensorFile {
  const members = entries.filter(({ name }) => name.endsWith(ENDING) && name !== ABOUT + ENDING);
  if (members.length === 0) {
    const isOffice = entries.some(({ name }) => name === "[Content_Types].xml" || name === "content.xml");
    const [message, hint] = isOffice ? OFFICE_DOCUMENT : NO_ARRAYS;
    refuseBinary(place, "SYNTAX", message, hint);
  }
  const tensors = new Map<string, OpenTensor>();
  const plain = new Map<string, ScalarValue>();
  for (const entry of members) addMember(entry, tensors, plain, place);
  const about = entries.find(({ name, size }) => name === ABOUT + ENDING && size <= MAX_ABOUT);
  return {
    about: about && openNpy(unpackEntry(about, place), { ...place, member: ABOUT }).bytes,
    tensors,
    plain,
  };
}

/** Adds what a member of an archive holds: an array, text, or the arrays and values in a Python object. */
function addMember(
  entry: ZipEntry,
  tensors: Map<string, OpenTensor>,
  plain: Map<string, ScalarValue>,
  archive: Place,
): void {
  const name = entry.name.slice(0, -ENDING.length);
  const place = { ...archive, member: name };
  const header = headerOf(entry, place);
  const whole = () => unpackEntry(entry, place);
  if (header && holdsText(header) && entry.size <= LONGEST_TEXT) {
    plain.set(name, { kind: "scalar", start: 0, value: textInNpy(whole(), header) });
  } else if (header && holdsObjects(header)) {
    const file = openPickle(whole().subarray(header.dataStart), place);
    if (file.only) tensors.set(name, file.only);
    for (const [key, open] of file.tensors) tensors.set(`${name}.${key}`, open);
    for (const [key, value] of file.plain ?? []) plain.set(key === "" ? name : `${name}.${key}`, value);
  } else {
    tensors.set(name, () => {
      // Nothing of a wrong size is unpacked.
      if (header) checkSize(describedBy(header, place), entry.size - header.dataStart);
      return openNpy(whole(), place);
    });
  }
}

/** Returns the header of an array. A damaged one is refused when the array is read. */
function headerOf(entry: ZipEntry, place: Place): NpyHeader | undefined {
  try {
    return readNpyHeader(startOfEntry(entry, place), place);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

const OFFICE_DOCUMENT = [
  "this is an office document (Word, Excel or OpenDocument) under the name of an archive of arrays.",
  "Give it its own name, such as .xlsx, .docx, .ods or .odt.",
] as const;

const NO_ARRAYS = [
  "this zip archive has no .npy file.",
  "Save the arrays with np.savez('problem.npz', query=q, key=k, value=v).",
] as const;
