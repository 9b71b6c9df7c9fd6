import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderIn } from "./folder-in.js";

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
  const place = tmpdir();
  const hint = "Set TMPDIR to a folder that may be written to.";
  const path = folderIn(place, hint, () => mkdtempSync(join(place, "qkv-")));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
