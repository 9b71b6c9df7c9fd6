import { tabulate } from "../../math/lists.js";
import { skipGap, startBrackets } from "../brackets/scan.js";
import { readBracketValue } from "../brackets/value.js";
import { type Entry, plainValue } from "../value.js";
import { NPY_START, startsWith } from "./detect.js";
import { typeCalled } from "./element-types.js";
import { isSizes } from "./pickled-values.js";
import { DAMAGED, type Place, readingHeader, refuseBinary } from "./place.js";
import { checkSize, columnMajor, type Described, MAX_AXES, type Tensor } from "./tensor.js";

/** The maximum size of a header. It contains only a type and a shape; NumPy itself refuses more than 10 000 bytes. */
const LONGEST_HEADER = 1 << 16;

const NO_NPY = "The file is damaged, or not a .npy file: save it again with np.save.";

/** How NumPy describes an array. */
interface ArrayHeader {
  /** The type of the elements as NumPy writes it: `<f8`, or a list for records. */
  readonly descr: unknown;
  readonly fortran: boolean;
  readonly shape: readonly number[];
}

/** The header of a .npy file. */
export interface NpyHeader extends ArrayHeader {
  /** The byte at which the elements start. */
  readonly dataStart: number;
}

/**
 * Reads the header of a .npy file, versions 1 to 3. Returns undefined if the bytes end within the header, which happens
 * for the start of a file. Throws SYNTAX.
 */
export function readNpyHeader(bytes: Uint8Array, place: Place): NpyHeader | undefined {
  if (!startsWith(bytes, NPY_START)) {
    refuseBinary(place, "SYNTAX", "this does not start like a .npy file.", NO_NPY);
  }
  if (bytes.length < 12) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint8(6);
  if (version < 1 || version > 3) {
    refuseBinary(place, "SYNTAX", `version ${version} of .npy is not known (byte 6).`, NO_NPY);
  }
  const textStart = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > LONGEST_HEADER) {
    refuseBinary(place, "SYNTAX", `a header of ${length} bytes cannot belong to an array (byte 8).`, NO_NPY);
  }
  const dataStart = textStart + length;
  if (bytes.length < dataStart) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + textStart, length).toString("latin1");
  return { ...readDict(text, textStart, place), dataStart };
}

/** Whether an array holds Python objects as a pickle, such as a dictionary that np.save wrote. */
export const holdsObjects = ({ descr }: NpyHeader): boolean => descr === "|O";

/** Whether an array holds text, which np.savez writes for strings beside arrays. */
export const holdsText = ({ descr }: NpyHeader): boolean => /^[<>]U\d+$/.test(String(descr));

/** Reads the text in a .npy file. Several strings are joined with spaces. */
export function textInNpy(bytes: Uint8Array, { descr, dataStart }: NpyHeader): string {
  const [order, signs] = [String(descr)[0], Number(String(descr).slice(2))];
  const view = new DataView(bytes.buffer, bytes.byteOffset + dataStart);
  const signAt = (at: number) => view.getUint32(4 * at, order === "<");
  const words = tabulate(Math.floor((bytes.length - dataStart) / (4 * signs)), (word) =>
    tabulate(signs, (sign) => signAt(word * signs + sign))
      .filter((code) => code > 0 && code <= LAST_SIGN)
      .map((code) => String.fromCodePoint(code))
      .join(""),
  );
  return words.join(" ");
}

const LAST_SIGN = 0x10ffff;

/**
 * Reads Python's `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`, which must have exactly these three
 * keys.
 */
function readDict(text: string, start: number, place: Place) {
  const source = { name: place.source, kind: "file", bytes: Buffer.from(text, "latin1") } as const;
  const scan = startBrackets(source, AS_PYTHON);
  const value = readingHeader(place, start, () => readBracketValue(scan));
  skipGap(scan);
  const isWhole = value.kind === "object" && value.entries.size === 3 && scan.position === text.length;
  const given = isWhole ? value.entries : new Map<string, Entry>();
  const [descr, fortran, shape] = ["descr", "fortran_order", "shape"].map((key) => {
    const entry = given.get(key);
    return entry && plainValue(entry.value);
  });
  if (descr !== undefined && typeof fortran === "boolean" && isSizes(shape) && shape.length <= MAX_AXES)
    return { descr, fortran, shape };
  const message = `the header (from byte ${start} on) must have exactly descr, fortran_order and shape, each of its type.`;
  return refuseBinary(place, "SYNTAX", message, NO_NPY);
}

const AS_PYTHON = { subject: "it", decimalComma: false, header: undefined, emptyCells: "refused" } as const;

const OTHER_KINDS: Readonly<Record<string, string>> = {
  c: "complex numbers",
  S: "bytes",
  a: "bytes",
  U: "text",
  M: "dates",
  m: "time spans",
  V: "raw data",
  f: "long doubles",
};

/** Reads a type such as `<f8`: byte order, kind and size in bytes. `|` means no byte order, for single bytes. */
function elementType(descr: unknown, place: Place) {
  if (Array.isArray(descr)) {
    const hint = "Save one field of it: np.save('q.npy', records['field']).";
    refuseBinary(place, "NOT_A_NUMBER", "this is an array of records, not of numbers.", hint);
  }
  const [, order, code] = /^([<>|=]?)(.*)$/s.exec(String(descr)) ?? [];
  const type = typeCalled("npy", code);
  if (type && (type.size === 1 || order === "<" || order === ">" || code === "V2"))
    return { type, littleEndian: order !== ">" };
  const shown = JSON.stringify(String(descr).slice(0, 40));
  const kind = code.slice(0, 1);
  if (!type && Object.hasOwn(OTHER_KINDS, kind)) {
    const message = `this is an array of ${OTHER_KINDS[kind]} (${shown}), not of real numbers.`;
    const hint = "Save it as numbers: np.save('q.npy', array.astype('float64')).";
    refuseBinary(place, "NOT_A_NUMBER", message, hint);
  }
  return refuseBinary(place, "SYNTAX", `${shown} is not a number type of .npy files.`, NO_NPY);
}

/** Returns the description of an array of real numbers. Throws NOT_A_NUMBER for other arrays. */
export const describedBy = ({ descr, fortran, shape }: ArrayHeader, place: Place): Described => ({
  place,
  ...elementType(descr, place),
  shape,
  ...(fortran && { strides: columnMajor(shape) }),
});

/** Opens an array of real numbers whose bytes follow its description. Throws SYNTAX or NOT_A_NUMBER. */
export function openArray(header: ArrayHeader, bytes: Uint8Array, place: Place): Tensor {
  const described = describedBy(header, place);
  checkSize(described, bytes.length);
  return { ...described, bytes };
}

/** Opens the array of a .npy file. Throws SYNTAX or NOT_A_NUMBER before its numbers are read. */
export function openNpy(bytes: Uint8Array, place: Place, header = readNpyHeader(bytes, place)): Tensor {
  if (header) return openArray(header, bytes.subarray(header.dataStart), place);
  return refuseBinary(place, "SYNTAX", `the file ends at byte ${bytes.length}, within its header.`, DAMAGED);
}
