import type { OnProgress } from "../attention/comparison/sweep-points.js";
import type { Io } from "./io.js";

/** A line on a terminal's stderr that is written over and in the end removed; nothing anywhere else. */
export function progressLine(io: Io, isQuiet: boolean): OnProgress | undefined {
  if (isQuiet) return undefined;
  let isShown: boolean | undefined;
  return (done, total, what) => {
    // Asked only by work that takes long enough: the answer loads a module for terminals.
    isShown ??= io.isTerminal("stderr");
    if (isShown) io.writeError(done < total ? `\r\x1b[K${done} of ${total}: ${what}` : "\r\x1b[K");
  };
}
