import { UserError } from "../../errors.js";
import { crc32 } from "./crc32.js";

/** A file to be stored; its chunks are asked for twice, for the checksum and to be written. */
export interface ZipEntry {
  readonly name: string;
  chunks(): Iterable<Uint8Array>;
}

interface Stored {
  readonly name: Uint8Array;
  readonly size: number;
  readonly crc: number;
  /** Where its local header stands. */
  readonly offset: number;
}

/** Sizes and offsets have 32 bits, counts 16, unless zip64 is used, which it is not. */
const MOST_BYTES = 2 ** 32 - 1;
const MOST_ENTRIES = 2 ** 16 - 1;

/** 1980-01-01, the earliest date there is, so that the same run always gives the same bytes. */
const DATE = 0x0021;
const VERSION = 20;
const UTF8_NAME = 0x0800;

/** A zip archive (APPNOTE 6.3) without compression, in chunks. Throws BAD_VALUE for more than 4 GiB. */
export function* zipChunks(entries: Iterable<ZipEntry>): Generator<Uint8Array> {
  const written: Stored[] = [];
  let offset = 0;
  for (const { name, chunks } of entries) {
    const entry = { name: new TextEncoder().encode(name), offset, ...measure(chunks()) };
    const header = localHeader(entry);
    offset += header.length + entry.size;
    written.push(entry);
    if (offset > MOST_BYTES || written.length > MOST_ENTRIES) refuseSize();
    yield header;
    yield* chunks();
  }
  const directory = written.map(directoryEntry);
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  if (offset + size > MOST_BYTES) refuseSize();
  yield* directory;
  yield endOfDirectory(written.length, size, offset);
}

function measure(chunks: Iterable<Uint8Array>): Pick<Stored, "size" | "crc"> {
  let size = 0;
  let crc = 0;
  for (const chunk of chunks) {
    size += chunk.length;
    crc = crc32(chunk, crc);
  }
  return { size, crc };
}

function refuseSize(): never {
  throw new UserError("BAD_VALUE", "this run is more than an npz archive holds: 4 GiB or 65535 matrices.", {
    hint: "Write one matrix: --only weights -o npy.",
  });
}

/** What local header and directory say alike: version, flags, method (stored), time, date, checksum and sizes. */
function commonFields({ crc, size, name }: Stored): readonly Field[] {
  return [
    [2, VERSION],
    [2, UTF8_NAME],
    [2, 0],
    [2, 0],
    [2, DATE],
    [4, crc],
    [4, size],
    [4, size],
    [2, name.length],
    [2, 0],
  ];
}

function localHeader(entry: Stored): Uint8Array {
  return record([[4, 0x04034b50], ...commonFields(entry)], entry.name);
}

/** The common fields between the version it was made by and: comment length, disk, attributes, offset. */
function directoryEntry(entry: Stored): Uint8Array {
  const place: readonly Field[] = [
    [2, 0],
    [2, 0],
    [2, 0],
    [4, 0],
    [4, entry.offset],
  ];
  return record([[4, 0x02014b50], [2, VERSION], ...commonFields(entry), ...place], entry.name);
}

/** Disk numbers, counts, size and offset of the directory, comment length. */
function endOfDirectory(count: number, size: number, offset: number): Uint8Array {
  return record([
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, size],
    [4, offset],
    [2, 0],
  ]);
}

/** How many bytes, and the number in them. */
type Field = readonly [width: 2 | 4, value: number];

function record(fields: readonly Field[], name: Uint8Array = new Uint8Array()): Uint8Array {
  const width = fields.reduce((sum, [bytes]) => sum + bytes, 0);
  const bytes = new Uint8Array(width + name.length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [fieldWidth, value] of fields) {
    if (fieldWidth === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += fieldWidth;
  }
  bytes.set(name, at);
  return bytes;
}
