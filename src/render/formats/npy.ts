import type { Matrix } from "../../math/matrix.js";
import type { MatrixFormat } from "./format.js";

/** NumPy's file of one array, version 1.0: float64, little-endian, row by row. Always full precision. */
export const npy: MatrixFormat = {
  endings: [".npy"],
  holds: "matrix",
  isBinary: true,
  write: ({ matrix, shape }) => npyChunks(matrix, shape),
};

const MAGIC = "\x93NUMPY";
const ALIGNMENT = 64;

/** The count of numbers per chunk. */
const CHUNK_NUMBERS = 1 << 16;

/** Writes the bytes of a .npy file: the header, then the numbers. */
export function* npyChunks(
  matrix: Matrix,
  shape: readonly number[] = [matrix.rows, matrix.cols],
): Generator<Uint8Array> {
  yield npyHeader("<f8", shape);
  yield* numberChunks(matrix.data);
}

/** Writes numbers as float64, little-endian, in chunks. */
export function* numberChunks(numbers: Float64Array): Generator<Uint8Array> {
  for (let at = 0; at < numbers.length; at += CHUNK_NUMBERS) {
    yield littleEndian(numbers.subarray(at, at + CHUNK_NUMBERS));
  }
}

/** Writes plain bytes as a .npy file: an array of uint8 with one axis. */
export function* npyOfBytes(bytes: Uint8Array): Generator<Uint8Array> {
  yield npyHeader("|u1", [bytes.length]);
  yield bytes;
}

/** Writes a .npy file of numbers as float32, or of 1 and 0 as booleans, with any axes. */
export function* npyOfArray(
  axes: readonly number[],
  data: Float64Array,
  type: "<f4" | "|b1",
): Generator<Uint8Array> {
  yield npyHeader(type, axes);
  yield type === "|b1" ? Uint8Array.from(data) : singleBytes(data);
}

/** Numbers as float32, little-endian. */
export function singleBytes(numbers: Float64Array | Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * numbers.length));
  for (const [index, value] of numbers.entries()) view.setFloat32(4 * index, value, true);
  return new Uint8Array(view.buffer);
}

/**
 * Writes magic, version 1.0, length, and a Python dict padded with blanks, so that the numbers start at a multiple of
 * 64.
 */
function npyHeader(type: "<f8" | "<f4" | "|b1" | "|u1", axes: readonly number[]) {
  const shape = `(${axes.join(", ")}${axes.length === 1 ? "," : ""})`;
  const dict = `{'descr': '${type}', 'fortran_order': False, 'shape': ${shape}, }`;
  const prefix = MAGIC.length + 4;
  const length = Math.ceil((prefix + dict.length + 1) / ALIGNMENT) * ALIGNMENT - prefix;
  const text = `${MAGIC}\x01\x00${String.fromCharCode(length & 0xff, length >> 8)}${dict.padEnd(length - 1)}\n`;
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Returns the numbers as bytes: a view without a copy if this machine is little-endian. */
function littleEndian(numbers: Float64Array) {
  const [lowest] = new Uint8Array(Uint16Array.of(1).buffer);
  if (lowest === 1) return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  const view = new DataView(new ArrayBuffer(numbers.byteLength));
  for (const [index, value] of numbers.entries()) view.setFloat64(8 * index, value, true);
  return new Uint8Array(view.buffer);
}
