import type { Place } from "./place.js";
import { refuseArchive, type ZipEntry } from "./zip.js";

/** What of node:zlib unpacks an archive; it is loaded only when an archive is read. */
export interface Zlib {
  /** All of it. Throws when it is more than `most` bytes, or no deflated data. */
  inflate(packed: Uint8Array, most: number): Uint8Array;
  /** What the start of some deflated data begins with. */
  inflateStart(packed: Uint8Array): Uint8Array;
  crc32(bytes: Uint8Array): number;
}

export async function loadZlib(): Promise<Zlib> {
  const { constants, crc32, inflateRawSync } = await import("node:zlib");
  return {
    inflate: (packed, most) => inflateRawSync(packed, { maxOutputLength: Math.max(1, most) }),
    inflateStart: (packed) => inflateRawSync(packed, { finishFlush: constants.Z_SYNC_FLUSH }),
    crc32: (bytes) => crc32(bytes),
  };
}

/** As much of a packed file as a header takes. */
const START_LENGTH = 1024;

/** The first bytes of an entry, from little of its packed data. Throws SYNTAX. */
export function startOfEntry(entry: ZipEntry, zlib: Zlib, place: Place): Uint8Array {
  const packed = entry.packed.subarray(0, START_LENGTH);
  return entry.isDeflated ? guarded(entry, place, () => zlib.inflateStart(packed)) : packed;
}

/** The bytes of an entry. Throws SYNTAX when they are not what the directory says. */
export function unpackEntry(entry: ZipEntry, zlib: Zlib, place: Place): Uint8Array {
  const { name, size, crc, packed } = entry;
  const bytes = entry.isDeflated ? guarded(entry, place, () => zlib.inflate(packed, size)) : packed;
  if (bytes.length !== size) refuseArchive(place, `"${name}" unpacks to ${bytes.length} bytes, not ${size}`);
  if (zlib.crc32(bytes) !== crc) refuseArchive(place, `the checksum of "${name}" is wrong`);
  return bytes;
}

function guarded(entry: ZipEntry, place: Place, unpack: () => Uint8Array): Uint8Array {
  try {
    return unpack();
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    return refuseArchive(place, `"${entry.name}" cannot be unpacked to ${entry.size} bytes (${what})`);
  }
}
