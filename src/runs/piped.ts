import { SPACE } from "../input/bytes.js";
import { readWhole } from "../input/stored.js";
import { once } from "../math/remember.js";
import type { Io } from "./io.js";

/** Surroundings in which standard input was looked at and holds something; undefined of a terminal, and where a pipe is empty. */
export function withPiped(io: Io): Io | undefined {
  if (io.isTerminal("stdin")) return undefined;
  const again = rereading(io)();
  return readWhole(again.files.openStdin()).every((byte) => byte <= SPACE) ? undefined : again;
}

/** Makes surroundings for one reader of standard input after another: it is opened once, and each reads it from the beginning. */
export function rereading(io: Io): () => Io {
  const piped = once(() => io.files.openStdin());
  // Another reader is one that opens it by another function.
  return () => ({ ...io, files: { ...io.files, openStdin: () => piped() } });
}
