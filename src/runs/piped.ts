import { SPACE } from "../input/bytes.js";
import { readWhole } from "../input/stored.js";
import type { Io } from "./io.js";

/** Surroundings in which standard input was looked at and holds something; undefined of a terminal, and where a pipe is empty. */
export function withPiped(io: Io): Io | undefined {
  if (io.isTerminal("stdin")) return undefined;
  const piped = io.files.openStdin();
  if (readWhole(piped).every((byte) => byte <= SPACE)) return undefined;
  // Another reader is one that opens it by another function.
  return { ...io, files: { ...io.files, openStdin: () => piped } };
}
