import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import type { Files } from "./open.js";

/** The files of this machine. */
export function nodeFiles(): Files {
  return {
    readFile: (path) => readFileSync(path),
    // process.stdin must stay untouched before this, or a slow writer makes the read fail (EAGAIN).
    readStdin: () => readFileSync(0),
    openFile(path, least) {
      // Opening a pipe to look at it would take it from its writer.
      const stat = statSync(path, { throwIfNoEntry: false });
      if (!stat?.isFile() || stat.size < least) return undefined;
      const descriptor = openSync(path, "r");
      return {
        size: stat.size,
        read: (into) => readSync(descriptor, into),
        close: () => closeSync(descriptor),
      };
    },
  };
}
