import { remember } from "../math/remember.js";

/** Bytes that stay in a file or a buffer of piped data, and can be read at any position. */
export interface Stored {
  readonly size: number;
  /** All bytes, if they are in memory. */
  readonly bytes?: Uint8Array;
  /** Fills the beginning of `into` with the bytes from `position` on, and returns how many; 0 at the end. */
  read(into: Uint8Array, position: number): number;
}

/** Returns access to bytes in memory. */
export function storedBytes(bytes: Uint8Array): Stored {
  return {
    size: bytes.length,
    bytes,
    read(into, position) {
      const some = bytes.subarray(position, position + into.length);
      into.set(some);
      return some.length;
    },
  };
}

/** Reads at most `most` bytes from `position` on. Returns fewer only at the end. Bytes in memory are not copied. */
export function readFrom(stored: Stored, position: number, most: number, buffer?: Uint8Array): Uint8Array {
  const length = Math.max(0, Math.min(most, stored.size - position));
  if (stored.bytes && !buffer) return stored.bytes.subarray(position, position + length);
  const bytes =
    buffer && buffer.length >= length ? buffer.subarray(0, length) : Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const count = stored.read(bytes.subarray(filled), position + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

const wholes = new WeakMap<Stored, Uint8Array>();

/** Returns all bytes, which are read once. */
export const readWhole = (stored: Stored): Uint8Array =>
  stored.bytes ?? remember(wholes, stored, () => readFrom(stored, 0, stored.size));
