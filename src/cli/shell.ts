import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../errors.js";

/** Runs a command line of the shell; what it prints goes to standard error. Gives its exit code. */
export function runShell(command: string): number {
  // An import would be that of the bundle, which leaves the module out for the sake of start-up (scripts/bundle.js).
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const standardError = 2;
  const { status } = spawnSync(command, { shell: true, stdio: ["ignore", standardError, standardError] });
  return status ?? 1;
}

/** A new folder for files that are needed for a while. Throws FILE_UNWRITABLE. */
export function makeTemporaryFolder() {
  const path = makeFolderIn(tmpdir());
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

function makeFolderIn(place: string): string {
  try {
    return mkdtempSync(join(place, "qkv-"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError("FILE_UNWRITABLE", `no folder can be made there: ${reason}.`, {
      hint: "Set TMPDIR to a folder that may be written to.",
      location: { source: place },
    });
  }
}
