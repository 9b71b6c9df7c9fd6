import { SPACE } from "../input/bytes.js";
import { readWhole } from "../input/stored.js";
import { once } from "../math/remember.js";
import type { Io } from "./io.js";

/**
 * Returns an Io whose stdin contains something that can be read again. Returns undefined if stdin is a terminal or
 * empty.
 */
export function withPiped(io: Io): Io | undefined {
  if (io.isTerminal("stdin")) return undefined;
  const again = rereading(io)();
  return readWhole(again.files.openStdin()).every((byte) => byte <= SPACE) ? undefined : again;
}

/**
 * Returns a function that makes an Io for each reader of stdin. stdin is opened once, and each reader reads it from the
 * beginning.
 */
export function rereading(io: Io): () => Io {
  const piped = once(() => io.files.openStdin());
  // A different function for each Io, because readers are recognised by the function that opens stdin.
  return () => ({ ...io, files: { ...io.files, openStdin: () => piped() } });
}
