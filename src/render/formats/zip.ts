import { setting, UserError } from "../../errors.js";
import { sumOver } from "../../math/lists.js";

/** A file to store. Its chunks are produced twice: for the checksum, and to be written. */
export interface ZipEntry {
  readonly name: string;
  chunks(): Iterable<Uint8Array>;
}

interface Stored {
  readonly name: Uint8Array;
  readonly size: number;
  readonly crc: number;
  /** The offset of its local header. */
  readonly offset: number;
}

/** Without zip64, which is not used, sizes and offsets have 32 bits and counts 16. */
const MOST_BYTES = 2 ** 32 - 1;
const MOST_ENTRIES = 2 ** 16 - 1;

/** 1980-01-01, the earliest date in a zip, so that the same run always gives the same bytes. */
const DATE = 0x0021;
const VERSION = 20;
const UTF8_NAME = 0x0800;

/**
 * Writes a zip archive (APPNOTE 6.3) without compression, in chunks. Throws BAD_VALUE for more than 4 GiB or 65535
 * files.
 */
export async function* zipChunks(entries: Iterable<ZipEntry>): AsyncGenerator<Uint8Array> {
  const { crc32 } = await import("node:zlib");
  const written: Stored[] = [];
  let offset = 0;
  for (const { name, chunks } of entries) {
    const entry = { name: new TextEncoder().encode(name), offset, size: 0, crc: 0 };
    for (const chunk of chunks()) {
      entry.size += chunk.length;
      entry.crc = crc32(chunk, entry.crc);
    }
    const header = record([...long(0x04034b50), ...commonFields(entry)], entry.name);
    offset += header.length + entry.size;
    written.push(entry);
    if (offset > MOST_BYTES || written.length > MOST_ENTRIES) throw tooLarge();
    yield header;
    yield* chunks();
  }
  const directory = written.map(directoryEntry);
  const size = sumOver(directory, ({ length }) => length);
  if (offset + size > MOST_BYTES) throw tooLarge();
  yield* directory;
  yield endOfDirectory(written.length, size, offset);
}

const tooLarge = () =>
  new UserError(
    "BAD_VALUE",
    "this run is too large for an npz archive, which holds up to 4 GiB and 65535 matrices.",
    `Write one matrix: ${setting("only")} weights -o npy.`,
  );

/**
 * Returns the fields that the local header and the directory share: version, flags, method (stored), time, date,
 * checksum and sizes.
 */
function commonFields({ crc, size, name }: Stored) {
  return [VERSION, UTF8_NAME, 0, 0, DATE, ...long(crc), ...long(size), ...long(size), name.length, 0];
}

/**
 * Returns a directory entry: the version that made it, the common fields, then comment length, disk, attributes,
 * offset.
 */
function directoryEntry(entry: Stored) {
  const place = [0, 0, 0, ...long(0), ...long(entry.offset)];
  return record([...long(0x02014b50), VERSION, ...commonFields(entry), ...place], entry.name);
}

/** Returns the end of the directory: disk numbers, counts, size and offset of the directory, comment length. */
function endOfDirectory(count: number, size: number, offset: number) {
  return record([...long(0x06054b50), 0, 0, count, count, ...long(size), ...long(offset), 0]);
}

/** Splits a 32-bit number into two 16-bit numbers, the lower one first. */
const long = (value: number) => [value & 0xffff, value >>> 16];

/** Writes 16-bit numbers, each with its lower byte first, and a name. */
function record(fields: readonly number[], name: Uint8Array = new Uint8Array()) {
  return Uint8Array.from([...fields.flatMap((field) => [field & 0xff, field >>> 8]), ...name]);
}
