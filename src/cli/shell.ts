import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderIn } from "./folder-in.js";

/** Runs a command line in the shell and returns its exit code. Its output goes to stderr. */
export function runShell(command: string): number {
  // The bundle leaves this module out to start faster (scripts/bundle.js), so it cannot be imported.
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const standardError = 2;
  const { status } = spawnSync(command, { shell: true, stdio: ["ignore", standardError, standardError] });
  return status ?? 1;
}

/** Creates a new temporary folder. Throws FILE_UNWRITABLE. */
export function makeTemporaryFolder() {
  const place = tmpdir();
  const path = folderIn(place, "Set TMPDIR to a folder that you may write to.", () =>
    mkdtempSync(join(place, "qkv-")),
  );
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
