import type { ZlibOptions } from "node:zlib";
import { type Place, refuseBinary } from "./place.js";

/** A file in a zip archive, still packed. */
export interface ZipEntry {
  readonly name: string;
  readonly isDeflated: boolean;
  readonly packed: Uint8Array;
  /** The number of bytes after unpacking. */
  readonly size: number;
  readonly crc: number;
}

const LOCAL_HEADER = 0x04034b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const LOCAL_LENGTH = 30;
const ENTRY_LENGTH = 46;
const END_LENGTH = 22;
const LONGEST_COMMENT = 0xffff;

const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
const ZIP64 = 0xffffffff;

/** The maximum ratio of deflate: one byte unpacks to at most 1032 (a match of 258 bytes takes two bits). */
const MAX_INFLATION = 1032;

/**
 * A file that unpacks to more than LARGE bytes, and to more than MAX_PLAUSIBLE times its packed size, is refused
 * before it takes memory.
 */
const LARGE = 64 * 1024 ** 2;
const MAX_PLAUSIBLE = 100;

const TOO_LARGE = "archives of 4 GiB and more are not read.";
const ONE_BY_ONE = "Save the arrays one by one with np.save.";

/**
 * Lists the files of a zip archive. Refuses names that lead out of a folder, entries that overlap or are outside the
 * file, and sizes that deflate cannot reach, all before anything is unpacked. Throws SYNTAX or DUPLICATE_KEY.
 */
export function listZip(bytes: Uint8Array, place: Place): readonly ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = findDirectory(view, place);
  const found: Located[] = [];
  const names = new Set<string>();
  let at = directory.start;
  for (let count = 0; count < directory.count; count++) {
    const entry = readEntry(view, at, directory, place);
    checkName(entry.name, place);
    if (names.has(entry.name)) refuseArchive(place, `it has "${entry.name}" twice`, "DUPLICATE_KEY");
    names.add(entry.name);
    found.push(entry);
    at = entry.next;
  }
  if (at !== directory.end) refuseArchive(place, `the directory ends at byte ${at}, not ${directory.end}`);
  checkOverlap(found, directory.start, place);
  return found;
}

interface Directory {
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

interface Located extends ZipEntry {
  /** The byte at which its local header starts, and the byte at which its data ends. */
  readonly from: number;
  readonly to: number;
  /** The byte at which the next entry of the directory starts. */
  readonly next: number;
}

/** Throws an error about a damaged archive. */
function refuseArchive(place: Place, what: string, code: "SYNTAX" | "DUPLICATE_KEY" = "SYNTAX"): never {
  const { again = "Save it again with np.savez." } = place;
  const hint = `The archive was cut short or damaged. ${again}`;
  return refuseBinary(place, code, `this zip archive is damaged: ${what}.`, hint);
}

/** Finds the record at the end of the file; only the archive's comment may follow it. */
function findDirectory(view: DataView, place: Place): Directory {
  const last = view.byteLength - END_LENGTH;
  for (let at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
    if (view.getUint32(at, true) !== END_OF_DIRECTORY || view.getUint16(at + 20, true) !== last - at)
      continue;
    const count = view.getUint16(at + 10, true);
    const [size, start] = [12, 16].map((offset) => view.getUint32(at + offset, true));
    if (start === ZIP64 || count === 0xffff)
      refuseBinary(place, "SYNTAX", TOO_LARGE, place.again ?? ONE_BY_ONE);
    if (start + size > at || count * ENTRY_LENGTH > size)
      refuseArchive(place, `its directory of ${count} files is not at byte ${start}`);
    return { start, end: start + size, count };
  }
  return refuseArchive(place, "it has no directory at its end");
}

function readEntry(view: DataView, at: number, directory: Directory, place: Place): Located {
  if (at + ENTRY_LENGTH > directory.end || view.getUint32(at, true) !== DIRECTORY_ENTRY) {
    refuseArchive(place, `its directory has no entry at byte ${at}`);
  }
  const [flags, method, nameLength, extraLength, commentLength] = [8, 10, 28, 30, 32].map((offset) =>
    view.getUint16(at + offset, true),
  );
  const [crc, packedSize, size, from] = [16, 20, 24, 42].map((offset) => view.getUint32(at + offset, true));
  const nameAt = at + ENTRY_LENGTH;
  const next = nameAt + nameLength + extraLength + commentLength;
  if (next > directory.end) refuseArchive(place, `an entry of its directory is cut off (byte ${at})`);
  const name = textAt(view, nameAt, nameLength);
  const fail = (message: string, hint: string): never => refuseBinary(place, "SYNTAX", message, hint);
  const { again } = place;
  if ([packedSize, size, from].includes(ZIP64)) fail(TOO_LARGE, again ?? ONE_BY_ONE);
  if (flags & ENCRYPTED) fail(`"${name}" is encrypted.`, "Save it without a password.");
  if (method !== STORED && method !== DEFLATED)
    fail(`"${name}" is packed by method ${method}.`, again ?? "Save it with np.savez.");
  const most = method === STORED ? packedSize : packedSize * MAX_INFLATION;
  if (size > most || (method === STORED && size < packedSize)) {
    refuseArchive(place, `"${name}" says it unpacks from ${packedSize} bytes to ${size}`);
  }
  if (size > LARGE && size > packedSize * MAX_PLAUSIBLE)
    fail(
      `"${name}" unpacks from ${packedSize} bytes to ${size}, more than ${MAX_PLAUSIBLE} times as many.`,
      again ?? "If that is meant, save it with np.savez, which does not pack it.",
    );
  const start = dataStart(view, from, name, directory, place);
  const to = start + packedSize;
  if (to > directory.start) refuseArchive(place, `"${name}" does not end before the directory`);
  const packed = new Uint8Array(view.buffer, view.byteOffset + start, packedSize);
  return { name, isDeflated: method === DEFLATED, packed, size, crc, from, to, next };
}

/**
 * Returns the byte at which a file's data starts: after its local header, which repeats the name and has its own extra
 * field.
 */
function dataStart(view: DataView, from: number, name: string, directory: Directory, place: Place): number {
  if (from + LOCAL_LENGTH > directory.start || view.getUint32(from, true) !== LOCAL_HEADER) {
    refuseArchive(place, `"${name}" does not start at byte ${from}`);
  }
  const nameLength = view.getUint16(from + 26, true);
  const start = from + LOCAL_LENGTH + nameLength + view.getUint16(from + 28, true);
  if (start > directory.start) refuseArchive(place, `"${name}" does not end before the directory`);
  if (textAt(view, from + LOCAL_LENGTH, nameLength) !== name)
    refuseArchive(place, `"${name}" has another name at byte ${from}`);
  return start;
}

function textAt(view: DataView, at: number, length: number): string {
  return Buffer.from(view.buffer, view.byteOffset + at, length).toString("utf8");
}

/**
 * Refuses names that point outside the archive. qkv never writes files under these names, but such an archive was not
 * made to be read as numbers.
 */
function checkName(name: string, place: Place): void {
  const isPlain =
    name !== "" && !/^[/\\]|^[A-Za-z]:|\\|\p{Cc}/u.test(name) && !name.split("/").includes("..");
  if (isPlain) return;
  const message = `the archive has a file with the name ${JSON.stringify(name.slice(0, 80))}, which points outside of it.`;
  refuseBinary(place, "SYNTAX", message, "Programs write plain names into archives; do not trust this one.");
}

/** Refuses entries that share data, which is how a small archive unpacks to a huge one. */
function checkOverlap(entries: readonly Located[], end: number, place: Place): void {
  const sorted = entries.toSorted((a, b) => a.from - b.from);
  for (const [index, { name, to }] of sorted.entries()) {
    const next = sorted[index + 1];
    if (to > (next?.from ?? end))
      refuseArchive(place, `"${name}" and "${next?.name}" overlap at byte ${next?.from}`);
  }
}

/** Returns node:zlib. It is loaded only if an archive is read. */
const zlib = () => process.getBuiltinModule("node:zlib");

/** The number of packed bytes that contain at least a header. */
const START_LENGTH = 1024;

/** Returns the first bytes of an entry, from the start of its packed data. Throws SYNTAX. */
export function startOfEntry(entry: ZipEntry, place: Place): Uint8Array {
  const packed = entry.packed.subarray(0, START_LENGTH);
  return inflated({ ...entry, packed }, place, { finishFlush: zlib().constants.Z_SYNC_FLUSH });
}

/** Returns the bytes of an entry. Throws SYNTAX if their size or checksum is not the one in the directory. */
export function unpackEntry(entry: ZipEntry, place: Place): Uint8Array {
  const { name, size, crc } = entry;
  const bytes = inflated(entry, place, { maxOutputLength: Math.max(1, size) });
  if (bytes.length !== size) refuseArchive(place, `"${name}" unpacks to ${bytes.length} bytes, not ${size}`);
  if (zlib().crc32(bytes) !== crc) refuseArchive(place, `the checksum of "${name}" is wrong`);
  return bytes;
}

/** Unpacks deflated data. Throws SYNTAX if it is not deflated, or longer than the options allow. */
function inflated(
  { name, isDeflated, packed, size }: ZipEntry,
  place: Place,
  options: ZlibOptions,
): Uint8Array {
  if (!isDeflated) return packed;
  try {
    return zlib().inflateRawSync(packed, options);
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    return refuseArchive(place, `"${name}" cannot be unpacked to ${size} bytes (${what})`);
  }
}
