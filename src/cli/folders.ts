import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refuseIn } from "../errors.js";
import { reasonFor } from "../input/open.js";

/** Creates a folder, and the folders above it if they are missing. Throws FILE_UNWRITABLE. */
export function makeFolder(path: string): void {
  folderIn(path, "Name a folder that you may write to.", () => mkdirSync(path, { recursive: true }));
}

/** Creates a new temporary folder. Throws FILE_UNWRITABLE. */
export function makeTemporaryFolder() {
  const place = tmpdir();
  const path = folderIn(place, "Set TMPDIR to a folder that you may write to.", () =>
    mkdtempSync(join(place, "qkv-")),
  );
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Returns the result of `make`, which creates a folder in `place`. Throws FILE_UNWRITABLE with this hint. */
function folderIn<Made>(place: string, hint: string, make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    return refuseIn(place, "FILE_UNWRITABLE", `no folder can be created there: ${reasonFor(error)}.`, hint);
  }
}
