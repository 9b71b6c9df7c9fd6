import { refuseAs, setting, UserError } from "../../errors.js";

// A message has four parts: the length of its header, the length of its body (4 bytes each, little-endian), the header
// (JSON), and the body. The body contains the bytes of the files that the header lists, one after the other.

const PREFIX_BYTES = 8;

/** The maximum size of a header, which contains a command line and names of files. */
const MAX_HEADER_BYTES = 2 ** 20;

/** Fills the beginning of `into`. Returns the number of bytes, or 0 at the end. */
export type ReadBytes = (into: Uint8Array) => number;

/** A file of a message: its name and its bytes. The name "-" is stdin or stdout. */
export type NamedBytes = readonly [name: string, bytes: Uint8Array];

/** A message as it was received. */
export interface Received {
  readonly header: unknown;
  readonly body: Uint8Array;
}

/** The error for an input that ends in the middle of a message. */
export class EndedWithin extends Error {}

/**
 * Reads the next message. Returns undefined at the end of the input. Throws EndedWithin, and UserError for a message
 * that is longer than `limit` or is not JSON. After a UserError the next message can still be read.
 */
export function readMessage(read: ReadBytes, limit: number): Received | undefined {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  const begun = fill(prefix, read);
  if (begun === 0) return undefined;
  if (begun < PREFIX_BYTES) throw new EndedWithin();
  const [headerBytes, bodyBytes] = [prefix.readUInt32LE(0), prefix.readUInt32LE(4)];
  if (headerBytes > MAX_HEADER_BYTES || bodyBytes > limit) {
    skip(headerBytes + bodyBytes, read);
    throw tooLong(headerBytes > MAX_HEADER_BYTES ? [headerBytes, MAX_HEADER_BYTES] : [bodyBytes, limit]);
  }
  const header = readWhole(headerBytes, read);
  const body = readWhole(bodyBytes, read);
  try {
    return { header: JSON.parse(header.toString("utf8")), body };
  } catch {
    refuseAs(
      "SYNTAX",
      "The header of the message is not JSON.",
      'Send {"id": 1, "argv": ["attend", "--demo"], "files": []}.',
    );
  }
}

/** Returns the bytes of a message. Throws BAD_VALUE if its files are longer than `limit`. */
export function messageOf(
  header: object,
  files: readonly NamedBytes[],
  limit: number,
): readonly Uint8Array[] {
  const lengths = files.map(([name, bytes]) => [name, bytes.length] as const);
  const bodyBytes = lengths.reduce((sum, [, length]) => sum + length, 0);
  if (bodyBytes > limit) throw tooLong([bodyBytes, limit]);
  const text = Buffer.from(JSON.stringify({ ...header, files: lengths }));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32LE(text.length, 0);
  prefix.writeUInt32LE(bodyBytes, 4);
  return [Buffer.concat([prefix, text]), ...files.map(([, bytes]) => bytes)];
}

const tooLong = ([bytes, most]: readonly [number, number]) =>
  new UserError(
    "BAD_VALUE",
    `A message of ${bytes} bytes is longer than the ${most} that are allowed.`,
    `Send less, or start with a larger ${setting("limit")}.`,
  );

function readWhole(bytes: number, read: ReadBytes) {
  const whole = Buffer.allocUnsafeSlow(bytes);
  if (fill(whole, read) < bytes) throw new EndedWithin();
  return whole;
}

/** Fills `into` as far as there is input. Returns the number of bytes. */
function fill(into: Uint8Array, read: ReadBytes) {
  let filled = 0;
  while (filled < into.length) {
    const count = read(into.subarray(filled));
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

/** The number of bytes that are read at once if nobody needs them. */
const PIECE_BYTES = 2 ** 16;

function skip(bytes: number, read: ReadBytes) {
  for (let left = bytes; left > 0; left -= PIECE_BYTES) readWhole(Math.min(left, PIECE_BYTES), read);
}
