import { crc32 } from "node:zlib";

/** A little-endian number of `width` bytes. */
export function bytesOf(value: number | bigint, width: 2 | 4 | 8): Uint8Array {
  const view = new DataView(new ArrayBuffer(width));
  if (width === 8) view.setBigUint64(0, BigInt(value), true);
  else if (width === 4) view.setUint32(0, Number(value), true);
  else view.setUint16(0, Number(value), true);
  return new Uint8Array(view.buffer);
}

/** A copy of the bytes with others written over them. */
export function patched(bytes: Uint8Array, at: number, over: Uint8Array | string): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(typeof over === "string" ? Buffer.from(over, "latin1") : over, at);
  return copy;
}

/** A .npy file with this header, as it stands, and these bytes behind it. */
export function npyFile(header: string, data: Uint8Array = new Uint8Array(), version = 1): Uint8Array {
  const length = bytesOf(header.length, version === 1 ? 2 : 4);
  return Buffer.concat([
    Buffer.from(`\x93NUMPY${String.fromCharCode(version)}\0${header}`, "latin1").subarray(0, 8),
    length,
    Buffer.from(header, "latin1"),
    data,
  ]);
}

/** A .safetensors file with this header, as it stands. */
export function safetensorsFile(header: string, data: Uint8Array = new Uint8Array()): Uint8Array {
  return Buffer.concat([bytesOf(Buffer.byteLength(header), 8), Buffer.from(header), data]);
}

/** One file of a zip archive. What is left out is as it should be. */
export interface ZipFile {
  readonly name: string;
  readonly data: Uint8Array;
  readonly packed?: Uint8Array;
  readonly size?: number;
  readonly crc?: number;
  readonly method?: number;
  readonly flags?: number;
  readonly localName?: string;
  /** The offset that the directory gives for it. */
  readonly offset?: number;
}

/** Makes a zip archive of these files, right or wrong as they say. */
export function zipFile(files: readonly ZipFile[]): Uint8Array {
  const locals: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const {
    name,
    data,
    packed = data,
    size = data.length,
    crc = crc32(Buffer.from(data)),
    method = 0,
    flags = 0,
    localName = name,
    offset = at,
  } of files) {
    const common = [
      bytesOf(20, 2),
      bytesOf(flags, 2),
      bytesOf(method, 2),
      bytesOf(0, 4),
      bytesOf(crc, 4),
      bytesOf(packed.length, 4),
      bytesOf(size, 4),
    ];
    const local = Buffer.concat([
      bytesOf(0x04034b50, 4),
      ...common,
      bytesOf(Buffer.byteLength(localName), 2),
      bytesOf(0, 2),
      Buffer.from(localName),
      packed,
    ]);
    locals.push(local);
    directory.push(
      Buffer.concat([
        bytesOf(0x02014b50, 4),
        bytesOf(20, 2),
        ...common,
        bytesOf(Buffer.byteLength(name), 2),
        bytesOf(0, 2),
        bytesOf(0, 2),
        bytesOf(0, 4),
        bytesOf(0, 4),
        bytesOf(offset, 4),
        Buffer.from(name),
      ]),
    );
    at += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = [
    bytesOf(0x06054b50, 4),
    bytesOf(0, 4),
    bytesOf(files.length, 2),
    bytesOf(files.length, 2),
    bytesOf(entries.length, 4),
    bytesOf(at, 4),
    bytesOf(0, 2),
  ];
  return Buffer.concat([...locals, entries, ...end]);
}
