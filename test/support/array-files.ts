import type { FloatName } from "../../src/check/machine/float-names.js";
import { FLOAT_TYPES, roundTo } from "../../src/check/machine/float-types.js";
import { npyFile, safetensorsFile, zipFile } from "./alter.js";

// Arrays with any number of axes, as kernels dump them.

/** A dumped array: its axes, its numbers row by row, and the type that they are stored in. */
export interface DumpedArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
  readonly type: FloatName;
}

/** Products are computed in tf32, but results are stored as float32. */
const KEPT = { float64: "<f8", float32: "<f4", tf32: "<f4", float16: "<f2", bfloat16: "<f4" } as const;

const SAFETENSORS = {
  float64: "F64",
  float32: "F32",
  tf32: "F32",
  float16: "F16",
  bfloat16: "BF16",
} as const;

/** Returns the 16 bits of a number that has been rounded to a short type. */
function shortBits(type: "float16" | "bfloat16", value: number): number {
  const [bits] = new Uint32Array(Float32Array.of(value).buffer);
  if (type === "bfloat16") return bits >>> 16;
  const sign = (bits >>> 16) & 0x8000;
  if (Number.isNaN(value)) return 0x7e00;
  const size = Math.abs(value);
  if (size === Infinity) return sign | 0x7c00;
  // Below 2^−14, numbers of float16 are multiples of 2^−24.
  if (size < 2 ** -14) return sign | Math.round(size * 2 ** 24);
  return sign | (((bits & 0x7fffffff) - ((127 - 15) << 23)) >>> 13);
}

function bytesFor(data: Float64Array, type: FloatName, isNumpy: boolean): Uint8Array {
  const rounded = data.map((value) => roundTo(FLOAT_TYPES[type === "tf32" ? "float32" : type], value));
  if (type === "float64") return new Uint8Array(rounded.buffer);
  if (type === "float16" || (type === "bfloat16" && !isNumpy)) {
    return new Uint8Array(Uint16Array.from(rounded, (value) => shortBits(type, value)).buffer);
  }
  return new Uint8Array(Float32Array.from(rounded).buffer);
}

/** Makes a .npy file. NumPy has no bfloat16, so its numbers are stored as float32. */
export function npyOf({ shape, data, type }: DumpedArray): Uint8Array {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '${KEPT[type]}', 'fortran_order': False, 'shape': (${axes}), }\n`;
  return npyFile(header, bytesFor(data, type, true));
}

/** A .npz file of named arrays. */
export function npzOf(arrays: Readonly<Record<string, DumpedArray>>): Uint8Array {
  return zipFile(
    Object.entries(arrays).map(([name, array]) => ({ name: `${name}.npy`, data: npyOf(array) })),
  );
}

/** A .safetensors file of named tensors. */
export function safetensorsOf(arrays: Readonly<Record<string, DumpedArray>>): Uint8Array {
  const header: Record<string, object> = {};
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const [name, { shape, data, type }] of Object.entries(arrays)) {
    const bytes = bytesFor(data, type, false);
    header[name] = { dtype: SAFETENSORS[type], shape, data_offsets: [end, end + bytes.length] };
    parts.push(bytes);
    end += bytes.length;
  }
  return safetensorsFile(JSON.stringify(header), Buffer.concat(parts));
}

const STORAGES = {
  float64: "DoubleStorage",
  float32: "FloatStorage",
  tf32: "FloatStorage",
  float16: "HalfStorage",
  bfloat16: "BFloat16Storage",
} as const;

/** A .pt file as `torch.save` writes a dictionary of tensors: a pickle of protocol 2, and a file for each storage. */
export function ptOf(arrays: Readonly<Record<string, DumpedArray>>): Uint8Array {
  const files: { name: string; data: Uint8Array }[] = [];
  const text = (value: string) => {
    const bytes = Buffer.from(value);
    return Buffer.concat([Buffer.from([0x58]), int32(bytes.length), bytes]);
  };
  const whole = (value: number) => Buffer.concat([Buffer.from("J"), int32(value)]);
  const tuple = (items: readonly Uint8Array[]) =>
    Buffer.concat([Buffer.from("("), ...items, Buffer.from("t")]);
  const global = (module: string, name: string) => Buffer.from(`c${module}\n${name}\n`);
  const tensors = Object.entries(arrays).map(([name, { shape, data, type }], index) => {
    const bytes = bytesFor(data, type, false);
    files.push({ name: `dump/data/${index}`, data: bytes });
    const storage = tuple([
      ...[
        text("storage"),
        global("torch", STORAGES[type]),
        text(String(index)),
        text("cpu"),
        whole(data.length),
      ],
    ]);
    const strides = shape.map((_, axis) =>
      shape.slice(axis + 1).reduce((product, size) => product * size, 1),
    );
    const ordered = Buffer.concat([global("collections", "OrderedDict"), Buffer.from(")R")]);
    const parts = [
      ...[
        Buffer.concat([storage, Buffer.from("Q")]),
        whole(0),
        tuple(shape.map(whole)),
        tuple(strides.map(whole)),
      ],
      ...[Buffer.from([0x89]), ordered],
    ];
    const rebuilt = Buffer.concat([
      global("torch._utils", "_rebuild_tensor_v2"),
      tuple(parts),
      Buffer.from("R"),
    ]);
    return Buffer.concat([text(name), rebuilt]);
  });
  const pickle = Buffer.concat([Buffer.from([0x80, 2]), Buffer.from("}("), ...tensors, Buffer.from("u.")]);
  return zipFile([
    { name: "dump/data.pkl", data: pickle },
    ...files,
    { name: "dump/version", data: Buffer.from("3\n") },
  ]);
}

function int32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
