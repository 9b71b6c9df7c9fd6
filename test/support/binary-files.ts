import { zipFile } from "./alter.js";
import type { Rows } from "./homework.js";

// Small arrays as NumPy and safetensors store them, in every type that holds a fraction.

/** How numbers are stored: the name in .npy and in safetensors, and one number as bytes, the lowest first. */
interface StoredType {
  readonly npy?: string;
  readonly safetensors: string;
  bytes(value: number): Uint8Array;
}

export const STORED_TYPES = {
  float64: { npy: "<f8", safetensors: "F64", bytes: (value) => bytesOf(Float64Array.of(value)) },
  float32: { npy: "<f4", safetensors: "F32", bytes: (value) => bytesOf(Float32Array.of(value)) },
  float16: { npy: "<f2", safetensors: "F16", bytes: (value) => bytesOf(Uint16Array.of(halfBits(value))) },
  bfloat16: { safetensors: "BF16", bytes: (value) => bytesOf(Uint16Array.of(bfloatBits(value))) },
} as const satisfies Record<string, StoredType>;

export type StoredTypeName = keyof typeof STORED_TYPES;

function bytesOf({ buffer }: Float64Array | Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer);
}

/** The bits of the nearest bfloat16, the upper half of a float32; a half is rounded up. */
function bfloatBits(value: number): number {
  const [bits] = new Uint32Array(Float32Array.of(value).buffer);
  return Number.isFinite(value) ? (bits + 0x8000) >>> 16 : bits >>> 16;
}

/** The bits of the nearest float16 that is no subnormal: 5 bits of exponent, 10 of mantissa. */
function halfBits(value: number): number {
  const [bits] = new Uint32Array(Float32Array.of(value).buffer);
  const sign = (bits >>> 16) & 0x8000;
  if (!Number.isFinite(value)) return sign | 0x7c00;
  const magnitude = bits & 0x7fffffff;
  // Exponents count from −127 and from −15.
  const exponentShift = (127 - 15) << 23;
  return magnitude < exponentShift ? sign : sign | ((magnitude - exponentShift + 0x1000) >>> 13);
}

const numbersOf = (matrices: readonly Rows[], type: StoredType) =>
  matrices.flat(2).map((value) => type.bytes(value));

/** One matrix, or several as an array with a leading axis. */
export type Stack = readonly [Rows, ...Rows[]];

export const alone = (rows: Rows): Stack => [rows];

const shapeOf = (matrices: Stack): readonly number[] => [
  ...(matrices.length > 1 ? [matrices.length] : []),
  matrices[0].length,
  matrices[0][0].length,
];

/** A .npy file, version 1.0. Transposed: in Fortran order, the first axis fastest. */
export function npyFile(matrices: Stack, type: "float64" | "float32" | "float16", isFortran = false): Buffer {
  const order = isFortran ? "True" : "False";
  const dict = `{'descr': '${STORED_TYPES[type].npy}', 'fortran_order': ${order}, 'shape': (${shapeOf(matrices).join(", ")}), }\n`;
  const stored = isFortran ? matrices.map(transpose) : matrices;
  return Buffer.concat([
    Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, dict.length & 255, dict.length >> 8]),
    Buffer.from(dict, "latin1"),
    ...numbersOf(stored, STORED_TYPES[type]),
  ]);
}

const transpose = (rows: Rows): Rows => rows[0].map((_, col) => rows.map((row) => row[col]));

/** A .npz file of named arrays, stored. */
export function npzFile(
  arrays: Readonly<Record<string, Stack>>,
  type: "float64" | "float32" | "float16",
): Buffer {
  const entries = Object.entries(arrays).map(([name, matrices]) => ({
    name: `${name}.npy`,
    data: npyFile(matrices, type),
  }));
  return Buffer.from(zipFile(entries));
}

/** A .safetensors file of named tensors: the length of the header, the header, the numbers. */
export function safetensorsFile(arrays: Readonly<Record<string, Stack>>, type: StoredTypeName): Buffer {
  const data: Uint8Array[] = [];
  const header: Record<string, object> = {};
  let end = 0;
  for (const [name, matrices] of Object.entries(arrays)) {
    const bytes = Buffer.concat(numbersOf(matrices, STORED_TYPES[type]));
    const shape = shapeOf(matrices);
    header[name] = { dtype: STORED_TYPES[type].safetensors, shape, data_offsets: [end, end + bytes.length] };
    data.push(bytes);
    end += bytes.length;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text, ...data]);
}
