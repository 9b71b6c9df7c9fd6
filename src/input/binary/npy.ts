import { skipGap, startBrackets } from "../brackets/scan.js";
import { readBracketValue } from "../brackets/value.js";
import { type Entry, plainValue } from "../value.js";
import { typeCalled } from "./element-types.js";
import { isSizes } from "./pickled-values.js";
import { DAMAGED, type Place, readingHeader, refuseBinary } from "./place.js";
import { checkSize, MAX_AXES, type Tensor } from "./tensor.js";

const MAGIC = [0x93, ...Buffer.from("NUMPY")];

/** The maximum size of a header. It contains only a type and a shape; NumPy itself refuses more than 10 000 bytes. */
const LONGEST_HEADER = 1 << 16;

const NO_NPY = "The file is damaged, or not a .npy file: save it again with np.save.";

function startsLikeNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, at) => bytes[at] === byte);
}

/**
 * Reads the header of a .npy file, versions 1 to 3: the array's type and shape, and the byte at which the numbers
 * start. Returns undefined if the bytes end within the header, which happens for the start of a file. Throws SYNTAX, or
 * NOT_A_NUMBER for an array of anything but real numbers.
 */
export function readNpyHeader(bytes: Uint8Array, place: Place) {
  if (!startsLikeNpy(bytes)) {
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
  const { descr, fortran, shape } = readDict(text, textStart, place);
  return { place, ...elementType(descr, place), fortran, shape, dataStart };
}

/** The number of bytes in which a header of objects or text must fit. */
const LONGEST_START = 1024;

/**
 * Returns the type in the header of a .npy file, and the byte at which the content begins. Returns undefined if the
 * header is not a short one.
 */
function shortHeaderOf(bytes: Uint8Array): { readonly descr: string; readonly start: number } | undefined {
  const text = Buffer.from(bytes.subarray(0, LONGEST_START)).toString("latin1");
  const [header = "", descr] = /^[^{]*\{'descr': '([^']*)',[^}]*\}\s*\n/s.exec(text) ?? [];
  return descr !== undefined && startsLikeNpy(bytes) ? { descr, start: header.length } : undefined;
}

/**
 * Returns the pickle in a .npy file of Python objects, such as a dictionary that np.save wrote. Returns undefined for
 * other arrays.
 */
export function pickleInNpy(bytes: Uint8Array): Uint8Array | undefined {
  const header = shortHeaderOf(bytes);
  return header?.descr === "|O" ? bytes.subarray(header.start) : undefined;
}

/**
 * Reads the text in a .npy file, which np.savez writes for strings beside arrays. Several strings are joined with
 * spaces. `whole` returns the whole file, of which `start` is the beginning. Returns undefined if the file has no text.
 */
export function textInNpy(start: Uint8Array, whole: () => Uint8Array): string | undefined {
  const header = shortHeaderOf(start);
  const [, order, signs] = /^([<>])U(\d+)$/.exec(header?.descr ?? "") ?? [];
  if (!header || signs === undefined) return undefined;
  const bytes = whole().subarray(header.start);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = 4 * Number(signs);
  const words = Array.from({ length: Math.floor(bytes.length / width) }, (_, word) =>
    Array.from({ length: Number(signs) }, (_, sign) => view.getUint32(word * width + 4 * sign, order === "<"))
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
  if (Array.isArray(descr)) {
    const hint = "Save one field of it: np.save('q.npy', records['field']).";
    refuseBinary(place, "NOT_A_NUMBER", "this is an array of records, not of numbers.", hint);
  }
  if (typeof descr === "string" && typeof fortran === "boolean" && isSizes(shape) && shape.length <= MAX_AXES)
    return { descr, fortran, shape };
  const message = `the header (from byte ${start} on) must have exactly descr, fortran_order and shape, each of its type.`;
  return refuseBinary(place, "SYNTAX", message, NO_NPY);
}

const AS_PYTHON = { subject: "it", decimalComma: false, header: undefined, emptyCells: "refused" } as const;

const OTHER_KINDS: Readonly<Record<string, string>> = {
  c: "complex numbers",
  O: "Python objects, which qkv does not open",
  S: "bytes",
  a: "bytes",
  U: "text",
  M: "dates",
  m: "time spans",
  V: "raw data",
  f: "long doubles",
};

/** Reads a type such as `<f8`: byte order, kind and size in bytes. `|` means no byte order, for single bytes. */
function elementType(descr: string, place: Place) {
  const [, order, code] = /^([<>|=]?)(.*)$/s.exec(descr) ?? [];
  const type = typeCalled("npy", code);
  if (type && (type.size === 1 || order === "<" || order === ">" || code === "V2"))
    return { type, littleEndian: order !== ">" };
  const shown = JSON.stringify(descr.slice(0, 40));
  const kind = code.slice(0, 1);
  if (!type && Object.hasOwn(OTHER_KINDS, kind)) {
    const message = `this is an array of ${OTHER_KINDS[kind]} (${shown}), not of real numbers.`;
    const hint = "Save it as numbers: np.save('q.npy', array.astype('float64')).";
    refuseBinary(place, "NOT_A_NUMBER", message, hint);
  }
  return refuseBinary(place, "SYNTAX", `${shown} is not a number type of .npy files.`, NO_NPY);
}

/** Opens the array of a .npy file. Throws SYNTAX or NOT_A_NUMBER before its numbers are read. */
export function openNpy(bytes: Uint8Array, place: Place): Tensor {
  const header = readNpyHeader(bytes, place);
  if (!header)
    return refuseBinary(
      place,
      "SYNTAX",
      `the file ends at byte ${bytes.length}, within its header.`,
      DAMAGED,
    );
  const { dataStart, ...described } = header;
  checkSize(described, bytes.length - dataStart);
  return { ...described, bytes: bytes.subarray(dataStart) };
}
